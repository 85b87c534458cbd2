"""A YAML file that knows on which line each of its values stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Iterator, List, Optional, Tuple, Union

import yaml

from common import yaml_files

Key = Union[str, int]


class UnquotedDate:
    """Stands for a date without quotes, which YAML reads as a date and Rasa can't store."""


class _Loader(yaml_files._Loader):  # type: ignore[misc, valid-type]  # chosen at run time
    """The project's own loader, but for dates: even an impossible one has to be read before it can be refused."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: UnquotedDate())


class Unreadable(Exception):
    """The file is not YAML.

    Attributes:
        line: where the reading stopped, from 1.
        reason: why, in the parser's words.

    """

    def __init__(self, line: int, reason: str) -> None:
        """Hold both."""
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, eq=False)
class YamlFile:
    """The values of a file, its text's lines, and the nodes that tell where each value stands. Nobody changes any of them."""

    path: str
    data: Any
    lines: List[str]
    node: Optional[yaml.Node]

    def line(self, *keys: Key, word: str = "") -> int:
        """The line, from 1, of the value that the keys lead to, as far as they lead anywhere.

        Args:
            keys: names and indices, outermost first.
            word: look for the line inside that value on which this stands; where it was folded over two lines, the first.

        """
        node, number = self.node, 1
        for key in keys:
            step = _step(node, key)
            if step is None:
                break
            number, node = step
        if word and node is not None:
            for index in range(number - 1, min(node.end_mark.line + 1, len(self.lines))):
                if word.casefold() in self.lines[index].casefold():
                    return index + 1
        return number

    def repeated_keys(self) -> Iterator[Tuple[str, int]]:
        """Keys that stand twice in one mapping, with the second one's line. YAML takes the last and says nothing."""
        nodes = [self.node]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.MappingNode):
                seen = set()
                for key, value in node.value:
                    if key.value in seen:
                        yield key.value, key.start_mark.line + 1
                    seen.add(key.value)
                    nodes.append(value)
            elif isinstance(node, yaml.SequenceNode):
                nodes.extend(node.value)


@cache
def parse(path: str, content: bytes) -> YamlFile:
    """Read a file's content; once in a process, however many projects have the file.

    Args:
        path: the file's name in the project.
        content: its bytes.

    Raises:
        Unreadable: it is not one YAML document in UTF-8.

    """
    try:
        text = content.decode("utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(1, str(error).splitlines()[0]) from error
    return YamlFile(path, data, text.splitlines(), node)


def _step(node: Optional[yaml.Node], key: Key) -> Optional[Tuple[int, yaml.Node]]:
    """One key further: the line where its entry begins, and its value."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        value = node.value[key]
        return value.start_mark.line + 1, value
    return None
