"""The door of this room: what comes through can be written in every format. Pure.

In: any Entry or Channel, whatever text it holds. Out: one of the same type whose every
promise is kept, so that the formats only write: characters XML allows, URIs, moments in
UTC, a title, no empty name, nothing said twice. All formats say the same of an entry
because what they say is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from html import unescape

from syndicate.feeds.formats._cleaned import address, author, count, identity, language, line, media_type, positive, web
from syndicate.feeds.formats._door_podcasts import admit_episode, admit_show
from syndicate.feeds.formats._ids import atom_id
from syndicate.feeds.formats._moments import utc
from syndicate.feeds.formats._uri import is_web
from syndicate.markup.legal import legal
from syndicate.model import (
    Alternate,
    Author,
    Category,
    Channel,
    Comments,
    Deleted,
    Enclosure,
    Entry,
    Image,
    Link,
    Origin,
    Rhythm,
)
from syndicate.model.patterns import regex

_TAG = regex(r"<[^<>]*>")

_PERIODS = frozenset(("hourly", "daily", "weekly", "monthly", "yearly"))
_HISTORY = frozenset(("first", "last", "next", "previous", "prev-archive", "next-archive", "current"))
_TITLE_LENGTH = 80
_LOOKED_AT = 4000
_NAMELESS = "about:blank"
_UNTITLED = "Untitled"
_UNDETERMINED = "und"  # ISO 639: the language of a page that nobody has named


def admit(entry: Entry, *, clean: bool = False) -> Entry:
    """An Entry fit to be written. Never raises. `clean`: its HTML is known to hold nothing but legal characters."""
    url = address(entry.url)
    html = entry.html if clean else legal(entry.html)
    summary = identity(entry.summary)
    external = web(entry.external_url) if entry.external_url else ""
    published = utc(entry.published)
    origin = _origin(entry.origin) if entry.origin else None
    return Entry(
        id=identity(entry.id) or url or _NAMELESS,
        url=url,
        title=line(entry.title) or _start(summary or _text(html)) or url or _UNTITLED,
        html=html,
        published=published,
        updated=published if entry.updated is entry.published else max(published, utc(entry.updated)),
        summary=summary,
        categories=_categories(entry.categories) if entry.categories else (),
        authors=(entry.authors and _authors(entry.authors)) or _by(origin),
        language=language(entry.language) if entry.language else "",
        image=_image(entry.image) if entry.image else None,
        enclosures=_enclosures(entry.enclosures) if entry.enclosures else (),
        external_url=external,
        alternates=_alternates(entry.alternates, url) if entry.alternates else (),
        origin=origin,
        comments=_comments(entry.comments) if entry.comments else None,
        episode=admit_episode(entry.episode) if entry.episode else None,
        members=_members(entry.members) if entry.members else (),
    )


def admit_channel(channel: Channel) -> Channel:
    """A Channel fit to be written: never without a title, self and home only once. Never raises."""
    self_url = address(channel.self_url)
    home = address(channel.home_url) or self_url or _NAMELESS
    return Channel(
        id=identity(channel.id) or self_url or home,
        title=line(channel.title) or home,
        self_url=self_url,
        home_url=home,
        description=line(channel.description),
        language=language(channel.language),
        updated=None if channel.updated is None else utc(channel.updated),
        authors=_authors(channel.authors),
        image=_image(channel.image),
        icon=web(channel.icon),
        links=_links(channel.links, self_url, channel.complete),
        rights=line(channel.rights),
        complete=channel.complete,
        archive=channel.archive and not channel.complete,
        deleted=_deleted(channel.deleted),
        stylesheet=_stylesheet(channel.stylesheet),
        page_url=web(channel.page_url),
        rhythm=_rhythm(channel.rhythm),
        show=admit_show(channel.show) if channel.show else None,
        cloud=web(channel.cloud),
    )


def _text(html: str) -> str:
    """The words of a piece of HTML, roughly: only to name what has no name."""
    return legal(unescape(_TAG.sub(" ", html[:_LOOKED_AT])))


def _start(text: str) -> str:
    """The first words of a text as a title; cut inside a word only where there is no space."""
    words = line(text)
    if len(words) <= _TITLE_LENGTH:
        return words
    cut = words[:_TITLE_LENGTH]
    whole = cut.rpartition(" ")[0]
    return (whole if len(whole) > _TITLE_LENGTH // 2 else cut).rstrip() + "…"


def _alternates(alternates: Sequence[Alternate], own: str) -> tuple[Alternate, ...]:
    """Translations at web addresses of their own, one a language, and then the page itself, if there are any.

    Some readers take the first alternate of an entry for its page (SimplePie), others the last one
    (feedparser): so the page has to be both.
    """
    known = [Alternate(language(each.language), web(each.url)) for each in alternates]
    mine = next((each.language for each in known if each.language and each.url == own), _UNDETERMINED)
    found: dict[str, Alternate] = {}
    for each in known:
        if each.language and each.url not in ("", own) and each.language.lower() != mine.lower():
            found.setdefault(each.language.lower(), each)
    return (*found.values(), Alternate(mine, own)) if found and own else tuple(found.values())


# A site has few terms and authors, and shows them together again and again.


@lru_cache(maxsize=4096)
def _categories(categories: tuple[Category, ...]) -> tuple[Category, ...]:
    clean = map(_category, categories)
    return tuple(dict.fromkeys(each for each in clean if each.name))


@lru_cache(maxsize=4096)
def _category(category: Category) -> Category:
    return Category(line(category.name), address(category.scheme))


@lru_cache(maxsize=4096)
def _authors(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    clean = map(author, authors)
    return tuple(dict.fromkeys(each for each in clean if each.name))


def _image(image: Image | None) -> Image | None:
    url = web(image.url) if image else ""
    if not image or not url:
        return None
    length, width, height = count(image.length), count(image.width), count(image.height)
    return Image(url, line(image.alt), media_type(image.type), length or None, width or None, height or None)


def _origin(origin: Origin | None) -> Origin | None:
    """A feed that can be asked for. It has a title and an id, as RFC 4287 section 4.2.11 wants: else its address."""
    url = web(origin.url) if origin else ""
    if not origin or not url:
        return None
    updated = None if origin.updated is None else utc(origin.updated)
    return Origin(line(origin.title) or url, url, identity(origin.id) or url, updated)


def _by(origin: Origin | None) -> tuple[Author, ...]:
    """What was taken over from a feed and names nobody is by that feed, not by the one it stands in."""
    return (Author(origin.title),) if origin else ()


def _comments(comments: Comments | None) -> Comments | None:
    clean = Comments(web(comments.url), web(comments.feed), count(comments.count)) if comments else Comments()
    return None if clean == Comments() else clean


def _rhythm(rhythm: Rhythm | None) -> Rhythm | None:
    """A period that the syndication module knows, with a frequency; a `ttl` of 0 is unknown."""
    if rhythm is None:
        return None
    frequency = positive(rhythm.frequency) or 0
    known = frequency and rhythm.period in _PERIODS
    clean = Rhythm(rhythm.period if known else "", frequency if known else 0, positive(rhythm.ttl) or 0)
    return None if clean == Rhythm("", 0, 0) else clean


def _members(members: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(Link("item", web(each.href), title=line(each.title) or each.href) for each in members)


def _enclosures(enclosures: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    """Media that can be fetched, each address once, with the type that RSS and JSON demand."""
    clean = {}
    for each in enclosures:
        url = web(each.url)
        if url and url not in clean:
            clean[url] = replace(
                each,
                url=url,
                type=media_type(each.type, "application/octet-stream"),
                length=count(each.length),
                duration=count(each.duration),
                title=line(each.title),
            )
    return tuple(clean.values())


def _links(links: Iterable[Link], self_url: str, complete: bool) -> tuple[Link, ...]:
    """Further links without a second `self`, any to the document itself, or repetition.

    RFC 5005: a document has one link of each relation of its history, a complete one none.
    """
    clean = (
        Link(line(each.rel) or "alternate", address(each.href), media_type(each.type), line(each.title))
        for each in links
    )
    kept: dict[str | Link, Link] = {}
    for each in clean:
        if each.rel == "self" or each.href in ("", self_url) or (complete and each.rel in _HISTORY):
            continue
        kept.setdefault(each.rel if each.rel in _HISTORY else each, each)
    return tuple(kept.values())


def _deleted(deleted: Iterable[Deleted]) -> tuple[Deleted, ...]:
    """What went, once each, when it went last (RFC 6721 section 3)."""
    last: dict[str, Deleted] = {}
    for each in deleted:
        clean = Deleted(identity(each.id), utc(each.at))
        name = atom_id(clean.id)
        if clean.id and (name not in last or last[name].at < clean.at):
            last[name] = clean
    return tuple(last.values())


def _stylesheet(url: str) -> str:
    """An address on the web or of the feed's own host."""
    found = address(url)
    return found if is_web(found) or found.startswith("/") else ""
