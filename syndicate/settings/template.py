"""The settings file that `syndicate init` writes: every option, explained, as a comment unless it was given. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from syndicate.settings import Option, as_toml, documented, variable

_WIDTH = 100
_INTRODUCTION = (
    "Settings of Syndicate for this site. Each line with a `#` in front shows what is in force without it: take the "
    "`#` away to set something else. Options on the command line and environment variables such as {variable} win "
    "over this file. docs/configuration.md explains all of it.",
    "A site's own configuration is read as well, so that nothing has to be said twice: where it says something, the "
    "line below shows what.",
)

_OWN = """

# Feeds of your own, as many as you like: each is a table of its own, and a query says which posts it is
# about. docs/selections.md explains queries and digests, docs/configuration.md all other options.
#
#   [feeds.long-reads]
#   title = "Long reads"
#   query = "words > 1500 and not category:news"
#
#   [feeds.weekly]
#   title = "The week"
#   digest = "weekly"
"""


def as_file(rows: Sequence[tuple[str, Any, str]], fixed: Iterable[str], about: str) -> str:
    """The text of a settings file.

    `rows` are (dotted path, value in force, origin) of every setting, `fixed` the paths that are to be set in the
    file rather than shown as a comment; `about` is said of the site at the beginning.
    """
    known = {path: (value, origin) for path, value, origin in rows}
    chosen = frozenset(fixed)
    lines = [line for text in (about, *_introduction()) for line in (*_comment(text), "#")][:-1]
    for section, options in _sections(documented()).items():
        lines += ["", "", f"[{section}]"]
        for option in options:
            lines += ["", *_explained(option, *known[option.path], chosen)]
    return "\n".join(lines) + "\n" + _OWN


def _introduction() -> list[str]:
    return [text.format(variable=variable("site.url")) for text in _INTRODUCTION]


def _sections(options: Iterable[Option]) -> Mapping[str, list[Option]]:
    """Options by their table, in order; a table within a table comes after the keys of the outer one."""
    found: dict[str, list[Option]] = {}
    for option in options:
        found.setdefault(option.path.rpartition(".")[0], []).append(option)
    tops = list(dict.fromkeys(section.partition(".")[0] for section in found))
    return {
        section: found[section]
        for section in sorted(found, key=lambda each: (tops.index(each.split(".")[0]), each.count(".")))
    }


def _explained(option: Option, value: Any, origin: str, fixed: frozenset[str]) -> list[str]:
    key = option.path.rpartition(".")[2]
    setting = f"{key} = {as_toml(value)}"
    lines = _comment(f"{option.description} ({option.type})")
    if option.path in fixed:
        return [*lines, setting]
    if origin != "defaults":
        lines += _comment(f"In force, by {origin}:")
    return [*lines, f"# {setting}"]


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False
    )
