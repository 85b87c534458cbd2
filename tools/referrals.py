"""Prints how often people were pointed to help: `python -m tools.referrals FILE [YEAR]`, the file being `referral_counts`."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path


def table(text: str, year: str = "") -> str:
    """The counts of a file's lines `day,level,kind`, by level and kind, with the total; of one year if one is named."""
    rows = [line.split(",") for line in text.splitlines() if line.startswith(year) and line.count(",") == 2]
    counts = Counter((level, kind) for _, level, kind in rows)
    lines = [f"{level}  {kind:<12}{count:>7}" for (level, kind), count in sorted(counts.items(), reverse=True)]
    return "\n".join([*lines, f"{'all':<16}{len(rows):>7}"])


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.referrals", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("year", nargs="?", default="")
    chosen = parser.parse_args()
    print(table(chosen.file.read_text(encoding="ascii"), chosen.year))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
