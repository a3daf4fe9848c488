"""What a scan compares with, in the tables: the stamps of folders, and the further files that posts were made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from syndicate.index._rows import Needed
from syndicate.index.stamps import Numbers, looked_up, patched, pieces, recut, whole

_AT_ONCE = 500

_NUMBERS = b"%d %d %d %d"


class Folders:
    """The part of `SqliteIndex` that knows folders; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def folders(self) -> list[bytes]:
        sql = "SELECT path FROM folders UNION SELECT folder FROM late ORDER BY 1"
        return [path for (path,) in self._db.execute(sql)]

    def has_folder(self, path: bytes, below: bool = True) -> bool:
        # what begins with the path and a slash lies between that and the same with the sign behind the slash
        condition = "{0} = ?1 OR (?4 AND {0} >= ?2 AND {0} < ?3)"
        sql = (
            f"SELECT EXISTS (SELECT 1 FROM folders WHERE {condition.format('path')})"
            f" OR EXISTS (SELECT 1 FROM late WHERE {condition.format('folder')})"
        )
        (found,) = self._db.execute(sql, (path, path + b"/", path + b"0", below)).fetchone()
        return bool(found)

    def stamps(self, folder: bytes) -> bytes | None:
        packed = self._stamps(folder)
        late = self._db.execute("SELECT name, numbers FROM late WHERE folder = ?", (folder,)).fetchall()
        return patched(packed, {name: _read(numbers) for name, numbers in late}) if late else packed

    def stamps_of(self, folder: bytes, names: Sequence[bytes]) -> dict[bytes, Numbers]:
        late = {}
        for name in names:
            sql = "SELECT numbers FROM late WHERE folder = ? AND name = ?"
            if got := self._db.execute(sql, (folder, name)).fetchone():
                late[name] = _read(got[0])
        others = [name for name in names if name not in late]
        found = looked_up(self._stamps(folder), others) if others else {}
        return found | {name: numbers for name, numbers in late.items() if numbers is not None}

    def keep_late(self, folder: bytes, changes: Mapping[bytes, Numbers | None]) -> None:
        rows = [(folder, name, b"" if now is None else _NUMBERS % now) for name, now in changes.items()]
        self._db.executemany("INSERT OR REPLACE INTO late VALUES (?, ?, ?)", rows)

    def keep_stamps(self, folder: bytes, packed: bytes | None) -> None:
        self._db.execute("DELETE FROM late WHERE folder = ?", (folder,))
        kept = list(self._pieces(folder))
        changes = recut([piece for _, piece in kept], packed) if packed and kept else None
        if changes is None:
            self._db.execute("DELETE FROM folders WHERE path = ?", (folder,))
            self._db.execute("DELETE FROM pieces WHERE folder = ?", (folder,))
            for part, piece in enumerate(pieces(packed) if packed is not None else []):
                self._keep_piece(folder, part, piece)
        else:
            for place, piece in changes.items():
                self._keep_piece(folder, kept[place][0], piece)

    def _keep_piece(self, folder: bytes, part: int, piece: bytes) -> None:
        """The first of a folder stands in its row; an empty one is none."""
        if not part:
            self._db.execute("INSERT OR REPLACE INTO folders VALUES (?, ?)", (folder, piece))
        elif piece:
            self._db.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", (folder, part, piece))
        else:
            self._db.execute("DELETE FROM pieces WHERE folder = ? AND part = ?", (folder, part))

    def _stamps(self, folder: bytes) -> bytes | None:
        return whole(piece for _, piece in self._pieces(folder))

    def _pieces(self, folder: bytes) -> Iterator[tuple[int, bytes]]:
        yield from self._db.execute("SELECT 0, stamps FROM folders WHERE path = ?", (folder,))
        yield from self._db.execute("SELECT part, stamps FROM pieces WHERE folder = ? ORDER BY part", (folder,))

    def needed(self) -> Iterator[tuple[bytes, Needed]]:
        sql = "SELECT posts.path, needs.path, size, mtime_ns, ctime_ns FROM needs CROSS JOIN posts ON id = post"
        for path, *needed in self._db.execute(sql):
            yield path, Needed(*needed)

    def is_needed(self, paths: Sequence[bytes]) -> bool:
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            sql = f"SELECT 1 FROM needs WHERE path IN ({','.join('?' * len(some))}) LIMIT 1"
            if self._db.execute(sql, some).fetchone():
                return True
        return False


def _read(numbers: bytes) -> Numbers | None:
    if not numbers:
        return None
    size, mtime, ctime, inode = map(int, numbers.split())
    return size, mtime, ctime, inode
