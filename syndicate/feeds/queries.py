"""Feeds of live queries: what is asked, by which one text it is known, and what its document says of itself. Pure.

In: the query part of an address, `q=tag:python&limit=20`. Out: the tree of the selection, and a Channel. Spellings that
mean the same have one canonical text, by which the feed is cached and its id is made; so a reader that writes
`TAG:Python` and one that writes `tag:python` have one feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.plan import Plan
from syndicate.feeds.rhythm import rhythm
from syndicate.feeds.selection import QueryError
from syndicate.model import Author, Channel, Link
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple
from syndicate.model.selection import Tree, fold

MOST = 100
"""Entries that are given, at most."""

_TAG = regex(r"<(?=[A-Za-z/!?])")
FORMATS = ("rss", "atom", "json")
_FIELDS = 20
_LONGEST = 16_000
"""Bytes of the query part: of 4,000 characters, as long as they may be in UTF-8."""


class Refused(ValueError):
    """What is asked cannot be answered; the message says what is wrong and what to do."""


class Asked(NamedTuple):
    """A query: its canonical `text`, what it means, and how many entries are wanted, 0 for as many as usual."""

    text: str
    tree: Tree
    limit: int = 0


def asked(query: bytes, parse: Callable[[str], Tree]) -> Asked:
    """The query part of an address, still percent-encoded → what is asked; `parse` reads the language.

    Raises:
        Refused.
    """
    fields = _fields(query)
    if "q" not in fields:
        message = "q is missing: write what the posts have in common, as ?q=tag:python (percent-encoded)"
        raise Refused(message)
    text = " ".join(fields["q"].split())
    try:
        tree = parse(text)
    except QueryError as fault:
        raise Refused(f"q: {fault}") from None
    return Asked(_canonical(text, tree, parse), tree, _limit(fields.get("limit", "")))


def _fields(query: bytes) -> dict[str, str]:
    if len(query) > 3 * _LONGEST:
        raise Refused("the query is too long: it may have 4,000 characters")
    try:
        pairs = parse_qsl(
            query.decode("ascii", "strict"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except UnicodeDecodeError:
        raise Refused("the address is no percent-encoded UTF-8: encode the query as UTF-8") from None
    except ValueError:
        raise Refused(f"more than {_FIELDS} fields: write q and limit alone") from None
    # fields that trackers add are nobody's business here
    own = [(name, value) for name, value in pairs if name in ("q", "limit")]
    if len(own) > len(dict(own)):
        raise Refused("q or limit stands there twice: write each once, and join tests by and")
    return dict(own)


def _limit(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MOST):
        raise Refused(f'limit: "{text[:20]}" is no number from 1 to {MOST}')
    return int(text)


def _canonical(text: str, tree: Tree, parse: Callable[[str], Tree]) -> str:
    """The text as it is compared, if that still means the same: folding may make a quote of another sign."""
    folded = fold(text)
    try:
        return folded if folded != text and parse(folded) == tree else text
    except QueryError:
        return text


def address(base_url: str, form: str, text: str, limit: int = 0) -> str:
    """Where the feed of a query is found."""
    return f"{base_url}query.{form}?q={quote(text, safe=':/~,*')}{f'&limit={limit}' if limit else ''}"


def channel(query: Asked, form: str, moments: Iterable[int], plan: Plan, common: Channels) -> Channel:
    """What the document of a query says of itself; `moments` are the `updated` of its entries, epoch seconds."""
    times = sorted(moments)
    # some readers take titles for HTML, and what stands here is anybody's
    asked_for = _TAG.sub("‹", query.text)
    title = f"{asked_for} · {plan.site_title}" if asked_for else plan.site_title
    return Channel(
        id=address(plan.base_url, "atom", query.text),
        title=title,
        self_url=address(plan.base_url, form, query.text, query.limit),
        home_url=f"{plan.site_url}/",
        description=plan.description or plan.site_title,
        language=common.language,
        updated=datetime.fromtimestamp(times[-1], UTC) if times else None,
        authors=common.authors or (Author(plan.site_title),),
        image=common.image,
        icon=common.icon,
        links=tuple(
            Link("alternate", address(plan.base_url, other, query.text, query.limit), EDITIONS[other].media_type, title)
            for other in FORMATS
            if other != form
        ),
        rights=common.rights,
        rhythm=rhythm(times),
        stylesheet=common.stylesheet,
    )
