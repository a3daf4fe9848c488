"""JSON Feed 1.1 (jsonfeed.org/version/1.1). Pure.

In: an Entry or a Channel. Out: the bytes of an item, or of what stands around items.
Keys come in a fixed order, one a line; what is not known is left out, never null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from json import JSONEncoder, loads
from typing import Any, ClassVar

from syndicate.feeds.formats import EDITIONS
from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.feeds.formats._moments import rfc3339
from syndicate.feeds.formats._moulds import JSON, Writing
from syndicate.model import Author, Channel, Comments, Enclosure, Entry, Envelope, Origin

VERSION = "https://jsonfeed.org/version/1.1"

_encoded = JSONEncoder(ensure_ascii=False).encode

Object = dict[str, Any]


class JsonFeed:
    """JSON Feed 1.1.

    `fingerprint` goes up by one with every change of the bytes for the same values; the
    documents in `tests/cases/formats/` tell when that is.
    """

    name: ClassVar[str] = "json"
    media_type: ClassVar[str] = EDITIONS["json"].media_type
    fingerprint: ClassVar[str] = EDITIONS["json"].fingerprint
    writing: ClassVar[Writing] = JSON

    def fragment(self, entry: Entry) -> bytes:
        """An item as an object, one key a line. Never raises."""
        return self.written(admit(entry))

    def written(self, entry: Entry) -> bytes:
        """The fragment of an admitted entry."""
        lines = _lines(_item(entry), indent="      ")
        return f"    {{\n{lines}\n    }}".encode()

    def html(self, fragment: bytes) -> str:
        """The HTML of an item: `content_html`."""
        return str(loads(fragment).get("content_html", ""))

    def envelope(self, channel: Channel) -> Envelope:
        """The feed without items, which come last."""
        return self.around(admit_channel(channel))

    def around(self, channel: Channel) -> Envelope:
        """The envelope of an admitted channel."""
        lines = _lines(_feed(channel), indent="  ")
        return Envelope(f'{{\n{lines},\n  "items": [\n'.encode(), b",\n", b"\n  ]\n}\n")


def _feed(channel: Channel) -> Object:
    return _known(
        version=VERSION,
        title=channel.title,
        home_page_url=channel.home_url,
        feed_url=channel.self_url,
        description=channel.description,
        user_comment=_comment(channel),
        next_url=_next_url(channel),
        icon=channel.image.url if channel.image else "",
        favicon=channel.icon,
        authors=_authors(channel.authors),
        language=channel.language,
        hubs=[{"type": "WebSub", "url": href} for href in _hrefs(channel, "hub")],
    )


def _item(entry: Entry) -> Object:
    """All of an Entry; an item must have content, so one without HTML says its summary or title."""
    return _known(
        id=entry.id,
        url=entry.url,
        external_url=entry.external_url,
        title=entry.title,
        content_html=entry.html,
        content_text="" if entry.html else entry.summary or entry.title,
        summary=entry.summary,
        image=entry.image.url if entry.image else "",
        date_published=rfc3339(entry.published),
        date_modified=rfc3339(entry.updated),
        authors=_authors(entry.authors),
        tags=list(dict.fromkeys(category.name for category in entry.categories)),
        language=entry.language,
        attachments=[_attachment(media) for media in entry.enclosures],
        _translations={each.language: each.url for each in entry.alternates if each.url != entry.url},
        _source=_source(entry.origin) if entry.origin else None,
        _comments=_comments(entry.comments) if entry.comments else None,
    )


def _comment(channel: Channel) -> str:
    """For people who look at the document itself: the page that was made for them."""
    return "" if channel.page_url in ("", channel.home_url) else f"This feed as a page: {channel.page_url}"


def _next_url(channel: Channel) -> str:
    """Where older items are: a page of the history, which is there for good, before one that moves with each post."""
    return next((href for rel in ("prev-archive", "next") for href in _hrefs(channel, rel)), "")


def _hrefs(channel: Channel, rel: str) -> Iterator[str]:
    return (link.href for link in channel.links if link.rel == rel)


def _authors(authors: Iterable[Author]) -> list[Object]:
    return [_known(name=author.name, url=author.url) for author in authors]


def _source(origin: Origin) -> Object:
    updated = rfc3339(origin.updated) if origin.updated else ""
    return _known(title=origin.title, feed_url=origin.url, id=origin.id, date_modified=updated)


def _comments(comments: Comments) -> Object:
    count = {} if comments.count is None else {"count": comments.count}
    return _known(url=comments.url, feed_url=comments.feed) | count


def _attachment(media: Enclosure) -> Object:
    sizes = {"size_in_bytes": media.length, "duration_in_seconds": media.duration}
    known_sizes = {name: size for name, size in sizes.items() if size is not None}
    return _known(url=media.url, mime_type=media.type, title=media.title) | known_sizes


def _known(**values: Any) -> Object:
    return {name: value for name, value in values.items() if value}


def _lines(values: Mapping[str, Any], indent: str) -> str:
    return ",\n".join(f'{indent}"{name}": {_encoded(value)}' for name, value in values.items())
