"""The sites in `examples/`, as cases: a folder, and the TOML file in tests/cases/examples/ that says what it publishes.

about = "one line"
media = ["url type size WIDTHxHEIGHT"]   # pictures and sounds of the site's feeds; one that only a body shows
                                         # has no more than its url
[posts."path"]               # every public post: title, url, published, its terms by taxonomy
    language = "fr"          # where the post has one
    visible_from = "…"       # where it is shown from a moment on that is later than NOW
    visible_until = "…"
    unlike_peer = ["published"]   # what the generator itself does otherwise, see docs/dialects.md
    unlisted_by_peer = true       # the generator itself does not list it
[left_out]                   # files that a person might take for a post: path → its visibility, its problem,
                             # or "" where nobody looks
[problems]                   # codes of the problems a build tells, by file
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from syndicate.content.dialects import Dialect
from syndicate.model import Post, Problem
from tests.content.dialect_cases import Case, is_public, looked_at, opened, plainly, read

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CASES = Path(__file__).parent.parent / "cases" / "examples"

NOW = datetime(2026, 12, 1, tzinfo=UTC)
"""The moment at which the sites are built; the settings of a site are `config/syndicate.toml` in it."""


@dataclass(frozen=True)
class Example:
    name: str

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.name

    @property
    def dialect(self) -> str:
        return {"newsroom": "jekyll", "podcast": "plain"}.get(self.name, self.name)

    @property
    def data(self) -> dict[str, Any]:
        return tomllib.loads((CASES / f"{self.name}.toml").read_text("utf-8"))

    @property
    def files(self) -> dict[str, str]:
        """The texts of the site, by path."""
        found: dict[str, str] = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix not in (".png", ".mp3", ".ogg"):
                found[path.relative_to(self.folder).as_posix()] = path.read_text("utf-8")
        return found

    @property
    def given(self) -> dict[str, str]:
        """What the settings of the site say to its dialect."""
        site = tomllib.loads(self.files.get("config/syndicate.toml", "")).get("site", {})
        return {key: site[key] for key in ("url", "timezone") if key in site}

    @property
    def case(self) -> Case:
        return Case(self.name, self.dialect, {"files": self.files, "given": self.given})


def _is_site(path: Path) -> bool:
    """One of the examples is a package with a dialect instead."""
    return path.is_dir() and not (path / "pyproject.toml").exists()


def examples() -> list[Example]:
    """Every folder of `examples/`: each is a site."""
    return [Example(path.name) for path in sorted(EXAMPLES.iterdir()) if _is_site(path)]


def posts_of(example: Example) -> tuple[Dialect, dict[str, Post], list[Problem]]:
    """The site in its dialect: every public post by path, whatever the moment, and all problems."""
    case = example.case
    dialect, problems = opened(case)
    found: dict[str, Post] = {}
    for path in looked_at(dialect, list(case.files)):
        post, more = read(dialect, path, case.files[path])
        problems += more
        if post is not None and is_public(post):
            found[path] = post
    return dialect, found, problems


def live(post: Post) -> bool:
    """Whether a public post is shown at NOW."""
    return (post.visible_from or NOW) <= NOW <= (post.visible_until or NOW)


def described(post: Post) -> dict[str, Any]:
    """What a case says of a post."""
    found: dict[str, Any] = {key: plainly(getattr(post, key)) for key in ("title", "url", "published")}
    for taxonomy, name in post.terms:
        found.setdefault(taxonomy, []).append(name)
    if post.language:
        found["language"] = post.language
    if post.visible_from and post.visible_from > NOW:
        found["visible_from"] = plainly(post.visible_from)
    if post.visible_until:
        found["visible_until"] = plainly(post.visible_until)
    return found
