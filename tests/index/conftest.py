from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index.ledger import Ledger, opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    index = opened(tmp_path)
    yield Ledger(index)
    index.close()
