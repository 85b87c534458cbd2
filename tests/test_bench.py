"""The bench's own arithmetic, and that it ends what it starts; the measuring itself takes half an hour and is not a test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from tools.bench import processes
from tools.bench.bots import OURS, STOCK
from tools.bench.measure import Bench
from tools.bench.processes import BenchError, command_line, descendants, run, stop
from tools.bench.report import Measure, Row
from tools.bench.sentences import examples_of, mixed, own_questions, stock_sentences

SLEEP = "import time; time.sleep(60)"


def test_turn_10_and_turn_400_are_the_medians_around_them() -> None:
    bench = Bench(lambda line: None)
    # Turn n takes n milliseconds.
    bench.samples["long talk"][OURS.name] = [float(turn) for turn in range(1, 406)]
    found = bench.figures()
    assert found["turn 10"][OURS.name] == 10.5
    assert found["turn 400"][OURS.name] == 400.5
    assert found["growth"][OURS.name] == pytest.approx(400.5 / 10.5)


def test_single_turns_give_median_and_percentile() -> None:
    bench = Bench(lambda line: None)
    bench.samples["turn"][STOCK.name] = [float(turn) for turn in range(101)]
    found = bench.figures()
    assert (found["p50"][STOCK.name], found["p95"][STOCK.name]) == (50, 95)


@pytest.mark.parametrize(
    ("aim", "goal"),
    [
        (Measure("a", "a", "s", at_most=0.5), "≤ 0.5×: reached"),
        (Measure("a", "a", "s", at_most=0.4), "≤ 0.4×: missed"),
        (Measure("a", "a", "s", at_least=2.5), "≥ 2.5×: missed"),
        (Measure("a", "a", "s", ours_at_most=6), "ours ≤ 6: reached"),
        (Measure("a", "a", "s"), ""),
    ],
)
def test_a_row_says_whether_its_goal_was_reached(aim: Measure, goal: str) -> None:
    assert Row(aim, stock=10, ours=5).goal == goal


def test_nothing_is_said_twice(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hey\n    - hi\n    - hey\n", encoding="utf-8")
    assert sorted(stock_sentences(tmp_path)) == ["hey", "hey, hi", "hi", "hi, hey"]
    questions = list(islice(own_questions(), 2000))
    assert len(set(questions)) == len(questions) == 2000
    assert examples_of(tmp_path / "data" / "nlu.yml") == ["hey", "hi", "hey"]
    assert list(mixed(iter("ac"), iter("bd"))) == ["a", "b", "c", "d"]


def test_a_failing_command_says_why(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="no figures today"):
        run([sys.executable, "-c", "raise SystemExit('no figures today')"], tmp_path, tmp_path / "log", 30)


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="took longer"):
        run([sys.executable, "-c", SLEEP], tmp_path, tmp_path / "log", 0.5)


def test_stopping_ends_the_children_too() -> None:
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True); {SLEEP}"
    process = subprocess.Popen([sys.executable, "-c", parent])
    child = _child_of(process)
    stop(process)
    until = time.monotonic() + 5
    while command_line(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert command_line(child) == ""


def _child_of(process: subprocess.Popen) -> int:
    while not (children := descendants(process.pid)):
        assert process.poll() is None
    return children[0]


def test_the_watch_does_not_take_its_own_work_for_that_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    hertz = os.sysconf("SC_CLK_TCK")
    # Ten seconds pass on one core; it is busy for three, two of them with what the bench started.
    ticks, own = iter([(0, 0), (3 * hertz, 10 * hertz)]), iter([5.0, 7.0])
    monkeypatch.setattr(processes, "_ticks", lambda: next(ticks))
    monkeypatch.setattr(processes, "_own_seconds", lambda: next(own))
    with processes.Watch() as watch:
        pass
    assert watch.other_load == pytest.approx(0.1)


def test_the_work_of_ended_commands_is_known(tmp_path: Path) -> None:
    work = "import time\nwhile time.process_time() < 0.5: pass"
    assert 0.5 <= run([sys.executable, "-c", work], tmp_path, tmp_path / "log", 60).processor < 5
