"""The cases of the dialects: a small site in one TOML file, and what is to be read from it.

    about = "one line"
    dialect = "jekyll"               # the folder's name by default
    given = { url = "…", timezone = "…" }
    peer = false                     # the generator itself cannot build this site
    detected = false                 # the folder does not tell which dialect it is in
    [files]                          # the site: path → text
    [facts]                          # fields of Facts
    [problems]                       # codes of the configuration's problems, by file
    [posts."path"]                   # every public post: fields of Post, or the name of a taxonomy
        problems = ["code"]          # exactly these, in any order
        unlike_peer = ["published"]  # what the generator itself does otherwise, see docs/dialects.md
    [left_out]                       # further files: path → the visibility, the problem code or ""

A file of a case that is neither in `posts` nor in `left_out` must not be looked at, or be passed by in silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from syndicate import plugins
from syndicate.content import frontmatter
from syndicate.content.dialects import Dialect, Given, names_of
from syndicate.model import Post, Problem, Stamp, Visibility

CASES = Path(__file__).parent.parent / "cases" / "dialects"


@dataclass(frozen=True)
class Case:
    name: str
    dialect: str
    data: dict[str, Any]

    @property
    def files(self) -> dict[str, str]:
        return dict(self.data["files"])

    @property
    def given(self) -> Given:
        return Given(**self.data.get("given", {}))


def cases() -> list[Case]:
    found = sorted(CASES.glob("*/*.toml"))
    return [
        Case(f"{path.parent.name}/{path.stem}", path.parent.name, tomllib.loads(path.read_text("utf-8")))
        for path in found
    ]


def opened(case: Case) -> tuple[Dialect, list[Problem]]:
    member = plugins.find("dialects", case.dialect)
    wanted = [names_of(pattern) for pattern in member.config_files]
    texts = {name: text for name, text in case.files.items() if any(each.fullmatch(name) for each in wanted)}
    return member.open(texts, case.given)


def sure(case: Case, name: str) -> int:
    """How sure a dialect is of the case's site."""
    names = frozenset(path.split("/")[0] for path in case.files)
    return int(plugins.find("dialects", name).detect(names, lambda path: case.files.get(path, "")))


def looked_at(dialect: Dialect, files: list[str]) -> Iterator[str]:
    """The files a scan would hand to the dialect: those in folders it enters, with names it wants."""
    for path in sorted(files):
        parts = path.split("/")
        above = ["/".join(parts[:depth]) for depth in range(len(parts))]
        entered = all(dialect.folder(folder, names_in(folder, files)).enter for folder in above[:-1])
        # a folder whose names say that nothing below it is to be walked through still has posts of its own
        here = dialect.folder(above[-1], names_in(above[-1], files)).posts
        if entered and dialect.folder(above[-1]).enter and here.match(parts[-1]):
            yield path


def names_in(folder: str, files: list[str]) -> set[str]:
    """The names of the files and folders in one folder of a case."""
    start = f"{folder}/" if folder else ""
    return {path[len(start) :].split("/")[0] for path in files if path.startswith(start)}


def read(dialect: Dialect, path: str, text: str) -> tuple[Post | None, list[Problem]]:
    matter, problems = frontmatter.split(text, path, dialect.forms(path))
    if matter is None:
        return None, problems
    stamp = Stamp(path.encode("utf-8", "surrogateescape"), len(text), 0, 0, 0)
    post, more = dialect.post(stamp, path, matter)
    return post, problems + more


def outcome(post: Post | None, problems: list[Problem]) -> str:
    """What became of a file that is no public post."""
    if post is not None:
        return post.visibility.value
    return problems[-1].code if problems else ""


def is_public(post: Post | None) -> bool:
    return post is not None and post.visibility is Visibility.PUBLIC


def aspect(post: Post, name: str) -> Any:
    """A field of a post, or the names of its terms in a taxonomy, in the types TOML has."""
    if name in {field.name for field in fields(Post)}:
        return plainly(getattr(post, name))
    return [term for taxonomy, term in post.terms if taxonomy == name]


def plainly(value: Any) -> Any:
    """A value in the types TOML has: moments in UTC as text, dataclasses without what is empty."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if is_dataclass(value):
        pairs = ((field.name, plainly(getattr(value, field.name))) for field in fields(value))
        return {name: item for name, item in pairs if item not in ("", None, [], {})}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [plainly(item) for item in value]
    return "" if value is None else value
