"""What folders of notes have in common, whatever program they are written with. Fields and paths in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from syndicate.content.dates import from_name, from_path
from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.frontmatter import truth
from syndicate.model import Severity, Value
from syndicate.model.patterns import regex

DRAFT_FOLDERS = frozenset({"_drafts", "drafts", "draft"})
PAGES = frozenset({"readme", "404", "license", "changelog", "contributing", "code_of_conduct", "security"})
"""What lies beside notes and is none, by its name in lower case."""

WITHHELD = frozenset({"draft", "private", "pending", "trash", "hidden"})
"""What `status` says of a note that is not to be shown."""

DATE = ("date", "published", "publishdate", "pubdate", "created", "datepublished")
UPDATED = ("updated", "modified", "lastmod", "last_modified_at", "datemodified")
UNTIL = ("expires", "expirydate", "expiry_date", "unpublish")
COMMAS = regex("[,，、]")


def stem(path: str) -> str:
    """The name of a file without its ending."""
    return path.rpartition("/")[2].rpartition(".")[0]


def moment(fields: Fields, zone: tzinfo, keys: Iterable[str]) -> datetime | None:
    """The first of the dates that can be read; a flag (`published: false`) is none."""
    for key in keys:
        value = fields.values.get(key)
        if value is not None and truth(value) is None and (found := fields.moment(key, zone)):
            return found.at
    return None


def published(
    fields: Fields, called: str, folder: str, zone: tzinfo, keys: Iterable[str]
) -> tuple[datetime | None, bool]:
    """The date of a note called so, and whether the front matter has it: else its name has, or its folders."""
    if (found := moment(fields, zone, keys)) is not None:
        return found, True
    name = from_name(called, loose=True)
    day = name[:3] if name else from_path(folder)
    return (datetime(*day, tzinfo=zone).astimezone(UTC) if day else None), False


def is_misdated(fields: Fields, found: datetime | None) -> bool:
    """Whether a date is written that cannot be read, and no other is there: then the note must not be shown.

    Its file's own time would show an old note as the newest one because of a slip of the pen.
    """
    if (
        found is not None
        or not fields.problems
        or all(problem.code != "date-unreadable" for problem in fields.problems)
    ):
        return False
    message = "the date cannot be read, and neither the file name nor its folders have one; mend the date"
    fields.report("post-without-date", message, severity=Severity.ERROR)
    return True


def is_draft(fields: Fields, path: str) -> bool:
    """Whether the folder or the `status` says so."""
    return _drafts(path.rpartition("/")[0]) or fields.text("status").casefold() in WITHHELD


@lru_cache(4096)
def _drafts(folder: str) -> bool:
    return not DRAFT_FOLDERS.isdisjoint(part.casefold() for part in folder.split("/"))


def split(fields: Fields, key: str, value: Value, at: re.Pattern[str] = COMMAS) -> list[str]:
    """The names in a field: a string is split at commas, a list is not."""
    if isinstance(value, str):
        return at.split(as_text(value) or "")
    return fields.items(key, value)
