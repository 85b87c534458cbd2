"""The Telegram channel: its parts alone, and the real bot against a strict stand-in for Telegram."""
