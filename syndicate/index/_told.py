"""What is told of posts: the problems of their files, and ids that were not to be had."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from syndicate.index.packing import unpack_problems
from syndicate.model import Problem, Severity, shown_path


def problems(db: sqlite3.Connection) -> Iterator[Problem]:
    """See `Index.problems`."""
    sql = "SELECT problems, broken AND last_good <> '' FROM posts WHERE problems IS NOT NULL ORDER BY path"
    for packed, stands_in in db.execute(sql):
        for problem in unpack_problems(packed):
            yield _standing_in(problem) if stands_in and problem.severity is Severity.ERROR else problem
    for path, wanted, got, twin in db.execute(
        "SELECT a.path, a.wanted_id, a.entry_id, b.path FROM posts a JOIN posts b ON b.entry_id = a.wanted_id"
        " WHERE a.state = 2 AND a.entry_id <> a.wanted_id AND b.state = 2 AND b.id <> a.id ORDER BY a.path"
    ):
        yield _twin(path, wanted, got, twin)
    for path, wanted, got in db.execute(
        "SELECT path, wanted_id, entry_id FROM posts a WHERE state = 2 AND entry_id <> wanted_id"
        " AND json_extract(packed, '$.guid') = wanted_id AND NOT EXISTS"
        " (SELECT 1 FROM posts b WHERE b.entry_id = a.wanted_id AND b.state = 2) ORDER BY path"
    ):
        yield _late(path, wanted, got)


def _standing_in(problem: Problem) -> Problem:
    return replace(problem, message=f"{problem.message} Until then the last good version stays in the feeds.")


def _late(path: bytes, wanted: str, got: str) -> Problem:
    return Problem(
        shown_path(path),
        Severity.INFO,
        "guid-too-late",
        f"the id {wanted} is not taken: readers know this post as {got}, and would see it again as a new one. "
        "Take the id out of the file, or write the old one into it.",
    )


def _twin(path: bytes, wanted: str, got: str, twin: bytes) -> Problem:
    return Problem(
        shown_path(path),
        Severity.WARNING,
        "duplicate-id",
        f"the id {wanted} already belongs to {shown_path(twin)}, so this post is published as {got}; "
        "give one of the two another permalink or guid",
    )
