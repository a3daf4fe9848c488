"""Podcasts among the feeds: what Apple would say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from syndicate.delivery.jobs import Desk
from syndicate.feeds import apple
from syndicate.feeds.apple import Cover
from syndicate.index import Recipe
from syndicate.index.packing import unpack
from syndicate.model import Entry, Problem

Look = Callable[[str], Cover | None]
"""What the file of a show's picture says of itself, by its URL; None where the file is not at hand."""


def problems(desk: Desk, look: Look) -> Iterator[Problem]:
    """What Apple would refuse, or show badly, of the feeds that are a podcast's, as they are published."""
    for row in desk.index.feeds() if desk.channels.show_of else ():
        feed = desk.feed(row.taxonomy, row.name)
        show = desk.channels.show(feed, desk.plan)
        if show is not None:
            form, path = next((pair for pair in feed.paths if pair[0] == "rss"), feed.paths[0])
            channel = desk.channels.channel(feed, row.id, row.updated, form, desk.plan)
            yield from apple.problems(channel, _entries(desk, row.taxonomy, row.name), path, look(show.image))


def _entries(desk: Desk, taxonomy: str, name: str) -> list[Entry]:
    """The entries of a feed without what they say: only their media and numbers are looked at."""
    holding = desk.holdings.of(taxonomy, name)
    if holding is None or holding.digest:
        return []
    shown = desk.index.newest(taxonomy, name, holding.limit, desk.now, holding.chosen)
    recipes = {recipe.id: recipe for recipe in desk.index.recipes([post.id for post in shown])}
    return [_entry(recipes[post.id]) for post in shown if post.id in recipes]


def _entry(recipe: Recipe) -> Entry:
    post = unpack(recipe.packed, recipe.path)
    return Entry(
        id=recipe.entry_id,
        url=post.url,
        title=post.title or post.url,
        html="",
        published=datetime.fromtimestamp(recipe.published, UTC),
        updated=datetime.fromtimestamp(max(recipe.updated, recipe.published), UTC),
        enclosures=post.enclosures,
        episode=post.episode,
    )
