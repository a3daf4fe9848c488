"""The read stage: a Source → what the index stores of it. Pure.

A fault of a file is a Problem in its row; no file makes the stage raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import compress
from zoneinfo import ZoneInfo

from syndicate import plugins
from syndicate.content import _asked, frontmatter, ids
from syndicate.content._alike import Kinds, Like
from syndicate.content._asked import NOTHING, Asked
from syndicate.content._substance import substance as substance_of
from syndicate.content.dialects import Dialect, Differs
from syndicate.content.files import Source
from syndicate.index import Needed, PostRow
from syndicate.index.packing import pack
from syndicate.index.shelves import shelf, shelved
from syndicate.markup import links
from syndicate.model import BY_NAME, FrontMatter, Post, Problem, Severity, Value, Visibility
from syndicate.model.records import NamedTuple

OURS = '<meta name="generator" content="Syndicate">'
"""Stands in the pages we write: one that lies among the posts, from an earlier output folder, is no post."""


CONFLICT_COPY = re.compile(
    r"\.sync-conflict-\d{8}-\d{6}(?:-\w+)?\.\w+\Z|\((?:[^()/]* )?conflicted copy(?: [^()/]*)?\)[^/]*\Z", re.IGNORECASE
)
"""What Syncthing, Dropbox and Nextcloud call the other version of a file that two machines have changed."""


class Completed(NamedTuple):
    """A Post with what only other files know of it, and these files."""

    post: Post
    needs: tuple[Needed, ...] = ()
    problems: tuple[Problem, ...] = ()


def as_it_is(post: Post, _matter: FrontMatter) -> Completed:
    """The Post where no other file is asked."""
    return Completed(post)


def read(
    source: Source,
    path: str,
    dialect: Dialect,
    rule: str,
    *,
    label: str = "",
    language: str | None = None,
    complete: Callable[[Post, FrontMatter], Completed] = as_it_is,
    asked: Asked = NOTHING,
    updated: str = "any",
    whole_days: bool = False,
    kinds: Kinds | None = None,
) -> PostRow:
    """What a file means.

    `path` is its path within its root, as text, and `label` what stands before it in the index; `rule` that for
    ids (see `content.ids`). `language` is the site's, None where all languages share their feeds.
    `complete` adds what other files know of a post with this front matter, `asked` is what queries want of it.
    `updated` says what makes an entry an updated one, as `feed.updated` of the settings does; with `whole_days` a post
    that is dated to a day alone counts from when it was first seen on that day. `kinds` are those met so far, of posts
    that only the `complete` of this one would have a say in.
    """
    wish = Wish(dialect, rule, language, asked, updated, whole_days)
    if kinds and (row := read_alike([(source, path)], kinds, wish)[0]):
        return row
    return read_one(source, path, wish, label=label, complete=complete, kinds=kinds)


def read_one(
    source: Source,
    path: str,
    wish: Wish,
    *,
    label: str = "",
    complete: Callable[[Post, FrontMatter], Completed] = as_it_is,
    kinds: Kinds | None = None,
) -> PostRow:
    """The same, in full; `kinds` learn of it."""
    if row := _no_post(source, path):
        return row
    row, done, matter = _in_full(source, path, label, complete, wish)
    if kinds and done and matter and not wish.asked.keys:
        holds = lambda like: _of_kinds([(like, source, path)], wish) == [row]  # noqa: E731
        kinds.learn(path, source.text, (matter, done.post, row), wish.dialect, holds)
    return row


class Wish(NamedTuple):
    """What holds for all files of a run; see `read`."""

    dialect: Dialect
    rule: str
    language: str | None
    asked: Asked
    updated: str
    whole_days: bool


def _in_full(
    source: Source, path: str, label: str, complete: Callable[[Post, FrontMatter], Completed], wish: Wish
) -> tuple[PostRow, Completed | None, FrontMatter | None]:
    """The row of a file, and what it was made of where it is a post."""
    dialect, asked = wish.dialect, wish.asked
    forms = dialect.forms(path)
    matter, problems = frontmatter.split(source.text, source.stamp.shown, forms)
    if matter is None:
        return _broken(source, problems, forms), None, None
    post, more = dialect.post(source.stamp, path, matter)
    if more:
        problems = problems + more
    if post is None:
        broken = any(problem.severity is Severity.ERROR for problem in problems)
        return _broken(source, problems, forms) if broken else _row(source, problems), None, None
    if own := ids.brought(wish.rule, matter.fields, dialect.facts.url):
        post = replace(post, guid=own)
        problems = [each for each in problems if each.code != "guid-unreadable"]
    done = complete(_placed(post, matter.body, path, dialect.templates, label), matter)
    if done.problems:
        problems = [*problems, *done.problems]
    post = done.post
    row = _stored(
        source,
        done,
        problems,
        ids.default(wish.rule, post.url, post.generator_id, post.published, dialect.facts),
        "" if wish.language is None else shelf(post.language, wish.language),
        substance_of(wish.updated, source, post.title, matter.body),
        _asked.fields(_fields(matter, dialect), asked.keys) if asked.keys else "",
        _asked.words(matter.body) if asked.counted else 0,
        wish.whole_days and _is_midnight(post.published, dialect.facts.timezone),
    )
    return row, done, matter


def read_alike(batch: Sequence[tuple[Source, str]], kinds: Kinds, wish: Wish) -> list[PostRow | None]:
    """The rows of those files (each with its path) whose kind is known; None for what has to be read by `read`."""
    rows: list[PostRow | None] = [None] * len(batch)
    if wish.asked.keys:
        return rows
    numbers, posts = [], []
    for n, (source, path) in enumerate(batch):
        like = kinds.of(path, source.text)
        if like and _no_post(source, path) is None:
            numbers.append(n)
            posts.append((like, source, path))
    for n, row in zip(numbers, _of_kinds(posts, wish), strict=True):
        rows[n] = row
    return rows


def _of_kinds(posts: Sequence[tuple[Like, Source, str]], wish: Wish) -> list[PostRow | None]:
    """The rows of posts of known kinds; None for one that has to be read in full."""
    templates = wish.dialect.templates
    rows: list[PostRow | None] = [None] * len(posts)
    some: dict[int, list[tuple[int, str]]] = {}
    for n, (like, source, path) in enumerate(posts):
        body = source.text[like.body_at :]
        if not (_has_code(body, templates) or links.references(body, path)):
            some.setdefault(id(like.kind), []).append((n, body))
    for each in some.values():
        numbers, bodies = zip(*each, strict=True)
        of_kind = _of_kind([posts[n] for n in numbers], bodies, wish)
        for n, row in zip(numbers, of_kind, strict=True):
            rows[n] = row
    return rows


def _of_kind(posts: Sequence[tuple[Like, Source, str]], bodies: Sequence[str], wish: Wish) -> Iterator[PostRow | None]:
    """The same of posts of one kind without code and references.

    Step by step for all of them: one post after the other takes half as long again, since a processor does not keep so
    much of a program at hand.
    """
    templates = wish.dialect.templates
    likes, sources, paths = zip(*posts, strict=True)
    kind, (_kinds, titles, dates, quoted, parts, body_at) = likes[0].kind, zip(*likes, strict=True)
    found = kind.alike.differs(paths, titles, dates, quoted, parts)
    sound = [own is not None and not (own.summary and _has_code(own.summary, templates)) for own in found]
    if not all(sound):
        sources, bodies, body_at = (tuple(compress(each, sound)) for each in (sources, bodies, body_at))
    found = list(compress(found, sound))
    packed = kind.cast.filled(*zip(*found, strict=True), body_at) if found else []
    substances = [
        substance_of(wish.updated, source, own.title, body, at)
        for own, source, body, at in zip(found, sources, bodies, body_at, strict=True)
    ]
    rows = iter(
        _alike_row(kind.row, source, own, text, substance, body, wish) if text else None
        for source, own, text, substance, body in zip(sources, found, packed, substances, bodies, strict=True)
    )
    return (next(rows) if each else None for each in sound)


def _alike_row(
    row: PostRow, source: Source, own: Differs, packed: str, substance: bytes, body: str, wish: Wish
) -> PostRow:
    """All values in their order: to give those that are not as usual by name takes twice as long."""
    (path, _size, mtime_ns, _ctime_ns, _inode), _text, digest, _raw = source
    url, _title, moment, begins, own_id, terms, _summary = own
    facts, published = wish.dialect.facts, int(moment.timestamp())
    return PostRow._make((
        path, digest, mtime_ns // 10**9, packed, row.public, published,
        published if begins is moment else _seconds(begins), row.visible_until, row.updated, row.guid,
        ids.default(wish.rule, url, own_id, moment, facts), shelved(row.language, terms), row.language,
        "", (), (), (), substance, "", _asked.words(body) if wish.asked.counted else 0,
        wish.whole_days and _is_midnight(moment, facts.timezone), False, False, False,
    ))  # fmt: skip


def _stored(
    source: Source,
    done: Completed,
    problems: list[Problem],
    default_id: str,
    language: str,
    substance: bytes,
    fields: str,
    words: int,
    whole_day: bool,
) -> PostRow:
    """The row of a post, made in one call: each `_replace` of a row would cost as much again."""
    post = done.post
    published = _seconds(post.published)
    return PostRow(
        source.stamp.path,
        source.digest,
        source.stamp.mtime_ns // 10**9,
        pack(post),
        post.visibility is Visibility.PUBLIC,
        published,
        published if post.visible_from is post.published else _seconds(post.visible_from),
        _seconds(post.visible_until),
        _seconds(post.updated),
        post.guid,
        default_id,
        shelved(language, post.terms),
        language,
        post.translation,
        tuple(candidate for each in post.references for candidate in each.candidates) if post.references else (),
        done.needs,
        tuple(problems),
        substance,
        fields,
        words,
        whole_day,
    )


def _no_post(source: Source, path: str) -> PostRow | None:
    """The row of a file that nobody has to open to know that it is no post; None for any other."""
    text = source.text
    if "onfl" in path.lower() and CONFLICT_COPY.search(path):
        return _row(source, [_copy(source)])
    if not text or text.isspace():
        return _row(source, [_empty(source)])._replace(broken=True)
    return _row(source, []) if text.find(OURS, 0, 4096) >= 0 else None


def _placed(post: Post, body: str, path: str, templates: str, label: str) -> Post:
    """The post with what its place among other files gives it: its own path for template code, the posts it names."""
    found = links.references(body, path)
    in_body = _has_code(body, templates)
    if in_body:
        found += plugins.find("templates", templates).references(body, path)
    if in_body or (post.summary and _has_code(post.summary, templates)):
        post = replace(post, source=path)
    if not found:
        return post
    if label:
        found = [replace(each, candidates=tuple(_labelled(each.candidates, label))) for each in found]
    return replace(post, references=tuple(found))


def _is_midnight(moment: datetime | None, zone: str) -> bool:
    """Whether a date says no more than the day: as it was read, it is the first moment of it."""
    if moment is None:
        return False
    local = moment.astimezone(ZoneInfo(zone))
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _fields(matter: FrontMatter, dialect: Dialect) -> Mapping[str, Value]:
    """The fields as the file has them; plain files may have `Title: …` lines, which the dialect alone looks for."""
    if matter.format != "none" or dialect.name != "plain":
        return matter.fields
    lines = frontmatter.split(matter.body, "", ("lines",))[0]
    return lines.fields if lines else {}


def _has_code(text: str, templates: str) -> bool:
    return bool(templates) and plugins.find("templates", templates).concerns(text)


def _labelled(candidates: Sequence[str], label: str) -> list[str]:
    return [each if each.startswith(BY_NAME) else label + each for each in candidates]


def _copy(source: Source) -> Problem:
    message = "This is the other version of a file that was changed on two machines. Keep what is right, and delete it."
    return Problem(source.stamp.shown, Severity.WARNING, "conflict-copy", message)


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


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
