"""What a post says of other places: the page it points at, the feed it comes from, where it is discussed.

Fields in, values out. Keys count in any case, with `-`, `_` or neither between their words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from syndicate.content.dates import DateFault, read_moment
from syndicate.content.dialects._fields import Fields, as_text, decoded, one_line, shortened
from syndicate.content.dialects._media import Absolute
from syndicate.content.dialects._media_values import is_playable, media_type
from syndicate.content.dialects._names import Named, by_plain_name, only_with
from syndicate.model import Comments, Origin, Value

_POINTING = ("externalurl", "externallink", "linkurl", "linkedurl", "linkblogurl", "linkpost")
_MAYBE_POINTING = ("link", "linkblog", "linkto", "external", "redirectto")  # as often an address of the site's own

_SOURCES = ("source", "origin", "originalsource", "republishedfrom", "syndicatedfrom")
_SOURCE_URLS = (
    "sourcefeed", "sourcefeedurl", "originalfeed", "sourceurl", "sourcelink", "originalurl", "originallink",
    "originalposturl", "originallypublishedat", "republishedfrom", "syndicatedfrom",
)  # fmt: skip
_SOURCE_NAMES = ("sourcetitle", "sourcename", "originaltitle", "originalsite", "originalsource", "source")
_URLS = ("feed", "feedurl", "xmlurl", "url", "href", "link")
_TITLES = ("title", "name", "site")

_PAGES = ("commentsurl", "commenturl", "commentslink", "discussionurl", "discussurl", "discussion", "comments")
_FEEDS = ("commentsfeed", "commentsfeedurl", "commentfeed", "commentsrss", "commentrss")
_COUNTS = ("commentcount", "commentscount", "commentstotal")


@only_with(*_POINTING, *_MAYBE_POINTING, otherwise="")
def external_url(fields: Fields, absolute: Absolute, page: str) -> str:
    """The page that a link post points at, "" for none; `page` is the address of the post itself."""
    named = fields.named
    for name in _POINTING:
        if name in named and (written := _text(named[name][1])):
            return _address(fields, absolute, named[name][0], written)
    for name in _MAYBE_POINTING:
        if name in named and (url := _leading_away(_text(named[name][1]), absolute, page)):
            return url
    return ""


@only_with(*_SOURCES, *_SOURCE_URLS, otherwise=None)
def origin(fields: Fields, absolute: Absolute) -> Origin | None:
    """The feed that a republished post was taken over from; None where nothing, or no address, is said of one."""
    named = fields.named
    for name in _SOURCES:
        if name in named and isinstance(table := named[name][1], dict):
            return _from_table(fields, absolute, named[name][0], by_plain_name(table))
    written = _first(named, _SOURCE_URLS)[1]
    if not re.match(r"(?:https?:)?//", written, re.IGNORECASE) or not (url := absolute(written)):
        return None
    return Origin(_line(_first(named, _SOURCE_NAMES)[1]) or _host(url), url)


@only_with(*_PAGES, *_FEEDS, *_COUNTS, otherwise=None)
def comments(fields: Fields, absolute: Absolute) -> Comments | None:
    """Where a post is discussed; None where nothing is said. `comments: true` is a switch of the theme."""
    named = fields.named
    given = named.get("comments", ("", None))[1]
    table = by_plain_name(given) if isinstance(given, dict) else {}
    page = _first(table, ("url", "link", "href"))[1] or _toot(table) or _first(named, _PAGES)[1]
    feed = _first(table, ("feed", "feedurl", "rss"))[1] or _first(named, _FEEDS)[1]
    count = _count(_first(table, ("count", "total"))[1] or _first(named, _COUNTS)[1])
    url, feed_url = (absolute(text) if "/" in text else "" for text in (page, feed))
    return Comments(url, feed_url, count) if url or feed_url or count is not None else None


def _leading_away(written: str, absolute: Absolute, page: str) -> str:
    """The address where it is a page of another site; files that can be played are enclosures."""
    if not re.match(r"https?://", written, re.IGNORECASE) or is_playable(media_type("", written)):
        return ""
    url = absolute(written)
    return url if url and _host(url) != _host(page) else ""


def _from_table(fields: Fields, absolute: Absolute, key: str, table: Named) -> Origin | None:
    written = _first(table, _URLS)[1]
    url = _address(fields, absolute, key, written) if written else ""
    if not url:
        return None
    title = _line(_first(table, _TITLES)[1]) or _host(url)
    return Origin(title, url, _line(_first(table, ("id", "guid"))[1]), _moment(fields, key, table))


def _moment(fields: Fields, key: str, table: Named) -> datetime | None:
    written = _first(table, ("updated", "date"))[1]
    try:
        return read_moment(written, UTC).at if written else None
    except DateFault as fault:
        fields.report("date-unreadable", f"the date in `{key}` cannot be used: {fault}", key)
        return None


def _toot(table: Named) -> str:
    """The thread on a Mastodon server, as themes ask for it: its host, the user and the number of the post."""
    host, number = _first(table, ("host", "server", "instance"))[1], _first(table, ("id", "tootid", "statusid"))[1]
    user = _first(table, ("username", "user", "account"))[1].lstrip("@")
    if (
        not number.isdecimal()
        or not re.fullmatch(r"[A-Za-z0-9.-]{3,253}", host)
        or not re.fullmatch(r"\w{1,100}", user)
    ):
        return ""
    return f"https://{host}/@{user}/{number}"


def _address(fields: Fields, absolute: Absolute, key: str, written: str) -> str:
    url = absolute(written)
    if not url:
        message = f"`{key}: {shortened(written)}` is no web address; write a path or one with http(s)"
        fields.report("url-unreadable", message, key)
    return url


def _first(named: Mapping[str, tuple[str, Value]], names: tuple[str, ...]) -> tuple[str, str]:
    """The first of these that is a text: its key as written, and the text."""
    for name in names:
        if name in named and (text := _text(named[name][1])):
            return named[name][0], text
    return "", ""


def _text(value: Value) -> str:
    """A text that is no switch."""
    return "" if isinstance(value, bool) else (as_text(value) or "").strip()


def _line(text: str) -> str:
    return one_line(decoded(text))


def _count(written: str) -> int | None:
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
