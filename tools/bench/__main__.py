"""Measures both bots and prints the table: `python -m tools.bench`."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from tools.bench.measure import Bench
from tools.bench.processes import BenchError
from tools.bench.report import PAGE, RESULTS, relative, remarks, rows_of, table, write
from tools.bench.setup import prepare


def main() -> int:
    """Run the bench; whatever ends it, no process is left behind."""
    if not Path("/proc/self/status").is_file():
        return _fail("memory and load are read from /proc, which only Linux has")
    # A plain kill would skip the clean-up.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    begun = time.monotonic()
    bench = Bench(_say)
    try:
        prepare(_say)
        bench.run()
    except BenchError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("interrupted")
    rows = rows_of(bench)
    write(bench, rows)
    print("\n".join(["", table(rows), "", *remarks(bench)]))
    print(f"Written to {relative(PAGE)} and {relative(RESULTS)} after {(time.monotonic() - begun) / 60:.0f} minutes.")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _fail(reason: str) -> int:
    print(f"No figures: {reason}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
