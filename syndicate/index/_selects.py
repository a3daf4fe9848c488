"""The tree of a selection → SQL over `posts`."""

from __future__ import annotations

import sqlite3

from syndicate.index._rows import Chosen, Shown
from syndicate.model.selection import Tree


def where(tree: Tree, now: int) -> tuple[str, dict[str, object]]:
    """A condition on `posts`, and its parameters."""
    raise NotImplementedError


def newest(db: sqlite3.Connection, chosen: Chosen, limit: int, now: int) -> list[Shown]:
    """See `Index.newest`."""
    raise NotImplementedError


def size(db: sqlite3.Connection, chosen: Chosen, now: int) -> tuple[int, int | None]:
    """See `Index.size`."""
    raise NotImplementedError
