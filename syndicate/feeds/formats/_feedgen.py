"""feedgen and what makes its output right: the only import of it.

In: an Entry or a Channel that came through the door. Out: lxml elements and documents of
feedgen's own `FeedEntry` and `FeedGenerator`, repaired by one extension of ours on each
level (`EntryRepairs`, `FeedRepairs`), written to feedgen's extension mechanism.

feedgen hands an extension the live element after it has built it, so everything is
repaired there: lost link attributes, links RSS drops, dates (feedgen would switch the
process's locale), authors, languages. Further vocabularies (history, tombstones, threads,
podcasts) are added the same way: a module beside this one, its namespace below, a line in a repair.
"""

# mypy: disable-error-code="misc, no-any-return"
# feedgen has no types, so its classes and all they return are Any.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._cloud import cloud
from syndicate.feeds.formats._elements import Attributes, add, named, put, replace_text, stylesheet
from syndicate.feeds.formats._history import FH, history
from syndicate.feeds.formats._ids import atom_id
from syndicate.feeds.formats._itunes import ITUNES, itunes_channel, itunes_item
from syndicate.feeds.formats._links import ATOM, ATOM_LINK, atom_links, entry_links, rss_links, translations
from syndicate.feeds.formats._media import MEDIA, picture, renditions
from syndicate.feeds.formats._moments import NEVER, rfc822, rfc3339
from syndicate.feeds.formats._podcast import PODCAST, podcast_channel, podcast_item
from syndicate.feeds.formats._rhythm import SY, rhythm
from syndicate.feeds.formats._source import atom_origin, rss_origin
from syndicate.feeds.formats._threads import SLASH, THR, WFW, atom_replies, rss_comments
from syndicate.feeds.formats._tombstones import AT, tombstones
from syndicate.feeds.formats._uri import is_web
from syndicate.model import Author, Channel, Entry

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"

RSS_NAMESPACES: Mapping[str, str] = {
    "atom": ATOM,
    "content": CONTENT,
    "dc": DC,
    "fh": FH,
    "itunes": ITUNES,
    "media": MEDIA,
    "podcast": PODCAST,
    "slash": SLASH,
    "sy": SY,
    "wfw": WFW,
}
ATOM_NAMESPACES: Mapping[str, str] = {"at": AT, "fh": FH, "media": MEDIA, "thr": THR}
"""Every namespace a fragment may use: all envelopes of the format declare all of them."""

GENERATOR = "Syndicate"
DOCS = "https://www.rssboard.org/rss-specification"

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CREATOR = f"{{{DC}}}creator"
_NAME = "syndicate"  # under which feedgen registers the repairs


class EntryRepairs(BaseEntryExtension):
    """What feedgen's entries lack or get wrong. `entry` and `links` are set before use."""

    entry: Entry
    links: Sequence[Attributes] = ()

    def extend_rss(self, item: _Element) -> _Element:
        """Authors, the date, and what of the vocabularies an RSS item uses."""
        entry = self.entry
        for author in entry.authors:
            add(item, _CREATOR, author.name)
        add(item, "pubDate", rfc822(entry.published))
        if entry.origin:
            rss_origin(item, entry.origin)
        if entry.comments:
            rss_comments(item, entry.comments)
        if entry.image:
            picture(item, entry.image)
        renditions(item, entry.enclosures)
        for link in translations(entry):
            SubElement(item, ATOM_LINK, link)
        itunes_item(item, entry)
        if entry.episode:
            podcast_item(item, entry.episode)
        return item

    def extend_atom(self, element: _Element) -> _Element:
        """The attributes of links, RFC 3339 dates, the language, and what of the vocabularies an Atom entry uses."""
        entry = self.entry
        for link, attributes in zip(element.iterchildren("link"), self.links, strict=True):
            put(link, attributes)
        replace_text(element, "updated", rfc3339(entry.updated))
        add(element, "published", rfc3339(entry.published))
        if entry.language:
            element.set(_LANG, entry.language)
        if entry.origin:
            atom_origin(element, entry.origin)
        if entry.comments:
            atom_replies(element, entry.comments)
        if entry.image:
            picture(element, entry.image)
        return element


class FeedRepairs(BaseExtension):
    """What feedgen's feeds lack or get wrong. `channel` and `namespaces` are set before use."""

    channel: Channel
    namespaces: Mapping[str, str]

    def extend_ns(self) -> dict[str, str]:
        """The prefixes the root declares; feedgen asks the same method for RSS and for Atom."""
        return dict(self.namespaces)

    def extend_rss(self, rss: _Element) -> _Element:
        """All links of the channel beside `self`, a date that is the content's or absent, and the vocabularies."""
        channel, said = rss[0], self.channel
        rss_links(channel, said)
        if said.updated:
            add(channel, "lastBuildDate", rfc822(said.updated))
        if not _editors(said):  # W3C: an editor and a creator say the same
            for author in said.authors:
                add(channel, _CREATOR, author.name)
        cloud(channel, said.cloud)
        history(channel, said)
        if said.rhythm:
            rhythm(channel, said.rhythm)
        if said.show:
            itunes_channel(channel, said, said.show)
            podcast_channel(channel, said.show)
        stylesheet(rss, said.stylesheet)
        return rss

    def extend_atom(self, feed: _Element) -> _Element:
        """All links of the feed, of any relation, RFC 3339 dates, and the vocabularies."""
        atom_links(feed, self.channel)
        replace_text(feed, "updated", rfc3339(self.channel.updated or NEVER))
        history(feed, self.channel)
        tombstones(feed, self.channel.deleted)
        stylesheet(feed, self.channel.stylesheet)
        return feed


