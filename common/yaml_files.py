"""Reads the project's YAML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# LibYAML's parser is many times faster than the pure Python one; not every build of PyYAML has it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        yaml.YAMLError: the file is not YAML; the message names line and column.
        OSError: the file can't be read.

    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (both are safe loaders)
