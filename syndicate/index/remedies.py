"""What to do where the state cannot be used, by what the database says of it. Pure.

In: a fault of SQLite, by its result code (sqlite.org/rescode.html). Out: a sentence for a person.
"""

from __future__ import annotations

_WAIT = "another process works on it for longer than a minute. Try again when it is done; its lock says who it is"
_BY_CODE = {
    3: "nobody but its owner may use it. Run as the user who made it, or give it to this one",
    5: _WAIT,
    6: _WAIT,
    8: "it or its folder cannot be written to. Run as the user who made it, or give it to this one",
    10: (
        "the disk does not read or write as it should, or the one with its temporary files, which the variable "
        "SQLITE_TMPDIR puts elsewhere. Look at the system's log"
    ),
    13: "the disk is full. Make room; nothing is lost, and the next run goes on from here",
    14: "it or its folder cannot be opened. Does the folder exist, and may this user write there?",
}
"""SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN."""

_OTHERWISE = (
    "If the file is damaged, take a copy of it (docs/usage.md, 'Copies of the state'), or move it away: the feeds are "
    "then rebuilt from the content"
)


def remedy(fault: BaseException) -> str:
    """What is wrong and what to do; an extended result code counts as the one that it belongs to."""
    code = getattr(fault, "sqlite_errorcode", None)
    said = _BY_CODE.get(code & 0xFF, _OTHERWISE) if isinstance(code, int) else _OTHERWISE
    return said if said.endswith("?") else f"{said}."
