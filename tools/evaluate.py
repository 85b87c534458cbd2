"""Prints how well the trained model understands questions that it has never seen: `python -m tools.evaluate`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Sequence

from common.paths import PROJECT
from tools.rasa_quietly import quiet_environment

if TYPE_CHECKING:
    from tools.understanding.trained_nlu import Reading, TrainedNLU

MODEL = PROJECT / "models" / "assistant.tar.gz"
HELD_OUT = PROJECT / "tests" / "nlu"
TUNING = PROJECT / "tests" / "tuning.yml"
RESULTS = PROJECT / "results" / "understanding.json"


def main() -> int:
    """Print the figures and write them to results/understanding.json; with --show-tuning, print the tuning set's errors instead."""
    chosen = _arguments()
    be_quiet()
    # Rasa takes ten seconds to import: not for --help, and not before it is quiet.
    from tools.understanding.report import report_lines, tuning_lines
    from tools.understanding.trained_nlu import TrainedNLU, questions_of

    try:
        nlu = TrainedNLU(chosen.model)
    except FileNotFoundError as error:
        print(f"Cannot evaluate: {error}.", file=sys.stderr)
        return 1
    tuning = nlu.read(questions_of(TUNING))
    if chosen.show_tuning:
        print("\n".join(tuning_lines(tuning)))
        return 0
    results = measure(nlu, nlu.read(questions_of(HELD_OUT)), tuning)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, default=_as_data) + "\n", encoding="utf-8")
    print("\n".join(report_lines(results)))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=MODEL, help="another model archive")
    parser.add_argument("--show-tuning", action="store_true", help="print the tuning questions that were misread, and nothing else")
    return parser.parse_args()


def be_quiet() -> None:
    """Keep Rasa's and TensorFlow's remarks out of the figures. Does so only before their first import."""
    os.environ.update(quiet_environment())
    logging.disable(logging.WARNING)
    # Some packages switch their own warnings on again after PYTHONWARNINGS has switched them off.
    warnings.showwarning = lambda *args, **kwargs: None  # type: ignore[assignment]


def measure(nlu: TrainedNLU, held_out: Sequence[Reading], tuning: Sequence[Reading]) -> Dict[str, Any]:
    """Everything that there is to say about a model, by name."""
    from tools.understanding.choices import constants, threshold_table, voices_table
    from tools.understanding.figures import figures_of

    return {
        "trained_at": nlu.trained_at.isoformat(),
        "held_out": figures_of(held_out),
        "tuning": figures_of(tuning),
        "thresholds": threshold_table(nlu, tuning),
        "voices": voices_table(nlu, tuning),
        "constants": constants(nlu),
    }


def _as_data(value: Any) -> Dict[str, Any]:
    """A dataclass for JSON; a share brings its value and interval along."""
    return value.as_dict() if hasattr(value, "as_dict") else vars(value)


if __name__ == "__main__":
    sys.exit(main())
