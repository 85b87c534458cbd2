"""Has the sentence encoder read all examples, and shows how far it is: `python -m tools.read_examples`.

That is the longest part of a first training, half an hour on two cores; a training does it by itself, and shows nothing.
"""

from __future__ import annotations

import logging
import os

from common.paths import DATA
from tools.bench.sentences import examples_of


def main() -> None:
    """Read what is new since the last time."""
    logging.getLogger().setLevel(logging.ERROR)
    from components.mpnet import MPNet
    from components.training_descriptions import TrainingDescriptions

    TrainingDescriptions(MPNet()).prepare([text for path in sorted(DATA.rglob("*.yml")) for text in examples_of(path)])


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
