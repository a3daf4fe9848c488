"""The read stage: a Source → what the index stores of it. Pure.

A fault of a file is a Problem in its row; no file makes the stage raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from syndicate.content import frontmatter
from syndicate.content.dialects import Dialect
from syndicate.content.files import Source
from syndicate.index import PostRow
from syndicate.index.packing import pack
from syndicate.model import Post, Problem, Severity, Visibility

VERSION = "read/1"
"""Raised by hand whenever the same file would be understood otherwise: then all are read anew."""


OURS = '<meta name="generator" content="Syndicate">'
"""Stands in the pages we write: one that lies among the posts, from an earlier output folder, is no post."""


def read(source: Source, path: str, dialect: Dialect, ids: str) -> PostRow:
    """What a file means.

    `path` is its path within its root, as text; `ids` the rule for ids (`url`, `generator`).
    """
    if not source.text.strip():
        return _row(source, [_empty(source)])._replace(broken=True)
    if OURS in source.text[:4096]:
        return _row(source, [])
    forms = dialect.forms(path)
    matter, problems = frontmatter.split(source.text, source.stamp.shown, forms)
    if matter is None:
        return _broken(source, problems, forms)
    post, more = dialect.post(source.stamp, path, matter)
    problems = problems + more
    if post is None:
        broken = any(problem.severity is Severity.ERROR for problem in problems)
        return _broken(source, problems, forms) if broken else _row(source, problems)
    return _stored(source, post, problems, dialect, ids)


def _empty(source: Source) -> Problem:
    # a full disk or a script that died leaves such a file behind, and the post it was has its last good version
    message = "The file is empty, so it is no post. Restore it, or delete it."
    return Problem(source.stamp.shown, Severity.WARNING, "file-empty", message)


def unread(path: bytes, mtime_ns: int, problem: Problem, unsettled: bool) -> PostRow:
    """The row of a file whose text could not be had."""
    return PostRow(path, b"", mtime_ns // 10**9, problems=(problem,), broken=True, unsettled=unsettled)


def _row(source: Source, problems: list[Problem]) -> PostRow:
    return PostRow(source.stamp.path, source.digest, source.stamp.mtime_ns // 10**9, problems=tuple(problems))


def _broken(source: Source, problems: list[Problem], forms: Sequence[str]) -> PostRow:
    return _row(source, problems)._replace(broken=True, withdrawn=frontmatter.withdrawn(source.text, forms))


def _stored(source: Source, post: Post, problems: list[Problem], dialect: Dialect, ids: str) -> PostRow:
    native = ids == "generator" and post.generator_id
    return _row(source, problems)._replace(
        packed=pack(post),
        public=post.visibility is Visibility.PUBLIC,
        published=_seconds(post.published),
        visible_from=_seconds(post.visible_from),
        visible_until=_seconds(post.visible_until),
        updated=_seconds(post.updated),
        guid=post.guid,
        default_id=dialect.facts.url + post.generator_id if native else post.url,
        terms=post.terms,
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
