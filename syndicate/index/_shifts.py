"""Files that changed places: 1.md, 2.md became 2.md, 3.md, and a new 1.md came.

In each of these paths there is a file before and after, so only all of them together tell what
has moved. Their rows are held until all rows of the run have come; then, for a row whose bytes
stood elsewhere before:

- bytes of a file that vanished come first, as in `_store`;
- else the post goes along from a path whose file is another now, unless that path keeps it;
- a path keeps its post when its file asks for the id the post has or asked for at last, when its
  bytes are the same, or when the file cannot be understood: an edit is no reason to lose an id.

A path that was robbed of its post is looked at as new; a post that lost its path is gone.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from syndicate.index import PostRow
from syndicate.index._parcels import GONE
from syndicate.index._store import Known, Storing, aside
from syndicate.model.digest import is_former


class Shifts:
    """Serves one call of `Index.store`, next to its `Storing`."""

    def __init__(self, storing: Storing, changed: AbstractSet[bytes]) -> None:
        self.storing = storing
        self.known: dict[bytes, Known] = {}
        for path in sorted(changed - storing.gone):
            known = storing.one("path = ?", path)
            if known and known.state != GONE:
                self.known[path] = known._replace(packed="")
        self.digests = {digest for known in self.known.values() for digest in _bytes_of(known)}
        self.held: list[PostRow] = []

    def concerns(self, row: PostRow) -> bool:
        """Whether a row has to do with any of the files that changed."""
        return row.path in self.known or row.digest in self.digests

    def hold(self, row: PostRow) -> bool:
        """Has this row to wait? Files that were only touched have not, nor those of which that cannot be told."""
        if row.unsettled or not row.digest or not self.concerns(row):
            return False
        known = self.known.get(row.path)
        if known and (row.digest in _bytes_of(known) or is_former(known.digest)):
            return False
        self.held.append(row)
        return True

    def settle(self) -> list[PostRow]:
        """All has come: move the posts. The rows that waited, to be stored now."""
        moves = self._moves()
        for known in moves.values():
            self.storing.gone.discard(known.path)
            self.storing.move(known, aside(known))
        for path, known in moves.items():
            # whoever is still there was not claimed
            there = self.storing.one("path = ?", path)
            if there:
                self.storing.make_way(there)
            self.storing.move(known, path)
            self.storing.settled.add(path)
        return self.held

    def _moves(self) -> dict[bytes, Known]:
        """Which post goes to which path."""
        posts = [row for row in self.held if row.packed or row.broken]
        moves: dict[bytes, Known] = {}
        gone = set(self.storing.gone)
        for row in posts:
            if known := self.storing.moved(row):
                moves[row.path] = known
                self.storing.gone.discard(known.path)
        self.storing.gone |= gone
        keeping = {row.path for row in self.held if row.path not in moves and self._keeps(row)}
        free: dict[bytes, list[Known]] = {}
        for row in reversed(self.held):
            if row.path in self.known and row.path not in keeping:
                for digest in _bytes_of(self.known[row.path]):
                    free.setdefault(digest, []).append(self.known[row.path])
        taken: set[int] = set()
        for row in posts:
            if row.path in moves or row.path in keeping:
                continue
            known = next((each for each in reversed(free.get(row.digest, [])) if each.id not in taken), None)
            if known:
                taken.add(known.id)
                moves[row.path] = known
        return moves

    def _keeps(self, row: PostRow) -> bool:
        known = self.known.get(row.path)
        if known is None:
            return False
        asked = row.guid or row.default_id
        return asked in (known.entry_id, known.wanted_id) if asked else row.broken and row.digest not in self.digests


def _bytes_of(known: Known) -> set[bytes]:
    """The digests a file of this post may have: of its last good version, and of the broken one that is there."""
    return {known.digest, known.broken_digest} - {b""}
