"""Posts that are alike: in one folder, with the same keys and, but for a few of them, the same values. Pure.

A site has few kinds of posts. What a reader of fields finds in the first of a kind holds for the rest of it: authors,
picture, language, everything but what comes of the title, the date, the terms, the summary and the name of the file. So
the first are read in full, and of the others only these few values: a third of the time.

In: texts and paths. Out: the very rows that `read.read` gives, or None where anything is unlike: then that reads it.

What makes it safe: the head of the first was read by the patterns for simple heads, line by line (`_yaml_lines`,
`_toml_lines`), and those of the others have the same lines but for the values of a few keys, which are simple as well.
The dialect says which keys these are and what it makes of them (`Dialect.alike`). Nothing is learnt from a post with a
problem, a picture, media, references or template code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syndicate.content import _toml_lines, _yaml_lines
from syndicate.content.dialects import Alike, Dialect
from syndicate.index import PostRow
from syndicate.index.packing import Cast
from syndicate.model import FrontMatter, Post, Value
from syndicate.model.records import NamedTuple

_MOST = 4096
"""Kinds of a shape that are remembered, each in about 2 kB."""

_MOST_SPELLINGS = 16_384
"""Spellings of the values of a key, each in about half a kB: of lists of tags there are many."""

_MOST_SHAPES = 16
"""Shapes of a folder that are known, each a pattern that a text is held against."""

_PATIENCE = 3
"""How often it is tried to learn something of a kind: a body may have links or code by chance."""

_LONGEST = 4096
"""Characters of a head that is looked at here."""

_LONG = 100
"""Characters from which on a value is hardly ever met twice."""


class _Fence(NamedTuple):
    """How a form of front matter is fenced, and how its lines are read.

    `entry` finds the keys that begin a line, and their values, as the pattern `value` does; `date` is what dates look
    like of which nothing need be read; `one` reads a single text (None: it is none), `read` a whole head; `join` stands
    between key and value.
    """

    opening: str
    closing: str
    entry: re.Pattern[str]
    value: str
    date: str
    one: Callable[[str], str | None]
    read: Callable[[str], Mapping[str, Value] | None]
    join: str


_MARKED = r"""\"([^\n"\\]++)["]"""
_IN_YAML = r"((?:\ [^\n]*+)?+(?:\n\ *+-\ [^\n]*+)*+)"
_DATE = "[0-9][0-9T+-]*+(?:[ :][0-9T+-]++)*+"
_IN_TOML = r"(\ [^\n]*+)"


def _fence(
    mark: str,
    entry: str,
    value: str,
    date: str,
    one: Callable[[str], str | None],
    read: Callable[[str], Mapping[str, Value] | None],
    join: str,
) -> _Fence:
    pattern = re.compile(rf"^({entry}){join}{value}$", re.MULTILINE)
    return _Fence(f"{mark}\n", f"\n{mark}\n", pattern, value, date, one, read, join)


_FENCES = {
    "yaml": _fence("---", r"\w[\w-]*+", _IN_YAML, _DATE, _yaml_lines.text, _yaml_lines.read, ":"),
    "toml": _fence("+++", r"[A-Za-z0-9_-]++", _IN_TOML, "(?!)", _toml_lines.text, _toml_lines.read, " ="),
}


class Kind(NamedTuple):
    """What the posts of a kind have in common: the row of one, its packed form, what the dialect makes of the rest.

    `parts` are what it made of values that were met, by spelling, of each of `alike.keys`; the kinds of a folder share
    them.
    """

    row: PostRow
    cast: Cast
    alike: Alike
    parts: tuple[dict[str, Any], ...]


class Like(NamedTuple):
    """A post of a known kind: its title and date (and whether that is in quotation marks), what the dialect made of its
    other values, and where its body begins."""

    kind: Kind
    title: str
    date: str
    quoted: bool
    parts: tuple[Any, ...]
    body_at: int


class _Shape:
    """The heads with the same keys in the same order and form. `keys` are those that may differ beside title, date."""

    def __init__(self, fence: _Fence, head: str, keys: Sequence[str]) -> None:
        """`head` is one of them, without its fences; each key begins one of its lines."""
        self._fence = fence
        pattern, done, names = re.escape(fence.opening), 0, []
        for entry in fence.entry.finditer(head):
            names.append(entry[1])
            inner = {"title": _MARKED, "date": f"({fence.date})"}.get(entry[1])
            group = rf"\ ++({inner}|[^\n]++)" if inner else fence.value
            names += [f"{entry[1]} at once"] * (inner is not None)
            pattern += re.escape(head[done : entry.start(2)]) + group
            done = entry.end(2)
        self._match = re.compile(pattern + re.escape(head[done:] + fence.closing)).match
        own = ("title", "title at once", "date", "date at once")
        self._own = tuple(map(names.index, own))
        self.keys = tuple(keys)
        self._differing = tuple(names.index(key) for key in self.keys)
        self._shared = tuple({*range(len(names))}.difference(self._own, self._differing))
        self._kinds: dict[tuple[str, ...], Kind | int] = {}
        """What is known of a kind, by the values that its posts share, or how often it was met while nothing was."""

    def match(self, text: str) -> re.Match[str] | None:
        """The values of a text of this shape, and where its body begins."""
        found = self._match(text)
        return found if found and found.end() <= _LONGEST else None

    def like(self, found: re.Match[str]) -> Like | None:
        """What a text has of its own beside others of its kind, if that is known."""
        values = found.groups()
        kind = self._kinds.get(tuple([values[at] for at in self._shared]), 0)
        if isinstance(kind, int):
            return None
        written, title, dated, date = [values[at] for at in self._own]
        if not (title and title.isprintable()):  # else the text in quotation marks is what it looks like
            title = self._fence.one(written)
        if date is None:
            date = self._fence.one(dated)
        if title is None or date is None:
            return None
        parts: list[Any] = []
        for known, at in zip(kind.parts, self._differing, strict=True):
            part = known.get(values[at])
            if part is None and (part := self._part(kind, len(parts), values[at])) is None:
                return None
            parts.append(part)
        return Like(kind, title, date, dated[0] in "\"'", tuple(parts), found.end())

    def _part(self, kind: Kind, number: int, written: str) -> Any:
        """What the dialect makes of the value of a further key; None where the post has to be read in full."""
        key, known = self.keys[number], kind.parts[number]
        read = self._fence.read(f"{key}{self._fence.join}{written}")
        part = kind.alike.part(key, read[key]) if read and len(read) == 1 and key in read else None
        if part is not None and len(written) < _LONG:
            if len(known) >= _MOST_SPELLINGS:
                known.clear()
            known[written] = part
        return part

    def is_learnt_now(self, found: re.Match[str]) -> bool:
        """Whether the kind of this text is met again while nothing is known of it. It is counted."""
        shared = self._values(found)
        met = self._kinds.get(shared, 0)
        if not isinstance(met, int) or met > _PATIENCE:
            return False
        if len(self._kinds) >= _MOST:
            del self._kinds[next(iter(self._kinds))]
        self._kinds[shared] = met + 1
        return met > 0

    def learn(self, found: re.Match[str], kind: Kind | int) -> None:
        """Take this for what all posts of the kind of this text are; a number, that it was met so often."""
        self._kinds[self._values(found)] = kind

    def _values(self, found: re.Match[str]) -> tuple[str, ...]:
        return tuple([found[at + 1] for at in self._shared])


class Kinds:
    """The kinds of posts met so far. Pickles empty."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, str], list[_Shape]] = {}
        """Those of a folder's files with the same ending."""
        self._likely: dict[tuple[Any, ...], _Shape] = {}
        """The one that a text of a folder had, by its outline: to hold it against others first would be in vain."""
        self._parts: dict[tuple[str, ...], dict[str, Any]] = {}
        """What dialects made of values, by spelling, of each key of each form of front matter in such files."""
        self._met: dict[tuple[str, str, str], int] = {}
        """How often what may be a shape was met, by folder, ending, and head without values."""

    def __reduce__(self) -> tuple[type[Kinds], tuple[()]]:
        return Kinds, ()

    def of(self, path: str, text: str) -> Like | None:
        """What a post has of its own beside others of its kind, if enough of that is known."""
        shape, found = self._shaped(_place(path), text)
        return shape.like(found) if shape and found else None

    def learn(
        self,
        path: str,
        text: str,
        read: tuple[FrontMatter, Post, PostRow],
        dialect: Dialect,
        holds: Callable[[Like], bool],
    ) -> None:
        """Learn of a post that was `read` in full what its kind is like: what is met twice is one.

        What was learnt has to hold for the post it was learnt from.
        """
        matter, post, row = read
        place = _place(path)
        shape, found = self._shaped(place, text)
        if shape is None or found is None:
            shape, found = self._new_shape(place, path, text, matter, dialect)
            if shape is None or found is None:
                return
        elif not shape.is_learnt_now(found):
            return
        if not (_is_plain(post, row) and _is_simple(matter, found, shape.keys)):
            return
        alike = dialect.alike(path, matter)
        if alike is None or alike.keys != shape.keys:
            return
        shape.learn(found, Kind(row, Cast(row.packed), alike, self._parts_of(place, matter.format, alike.keys)))
        like = shape.like(found)
        if like is None or not holds(like):
            shape.learn(found, _PATIENCE)

    def _parts_of(self, place: tuple[str, str], form: str, keys: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """What was made of the values of these keys in a folder, in posts of any kind."""
        return tuple(self._parts.setdefault((*place, form, key), {}) for key in keys)

    def _shaped(self, place: tuple[str, str], text: str) -> tuple[_Shape | None, re.Match[str] | None]:
        """The shape of a text and its values, if it is one of those known."""
        shapes = self._shapes.get(place, ())
        outline = (place, *_outline(text)) if len(shapes) > 1 else None
        likely = self._likely.get(outline) if outline else None
        if likely and (found := likely.match(text)):
            return likely, found
        for shape in shapes:
            if found := shape.match(text):
                if outline:
                    if len(self._likely) >= _MOST:
                        self._likely.clear()
                    self._likely[outline] = shape
                return shape, found
        return None, None

    def _new_shape(
        self, place: tuple[str, str], path: str, text: str, matter: FrontMatter, dialect: Dialect
    ) -> tuple[_Shape | None, re.Match[str] | None]:
        """A shape that is met for the second time, or has been some times in vain."""
        fence = _FENCES.get(matter.format)
        shapes = self._shapes.setdefault(place, [])
        if fence is None or len(shapes) >= _MOST_SHAPES or not text.startswith(fence.opening):
            return None, None
        end = text.find(fence.closing, 3, _LONGEST)
        if end < 0:
            return None, None
        head = text[4:end]
        key = (*place, fence.entry.sub(r"\1", head))
        met = self._met[key] = self._met.get(key, 0) + 1
        if len(self._met) > _MOST:
            self._met.clear()
        alike = dialect.alike(path, matter) if 1 < met <= _PATIENCE else None
        if alike is None or not _has_each_once(fence, head, ("title", "date", *alike.keys)):
            return None, None
        shape = _Shape(fence, head, alike.keys)
        found = shape.match(text)
        if found:
            shapes.append(shape)
        return shape, found


def _place(path: str) -> tuple[str, str]:
    return path.rpartition("/")[0], path.rpartition(".")[2]


def _outline(text: str) -> tuple[int, str]:
    """How many lines a head has, and how the last one begins, which mostly tells texts of different shapes apart."""
    end = text.find(f"\n{text[:4]}", 3, _LONGEST)
    last = text.rfind("\n", 0, end) + 1
    return text.count("\n", 0, end), text[last : last + 3]


def _has_each_once(fence: _Fence, head: str, keys: Sequence[str]) -> bool:
    names = [entry[1] for entry in fence.entry.finditer(head)]
    return all(names.count(key) == 1 for key in keys)


def _is_plain(post: Post, row: PostRow) -> bool:
    """Whether nothing but the file itself had a say in the row, and nothing in it is told to anybody."""
    if row.problems or row.references or row.needs or row.translation or post.source or post.built:
        return False
    return post.image is None and not post.enclosures and post.episode is None


def _is_simple(matter: FrontMatter, found: re.Match[str], keys: Sequence[str]) -> bool:
    """Whether the head was read line by line, each for itself, and these keys are in no table nor in two spellings."""
    fields = matter.fields
    if len({key.casefold() for key in fields}) < len(fields) or not {"title", "date", *keys} <= fields.keys():
        return False
    return matter.body_at == found.end() and _FENCES[matter.format].read(matter.head) == fields
