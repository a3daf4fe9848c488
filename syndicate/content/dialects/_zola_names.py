"""What Zola makes of names: slugs, dates and languages in file names. Pure text.

In: names as written. Out: what stands in addresses. Zola's own words: `slugify_paths`, `FileInfo`, `RFC3339_DATE`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from syndicate.model.records import dataclass

_DATED = re.compile(
    r"(?P<moment>[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))?)"
    r"(?:\s?[_-](?P<slug>.+))?",
    re.DOTALL,
)
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_UNSAFE = dict.fromkeys(map(ord, '<>:"/\\|?*'))


@dataclass(frozen=True, slots=True)
class Located:
    """Where a page stands, relative to `content/`.

    `folder` are the folders of its address, `name` the file name without ending and language; `called` what the
    slug is made of (the folder's name for an index). `language` is "" where the file name has none; `unknown` is a
    language in the file name that the site does not have. `bundle` says whether its folder holds its own files.
    """

    folder: str
    name: str
    called: str
    language: str
    unknown: str
    bundle: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """A name taken apart: the day or moment it begins with, and the rest ("" for none)."""

    moment: str
    slug: str


def located(path: str, languages: Collection[str], default: str) -> Located:
    """A path below `content/` → where its page stands, on a site with these further languages."""
    folder, _slash, file = path.rpartition("/")
    name, language, unknown = file.removesuffix(".md"), "", ""
    bundle = bool(folder) and name.split(".")[0] == "index"
    if languages and "." in name:
        first, suffix = name.split(".", 1)
        if suffix in languages:
            name, language = first, suffix
        elif suffix == default:
            language = suffix  # Zola leaves the suffix in the name
        else:
            unknown = suffix
    above, _slash, last = folder.rpartition("/")
    called = last if name == "index" and folder else name
    return Located(above if bundle else folder, name, called, language, unknown, bundle)


def dated(name: str) -> Dated:
    """`2018-10-10-title` → its day and `title`."""
    found = _DATED.match(name)
    return Dated(found["moment"], found["slug"] or "") if found else Dated("", "")


def slugified(text: str, strategy: str) -> str:
    """A name by one of Zola's strategies, `on`, `safe` or `off`."""
    if strategy == "off":
        return text
    if strategy == "safe":
        return text.rstrip(" .").translate(_UNSAFE)
    return _NO_SLUG.sub("-", _ascii(text).lower()).strip("-")


def _ascii(text: str) -> str:
    """Each letter by the tables of Text::Unidecode, which Zola's own began as."""
    if text.isascii():
        return text
    from text_unidecode import unidecode

    return str(unidecode(text.encode("utf-8", "replace").decode()))
