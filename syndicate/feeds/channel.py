"""What the envelope of a document says about its feed. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from syndicate.feeds.plan import Plan
from syndicate.model import Author, Channel, Feed, Image, Link


@dataclass(frozen=True)
class Channels:
    """What all feeds of a site have in common.

    `term_url(taxonomy, name)` is the HTML page of a term, "" where the site has none.
    `media_types` maps a format to its media type.
    """

    language: str
    authors: tuple[Author, ...]
    image: Image | None
    icon: str
    rights: str
    media_types: dict[str, str]
    term_url: Callable[[str, str], str]

    def home_url(self, taxonomy: str, name: str) -> str:
        """The HTML page a feed belongs to; "" for the site's own."""
        return self.term_url(taxonomy, name) if taxonomy and name else ""

    def channel(self, feed: Feed, feed_id: str, updated: int | None, form: str, plan: Plan) -> Channel:
        """The channel of one document; `updated` is the greatest of its entries', in epoch seconds."""
        paths = dict(feed.paths)
        others = tuple(
            Link("alternate", plan.url(path), self.media_types[other], feed.title)
            for other, path in feed.paths
            if other != form
        )
        return Channel(
            id=feed_id,
            title=feed.title,
            self_url=plan.url(paths[form]),
            home_url=feed.home_url,
            description=feed.description or feed.title,
            language=feed.language or self.language,
            updated=None if updated is None else datetime.fromtimestamp(updated, UTC),
            authors=self.authors,
            image=self.image,
            icon=self.icon,
            links=others,
            rights=self.rights,
        )
