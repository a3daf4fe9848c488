"""Posts that are alike: in one folder, with the same front matter but for title and date. Pure.

A site has few kinds of posts. What a reader of fields finds in the first of a kind holds for the rest of it: terms,
authors, picture, language, everything but what comes of the title, the date and the name of the file. So the first is
read in full, and of the others only these three: a third of the time.

In: texts and paths. Out: the very rows that `read.read` gives, or None where anything is unlike: then that reads it.

What makes it safe: the head of the first was read by the patterns for simple heads, line by line (`_yaml_lines`,
`_toml_lines`), and those of the others have the same lines but for two, whose values are simple as well. The dialect
says what it makes of them (`Dialect.alike`). Nothing is learnt from a post with a problem, a picture, media,
references or template code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from syndicate.content import _toml_lines, _yaml_lines
from syndicate.content.dialects import Alike, Dialect
from syndicate.index import PostRow
from syndicate.index.packing import Cast
from syndicate.model import FrontMatter, Post

_MOST = 8192
"""Kinds that are remembered at a time, each in about 2 kB."""

_PATIENCE = 3
"""How often it is tried to learn something of a kind: a body may have links or code by chance."""

_LONGEST = 4096
"""Characters of a head that is looked at here."""


class Taken(NamedTuple):
    """A text taken apart: the `kind` of its head, the values of title and date, and where the body begins."""

    kind: str
    title: str
    date: str
    body_at: int


class _Fence(NamedTuple):
    """How a form of front matter is fenced, and how a value on a line of its own is read: None if it is not simple."""

    opening: str
    closing: str
    title: str
    date: str
    value: Callable[[str], str | None]


_FENCES = {
    "---\n": _Fence("---\n", "\n---\n", "\ntitle: ", "\ndate: ", _yaml_lines.text),
    "+++\n": _Fence("+++\n", "\n+++\n", "\ntitle = ", "\ndate = ", _toml_lines.text),
}


def taken(text: str) -> Taken | None:
    """A text whose head has a line for its title and one for its date; None for any other."""
    fence = _FENCES.get(text[:4])
    if fence is None:
        return None
    end = text.find(fence.closing, 3, _LONGEST)
    title_at, date_at = text.find(fence.title, 3, end), text.find(fence.date, 3, end)
    if end < 0 or title_at < 0 or date_at < 0:
        return None
    title_at, date_at = title_at + len(fence.title), date_at + len(fence.date)
    title_end, date_end = text.find("\n", title_at), text.find("\n", date_at)
    title, date = fence.value(text[title_at:title_end]), fence.value(text[date_at:date_end])
    if title is None or date is None:
        return None
    if title_at < date_at:
        kind = f"{text[:title_at]}{text[title_end:date_at]}{text[date_end:end]}"
    else:
        kind = f"{text[:date_at]}{text[date_end:title_at]}{text[title_end:end]}"
    return Taken(kind, title, date, end + 5)


class Kind(NamedTuple):
    """What the posts of a kind have in common: the row of one, its packed form, what the dialect makes of the rest."""

    row: PostRow
    cast: Cast
    alike: Alike


class Kinds:
    """The kinds of posts met so far, by folder, ending and head; the oldest are forgotten. Pickles empty."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], Kind | int] = {}
        """What is known of a kind, or how often it has been met while nothing was."""

    def __reduce__(self) -> tuple[type[Kinds], tuple[()]]:
        return Kinds, ()

    def of(self, path: str, text: Taken) -> Kind | None:
        """The kind of a post, if enough of it is known."""
        kind = self._known.get(_key(path, text))
        return None if isinstance(kind, int) else kind

    def learnt(
        self, path: str, text: Taken, matter: FrontMatter, post: Post, row: PostRow, dialect: Dialect
    ) -> Kind | None:
        """What a post that was read in full says of its kind; what is met once only is of no kind."""
        key = _key(path, text)
        met = self._known.get(key, 0)
        if not isinstance(met, int) or met > _PATIENCE:
            return None
        self._known[key] = met + 1
        if len(self._known) > _MOST:
            del self._known[next(iter(self._known))]
        if not met:
            return None
        if not (_is_plain(post, row) and _is_simple(matter, text)):
            return None
        alike = dialect.alike(path, matter)
        return Kind(row, Cast(row.packed), alike) if alike else None

    def keep(self, path: str, text: Taken, kind: Kind) -> None:
        """Take this for what all further posts of the kind are."""
        self._known[_key(path, text)] = kind


def _key(path: str, text: Taken) -> tuple[str, str, str]:
    return path.rpartition("/")[0], path.rpartition(".")[2], text.kind


def _is_plain(post: Post, row: PostRow) -> bool:
    """Whether nothing but the file itself had a say in the row, and nothing in it is told to anybody."""
    if row.problems or row.references or row.needs or row.translation or post.source or post.built:
        return False
    return post.image is None and not post.enclosures and post.episode is None


def _is_simple(matter: FrontMatter, text: Taken) -> bool:
    """Whether the head was read line by line, each for itself, and title and date are what stands in their lines."""
    if (matter.fields.get("title"), matter.fields.get("date")) != (text.title, text.date):
        return False
    if sum(key.casefold() in ("title", "date") for key in matter.fields) != 2:
        return False
    read = {"yaml": _yaml_lines.read, "toml": _toml_lines.read}.get(matter.format)
    return read is not None and matter.body_at == text.body_at and read(matter.head) == matter.fields
