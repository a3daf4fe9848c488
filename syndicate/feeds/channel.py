"""What the envelope of a document says about its feed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from syndicate.feeds.plan import Plan
from syndicate.model import Author, Channel, Deleted, Feed, Image, Link, Rhythm, Show
from syndicate.model.delivery import Endpoint
from syndicate.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands in its feed, and what of the feed is no more.

    `page` is the number of a page of history, 0 for the feed itself; `last` how many pages there are. `complete` says
    that the feed shows all it has (RFC 5005, 2). `rhythm` is how often the feed has something new.
    """

    page: int = 0
    last: int = 0
    complete: bool = False
    deleted: tuple[Deleted, ...] = ()
    rhythm: Rhythm | None = None


@dataclass(frozen=True)
class Channels:
    """What all feeds of a site have in common.

    `term_url(taxonomy, name)` is the HTML page of a term, "" where the site has none.
    `media_types` maps a format to its media type. `hubs` are named by every feed, and of `pushed` those that are told
    of it. `cloud` is where readers of RSS register to be told (rssCloud). `show_of(feed, plan)` is the podcast that a
    feed is; None where the site has none.
    """

    language: str
    authors: tuple[Author, ...]
    image: Image | None
    icon: str
    rights: str
    media_types: dict[str, str]
    term_url: Callable[[str, str], str]
    hubs: tuple[str, ...] = ()
    pushed: tuple[Endpoint, ...] = ()
    cloud: str = ""
    stylesheet: str = ""
    show_of: Callable[[Feed, Plan], Show | None] | None = None

    def show(self, feed: Feed, plan: Plan) -> Show | None:
        """The podcast that a feed is, None for any other feed."""
        return self.show_of(feed, plan) if self.show_of else None

    def hubs_of(self, key: str) -> tuple[str, ...]:
        """The hubs where readers can be told of the feed with this key (WebSub, 4)."""
        told = (each.url for each in self.pushed if each.concerns(key))
        return tuple(dict.fromkeys((*self.hubs, *told)))

    def home_url(self, taxonomy: str, name: str) -> str:
        """The HTML page a feed belongs to; "" for the site's own."""
        return self.term_url(taxonomy, name) if taxonomy and name else ""

    def channel(
        self,
        feed: Feed,
        feed_id: str,
        updated: int | None,
        form: str,
        plan: Plan,
        standing: Standing = Standing(),  # noqa: B008 it is immutable
    ) -> Channel:
        """The channel of one document; `updated` is the greatest of its entries', in epoch seconds."""
        paths = dict(feed.paths)
        page_url = plan.url(paths["html"]) if "html" in paths else ""
        return Channel(
            id=feed_id,
            title=feed.title,
            self_url=_address(plan, paths[form], standing.page),
            home_url=feed.home_url if form == "html" else _home(feed, plan, page_url),
            description=feed.description or feed.title,
            language=feed.language or self.language,
            updated=None if updated is None else datetime.fromtimestamp(updated, UTC),
            authors=self.authors,
            image=self.image,
            icon=self.icon,
            links=tuple(self._links(feed, form, plan, standing)),
            rights=self.rights,
            complete=standing.complete,
            archive=standing.page > 0,
            deleted=standing.deleted,
            rhythm=standing.rhythm,
            stylesheet=self.stylesheet,
            cloud="" if standing.page else self.cloud,
            page_url=page_url,
            show=self.show(feed, plan),
        )

    def _links(self, feed: Feed, form: str, plan: Plan, standing: Standing) -> Iterator[Link]:
        """The same feed in other formats, its hubs, its history (RFC 5005, 4), and the page of all feeds."""
        paths = dict(feed.paths)
        for other, path in paths.items():
            if other not in (form, "html"):
                yield Link("alternate", _address(plan, path, standing.page), self.media_types[other], feed.title)
        if form == "html":
            yield Link("up", plan.url(plan.pages[0]), "text/html")
            return
        yield from (Link("hub", hub) for hub in self.hubs_of(feed.key) if not standing.page)
        kind = self.media_types[form]
        before = standing.page - 1 if standing.page else standing.last
        if before:
            yield Link("prev-archive", _address(plan, paths[form], before), kind)
        if standing.page:
            if standing.page < standing.last:
                yield Link("next-archive", _address(plan, paths[form], standing.page + 1), kind)
            yield Link("current", _address(plan, paths[form], 0), kind)


def addresses(feed: Feed, plan: Plan, standing: Standing) -> list[str]:
    """All that tells the channels of a feed's documents from those of other feeds, of what are addresses."""
    page, last = standing.page, standing.last
    pages = {0, page, page - 1, page + 1 if page < last else 0} if page else {0, last}
    paths = dict(feed.paths)
    found = [feed.home_url, _home(feed, plan, plan.url(paths["html"]) if "html" in paths else "")]
    found += [plan.url(path) for path in paths.values()]
    for number in sorted(pages - {0}):
        found += [_address(plan, path, number) for form, path in feed.paths if form != "html"]
    return found


def _address(plan: Plan, path: str, page: int) -> str:
    """The URL of a document at `path`, or of that page of its history."""
    return plan.url(plan.page_path(path, page) if page else path)


def _home(feed: Feed, plan: Plan, page_url: str) -> str:
    """The page on the site that a feed is about; where the site has none, the feed's own."""
    site = f"{plan.site_url}/"
    about_site = feed.term is None and not feed.key.startswith("feed:")
    return feed.home_url if about_site or feed.home_url != site else page_url or site
