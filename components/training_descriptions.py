"""Keeps what the encoder says of the examples from one training to the next: to read them all is the longest part of a training."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Dict, Sequence
from zipfile import BadZipFile

import numpy as np
from tqdm import tqdm

from common.paths import PROJECT
from components.mpnet import DEPTH, KEPT, MPNet, key_of

FOLDER = PROJECT / ".rasa" / "descriptions"
FILE = "descriptions.npz"
# A sentence whose description tells whether another encoder, or the same in another way, made those in the file.
PROBE = "Is this religious? I don't believe in God, and my friend won't wake up."
# Two machines' arithmetic differs by less.
SAME = 0.02
# After so many texts what has been read is written down, so that a training that is broken off has not read them for nothing.
WRITTEN_EVERY = 5_000

logger = logging.getLogger(__name__)


class TrainingDescriptions:
    """The descriptions of a training's examples, 5 kB each, by the digests of their texts."""

    def __init__(self, encoder: MPNet, folder: Path = FOLDER) -> None:
        """Read what an earlier training has left in a folder, unless another encoder made it or it cannot be read."""
        self._encoder = encoder
        self._file = folder / FILE
        self._values = np.zeros((0, DEPTH), np.float16)
        self._rows: Dict[bytes, int] = {}
        # As a set that keeps its order.
        self._asked: Dict[bytes, None] = {}
        self._probe = encoder.describe([PROBE])[0]
        try:
            with np.load(self._file) as kept:
                values, keys, probe = kept["values"], kept["keys"], kept["probe"]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            logger.warning("%s cannot be read; all examples are encoded anew.", self._file)
            return
        if values.shape == (len(keys), DEPTH) and probe.shape == (DEPTH,) and np.allclose(probe, self._probe, atol=SAME):
            self._values, self._rows = values, {key.tobytes(): row for row, key in enumerate(keys)}

    def of(self, texts: Sequence[str]) -> np.ndarray:
        """The texts' descriptions, float16 of shape (texts, DEPTH)."""
        self.prepare(texts)
        return self._values[[self._rows[key_of(text)] for text in texts]]

    def prepare(self, texts: Sequence[str]) -> None:
        """Read the texts that are new, and write down all that have been asked for since the program began; older ones are let go."""
        keys = {key_of(text): text for text in texts}
        self._asked.update(dict.fromkeys(keys))
        missing = {key: text for key, text in keys.items() if key not in self._rows}
        if not missing:
            return
        kept = [key for key in self._asked if key in self._rows]
        values = np.empty((len(kept) + len(missing), DEPTH), np.float16)
        values[: len(kept)] = self._values[[self._rows[key] for key in kept]]
        self._values, self._rows = values, {key: row for row, key in enumerate(kept)}
        # On a terminal a bar that moves; in a log a line now and then.
        seconds = 1 if sys.stderr.isatty() else 60
        read = self._encoder.describe_anew(missing)
        shown = tqdm(read, "Reading examples", len(missing), disable=len(missing) < KEPT, mininterval=seconds)
        for number, (key, description) in enumerate(shown, 1):
            self._rows[key] = len(self._rows)
            values[self._rows[key]] = description
            if number % WRITTEN_EVERY == 0:
                self._write()
        self._write()

    def _write(self) -> None:
        # Under another name first: a training that is broken off leaves no half file behind.
        begun = self._file.with_suffix(".part.npz")
        keys = np.frombuffer(b"".join(self._rows), np.uint8).reshape(len(self._rows), -1)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(begun, values=self._values[: len(self._rows)], keys=keys, probe=self._probe)
            begun.replace(self._file)
            for other in set(self._file.parent.iterdir()) - {self._file}:
                other.unlink()
        except OSError as error:
            # A full disk costs the next training half an hour, and this one nothing.
            logger.warning("%s cannot be written (%s): the next training encodes all examples anew.", self._file, error.strerror)
