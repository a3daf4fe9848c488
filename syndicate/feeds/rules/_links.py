"""Links of Atom, in Atom and in RSS (`atom:link`): relations, the one `self`, alternates, pages of history. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules._names import ATOM, FH, THR
from syndicate.feeds.rules._rule import Look, line_of, rules
from syndicate.feeds.rules._values import is_absolute, is_count, rfc3339, short

RULES = rules(
    ("link-href", "E", "a link has no href", "Give the link its address, or take it out.", "RFC 4287 4.2.7.1"),
    (
        "link-rel",
        "E",
        "the relation of a link is neither registered nor an absolute IRI",
        "Use a registered relation (alternate, self, enclosure, related, via, hub, next ...) or an absolute IRI.",
        "RFC 4287 4.2.7.2; RFC 8288 2.1",
    ),
    (
        "link-length",
        "E",
        "the length of a link is no whole number of bytes",
        "Write digits alone, or leave it out.",
        "RFC 4287 4.2.7.6",
    ),
    (
        "link-enclosure",
        "W",
        "a link to an enclosure lacks its type",
        "Say `type`, and `length` (bytes) where it is known, so that players know what to expect.",
        "RFC 4287 4.2.7.2; RSS Best Practices Profile",
    ),
    (
        "alternate-twice",
        "E",
        "there are two alternates of the same type and language",
        "Keep one of them; say `hreflang` where they differ in language.",
        "RFC 4287 4.1.1, 4.1.2",
    ),
    (
        "self-missing",
        "W",
        "the feed does not say its own address",
        'Add a link with rel="self" (JSON Feed: `feed_url`) with the address that subscribers use.',
        "RFC 4287 4.1.1; RSS Best Practices Profile; WebSub 4",
    ),
    (
        "self-several",
        "E",
        "the feed says several addresses of its own",
        'Keep one link with rel="self".',
        "WebSub 4; RSS Best Practices Profile",
    ),
    (
        "self-differs",
        "W",
        "the feed's own address is not the one it was fetched from",
        'Let rel="self" (`feed_url`) be the address of this very document, letter by letter.',
        "RFC 4287 4.2.7.2; W3C: SelfDoesntMatchLocation",
    ),
    (
        "self-type",
        "W",
        "the link to the feed itself has another type than the feed",
        "Say application/rss+xml or application/atom+xml.",
        "RSS Best Practices Profile",
    ),
    (
        "history-complete",
        "E",
        "the feed is complete, and has links to more or is an archive",
        "Take `fh:complete` out, or the links next, previous, prev-archive, next-archive and `fh:archive`.",
        "RFC 5005 2; W3C: FeedRelInCompleteFeed",
    ),
    (
        "history-twice",
        "E",
        "a link to another page of the history is there twice",
        "Keep one link of each relation.",
        "RFC 5005 3, 4",
    ),
    (
        "history-itself",
        "E",
        "a link to another page of the history leads to this very page",
        "Take it out: a reader that follows it never comes to an end.",
        "RFC 5005 3, 4; W3C: LinkPastEnd",
    ),
    (
        "history-current",
        "W",
        "a page of the archive does not say where the live feed is",
        'Add a link with rel="current".',
        "RFC 5005 4; W3C: MissingCurrentInArchive",
    ),
    (
        "history-element",
        "E",
        "an element of the history's namespace is unknown or not a child of the feed",
        "Only `fh:complete` and `fh:archive` exist; they are children of `feed` or `channel`.",
        "RFC 5005 2, 4",
    ),
    (
        "thread-count",
        "E",
        "a number of replies is no whole number",
        "Write digits alone.",
        "RFC 4685 4, 5; Slash module",
    ),
    ("thread-updated", "E", "`thr:updated` is no date", "Write it as 2025-01-06T10:00:00Z.", "RFC 4685 4"),
)

LINK: Final = f"{{{ATOM}}}link"
HISTORY: Final = ("first", "last", "next", "previous", "prev-archive", "next-archive", "current")
_MORE = frozenset(HISTORY) - {"current"}
REGISTERED: Final = frozenset(
    "about acl alternate amphtml appendix archives author blocked-by bookmark canonical chapter collection contents "
    "copyright create-form current describedby describes disclosure duplicate edit edit-form edit-media enclosure "
    "first glossary help hosts hub icon index item last latest-version license me memento monitor next next-archive "
    "nofollow "
    "original payment pingback preconnect predecessor-version preload prev prev-archive preview previous "
    "privacy-policy related replies search section self service shortlink start stylesheet subsection "
    "successor-version tag terms-of-service timegate timemap type up version-history via webmention working-copy "
    "working-copy-of".split()
)


def one(look: Look, link: _Element, iri: bool) -> tuple[str, str]:
    """A single link → its relation and its address."""
    line, href, rel = line_of(link), link.get("href"), link.get("rel", "alternate")
    if rel not in REGISTERED and not is_absolute(rel):
        look.note("link-rel", line, short(repr(rel)))
    if href is None:
        look.note("link-href", line)
    else:
        address.judge(look, line, f"link rel={rel}", href, iri=iri)
    length = link.get("length")
    if length is not None and not is_count(length):
        look.note("link-length", line, short(repr(length)))
    address.media_type(look, line, "link", link.get("type"))
    address.language(look, line, "hreflang", link.get("hreflang"))
    if rel == "enclosure" and not link.get("type"):
        look.note("link-enclosure", line)
    _replies(look, link, line)
    return rel, href or ""


def _replies(look: Look, link: _Element, line: int) -> None:
    """RFC 4685 section 4."""
    count, updated = link.get(f"{{{THR}}}count"), link.get(f"{{{THR}}}updated")
    if count is not None and not is_count(count):
        look.note("thread-count", line, short(repr(count)))
    if updated is not None and (fault := rfc3339(updated).fault):
        look.note("thread-updated", line, fault)


def alternates(look: Look, links: Sequence[_Element]) -> None:
    """RFC 4287 sections 4.1.1 and 4.1.2: one alternate of a type and language."""
    seen: set[tuple[str, str]] = set()
    for link in links:
        if link.get("rel", "alternate") == "alternate":
            kind = (link.get("type", ""), link.get("hreflang", "").lower())
            if kind in seen:
                look.note("alternate-twice", line_of(link), f"type {kind[0]!r}, hreflang {kind[1]!r}")
            seen.add(kind)


def of_feed(look: Look, parent: _Element, form: str) -> tuple[tuple[str, str], ...]:
    """All links of a feed or channel, and what RFC 5005 says of them → (relation, address) of each."""
    line, links = line_of(parent), list(parent.iterchildren(LINK))
    found = tuple(one(look, link, iri=form == "atom") for link in links)
    if form == "atom":
        alternates(look, links)
    selves = [link for link in links if link.get("rel") == "self"]
    if not selves:
        look.note("self-missing", line)
    for link in selves[1:]:
        look.note("self-several", line_of(link))
    for link in selves[:1]:
        kind = link.get("type", "").partition(";")[0].strip()
        if kind and kind != f"application/{form}+xml":
            look.note("self-type", line_of(link), kind)
        own_address(look, line_of(link), link.get("href", ""))
    _history(look, parent, links, selves[0].get("href", "") if selves else "")
    return found


def own_address(look: Look, line: int, said: str) -> None:
    """What a feed says of its own address, against the one it was fetched from."""
    if look.url and said and said != look.url:
        look.note("self-differs", line, f"{short(said)} is not {short(look.url)}")


def _history(look: Look, parent: _Element, links: Sequence[_Element], own: str) -> None:
    seen: set[str] = set()
    for link in links:
        rel = link.get("rel", "alternate")
        if rel in HISTORY:
            if rel in seen:
                look.note("history-twice", line_of(link), rel)
            seen.add(rel)
            if rel in ("next", "previous", "prev-archive", "next-archive") and own and link.get("href") == own:
                look.note("history-itself", line_of(link), rel)
    marks = {child.tag.rpartition("}")[2] for child in parent.iterchildren(f"{{{FH}}}*")}
    for mark in parent.iter(f"{{{FH}}}*"):
        if mark.getparent() is not parent or mark.tag.rpartition("}")[2] not in ("complete", "archive"):
            look.note("history-element", line_of(mark), mark.tag.rpartition("}")[2])
    if "complete" in marks and (seen & _MORE or "archive" in marks):
        look.note("history-complete", line_of(parent), ", ".join(sorted(seen & _MORE)) or "fh:archive")
    if "archive" in marks and "current" not in seen:
        look.note("history-current", line_of(parent))
