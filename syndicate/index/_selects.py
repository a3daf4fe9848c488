"""The tree of a selection → SQL over the posts, with parameters; nothing of a query ever stands in the SQL itself.

A condition is 0 or 1 for every post, never NULL, so that `not` means not. Terms are looked up in their own small table
first, on every shelf, and lead to posts by `post_terms`; a selection with a term costs what that term has.
Texts are compared by the function `fold`, which `register` gives to a connection.
"""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache

from syndicate.model.selection import (
    Aged,
    All,
    Compared,
    Counted,
    Dated,
    Either,
    Has,
    Holds,
    InLanguage,
    InTerm,
    Lies,
    Match,
    Not,
    Says,
    Tree,
    Written,
    fold,
)

Parameters = dict[str, object]
Statement = tuple[str, Parameters]

SORTS = {
    "newest": "published DESC, path",
    "oldest": "published, path",
    "updated": "max(coalesce(updated, published), published) DESC, path",
    "title": "fold(CAST(json_extract(nullif(packed, ''), '$.title') AS BLOB)), path",
}
"""The orders of `[feeds.NAME].sort`; ties are broken by path."""

_VISIBLE = "state = 2 AND visible_from <= :now AND visible_until > :now"
_PACKED = "json_extract(nullif(packed, ''), '$.{}')"
_ENCLOSURES = "json_each(nullif(packed, ''), '$.enclosures')"
_COLUMNS = {
    "title": _PACKED.format("title"),
    "url": _PACKED.format("url"),
    "summary": _PACKED.format("summary"),
    "external_url": _PACKED.format("external_url"),
    "image": _PACKED.format("image[0]"),
    "id": "coalesce(entry_id, wanted_id)",
    "path": "path",
}
_THERE = {
    "title": "coalesce(json_extract(nullif(packed, ''), '$.title'), '') <> ''",
    "enclosure": f"EXISTS (SELECT 1 FROM {_ENCLOSURES})",
    "audio": f"EXISTS (SELECT 1 FROM {_ENCLOSURES} AS one WHERE json_extract(one.value, '$[1]') LIKE 'audio/%')",
    "video": f"EXISTS (SELECT 1 FROM {_ENCLOSURES} AS one WHERE json_extract(one.value, '$[1]') LIKE 'video/%')",
    "updated": "coalesce(updated, published) > published",
}

# a value as it was written: a number with a sign and a fraction at most; a date that begins as ISO 8601 has it
_NUMBER = "({0} GLOB '*[0-9]*' AND {0} NOT GLOB '*[^0-9.+-]*' AND {0} NOT GLOB '?*[+-]*' AND CAST({0} AS REAL) {1} {2})"
_DATE = "({0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]*' AND substr({0}, 1, {1}) {2} {3})"


def register(db: sqlite3.Connection) -> None:
    """Give a connection the functions that the statements of this module call."""
    db.create_function("fold", 1, _folded, deterministic=True)
    db.create_function("globbed", 2, _globbed, deterministic=True)


def where(tree: Tree, now: int, language: str = "") -> Statement:
    """A condition on `posts`, and its parameters; `language` is that of posts that name none."""
    writing = _Writing(now, language)
    return writing.condition(tree), writing.parameters


def newest(
    tree: Tree, now: int, *, sort: str = "newest", limit: int = -1, max_age: int = 0, language: str = ""
) -> Statement:
    """(id, key, updated) of the first `limit` (-1: all) posts that are visible at `now`, in the order of `SORTS`.

    Posts older than `max_age` seconds are left out, 0: none.
    """
    condition, parameters = _visible(tree, now, max_age, language)
    parameters["limit"] = limit
    return f"SELECT id, key, updated FROM posts WHERE {condition} ORDER BY {SORTS[sort]} LIMIT :limit", parameters


def size(tree: Tree, now: int, *, max_age: int = 0, language: str = "") -> Statement:
    """How many posts a selection has, and the moment of the newest (NULL: it has none)."""
    condition, parameters = _visible(tree, now, max_age, language)
    return f"SELECT count(*), max(published) FROM posts WHERE {condition}", parameters


