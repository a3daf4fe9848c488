"""What sites with a JavaScript configuration have in common: their address, their zone, dates, and globs.

Text and Values in, text out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

from syndicate.content.dialects import Given, names_of
from syndicate.content.dialects._addresses import encoded, encoded_path
from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.dialects._javascript import Script
from syndicate.content.dialects._patterns import plain_glob
from syndicate.content.dialects._zones import zone_named
from syndicate.model import Severity, Value

_MOST_ALTERNATIVES = 64


def script(files: Mapping[str, str], names: Sequence[str]) -> tuple[Script, str]:
    """The first of the files that is there, read as a script, and its name."""
    name = next((name for name in names if name in files), names[0])
    return Script(files.get(name, "")), name


def mapping(value: Value) -> dict[str, Value]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Value) -> list[Value]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(values: Mapping[str, Value], *keys: str) -> str:
    """The first of the keys with a text, trimmed; "" where none has one."""
    texts = (as_text(values.get(key)) for key in keys if not isinstance(values.get(key), bool))
    return next((text.strip() for text in texts if text and text.strip()), "")


def root_url(given: Given, own: str, base: str) -> str:
    """The URL of the site's root: what was given, else its own, with the base path behind it.

    A base path is left away where the given URL has a path of its own, or the own one ends with it already.
    """
    url = encoded((given.url or own).rstrip("/"))
    path = encoded_path(base.strip("/ "))
    if not path or (given.url and urlsplit(url).path):
        return url
    return url if urlsplit(url).path.endswith(f"/{path}") else f"{url}/{path}"


def zone_of(given: Given) -> tuple[tzinfo, str]:
    """Dates without a zone are in UTC, as JavaScript's YAML readers take them, unless a zone was given."""
    zone = zone_named(given.timezone)
    return (zone, given.timezone) if zone and given.timezone else (UTC, "UTC")


def folder_path(written: str, within: str = "") -> str | None:
    """A folder of a configuration (`./src/`, `../_data`), relative to the site; None outside of it."""
    parts = [part for part in within.split("/") if part]
    for part in written.replace("\\", "/").split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def is_below(path: str, folder: str) -> bool:
    """Whether a path is the folder or lies in it; everything lies in ""."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def leads_to(path: str, folder: str) -> bool:
    """Whether the folder `path` lies on the way to `folder`."""
    return not path or folder.startswith(f"{path}/")


def globs(patterns: Sequence[str]) -> re.Pattern[str]:
    """A pattern for paths out of globs with `*`, `**/`, `?` and `{a,b}`; it matches nothing where there are none."""
    plain = [plain_glob(each) for pattern in patterns for each in _alternatives(pattern)]
    parts = [f"(?:{names_of(each).pattern})" for each in plain if each]
    return re.compile("|".join(parts) or r"(?!)", re.DOTALL)


def _alternatives(pattern: str) -> list[str]:
    """`*.{md,mdx}` → `*.md`, `*.mdx`; braces in braces stay as they are."""
    found = [""]
    for piece in re.split(r"(\{[^{}]*+\})", pattern):
        choices = piece[1:-1].split(",") if piece.startswith("{") else [piece]
        found = [start + choice for start in found for choice in choices][:_MOST_ALTERNATIVES]
    return found


def first_moment(fields: Fields, zone: tzinfo, *keys: str) -> datetime | None:
    """The first of the dates that can be read; flags (`updated: true`) are none."""
    for key in keys:
        value = fields.values.get(key)
        if value is not None and not isinstance(value, bool) and (moment := fields.moment(key, zone)):
            return moment.at
    return None


def undated(fields: Fields, published: datetime | None) -> bool:
    """Whether a post has only a date that cannot be read: then it is left out, and that is said.

    The file's own time would show an old post as the newest one because of a slip of the pen.
    """
    if (
        published is not None
        or not fields.problems
        or all(problem.code != "date-unreadable" for problem in fields.problems)
    ):
        return False
    message = "the date cannot be read, and the file name has none; mend the date, such as `2022-02-22`"
    fields.report("post-without-date", message, severity=Severity.ERROR)
    return True


def aliases(fields: Fields, *keys: str) -> Iterator[str]:
    """What is written in keys that hold one address or a list of them."""
    for key in keys:
        if (value := fields.values.get(key)) is not None:
            yield from fields.items(key, value)
