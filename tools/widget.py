"""`python -m tools.widget`: joins widget/src/ into the one file that a page embeds, and prints its size and its SRI hash.

The joining changes no code: modules are put one after the other in the order of their imports, and the lines that import and
export are left out, with comments and the style sheet's spaces. One file, because an `integrity` hash on a script covers that
file and nothing that it imports.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Dict, List

from common.paths import PROJECT

FOLDER = PROJECT / "widget"
SOURCES = FOLDER / "src"
BUILT = FOLDER / "recovery-chat.js"
ENTRY = "recovery_chat.js"
STYLES = "styles.js"
# The promise of the size gate: bytes of the built file after gzip.
MOST_BYTES = 25_000

HEADER = "/* recovery-chat: written by `python -m tools.widget` from widget/src/. Change it there. */\n"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function|class)\b)", re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:const|let|function\*?|class) (\w+)", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:.*?)\*/)\n", re.MULTILINE)


def build(sources: Path = SOURCES) -> str:
    """The text of the built file.

    Raises:
        ValueError: two modules declare the same name, or a module imports in a form that can't be joined.

    """
    parts: List[str] = []
    owners: Dict[str, str] = {}
    for name in _in_order(ENTRY, sources, []):
        text = _read(name, sources)
        for declared in DECLARED.findall(text):
            if declared in owners:
                raise ValueError(f"{declared} is declared in {owners[declared]} and in {name}")
            owners[declared] = name
        text = EXPORT.sub("", IMPORT.sub("", text))
        if re.search(r"^(import|export)\b", text, re.MULTILINE):
            raise ValueError(f'{name}: only `import {{ … }} from "./file.js";` and `export` before a declaration can be joined')
        parts.append(COMMENT.sub("", text).strip())
    return HEADER + '"use strict";\n(() => {\n' + "\n".join(parts) + "\n})();\n"


def integrity(text: str) -> str:
    """The value of the `integrity` attribute for a script of this text."""
    return "sha384-" + base64.b64encode(hashlib.sha384(text.encode()).digest()).decode()


def gzipped(text: str) -> int:
    """Bytes of the text after gzip."""
    return len(gzip.compress(text.encode(), 9, mtime=0))


def _in_order(name: str, sources: Path, done: List[str]) -> List[str]:
    for imported in IMPORT.findall(_read(name, sources)):
        if imported not in done:
            _in_order(imported, sources, done)
    done.append(name)
    return done


def _read(name: str, sources: Path) -> str:
    if name == STYLES:
        styles = _short((sources / "recovery_chat.css").read_text(encoding="utf-8"))
        return f"export const STYLES = {json.dumps(styles, ensure_ascii=False)};\n"
    return (sources / name).read_text(encoding="utf-8")


def _short(styles: str) -> str:
    styles = re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", styles)).strip()


def main() -> int:
    """Write the built file; 1 if it is too large."""
    text = build()
    BUILT.write_text(text, encoding="utf-8")
    size = gzipped(text)
    print(f"{BUILT.relative_to(PROJECT)}: {len(text.encode()):,} bytes, {size:,} gzipped (limit {MOST_BYTES:,})")
    print(f"integrity: {integrity(text)}")
    return int(size > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
