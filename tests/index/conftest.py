from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate import plugins
from tests.index.ledger import Ledger, opened


@pytest.fixture(params=plugins.names("index"))
def ledger(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """An empty index of each member: what is told of identity and feeds holds for all of them."""
    index = opened(tmp_path, request.param)
    yield Ledger(index)
    index.close()
