"""What a training leaves behind for the next one."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Mapping, Tuple

import numpy as np
import pytest

from components.mpnet import DEPTH, MPNet, key_of
from components.training_descriptions import FILE, PROBE, WRITTEN_EVERY, TrainingDescriptions


class CountingEncoder(MPNet):
    """The encoder, which remembers what it was asked to read anew."""

    def __init__(self) -> None:
        """Load the published weights."""
        super().__init__()
        self.read: List[str] = []

    def describe_anew(self, sentences: Mapping[bytes, str]) -> Iterator[Tuple[bytes, np.ndarray]]:
        """As the parent class does."""
        self.read += sentences.values()
        return super().describe_anew(sentences)


@pytest.fixture(scope="module")
def counting() -> CountingEncoder:
    encoder = CountingEncoder()
    encoder.describe([PROBE])
    return encoder


@pytest.fixture
def encoder(counting: CountingEncoder) -> CountingEncoder:
    counting.read.clear()
    return counting


def test_a_second_training_reads_new_examples_only(encoder: CountingEncoder, tmp_path: Path) -> None:
    first = TrainingDescriptions(encoder, tmp_path).of(["is this religious?", "what is a sponsor", "is this religious?"])
    assert sorted(encoder.read) == ["is this religious?", "what is a sponsor"]
    assert first.shape == (3, DEPTH) and np.array_equal(first[0], first[2])
    assert np.allclose(first, encoder.describe(["is this religious?", "what is a sponsor", "is this religious?"]), atol=2e-2)
    encoder.read.clear()
    second = TrainingDescriptions(encoder, tmp_path).of(["what is a sponsor", "pets"])
    assert encoder.read == ["pets"]
    assert np.array_equal(second[0], first[1])


def test_examples_that_are_gone_are_let_go_and_other_encoders_files_too(encoder: CountingEncoder, tmp_path: Path) -> None:
    (tmp_path / "of_another_encoder.npz").write_bytes(b"old")
    TrainingDescriptions(encoder, tmp_path).prepare(["one", "two"])
    TrainingDescriptions(encoder, tmp_path).prepare(["two", "three"])
    (file,) = tmp_path.iterdir()
    with np.load(file) as kept:
        assert [key.tobytes() for key in kept["keys"]] == [key_of("two"), key_of("three")]


def test_what_another_encoder_said_is_not_taken(encoder: CountingEncoder, tmp_path: Path) -> None:
    TrainingDescriptions(encoder, tmp_path).prepare(["one", "two"])
    with np.load(tmp_path / FILE) as kept:
        np.savez(tmp_path / FILE, values=kept["values"], keys=kept["keys"], probe=kept["probe"] + 0.1)
    encoder.read.clear()
    TrainingDescriptions(encoder, tmp_path).prepare(["one", "two"])
    assert encoder.read == ["one", "two"]


def test_a_training_that_is_broken_off_has_not_read_for_nothing(
    encoder: CountingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(self: CountingEncoder, sentences: Mapping[bytes, str]) -> Iterator[Tuple[bytes, np.ndarray]]:
        yield from ((key, np.zeros(DEPTH, np.float16)) for key in list(sentences)[: WRITTEN_EVERY + 1])
        raise KeyboardInterrupt

    texts = [str(number) for number in range(2 * WRITTEN_EVERY)]
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        descriptions = TrainingDescriptions(encoder, tmp_path)
        patched.setattr(CountingEncoder, "describe_anew", broken_off)
        descriptions.prepare(texts)
    TrainingDescriptions(encoder, tmp_path).of(texts[:WRITTEN_EVERY])
    assert encoder.read == []


def test_later_components_of_one_training_lose_nothing(encoder: CountingEncoder, tmp_path: Path) -> None:
    descriptions = TrainingDescriptions(encoder, tmp_path)
    descriptions.prepare(["one", "two"])
    descriptions.prepare(["three"])
    encoder.read.clear()
    TrainingDescriptions(encoder, tmp_path).prepare(["one", "two", "three"])
    assert encoder.read == []


def test_a_file_that_cannot_be_read_costs_time_and_nothing_else(encoder: CountingEncoder, tmp_path: Path) -> None:
    whole = TrainingDescriptions(encoder, tmp_path).of(["one", "two"])
    (file,) = tmp_path.iterdir()
    for broken in (b"", file.read_bytes()[:100], b"nonsense"):
        file.write_bytes(broken)
        encoder.read.clear()
        assert np.array_equal(TrainingDescriptions(encoder, tmp_path).of(["one", "two"]), whole)
        assert encoder.read == ["one", "two"]


def test_a_folder_that_cannot_be_written_stops_no_training(
    encoder: CountingEncoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "in_the_way").write_bytes(b"")
    assert TrainingDescriptions(encoder, tmp_path / "in_the_way").of(["one"]).shape == (1, DEPTH)
    assert "cannot be written" in caplog.text
