"""When a Jekyll post is from, and what day its permalink says.

In: the fields, the file name. Out: a Dating, in which the two are kept apart: what the author meant is
shown, while the permalink is computed the way Jekyll computes it, so that links meet the live page.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from syndicate.content.dates import Moment, read_moment
from syndicate.content.dialects._fields import Fields, as_text, shortened
from syndicate.content.dialects._jekyll_site import Site
from syndicate.model import FrontMatter
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

_DATED = re.compile(r"([0-9]{2,4})-([0-9]{1,2})-([0-9]{1,2})-(.*)", re.DOTALL)

# What YAML itself takes for a timestamp without a zone: Ruby's YAML then means UTC.
_TIMESTAMP = regex(r"-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:\s+[+-][\d:]+)?", re.ASCII)


class FileName(NamedTuple):
    """A file name without its ending, taken apart: `day` as (year, month, day) or None, and the slug."""

    stem: str
    day: tuple[int, int, int] | None
    slug: str


class Dating(NamedTuple):
    """`published` in UTC, `local` the same in Jekyll's eyes; both None without a date."""

    published: datetime | None = None
    local: datetime | None = None
    from_field: bool = False


def file_name(stem: str) -> FileName:
    """`2021-12-08-some-slug` → its day and slug; `some-slug` → no day."""
    found = _DATED.fullmatch(stem)
    if not found:
        return FileName(stem, None, stem.rstrip("."))
    day = (_full_year(found[1]), int(found[2]), int(found[3]))
    return FileName(stem, day, found[4].rstrip("."))


def dated_slug(stem: str) -> str | None:
    """The slug of a file name that begins with a day; None for any other."""
    found = _DATED.fullmatch(stem)
    return found[4].rstrip(".") if found else None


def _full_year(digits: str) -> int:
    """Ruby reads a year of two digits as one of 1969 to 2068."""
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= 69 else 2000)


def dating(fields: Fields, name: FileName, site: Site, matter: FrontMatter) -> Dating:
    """The date of a post: its front matter's, else its file name's, else none."""
    moment = fields.moment("date", site.zone)
    if moment is not None:
        return Dating(moment.at, _local(fields, moment, site, matter), from_field=True)
    return _of_name(fields, name, site)


def _of_name(fields: Fields, name: FileName, site: Site) -> Dating:
    if name.day is None:
        return Dating()
    try:
        return Dating(_midnight(name.day, site.zone).astimezone(UTC), _midnight(name.day, site.jekyll_zone))
    except (ValueError, OverflowError):
        fields.report(
            "date-unreadable",
            f"the file name `{shortened(name.stem)}` begins with a day that does not exist; rename the file",
        )
        return Dating()


def _midnight(day: tuple[int, int, int], zone: tzinfo) -> datetime:
    return datetime(*day, tzinfo=zone)


def _local(fields: Fields, moment: Moment, site: Site, matter: FrontMatter) -> datetime:
    written = (as_text(fields.values.get("date")) or "").strip()
    return local_of(written, moment, site, quoted=not moment.zone_given and _quoted(matter, "date"))


def local_of(written: str, moment: Moment, site: Site, *, quoted: bool) -> datetime:
    """The moment of a date as Jekyll takes it, in the zone Jekyll runs in.

    A plain `YYYY-MM-DD HH:MM:SS` without a zone is UTC to Ruby's YAML; quoted or shorter it is text, which
    Ruby reads in its own zone, and without a time of day in no other.
    """
    at = moment.at
    if not moment.time_given and _DAY.fullmatch(written):
        at = read_moment(written.split()[0], site.jekyll_zone).at
    elif not moment.zone_given:
        plain = _TIMESTAMP.fullmatch(written) and not quoted
        at = read_moment(written, UTC if plain else site.jekyll_zone).at
    return at.astimezone(site.jekyll_zone)


def _quoted(matter: FrontMatter, key: str) -> bool:
    """Whether the value of a top-level key stands in quotation marks in the file."""
    line = matter.line_of(key)
    written = matter.head.splitlines()[line - matter.head_line] if line else ""
    return written.partition(":")[2].lstrip()[:1] in ("'", '"')
