"""Telegram: `credentials.yml` names `channels.telegram.TelegramInput`. docs/telegram.md says how to set a bot up."""

from channels.telegram.channel import TelegramInput

__all__ = ["TelegramInput"]
