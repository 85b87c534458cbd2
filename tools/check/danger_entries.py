"""The entries of the files with danger rules, as the rules about them look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Tuple

from tools.check.yaml_file import Key, YamlFile


@dataclass(frozen=True)
class Entry:
    """A sign, a boundary, a flag, or what a message is about: a name, and the patterns that stand for it.

    Attributes:
        file: where it stands.
        part: "signs", "boundaries", "flags" or "about".
        name: its id or key.
        data: what else is said of it, such as its kind.
        says: its patterns.
        keys: the way to it in the file.

    """

    file: YamlFile
    part: str
    name: str
    data: Mapping[str, Any]
    says: List[str]
    keys: Tuple[Key, ...]

    def line(self, *keys: Key) -> int:
        """The line of the entry, or of a part of it."""
        return self.file.line(*self.keys, *keys)

    def line_of_pattern(self, index: int) -> int:
        """The line of one of its patterns."""
        return self.line(index) if self.part == "about" else self.line("says", index)


def entries_of(file: YamlFile) -> Iterator[Entry]:
    """All entries of a file with danger rules, in its order."""
    for part in ("signs", "boundaries"):
        for index, entry in enumerate(file.data.get(part, [])):
            yield Entry(file, part, entry["id"], entry, entry["says"], (part, index))
    for name, entry in file.data.get("flags", {}).items():
        yield Entry(file, "flags", name, entry, entry["says"], ("flags", name))
    for name, says in file.data.get("about", {}).items():
        yield Entry(file, "about", name, {}, says, ("about", name))
