"""The real bot in polling mode, shared by tests that leave it whole."""

from __future__ import annotations

from typing import Iterator, Tuple

import pytest

from tests.servers import Servers
from tests.telegram.telegram_sim import TelegramSim, bot


@pytest.fixture(scope="session")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tuple[TelegramSim, Servers]]:
    """Telegram and the bot."""
    with TelegramSim() as sim, bot(sim, tmp_path_factory.mktemp("telegram")) as running:
        yield sim, running


@pytest.fixture
def sim(telegram: Tuple[TelegramSim, Servers]) -> TelegramSim:
    """Telegram, with the bot behind it and no fault."""
    telegram[0].sim("faults", faults=[])
    return telegram[0]