def rss_item(entry: Entry) -> _Element:
    """The `<item>` of an Entry (RSS 2.0 and the Advisory Board's profile)."""
    return rss_source(entry).rss_entry()


def atom_entry(entry: Entry) -> _Element:
    """The `<entry>` of an Entry (RFC 4287 section 4.1.2), in no namespace: the root gives it one."""
    return atom_source(entry).atom_entry()


def rss_source(entry: Entry) -> FeedEntry:
    """An Entry as feedgen's object, for RSS.

    The description comes before the full text, and is the full text where there is no
    summary. It is HTML by custom, so a plain summary is escaped into HTML once.
    """
    source = _feed_entry(entry, rss=True)
    source.guid(entry.id, permalink=entry.id == entry.url and is_web(entry.id))
    source.link(href=entry.external_url or entry.url, rel="alternate")
    if entry.summary:
        source.description(escape(entry.summary, quote=False))
    if entry.html:
        source.content(entry.html)
    for main in entry.enclosures[:1]:
        source.enclosure(main.url, main.length or 0, main.type)
    return source


def atom_source(entry: Entry) -> FeedEntry:
    """An Entry as feedgen's object, for Atom: content is always typed, plain text too."""
    source = _feed_entry(entry, rss=False)
    source.id(atom_id(entry.id))
    source.updated(entry.updated)
    source.author([_person(author) for author in entry.authors])
    links = entry_links(entry)
    getattr(source, _NAME).links = links
    # copies: feedgen keeps and changes what it gets, and takes languages of two letters only
    source.link([{name: text for name, text in link.items() if name != "hreflang"} for link in links])
    if entry.summary:
        source.summary(entry.summary, type="text")
    if entry.html:
        source.content(entry.html, type="html")
    return source


def rss_feed(channel: Channel) -> FeedGenerator:
    """A Channel as feedgen's object, for RSS."""
    feed = _feed_generator(channel, RSS_NAMESPACES, rss=True)
    feed.docs(DOCS)
    feed.description(channel.description or channel.title)
    if channel.image:
        feed.image(channel.image.url, title=channel.title, link=channel.home_url)
    for editor in _editors(channel)[:1]:
        feed.managingEditor(f"{editor.email} ({editor.name})")
    return feed


def atom_feed(channel: Channel) -> FeedGenerator:
    """A Channel as feedgen's object, for Atom. It always has an author: an entry may have none."""
    feed = _feed_generator(channel, ATOM_NAMESPACES, rss=False)
    feed.id(atom_id(channel.id))
    feed.author([_person(author) for author in channel.authors or (Author(channel.title),)])
    if channel.description:
        feed.subtitle(channel.description)
    if channel.image:
        feed.logo(channel.image.url)
    if channel.icon:
        feed.icon(channel.icon)
    return feed


def _feed_entry(entry: Entry, rss: bool) -> FeedEntry:
    source = FeedEntry()
    source.register_extension(_NAME, EntryRepairs, atom=not rss, rss=rss)
    getattr(source, _NAME).entry = entry
    source.title(entry.title)
    source.category([_category(each.name, each.scheme) for each in entry.categories])
    return source


def _feed_generator(channel: Channel, namespaces: Mapping[str, str], rss: bool) -> FeedGenerator:
    feed = FeedGenerator()
    feed.register_extension(_NAME, FeedRepairs, EntryRepairs, atom=not rss, rss=rss)
    repairs = getattr(feed, _NAME)
    repairs.channel, repairs.namespaces = channel, namespaces
    _forget_now(feed)
    feed.title(channel.title)
    feed.link({"href": channel.self_url, "rel": "self", "type": _media_type(rss)})
    feed.link({"href": channel.home_url, "rel": "alternate", "type": "text/html"})  # the last is RSS's <link>
    feed.generator(GENERATOR)
    feed.language(channel.language or None)
    feed.rights(channel.rights or None)
    return feed


def _forget_now(feed: FeedGenerator) -> None:
    """Take away the time of the build, which no setter of feedgen can take out of RSS.

    Without the value feedgen does not format it either, and so does not switch the locale
    of a process that has threads. `FeedRepairs` writes the date that is meant.
    """
    feed.updated(NEVER)
    feed._FeedGenerator__rss_lastBuildDate = None


def _editors(channel: Channel) -> list[Author]:
    """Who can be written as `managingEditor`, which is an address."""
    return [author for author in channel.authors if author.email]


def _media_type(rss: bool) -> str:
    return "application/rss+xml" if rss else "application/atom+xml"


def _category(name: str, scheme: str) -> Attributes:
    return named(term=name, scheme=scheme, label=name)


def _person(author: Author) -> Attributes:
    return named(name=author.name, email=author.email, uri=author.url)