def moments(tree: Tree, now: int, *, max_age: int = 0, language: str = "") -> Statement:
    """When the posts of a selection were published, the newest first: what a digest makes its periods of."""
    condition, parameters = _visible(tree, now, max_age, language)
    return f"SELECT published FROM posts WHERE {condition} ORDER BY published DESC", parameters


def unheard(keys: tuple[str, ...]) -> Statement:
    """(key) of those raw keys, one or more, that no public post has: misspelled, as a rule."""
    marks = ", ".join(f"(:k{number})" for number in range(len(keys)))
    sql = (
        f"WITH asked (key) AS (VALUES {marks}) SELECT key FROM asked WHERE NOT EXISTS (SELECT 1 FROM posts"
        " WHERE state = 2 AND fields <> '' AND json_type(fields, '$.\"' || asked.key || '\"') IS NOT NULL) ORDER BY key"
    )
    return sql, {f"k{number}": key for number, key in enumerate(keys)}


def _visible(tree: Tree, now: int, max_age: int, language: str) -> Statement:
    if max_age:
        tree = All((tree, Aged(newer=True, seconds=max_age)))
    condition, parameters = where(tree, now, language)
    return f"{_VISIBLE} AND {condition}", {**parameters, "now": now}


class _Writing:
    """One condition, as it is being written."""

    def __init__(self, now: int, language: str) -> None:
        self.now, self.language, self.parameters = now, language.lower(), Parameters()

    def bind(self, value: object) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def condition(self, tree: Tree) -> str:
        match tree:
            case All(parts):
                return f"({' AND '.join(map(self.condition, parts))})" if parts else "1"
            case Either(parts):
                return self.either(parts)
            case Not(part):
                return f"NOT {self.condition(part)}"
            case InTerm():
                return self.in_terms((tree,))
            case Written() | Compared():
                return self.written(tree)
            case Holds(words, begun):
                return self.holds(words, begun)
        return self.known(tree)

    def holds(self, words: tuple[str, ...], begun: bool) -> str:
        """By the tables of `index/words.py`, which only the connection of a live query has."""
        phrase = '"' + " ".join(words).replace('"', '""') + '"' + ("*" if begun else "")
        return f"id IN (SELECT rowid FROM words.texts WHERE texts MATCH {self.bind(phrase)})"

    def either(self, parts: tuple[Tree, ...]) -> str:
        terms = tuple(part for part in parts if isinstance(part, InTerm))
        if len(terms) == len(parts):
            return self.in_terms(terms)
        return f"({' OR '.join(map(self.condition, parts))})"

    def in_terms(self, terms: tuple[InTerm, ...]) -> str:
        """In any of these terms, on any shelf."""
        meant = " OR ".join(map(self.term, terms))
        return f"id IN (SELECT post FROM post_terms WHERE term IN (SELECT id FROM terms WHERE {meant}))"

    def term(self, term: InTerm) -> str:
        taxonomy = f"(taxonomy = {self.bind(term.taxonomy)} OR taxonomy GLOB {self.bind('*/' + term.taxonomy)})"
        if term.match is None:
            return taxonomy
        return f"({taxonomy} AND {self.matches('fold(CAST(name AS BLOB))', term.match, term.text)})"

    def matches(self, column: str, match: Match, text: str) -> str:
        if match == "is":
            return f"{column} = {self.bind(text)}"
        if match == "contains":
            return f"instr({column}, {self.bind(text)}) > 0"
        pattern = re.sub(r"\*+", "%", re.sub(r"([\\%_])", r"\\\1", text))
        return f"{column} LIKE {self.bind(pattern)} ESCAPE '\\'"

    def known(self, tree: Tree) -> str:
        """What every post has a column or a place in its packed form for."""
        match tree:
            case Says(field, match, text):
                return self.says(field, match, text)
            case InLanguage(tag):
                own = f"lower(coalesce({_PACKED.format('language')}, {self.bind(self.language)}))"
                return f"({own} = {self.bind(tag)} OR {own} LIKE {self.bind(tag + '-%')})"
            case Lies(glob):
                return f"globbed({self.bind(glob)}, CAST(path AS BLOB))"
            case Has(field):
                return _THERE.get(field) or f"({_COLUMNS.get(field, _PACKED.format(field))} IS NOT NULL)"
            case Dated(field, since, until):
                return self.dated(field, since, until)
            case Aged(newer, seconds):
                return f"(published {'>' if newer else '<='} {self.bind(self.now - seconds)})"
            case Counted(sign, number):
                return f"(words {sign} {self.bind(number)})"
        raise TypeError(f"{type(tree).__name__} is no selection")

    def says(self, field: str, match: Match, text: str) -> str:
        if field != "enclosure":
            return f"({self.matches(f'fold(CAST({_COLUMNS[field]} AS BLOB))', match, text)})"
        places = (f"fold(CAST(json_extract(one.value, '$[{place}]') AS BLOB))" for place in (0, 1))
        either = " OR ".join(self.matches(place, match, text) for place in places)
        return f"EXISTS (SELECT 1 FROM {_ENCLOSURES} AS one WHERE {either})"

    def dated(self, field: str, since: int | None, until: int | None) -> str:
        column = "published" if field == "published" else "max(coalesce(updated, published), published)"
        bounds = [f"{column} >= {self.bind(since)}"] if since is not None else []
        if until is not None:
            bounds.append(f"{column} < {self.bind(until)}")
        return f"({' AND '.join(bounds) or '1'})"

    def written(self, tree: Written | Compared) -> str:
        """A key of the front matter: one of its values is enough."""
        place = self.bind(f'$."{tree.key}"')
        if isinstance(tree, Written) and tree.match is None:
            return f"(json_type(nullif(fields, ''), {place}) IS NOT NULL)"
        values = f"json_each(nullif(fields, ''), {place})"
        return f"EXISTS (SELECT 1 FROM {values} AS one WHERE {self.value(tree)})"

    def value(self, tree: Written | Compared) -> str:
        if isinstance(tree, Written):
            column = "fold(CAST(one.value AS BLOB))"
            return " OR ".join(self.matches(column, tree.match or "is", text) for text in tree.texts)
        if isinstance(tree.value, str):
            return _DATE.format("trim(one.value)", len(tree.value), tree.sign, self.bind(tree.value))
        return _NUMBER.format("trim(one.value)", tree.sign, self.bind(tree.value))


