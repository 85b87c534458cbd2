"""`python -m tools.lighthouse`: what Lighthouse says of the start page, run on this machine. Needs node and npm.

Lighthouse is not part of the project: it is fetched into .lighthouse/ the first time, its install scripts left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict

from common.paths import PROJECT
from tests.servers import HOST, Servers
from tools.browser import find

VERSION = "12.8.2"
FOLDER = PROJECT / ".lighthouse"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
# In hundredths, as Lighthouse shows them.
WANTED = {"accessibility": 100, "best-practices": 95}


def main() -> int:
    """Print the scores and what costs points; 1 if one is below what is wanted, 2 if Lighthouse can't run here."""
    parser = argparse.ArgumentParser(prog="python -m tools.lighthouse", description=__doc__)
    parser.add_argument("--server", help="a running assistant; without it, one is started")
    chosen = parser.parse_args()
    missing = [name for name, there in (("node", shutil.which("node")), ("npm", shutil.which("npm")), ("chromium", find())) if not there]
    if missing:
        print(f"Lighthouse can't run here: {', '.join(missing)} not found. Nothing was measured.", file=sys.stderr)
        return 2
    if not PROGRAM.exists():
        FOLDER.mkdir(exist_ok=True)
        package = FOLDER / "package.json"
        package.write_text('{"private": true}\n', encoding="utf-8")
        command = ["npm", "install", "--ignore-scripts", "--no-fund", "--no-audit", "--silent", f"lighthouse@{VERSION}"]
        subprocess.run(command, cwd=FOLDER, check=True)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.server:
            report = measure(chosen.server, Path(folder))
        else:
            with Servers(Path(folder)) as servers:
                report = measure(f"http://{HOST}:{servers.port}/", Path(folder))
    return say(report)


def measure(url: str, folder: Path) -> Dict[str, Any]:
    """Lighthouse's report on a page."""
    output = folder / "report.json"
    flags = "--headless --disable-dev-shm-usage" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = [str(PROGRAM), url, "--quiet", "--output=json", f"--output-path={output}", f"--chrome-flags={flags}"]
    subprocess.run(
        command, env={**os.environ, "CHROME_PATH": str(find())}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )
    report: Dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return report


def say(report: Dict[str, Any]) -> int:
    """Print the scores; 1 if one is too low."""
    scores = {name: round(100 * (category["score"] or 0)) for name, category in report["categories"].items()}
    print(f"Lighthouse {report['lighthouseVersion']}: " + ", ".join(f"{name} {score}" for name, score in scores.items()))
    for name, category in report["categories"].items():
        for part in category["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"  {name}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
    low = [name for name, least in WANTED.items() if scores[name] < least]
    if low:
        print(f"Too low: {', '.join(low)}", file=sys.stderr)
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main())
