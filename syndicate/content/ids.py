"""The id a post gets at its first publication, by the rule of the program whose feeds are taken over. Pure.

In: the name of a rule, the front matter, the Post, and what is known of the site. Out: an id. A preset
(`feeds.presets`) names the rule; the ledger keeps what comes out of it for good.

| rule | id |
| --- | --- |
| `url` | the permalink |
| `generator` | the site's address and the generator's own id, as jekyll-feed writes it |
| `pelican` | `tag:host,YYYY-MM-DD:/path` (RFC 4151), the day in the site's time zone |
| `wordpress` | the `guid` that its exporters leave in the front matter, else `…/?p=N` of its number |
| `ghost` | the 24 hexadecimal digits of its database |
| `blogger` | `tag:blogger.com,1999:blog-N.post-M` |

The ids of the last three are made by a database. Where the front matter has kept none, the permalink is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from syndicate.content.dialects import Facts
from syndicate.model import Value
from syndicate.model.patterns import regex

_NUMBER = regex(r"[1-9][0-9]{0,18}")
_ADDRESS = regex(r"https?://[^\s<>\"]{1,2000}")
_GHOST = regex(r"[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BLOGGER = regex(r"tag:blogger\.com,1999:blog-[0-9]{1,30}\.post-[0-9]{1,30}")


def brought(rule: str, fields: Mapping[str, Value], site_url: str) -> str:
    """The id that the other program has left in the front matter, "" where there is none.

    `site_url` has no trailing slash. It stands where an author's own `guid` stands, which wins over it.
    """
    find = _BROUGHT.get(rule)
    if find is None:
        return ""
    known = {str(key).casefold(): value for key, value in fields.items()}
    return "" if _text(known, "guid") else find(known, site_url)


def default(rule: str, url: str, generator_id: str, published: datetime | None, facts: Facts) -> str:
    """The id of a post at this permalink whose front matter has none."""
    if rule == "generator" and generator_id:
        return facts.url + generator_id
    if rule == "pelican" and published:
        return _tag_uri(url, published, facts.timezone)
    return url


def _tag_uri(url: str, moment: datetime, timezone: str) -> str:
    """Pelican takes host and path of the permalink, not encoded, and the day of the post where its author is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    fragment = f"/{parts.fragment}" if parts.fragment else ""
    return f"tag:{parts.hostname},{_day(moment, timezone)}:{unquote(parts.path)}{fragment}"


def _day(moment: datetime, timezone: str) -> str:
    try:
        return moment.astimezone(ZoneInfo(timezone)).date().isoformat()
    except OverflowError:  # the first and the last day there are
        return moment.date().isoformat()


def _text(fields: Mapping[str, Value], key: str) -> str:
    value = fields.get(key)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _wordpress(fields: Mapping[str, Value], site_url: str) -> str:
    address = _text(fields, "wordpress_url")
    if _ADDRESS.fullmatch(address):
        return address
    numbers = (_text(fields, key) for key in ("wordpress_id", "id"))
    number = next((text for text in numbers if _NUMBER.fullmatch(text)), "")
    return f"{site_url}/?p={number}" if number else ""


def _ghost(fields: Mapping[str, Value], _site_url: str) -> str:
    texts = (_text(fields, key) for key in ("ghost_id", "id"))
    return next((text for text in texts if _GHOST.fullmatch(text)), "")


def _blogger(fields: Mapping[str, Value], _site_url: str) -> str:
    texts = (_text(fields, key) for key in ("blogger_id", "id"))
    return next((text for text in texts if _BLOGGER.fullmatch(text)), "")


_BROUGHT: Mapping[str, Callable[[Mapping[str, Value], str], str]] = {
    "wordpress": _wordpress,
    "ghost": _ghost,
    "blogger": _blogger,
}

RULES = frozenset({"url", "generator", "pelican", *_BROUGHT})
"""Every rule that a preset may name."""
