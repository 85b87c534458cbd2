"""Servers that tests share: starting a pair takes ten seconds."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.servers import Servers


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The assistant as `make serve` runs it. For tests that leave it whole."""
    with Servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture(scope="session")
def _breakable_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with Servers(tmp_path_factory.mktemp("breakable")) as running:
        yield running


@pytest.fixture
def breakable(_breakable_pair: Servers) -> Iterator[Servers]:
    """A second assistant, whose action server a test may kill or freeze; the next test finds it mended."""
    yield _breakable_pair
    _breakable_pair.mend_actions()
