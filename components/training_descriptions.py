"""Keeps what the encoder says of the examples from one training to the next: to read them all is the longest part of a training."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Dict, Sequence
from zipfile import BadZipFile

import numpy as np

from common.paths import PROJECT
from components import minilm
from components.minilm import DEPTH, MiniLM, key_of

FOLDER = PROJECT / ".rasa" / "descriptions"

logger = logging.getLogger(__name__)


class TrainingDescriptions:
    """The descriptions of a training's examples, 7 kB each, by the digests of their texts."""

    def __init__(self, encoder: MiniLM, folder: Path = FOLDER) -> None:
        """Read what an earlier training has left in a folder, unless another encoder made it or it cannot be read."""
        self._encoder = encoder
        # Another encoder's descriptions would fit no message: its code is part of the name, which names the weights' digests, too.
        self._file = folder / f"{hashlib.sha256(Path(minilm.__file__).read_bytes()).hexdigest()[:16]}.npz"
        self._values = np.zeros((0, DEPTH), np.float16)
        self._rows: Dict[bytes, int] = {}
        # As a set that keeps its order.
        self._asked: Dict[bytes, None] = {}
        try:
            with np.load(self._file) as kept:
                values, keys = kept["values"], kept["keys"]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            logger.warning("%s cannot be read; all examples are encoded anew.", self._file)
            return
        if values.shape == (len(keys), DEPTH):
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
        rows = {key: row for row, key in enumerate(kept)}
        for key, description in self._encoder.describe_anew(missing):
            rows[key] = len(rows)
            values[rows[key]] = description
        self._values, self._rows = values, rows
        self._write()

    def _write(self) -> None:
        # Under another name first: a training that is broken off leaves no half file behind.
        begun = self._file.with_suffix(".part.npz")
        keys = np.frombuffer(b"".join(self._rows), np.uint8).reshape(len(self._rows), -1)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(begun, values=self._values, keys=keys)
            begun.replace(self._file)
            for other in set(self._file.parent.iterdir()) - {self._file}:
                other.unlink()
        except OSError as error:
            # A full disk costs the next training some minutes, and this one nothing.
            logger.warning("%s cannot be written (%s): the next training encodes all examples anew.", self._file, error.strerror)
