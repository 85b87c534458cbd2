"""What an operator may set. Secrets come from the environment only, so that no file holds them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Mapping, Optional

from common.paths import PROJECT

POLLING, WEBHOOK = "polling", "webhook"
TOKEN = "TELEGRAM_TOKEN"  # noqa: S105 (a variable's name)
SECRET = "TELEGRAM_SECRET"  # noqa: S105 (a variable's name)
TOKEN_FORM = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,80}")
# What Telegram accepts as a webhook's secret.
SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{16,256}")


class WrongSetting(ValueError):
    """A setting can't be used. The message names it and says what to write; it never holds a secret."""


@dataclass(frozen=True, repr=False)
class Settings:
    """How the channel runs.

    Attributes:
        token: of the bot; None switches the channel off.
        secret: what Telegram must send along with each webhook call; needed in webhook mode.
        mode: `polling` asks Telegram for messages, `webhook` is told of them.
        api: where the Bot API is.
        webhook_url: the public https address that Telegram calls; needed in webhook mode.
        webhook_port: where this machine listens for it.
        webhook_host: the address it listens on.
        state: a folder for the numbers of the updates that were answered; nothing that anybody wrote.
        messages_per_minute: of one person; emergencies are answered beyond it.
        waiting_messages: how many may wait in all, before Telegram is asked to hold them back.
        call_page: an https page with numbers to tap, shown as a button under emergencies; None for none.

    """

    token: Optional[str] = None
    secret: Optional[str] = None
    mode: str = POLLING
    api: str = "https://api.telegram.org"
    webhook_url: Optional[str] = None
    webhook_port: int = 8443
    webhook_host: str = "127.0.0.1"
    state: str = ".state"
    messages_per_minute: int = 20
    waiting_messages: int = 1000
    call_page: Optional[str] = None

    @property
    def bot_id(self) -> str:
        """The public part of the token."""
        return (self.token or "").partition(":")[0]

    @property
    def folder(self) -> Path:
        """The folder of `state`, seen from the project's root."""
        return PROJECT / self.state

    @classmethod
    def read(cls, credentials: Optional[Mapping[str, Any]], environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the entry of credentials.yml. A variable `TELEGRAM_<SETTING>` outranks the file.

        Raises:
            WrongSetting: something can't be used.

        """
        written = dict(credentials or {})
        known = {field.name: field for field in fields(cls)}
        for name in written:
            if name not in known or name in ("token", "secret"):
                raise WrongSetting(
                    f"credentials.yml, channels.telegram, '{name}' is no setting; secrets are read from {TOKEN} and {SECRET}"
                )
        values = {name: value for name, value in written.items() if value is not None}
        values.update({name: environment[f"TELEGRAM_{name.upper()}"] for name in known if environment.get(f"TELEGRAM_{name.upper()}")})
        for name in ("webhook_port", "messages_per_minute", "waiting_messages"):
            if name in values:
                values[name] = _whole_number(name, values[name])
        settings = cls(**values)
        if settings.token:
            settings._check()
        return settings

    def _check(self) -> None:
        if not TOKEN_FORM.fullmatch(self.token or ""):
            raise WrongSetting(f"{TOKEN} does not look like a token of @BotFather (digits, a colon, letters)")
        if self.mode not in (POLLING, WEBHOOK):
            raise WrongSetting(f"the Telegram mode is '{self.mode}'; it must be {POLLING} or {WEBHOOK}")
        if self.mode == WEBHOOK and not (self.webhook_url or "").startswith("https://"):
            raise WrongSetting("webhook mode needs webhook_url, a public address that starts with https://")
        if self.mode == WEBHOOK and not SECRET_FORM.fullmatch(self.secret or ""):
            raise WrongSetting(f"webhook mode needs {SECRET}: 16 to 256 letters, digits, _ or - that nobody can guess")
        if self.call_page and not self.call_page.startswith("https://"):
            raise WrongSetting("call_page must start with https://")


def _whole_number(name: str, value: Any) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", str(value)):
        raise WrongSetting(f"Telegram setting {name} must be a whole number above 0")
    return int(value)
