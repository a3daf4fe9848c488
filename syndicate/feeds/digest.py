"""Digests: one entry for all posts of a day or a week, for feeds of sites that publish many. Pure.

A period is a calendar day or an ISO week (from Monday) in the site's zone. It is shown when it is over, so that its
entry comes once and stays. Its id is the feed's with the period behind it (`…#2026-04-09`, `…#2026-W15`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from html import escape
from itertools import groupby
from typing import Literal
from urllib.parse import unquote

from syndicate.index import Recipe
from syndicate.markup import render, safe
from syndicate.markup.excerpt import plain_text
from syndicate.markup.excerpt import summary as shortened
from syndicate.markup.legal import legal
from syndicate.model import Entry, Link, Post
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple

VERSION = "digest/2"
"""Raised by hand whenever the same posts would make another entry."""

MOST = 500
"""Posts that one entry lists; of the others it tells the number."""

SUMMARY_LENGTH = 200
"""Characters of a post's summary in the list."""

Kind = Literal["daily", "weekly"]

_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class Period(NamedTuple):
    """A day (`2026-04-09`) or a week (`2026-W15`): epoch seconds at which it begins and ends, and its first day."""

    name: str
    start: int
    end: int
    first: date
    days: int


class Member(NamedTuple):
    """A post as a digest lists it: plain text, an absolute URL, aware moments."""

    title: str
    url: str
    published: datetime
    updated: datetime
    summary: str = ""


def member_of(post: Post, recipe: Recipe) -> Member:
    """A post as a digest lists it; its body is not opened, so its summary is what the author gave."""
    title = post.title or unquote(post.url.rstrip("/").rpartition("/")[2]) or post.url
    published = datetime.fromtimestamp(recipe.published, UTC)
    updated = datetime.fromtimestamp(max(recipe.updated, recipe.published), UTC)
    text = plain_text(safe.clean(render.to_html(post.summary, "markdown"), post.url)) if post.summary else ""
    return Member(title, post.url, published, updated, text)


def periods(moments: Iterable[int], kind: Kind, zone: tzinfo, now: int, most: int | None = None) -> list[Period]:
    """The periods that were over at `now` and hold one of these moments (epoch seconds), the newest first.

    `most` bounds their number.
    """
    found: list[Period] = []
    current: Period | None = None
    for moment in sorted(moments, reverse=True):
        if current is not None and moment >= current.start:
            continue
        current = period_at(moment, kind, zone)
        if current.end <= now:
            if most is not None and len(found) >= most:
                break
            found.append(current)
    return found


def period_at(moment: int, kind: Kind, zone: tzinfo) -> Period:
    """The period in which a moment lies."""
    day = datetime.fromtimestamp(moment, zone).date()
    if kind == "daily":
        return _period(day.isoformat(), day, 1, zone)
    year, week, weekday = day.isocalendar()
    return _period(f"{year:04}-W{week:02}", day - timedelta(days=weekday - 1), 7, zone)


def _period(name: str, first: date, days: int, zone: tzinfo) -> Period:
    return Period(name, _midnight(first, zone), _midnight(first + timedelta(days=days), zone), first, days)


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def key_of(period: Period, keys: Iterable[bytes]) -> bytes:
    """16 bytes that change whenever the entry of a period does: a post came, went or changed.

    `keys` are those of its posts, in the order in which the index gives them.
    """
    return digest(b"".join((f"{VERSION} {period.name} {period.end}".encode(), *keys)))


def entry_of(
    period: Period, members: Sequence[Member], *, feed_id: str, page_url: str, zone: tzinfo, language: str = ""
) -> Entry:
    """The entry of a period. `page_url` is the page to read the feed at; the entry's own address is a place on it.

    It is published when the period ends, and updated then or with the last of its posts.
    """
    chinese = language.casefold().startswith("zh")
    ordered = sorted(members, key=lambda member: (member.published, member.url))
    end = datetime.fromtimestamp(period.end, UTC)
    title = f"{_dates(period, chinese)} · {_count(len(ordered), chinese)}"
    return Entry(
        id=f"{feed_id}#{period.name}",
        url=f"{page_url}#{period.name}",
        title=title,
        html=_html(period, ordered, zone, chinese),
        published=end,
        updated=max([end, *(member.updated.astimezone(UTC).replace(microsecond=0) for member in ordered)]),
        members=tuple(Link("item", member.url, title=member.title) for member in ordered[:MOST]),
        summary=shortened(" · ".join(legal(member.title) for member in ordered[:10]), 280),
    )


# -- words


def _dates(period: Period, chinese: bool) -> str:
    first, last = period.first, period.first + timedelta(days=period.days - 1)
    if period.days == 1:
        return _date(first, chinese)
    if chinese:
        begins = f"{first.year}年{first.month}月{first.day}日"
        year = f"{last.year}年" if last.year != first.year else ""
        return f"{begins} – {year}{last.month}月{last.day}日"
    if first.year != last.year:
        return f"{_date(first, chinese)} – {_date(last, chinese)}"
    month = f" {_MONTHS[first.month - 1]}" if first.month != last.month else ""
    return f"{first.day}{month} – {_date(last, chinese)}"


def _date(day: date, chinese: bool) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if chinese else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _count(number: int, chinese: bool) -> str:
    return f"{number} 篇" if chinese else f"{number} post{'' if number == 1 else 's'}"


def _heading(day: date, chinese: bool) -> str:
    if chinese:
        return f"{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}"
    return f"{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]}"


# -- HTML


def _html(period: Period, members: Sequence[Member], zone: tzinfo, chinese: bool) -> str:
    """Lists, one a day; all text is escaped, and addresses other than http(s) are no links."""
    out = []
    for day, listed in groupby(members[:MOST], key=lambda member: member.published.astimezone(zone).date()):
        if period.days > 1:
            out.append(f"<h3>{_heading(day, chinese)}</h3>")
        out.append(f"<ul>{''.join(_item(member, zone) for member in listed)}</ul>")
    if (more := len(members) - MOST) > 0:
        out.append(f"<p>{f'另有 {more} 篇' if chinese else f'and {more} more'}</p>")
    return "".join(out)


def _item(member: Member, zone: tzinfo) -> str:
    title = _escaped(member.title) or _escaped(member.url)
    link = f'<a href="{_escaped(member.url)}">{title}</a>' if _is_web(member.url) else title
    text = _escaped(shortened(member.summary, SUMMARY_LENGTH))
    return f"<li>{link} · {member.published.astimezone(zone):%H:%M}{f'<br>{text}' if text else ''}</li>"


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _escaped(text: str) -> str:
    return escape(legal(text))
