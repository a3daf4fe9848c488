"""Where Pelican takes the metadata of an article from, and what it makes of each kind of value.

In order, the last one counts: the site's defaults, EXTRA_PATH_METADATA, the file's name, its path and its folder,
the file itself. In: a path and the front matter. Out: values by key, in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo

from syndicate.content.dates import DateFault, read_moment
from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.dialects._pelican_site import Site
from syndicate.model import FrontMatter, Value

# Where an empty value is none, and where of several only the first counts.
_DISCARDED = frozenset(("tags", "status", "category", "author", "authors", "slug", "date", "modified"))
_SINGLE = frozenset(("date", "modified", "status", "category", "author", "save_as", "url", "slug", "lang", "title"))
_LISTS = frozenset(("tags", "authors"))

_LONGEST_PATH = 1_000
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b(.*)", re.DOTALL | re.ASCII)
_BLANKS = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})\b(.*)", re.DOTALL | re.ASCII)
_ZONE = re.compile(r"\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*\Z", re.IGNORECASE | re.ASCII)


def metadata(site: Site, within: str, matter: FrontMatter, path: str, line_of: Callable[[str], int | None]) -> Fields:
    """The metadata of the article `within` the content folder; `path` as shown to a person."""
    fields = Fields({}, path, line_of)
    found = (*site.defaults.items(), *_of_settings(site, within), *_of_path(site, within), *_of_file(fields, matter))
    values: dict[str, Value] = dict(found)
    for key in ("date", "modified"):
        if text := as_text(values.get(key)):
            values[key] = plain_date(text)
    fields.put(values)
    return fields


def _of_settings(site: Site, within: str) -> Iterator[tuple[str, Value]]:
    for path, data in site.extra:
        folder = path if not path or path.endswith("/") else f"{path}/"
        if within == path or within.startswith(folder):
            yield from data.items()


def _of_path(site: Site, within: str) -> Iterator[tuple[str, Value]]:
    """What the name and the path say; the first of them that says something counts."""
    folder, _slash, name = within[:_LONGEST_PATH].rpartition("/")
    found: dict[str, Value] = {}
    for pattern, text in ((site.from_name, name.rpartition(".")[0]), (site.from_path, within[:_LONGEST_PATH])):
        matched = pattern.match(text) if pattern else None
        for key, value in (matched.groupdict() if matched else {}).items():
            if value is not None:
                found.setdefault(key.lower(), value)
    if folder and site.folders_are_categories:
        found.setdefault("category", folder.rpartition("/")[2])
    yield from ((key, value) for key, value in found.items() if key not in _DISCARDED or value.strip())


def _of_file(fields: Fields, matter: FrontMatter) -> Iterator[tuple[str, Value]]:
    """The file's own fields; of keys that differ in case the first one counts."""
    for key, value in reversed(matter.fields.items()):
        name = "tags" if matter.format == "meta" and key == "keywords" else key.lower()
        shaped = _shaped(fields, matter, name, value)
        if name not in _DISCARDED or (as_text(shaped) or "").strip() or isinstance(shaped, list | dict):
            yield name, shaped


def _shaped(fields: Fields, matter: FrontMatter, name: str, value: Value) -> Value:
    """Several lines of one key, as Pelican joins them or leaves them."""
    if not isinstance(value, list) or not value:
        return value
    if name == "summary":
        return "\n".join(as_text(item) or "" for item in value)
    if name in _SINGLE or (name in _LISTS and matter.format == "lines"):
        message = f"`{name}` has more than one line; Pelican reads the first alone: put all into one line"
        fields.report("field-unreadable", message, name)
        return value[0]
    return value


def listed(value: Value) -> list[str]:
    """Tags and authors: split at semicolons where there is one, else at commas; a list is not split."""
    text = as_text(value)
    if text is not None:
        found = text.split(";" if ";" in text else ",")
    else:
        found = [as_text(item) or "" for item in value] if isinstance(value, list) else []
    return [name for item in found if (name := item.strip())]


def plain_date(text: str) -> str:
    """A date as Pelican's parser understands it → one that has one meaning: months come before days."""
    value = " ".join(text.replace("_", " ").split()) if len(text) < _LONGEST_PATH else text
    if found := _NUMBERS.fullmatch(value):
        month, day = (found[1], found[2]) if int(found[1]) <= 12 else (found[2], found[1])
        return f"{found[3]}-{month:>02}-{day:>02}{found[4]}"
    if found := _BLANKS.fullmatch(value):
        return f"{found[1]}-{found[2]:>02}-{found[3]:>02}{found[4]}"
    return value


def wall_clock(text: str, at: datetime, zone: tzinfo) -> datetime:
    """The moment `at` on the clock it was written for: the zone of the text, else the site's."""
    if not (found := _ZONE.search(text[:_LONGEST_PATH])):
        return at.astimezone(zone)
    try:
        naive = read_moment(text[: found.start()], UTC).at
    except DateFault:
        return at.astimezone(zone)
    return naive
