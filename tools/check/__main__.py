"""`python -m tools.check`: prints every problem in the project's words, or one line that all is good."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path
from typing import List, Optional

from common.paths import PROJECT
from tools.check.project import Project
from tools.check.run import FIRST, rule_names, run


def main(arguments: Optional[List[str]] = None) -> int:
    """Check the project; 1 if anything must be mended, else 0."""
    begin = time.perf_counter()
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.add_argument("--root", type=Path, default=PROJECT, help="the project's folder")
    parser.add_argument("--overlay", type=Path, help="a folder whose files stand in for the root's, or are added to them")
    chosen = parser.parse_args(arguments)
    project = Project(chosen.root, chosen.overlay)
    problems = run(project)
    for problem in problems:
        print(problem)
    failures = [problem for problem in problems if not problem.warning]
    if failures:
        held_back = ". The other rules run once these are mended" if {problem.rule for problem in failures} & set(FIRST) else ""
        print(f"{len(failures)} problem{'s' if len(failures) > 1 else ''} to mend{held_back}.")
        return 1
    answers, examples = len(project.answers), sum(len(found) for _, found in project.examples)
    print(f"All good: {answers} answers, {examples} examples, {len(rule_names())} rules, {time.perf_counter() - begin:.1f} s.")
    return 0


if __name__ == "__main__":
    # Nearly all that is read is needed to the end: to look for garbage would take a tenth of the time.
    gc.disable()
    sys.exit(main())
