"""The table of figures: for the terminal, as JSON, and as docs/benchmarks.md."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Optional

from common.paths import PROJECT
from tools.bench import measure
from tools.bench.bots import BENCH, OURS, STOCK
from tools.bench.measure import Bench

RESULTS = BENCH / "results.json"
PAGE = PROJECT / "docs" / "benchmarks.md"
# Where others took more of the machine than this, their work is in the figures.
CALM = 0.1


@dataclass(frozen=True)
class Measure:
    """One row of the table."""

    key: str
    words: str
    unit: str
    # What the ratio ours/stock is to be at most, or at least.
    at_most: Optional[float] = None
    at_least: Optional[float] = None
    # What our own figure is to be at most.
    ours_at_most: Optional[float] = None
    # Measured for ours; the stock figure it is set against.
    against: Optional[str] = None


MEASURES = (
    Measure("installed", "installed, without compiled modules", "MB", at_most=0.65),
    Measure("train", "`rasa train --force`, no cache", "s", at_most=0.25),
    Measure("make train", "the same as `make train` runs it, without validation", "s", at_most=0.25, against="train"),
    Measure("make train work", "the same, work of all cores", "s", against="train work"),
    Measure("model", "model file", "MB"),
    Measure("start", "start until the first answer over REST", "s", at_most=0.4),
    Measure("memory resident", f"Rasa process, resident after {measure.TURNS_BEFORE_MEMORY} turns", "MB"),
    Measure("memory peak", "Rasa process, most ever resident", "MB"),
    Measure("memory all", "all processes, resident (ours: launcher and action server too)", "MB", at_most=0.6),
    Measure("p50", f"a turn, median of {measure.SEQUENTIAL_TURNS}", "ms", at_most=0.5),
    Measure("p95", "a turn, 95th percentile", "ms"),
    Measure("turn work", "a turn, work of all cores for all processes", "ms"),
    Measure("throughput", f"throughput, {measure.CLIENTS} clients at once", "turns/s", at_least=2.5),
    Measure("turn 10", "one long conversation, turn 10", "ms"),
    Measure("turn 400", "one long conversation, turn 400", "ms"),
    Measure("growth", "turn 400 against turn 10", "×", ours_at_most=1.5),
)


@dataclass(frozen=True)
class Row:
    """A measure with its figures."""

    measure: Measure
    stock: float
    ours: float

    @property
    def ratio(self) -> float:
        """Ours against stock."""
        return self.ours / self.stock

    @property
    def goal(self) -> str:
        """What was aimed at, and whether it was reached; empty where nothing was."""
        aim = self.measure
        if aim.at_most is not None:
            return _goal(f"≤ {aim.at_most:g}×", self.ratio <= aim.at_most)
        if aim.at_least is not None:
            return _goal(f"≥ {aim.at_least:g}×", self.ratio >= aim.at_least)
        if aim.ours_at_most is not None:
            return _goal(f"ours ≤ {aim.ours_at_most:g}", self.ours <= aim.ours_at_most)
        return ""


def _goal(words: str, reached: bool) -> str:
    return f"{words}: {'reached' if reached else 'missed'}"


def rows_of(bench: Bench) -> List[Row]:
    """The table."""
    found = bench.figures()
    return [Row(aim, found[aim.against or aim.key][STOCK.name], found[aim.key][OURS.name]) for aim in MEASURES]


def table(rows: List[Row]) -> str:
    """The rows in Markdown, readable in a terminal too."""
    cells = [("", "stock", "ours", "ours / stock", "goal")]
    cells += [
        (row.measure.words, _number(row.stock, row.measure.unit), _number(row.ours, row.measure.unit), f"{row.ratio:.2f}×", row.goal)
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def remarks(bench: Bench) -> List[str]:
    """What one has to know to judge the figures."""
    most, usual = max(bench.other_load), statistics.median(bench.other_load)
    calm = f"Other programs took {usual:.0%} of the machine in the median measurement, {most:.0%} in the worst"
    silent = ", ".join(f"{name} {turns}" for name, turns in bench.silent_turns.items())
    return [
        f"{calm}." if most <= CALM else f"{calm}: the figures are disturbed, so run it again on a calm machine.",
        f"Turns without any text while both ran: {silent}.",
    ]


def write(bench: Bench, rows: List[Row]) -> None:
    """Write the figures with all samples to .bench/results.json, and the page docs/benchmarks.md."""
    machine = _machine()
    results = {
        "date": date.today().isoformat(),
        **machine,
        "other_load": bench.other_load,
        "samples": bench.samples,
        "figures": bench.figures(),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(_page(bench, rows, machine), encoding="utf-8")


def _machine() -> Dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = {"python": platform.python_version(), "rasa": importlib.metadata.version("rasa")}
    return {"cores": os.cpu_count(), "memory_gb": round(memory), "system": f"{platform.system()} {platform.machine()}", **versions}


def _page(bench: Bench, rows: List[Row], machine: Dict[str, Any]) -> str:
    notes = "\n".join(f"- {remark}" for remark in remarks(bench))
    heading = (
        f"Written by `make bench` on {date.today().isoformat()}; the next run writes it anew. Machine: {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}."
    )
    return f"""# Beside the stock bot

{heading}

"Stock" is the bot that `rasa init` of Rasa {machine["rasa"]} makes, unchanged, in an environment that holds `rasa` and what it asks for.
"Ours" is this project in an environment made from `requirements.txt`, with its action server in the path of every answer.

{table(rows)}

{notes}

## How it is measured

- The bots take turns (stock, ours, stock, ours …), {measure.ROUNDS} rounds of each measurement; the table shows the median.
- Installed size is the sum of all files' sizes but compiled modules. Before anything is timed, all modules of both are compiled.
- Every training has an empty cache. Starting ends with the first text that comes back over REST.
- No sentence is said twice. Ours is asked questions from `tests/` and `data/`; stock hears its own kind of sentence and those
  questions by turns. A new person comes after every ten turns, except in the long conversation, where stock hears its own
  kind of sentence only, which is its faster case.
- Throughput: {measure.CLIENTS} clients, each with {measure.TURNS_PER_CLIENT} turns one after the other.
- Turn 10 and turn 400 are the medians of turns 6 to 15 and 396 to 405.
- "Work of all cores" is processor time: other programs hardly change it.
- The clients run on the same machine, and take the same from both.
"""


def relative(path: Path) -> str:
    """A path as seen from the project."""
    return str(path.relative_to(PROJECT))
