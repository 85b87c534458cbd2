"""Prints how well dangers are seen: `python -m tools.crises`; `--help` lists what else it does."""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Dict, List

import yaml

from components.crisis_detector import CrisisDetector
from tools.crises import held_out
from tools.crises.choices import choices
from tools.crises.figures import figures
from tools.crises.misses import mended, misses, new_ones
from tools.crises.unmatched import unmatched
from tools.crises.verdicts import held_out_verdicts
from tools.crises.whose import found_by, whose, whose_choices
from tools.evaluate import MODEL
from tools.understanding.trained_nlu import Question, TrainedNLU

HEAD = """# Held-out messages that are taken for something else than they must be, by measure; of scenes the names. It may only shrink:
# `python -m tools.crises --shrink` takes out what is right by now, and `make test` refuses new ones.
"""


def main() -> None:
    """Print the figures, the detector's own time, and what has changed against the list."""
    parser = argparse.ArgumentParser(prog="python -m tools.crises", description=__doc__)
    parser.add_argument("--shrink", action="store_true", help="rewrite tests/emergency/known_misses.yml without what is right by now")
    parser.add_argument("--choices", action="store_true", help="print instead what other thresholds would do")
    parser.add_argument("--unmatched", action="store_true", help="print instead the danger patterns that match no example (a minute)")
    arguments = parser.parse_args()
    if arguments.unmatched:
        print("\n".join(unmatched()))
        return
    nlu = TrainedNLU(MODEL)
    if arguments.choices:
        print("\n".join([*choices(nlu), *whose_choices(nlu)]))
        return
    verdicts = held_out_verdicts(nlu)
    for name, share in figures(verdicts).items():
        low, high = share.interval
        print(f"{name:32} {share.part:4} of {share.whole:4} = {100 * share.value:5.1f} %   (95 %: {100 * low:.1f} to {100 * high:.1f})")
    truth = held_out.whose_dangers()
    print(f"whose danger: {whose(truth, found_by(nlu, list(truth)))}")
    print(f"the detector's own time: {detector_milliseconds(nlu):.1f} ms a message (median)")
    found, known = misses(verdicts), held_out.known_misses()
    print(f"new misses: {_count(new_ones(found, known))}; known ones that are right now: {_count(mended(found, known))}")
    if arguments.shrink:
        kept = {measure: [text for text in texts if text in found.get(measure, [])] for measure, texts in known.items()}
        write(kept)


def write(known: Dict[str, List[str]]) -> None:
    """Write the list of known misses."""
    body = yaml.safe_dump(known, allow_unicode=True, sort_keys=True, width=10_000, default_style='"') if any(known.values()) else "{}\n"
    (held_out.FOLDER / "known_misses.yml").write_text(HEAD + body, encoding="utf-8")


def detector_milliseconds(nlu: TrainedNLU) -> float:
    """The median time that the detector takes for a message that has been encoded, over the tuning messages."""
    detector = nlu.component(CrisisDetector)
    times = []
    for reading in nlu.read([Question(item.text, "") for item in held_out.tuning()]):
        # The encoder keeps what it has described last, as in a turn, where the detector comes right after it.
        nlu.read([reading.question])
        begun = time.perf_counter()
        detector.process([reading.message])
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)


def _count(by_measure: Dict[str, List[str]]) -> str:
    return ", ".join(f"{len(texts)} of {measure}" for measure, texts in sorted(by_measure.items()) if texts) or "none"


if __name__ == "__main__":
    main()
