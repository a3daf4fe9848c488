"""Which feeds are a podcast's, and what is said of the show. Pure: settings and a Feed in, a Show out."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID, uuid5

from syndicate.feeds.plan import Plan
from syndicate.feeds.taxonomy import feed_key
from syndicate.model import Author, Feed, Show
from syndicate.model.podcast import Funding, Person
from syndicate.model.records import dataclass
from syndicate.settings import PodcastOptions
from syndicate.settings.podcasts import named, paid_for

NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of the UUIDs of podcasts (podcastindex.org/namespace/1.0, `podcast:guid`)."""


@dataclass(frozen=True, slots=True)
class Shows:
    """The shows of a site.

    `author` is the site's, `image` the absolute URL of its picture ("" for none), `site_url` its address without a
    trailing slash.
    """

    options: PodcastOptions
    site_url: str
    author: Author | None = None
    image: str = ""

    @property
    def any(self) -> bool:
        """Whether there is a show: said so, or anything is said of one."""
        if self.options.enabled != "auto":
            return self.options.enabled == "on"
        return self.options.but(enabled="auto") != PodcastOptions()

    def of(self, feed: Feed, plan: Plan) -> Show | None:
        """The show that a feed is, None for any other feed.

        The feed of a further language is a show of its own where the main one is. What can be said of one feed only
        (its UUID, where it has moved to) is said of the first in the settings.
        """
        at = self._place(feed)
        if at is None:
            return None
        paths = dict(feed.paths)
        url = plan.url(paths.get("rss") or next(iter(paths.values())))
        show = replace(self._show(), guid=guid(url))
        if at or feed.language:
            return show
        return replace(show, guid=self.options.guid or show.guid, new_feed_url=self.options.new_feed_url)

    def _place(self, feed: Feed) -> int | None:
        """Which of the feeds in the settings this is, from 0."""
        if not self.any:
            return None
        keys = [key if key == "site" or ":" in key else feed_key("", key) for key in self.options.feeds]
        for key in (feed.key, feed.key.partition("/")[2] if feed.language else feed.key):
            if key in keys:
                return keys.index(key)
        return None

    def _show(self) -> Show:
        """What all feeds of the show have in common."""
        given = self.options
        author = given.author or (self.author.name if self.author else "")
        email = given.owner_email or (self.author.email if self.author else "")
        return Show(
            categories=tuple(tuple(each.split(" > ")) for each in given.categories),
            explicit=given.explicit,
            author=author,
            owner=Author(given.owner_name or author or email, email) if email else None,
            kind=given.kind,
            image=self._address(given.image) or self.image,
            locked={"yes": True, "no": False}.get(given.locked),
            medium=given.medium,
            funding=tuple(Funding(*paid_for(each)) for each in given.funding),
            persons=tuple(Person(name, "host", url=page) for name, page in map(named, given.hosts)),
            license=given.license,
            license_url=given.license_url,
            complete=given.complete,
            blocked=given.blocked,
        )

    def _address(self, picture: str) -> str:
        """A picture's absolute URL; a path counts from the site's address."""
        if not picture or re.match("https?:", picture, re.IGNORECASE):
            return picture
        return f"{self.site_url}/{picture.lstrip('/')}"


def guid(url: str) -> str:
    """The UUID of the show whose feed is at this URL: of version 5, of the URL without scheme and trailing slashes."""
    return str(uuid5(NAMESPACE, re.sub(r"\A[A-Za-z][A-Za-z0-9+.-]*://", "", url).rstrip("/")))