def _folded(text: bytes | None) -> str:
    """Bytes, as a text of the database need not be UTF-8: half a surrogate pair, or a path."""
    return fold(text.decode("utf-8", "replace")) if text else ""


def _globbed(glob: str, path: bytes) -> bool:
    """Whether a path matches; a glob without a slash is held against the name of the file alone."""
    parts = _folded(path).split("/")
    return _matched(_compiled(glob), parts if "/" in glob else parts[-1:])


@lru_cache(maxsize=64)
def _compiled(glob: str) -> tuple[re.Pattern[str] | None, ...]:
    """The segments of a glob; None for `**`, behind which something follows also at the end."""
    segments = glob.strip("/").split("/")
    segments += ["*"] if segments[-1] == "**" else []
    return tuple(None if segment == "**" else _segment(segment) for segment in segments)


def _segment(segment: str) -> re.Pattern[str]:
    """Each `*` takes as little as it can and gives nothing back, but the last one: no name takes long."""
    first, *others = (re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", segment))
    if not others:
        return re.compile(first, re.DOTALL)
    between = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    return re.compile(f"{first}{between}.*{others[-1]}", re.DOTALL)


def _matched(globs: tuple[re.Pattern[str] | None, ...], parts: list[str]) -> bool:
    """Two places move on, and go back no further than to the last `**`."""
    glob = part = 0
    back: tuple[int, int] | None = None
    while part < len(parts):
        if glob < len(globs) and globs[glob] is None:
            back, glob = (glob + 1, part), glob + 1
        elif glob < len(globs) and (pattern := globs[glob]) is not None and pattern.fullmatch(parts[part]):
            glob, part = glob + 1, part + 1
        elif back is not None:
            back = (back[0], back[1] + 1)
            glob, part = back
        else:
            return False
    return all(each is None for each in globs[glob:])
