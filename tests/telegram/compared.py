"""`python -W ignore -m tests.telegram.compared`: plays every case on the stand-in, and writes docs/telegram_compared.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import List

from common.paths import PROJECT
from tests.telegram.cases import CASES, Seen
from tests.telegram.telegram_sim import TelegramSim, bot

PAGE = PROJECT / "docs" / "telegram_compared.md"
HEAD = """# Telegram: Rasa's own channel and this one

Written by `.venv/bin/python -W ignore -m tests.telegram.compared`, which plays each case on the stand-in for Telegram and measures this
assistant. Do not edit. The column for Rasa 3.6.21's own channel was measured once, on 21 November 2026, on a stand-in of the same
kind: as installed it answers nothing at all (first row), so the other rows were measured with its dead session patched out.

| case | Rasa's own channel | this one |
|---|---|---|
"""


def rows() -> List[tuple[str, str, Seen]]:
    """Every case as measured now."""
    with tempfile.TemporaryDirectory() as folder, TelegramSim() as sim, bot(sim, Path(folder)) as running:
        measured = []
        for case in CASES:
            sim.sim("faults", faults=[])
            measured.append((case.name, case.stock, case.measure(sim, running)))
        return measured


def main() -> int:
    """Write the page; 1 if a case went wrong."""
    measured = rows()
    lines = [f"| {name} | {stock} | {'' if seen.good else '**wrong:** '}{seen.words} |" for name, stock, seen in measured]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    wrong = [name for name, _, seen in measured if not seen.good]
    print(f"{len(measured)} cases, {len(wrong)} wrong{': ' if wrong else ''}{', '.join(wrong)}. {PAGE.relative_to(PROJECT)} is written.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
