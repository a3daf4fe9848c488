"""What the file of the index needs from time to time; see `Index` for what each call promises."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from syndicate.errors import StateError


class Upkeep:
    """The part of `SqliteIndex` that looks after its own file."""

    _db: sqlite3.Connection

    def copy_to(self, path: str) -> None:
        # for this user alone from the beginning; into an empty file it may be copied
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            self._db.execute("VACUUM INTO ?", (path,))
        except sqlite3.DatabaseError as fault:
            Path(path).unlink(missing_ok=True)
            raise StateError(f"{path}: the state cannot be copied ({fault})") from fault
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def tidy(self) -> None:
        # waits for nobody: who reads just now is in the way only until the next time
        (patience,) = self._db.execute("PRAGMA busy_timeout").fetchone()
        self._db.execute("PRAGMA busy_timeout=0")
        try:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._db.execute(f"PRAGMA busy_timeout={patience}")
