"""Where a post came from: which field, file name, folder or text says what of it. Pure.

Nothing here knows any dialect. A dialect is asked again and again what the file means, each time with one thing
taken away: what changes came from that. It costs as much as reading the file once for each of its fields, so it is
for the question of a person and never part of a run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, replace
from typing import Any

from syndicate.content.dialects import Dialect
from syndicate.model import FrontMatter, Post, Stamp
from syndicate.model.records import dataclass

MOST_FIELDS = 200
"""So many fields of a file are looked at."""

_OTHER_DAY = "2001-01-01"
_UNSAID = frozenset(("path", "body_at", "references", "built", "built_digest"))
ATTRIBUTES = tuple(field.name for field in fields(Post) if field.name not in _UNSAID)
"""What a post is, by the names of Post."""

FILE_NAME, FOLDER, TEXT, FILES, SITE = "file name", "folder", "text", "files", "site"
"""What an attribute may come from beside a field: `files` are others of the site, `site` is its
configuration, or the rule of the dialect."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where things came from.

    `attributes` maps each attribute that is set to its origins: keys of the front matter as written, and `file name`,
    `folder`, `text` or `site`, told apart by `keys`. `used` are the keys that say anything, with what they say.
    `vital` are keys without which the file would be no post. `faults` are keys that only cost a problem.
    """

    attributes: dict[str, tuple[str, ...]]
    used: dict[str, tuple[str, ...]]
    vital: tuple[str, ...]
    faults: tuple[str, ...]


def origins(dialect: Dialect, stamp: Stamp, path: str, matter: FrontMatter) -> Origins:
    """Where all that is known of a post came from; of a file that is no post, which fields are at fault."""
    post, problems = dialect.post(stamp, path, matter)
    used: dict[str, tuple[str, ...]] = {}
    vital, faults = [], []
    for key in list(matter.fields)[:MOST_FIELDS]:
        rest = {name: value for name, value in matter.fields.items() if name != key}
        other, then = dialect.post(stamp, path, replace(matter, fields=rest))
        if post is not None and other is None:
            vital.append(key)  # most likely its date: another one shows what it decides
            other, then = dialect.post(stamp, path, replace(matter, fields={**matter.fields, key: _OTHER_DAY}))
            other = other or post
        if changed := _differences(post, other):
            used[key] = changed
        elif len(then) < len(problems):
            faults.append(key)
    if post is None:
        return Origins({}, {}, (), tuple(faults))
    said = [*used.items(), *_elsewhere(dialect, stamp, path, matter, post)]
    found = {name: tuple(origin for origin, names in said if name in names) or (SITE,) for name in _set(post)}
    return Origins(found, used, tuple(vital), tuple(faults))


def _elsewhere(
    dialect: Dialect, stamp: Stamp, path: str, matter: FrontMatter, post: Post
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(origin, attributes) of what no field says."""
    folder, slash, name = path.rpartition("/")
    changed = {FILE_NAME: _moved(dialect, stamp, f"{folder}{slash}{_neutral(name)}", matter, post)}
    parts = folder.split("/") if folder else []
    inner: dict[str, None] = {}
    for at in range(len(parts)):
        elsewhere = "/".join((*parts[:at], "neutral", *parts[at + 1 :], name))
        inner |= dict.fromkeys(_moved(dialect, stamp, elsewhere, matter, post))
    changed[FOLDER] = tuple(inner)
    empty, _ = dialect.post(stamp, path, replace(matter, body=""))
    changed[TEXT] = _differences(post, empty) if empty else ()
    yield from changed.items()


def _neutral(name: str) -> str:
    """A file name that says nothing, of the same kind: `2022-02-22-title.fr.md` → `2001-01-01-neutral.fr.md`."""
    stem, dot, endings = name.partition(".") if not name.startswith(".") else (name, "", "")
    return ("2001-01-01-" if re.match(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", stem) else "") + "neutral" + dot + endings


def _moved(dialect: Dialect, stamp: Stamp, path: str, matter: FrontMatter, post: Post) -> tuple[str, ...]:
    other, _ = dialect.post(stamp, path, matter)
    return _differences(post, other) if other else ()


def _differences(one: Post | None, other: Post | None) -> tuple[str, ...]:
    if one is None or other is None:
        return ATTRIBUTES if one is not other else ()
    return tuple(name for name in ATTRIBUTES if getattr(one, name) != getattr(other, name))


def _set(post: Post) -> list[str]:
    """The attributes that are anything but empty."""
    return [name for name in ATTRIBUTES if getattr(post, name) not in ("", None, ())]


def refusal(
    dialect: Dialect, path: str, names: Callable[[str], Collection[str]], excluded: Callable[[str], bool]
) -> str:
    """Why a scan does not take the file at `path` (within its root) for a post file; "" where it does.

    `names` gives the names in a folder; `excluded` tells whether the settings leave a path out.
    """
    *folders, name = path.split("/")
    for at in range(len(folders) + 1):
        within = "/".join(folders[:at])
        if within and excluded(within):
            return f"content.exclude leaves out the folder {within}/"
        below = at < len(folders)  # a bundle is not entered, and its own page is a post
        if not dialect.folder(within).enter or (below and not dialect.folder(within, names(within)).enter):
            return f"{dialect.name} does not look into {_place(within)}"
    if excluded(path):
        return "content.exclude leaves it out"
    folder = "/".join(folders)
    posts = dialect.folder(folder, names(folder)).posts
    return "" if posts.match(name) else _no_name(dialect, name, folder, posts)


def _no_name(dialect: Dialect, name: str, folder: str, posts: re.Pattern[str]) -> str:
    if not any(posts.match(each) for each in ("a.md", "2001-01-01-a.md", "index.md", "a.html", "a.mdx", "a.rst")):
        return f"{dialect.name} takes no files of {_place(folder)} for posts"
    return f"{dialect.name} does not take files called {name} for posts"


def _place(folder: str) -> str:
    return f"the folder {folder}/" if folder else "the site's top folder"


def plainly(value: Any) -> str:
    """A value of front matter on one line, for a person, not too long."""
    text = value if isinstance(value, str) else _shown(value)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= 120 else text[:119] + "…"


def _shown(value: Any, depth: int = 0) -> str:
    if depth > 3:
        return "…"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(each, depth + 1) for each in value[:20]) + (", …]" if len(value) > 20 else "]")
    if isinstance(value, dict):
        pairs = list(value.items())[:20]
        return "{" + ", ".join(f"{key}: {_shown(each, depth + 1)}" for key, each in pairs) + "}"
    return {None: "", True: "true", False: "false"}.get(value, "") if isinstance(value, bool | None) else str(value)
