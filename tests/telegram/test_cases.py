"""Each case that goes wrong with Rasa's own channel goes right with this one."""

from __future__ import annotations

from typing import Tuple

import pytest

from tests.servers import Servers
from tests.telegram.cases import CASES, Case
from tests.telegram.telegram_sim import TelegramSim


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, sim: TelegramSim, telegram: Tuple[TelegramSim, Servers]) -> None:
    seen = case.measure(*telegram)
    assert seen.good, seen.words


def test_no_log_holds_the_token(telegram: Tuple[TelegramSim, Servers]) -> None:
    sim, bot = telegram
    assert sim.token not in bot.log
    assert sim.token.partition(":")[2] not in bot.log
