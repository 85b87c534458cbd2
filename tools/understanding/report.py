"""Words for the figures, as `make evaluate` prints them."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from components.fallback_gate import FALLBACK_INTENT
from tools.understanding.choices import LEAST_ACCEPTED, ThresholdRow, VoicesRow
from tools.understanding.figures import Figures, Share
from tools.understanding.trained_nlu import Reading

CONFUSIONS_SHOWN = 12


def report_lines(results: Dict[str, Any]) -> List[str]:
    """The whole report, out of what `tools.evaluate.measure` found."""
    lines = _figures_lines(results["held_out"])
    return [*lines, *_choices_lines(results["thresholds"], results["voices"], results["constants"])]


def _figures_lines(figures: Figures) -> List[str]:
    """The held-out figures. No question is quoted: whoever reads them would begin to write examples for them."""
    summary = [
        ("topic right, in scope", figures.accuracy),
        ("  the same before the gate", figures.accuracy_before_gate),
        ("step right (step_1 … step_12)", figures.steps),
        ("in scope, accepted", figures.in_scope_accepted),
        ("out of scope, rejected", figures.out_of_scope_rejected),
        ("turned away by the gate, right topic suggested", figures.suggested),
        ("  the same, topics that have a button", figures.suggested_curated),
    ]
    lines = ["Held-out questions (tests/nlu)", *(f"  {name:<48}{_share(value)}" for name, value in summary)]
    missed = sorted((item for item in figures.topics.items() if item[1].value < 1), key=lambda item: (item[1].value, item[0]))
    perfect = sorted(topic for topic, found in figures.topics.items() if found.value == 1)
    lines += ["", "By topic, worst first", *(f"  {topic:<32}{found.value:6.1%}  {found.part}/{found.whole}" for topic, found in missed)]
    lines += [f"  all right ({len(perfect)}): {', '.join(perfect)}"]
    lines += ["", f"Most frequent confusions ('{FALLBACK_INTENT}' is the gate's \"not sure\")"]
    lines += [f"  {one.count:>3} × {one.topic} → {one.intent}" for one in figures.confusions[:CONFUSIONS_SHOWN]]
    return lines


def _share(found: Share) -> str:
    low, high = found.interval
    return f"{found.value:6.1%}  ({found.part}/{found.whole}; 95 % interval {low:.1%} to {high:.1%})" if found.whole else "   none"


def _choices_lines(rows: Sequence[ThresholdRow], voices: Sequence[VoicesRow], constants: Dict[str, Any]) -> List[str]:
    """The tables of choices on the tuning questions."""
    configured = constants["FallbackGate.threshold"]
    lines = [
        "",
        "The gate's threshold, on tests/tuning.yml",
        "  threshold   in scope accepted   accepted and right   out of scope rejected",
    ]
    for row in rows:
        mark = "  <- config.yml" if row.threshold == configured else ""
        lines.append(
            f"  {row.threshold:9.2f}{row.in_scope_accepted.value:20.1%}{row.right.value:21.1%}{row.out_of_scope_rejected.value:24.1%}{mark}"
        )
    lines += ["", "The classifier's voices, before rules and gate, on tests/tuning.yml"]
    lines += [f"  {'':<30}{'topic right':>12}{f'out of scope rejected at {LEAST_ACCEPTED:.0%} accepted':>44}"]
    lines += [f"  {' + '.join(row.voices):<30}{row.right.value:12.1%}{row.out_of_scope_rejected.value:44.1%}" for row in voices]
    lines += ["", "What the decision hangs on", *(f"  {name:<40}{_plain(value)}" for name, value in constants.items())]
    return lines


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(part)}" for name, part in value.items())
    if isinstance(value, (tuple, list)):
        return ", ".join(_plain(part) for part in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def tuning_lines(readings: Sequence[Reading]) -> List[str]:
    """The tuning questions that were misread, with their words: these are there to be learned from."""
    wrong = sorted((reading for reading in readings if not reading.is_right), key=lambda reading: (reading.question.topic, reading.intent))
    lines = [f"{len(wrong)} of {len(readings)} tuning questions misread (topic → final intent, what stood first before the gate)"]
    for reading in wrong:
        first = reading.ranking[0]
        lines.append(f"  {reading.question.topic} → {reading.intent} ({first['name']} {first['confidence']:.2f}): {reading.question.text}")
    return lines
