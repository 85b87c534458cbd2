"""A strict stand-in for Telegram's Bot API. `python -m tests.telegram.fake --port 8081` runs it for a person to try."""
