"""Podcasts by Apple's rules, namespace `itunes`. RSS only. Pure."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._elements import add, number
from syndicate.model import Channel, Entry, Episode, Show

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


def itunes_channel(channel: _Element, said: Channel, show: Show) -> None:
    """What Apple asks of a show. Without an author and a picture of its own it has those of the feed."""
    authors, picture = said.authors[:1], said.image.url if said.image else ""
    _say(channel, "author", show.author or "".join(author.name for author in authors))
    _categories(channel, show)
    _say(channel, "explicit", _true_or_false(show.explicit))
    _picture(channel, show.image or picture)
    if show.owner:
        owner = SubElement(channel, _name("owner"))
        _say(owner, "name", show.owner.name)
        _say(owner, "email", show.owner.email)
    _say(channel, "type", show.kind)
    _say(channel, "new-feed-url", show.new_feed_url)
    _say(channel, "block", "Yes" if show.blocked else "")
    _say(channel, "complete", "Yes" if show.complete else "")


def itunes_item(item: _Element, entry: Entry) -> None:
    """What Apple asks of an episode. The duration in seconds is that of the enclosure, whether or not it is one."""
    for main in entry.enclosures[:1]:
        _say(item, "duration", number(main.duration or None))
    if entry.episode:
        _episode(item, entry.episode)


def _episode(item: _Element, episode: Episode) -> None:
    _say(item, "title", episode.title)
    _say(item, "season", number(episode.season))
    _say(item, "episode", number(episode.number))
    _say(item, "episodeType", episode.kind)
    _say(item, "explicit", "" if episode.explicit is None else _true_or_false(episode.explicit))
    _say(item, "block", "Yes" if episode.blocked else "")
    _picture(item, episode.image)


def _categories(channel: _Element, show: Show) -> None:
    """A category holds its subcategories; one that is named twice stands once, with all of them."""
    made: dict[str, _Element] = {}
    for name, *below in show.categories:
        if name not in made:
            made[name] = SubElement(channel, _name("category"), {"text": name})
        for each in below:
            SubElement(made[name], _name("category"), {"text": each})


def _picture(element: _Element, url: str) -> None:
    if url:
        SubElement(element, _name("image"), {"href": url})


def _say(element: _Element, name: str, text: str) -> None:
    add(element, _name(name), text)


def _name(name: str) -> str:
    return f"{{{ITUNES}}}{name}"


def _true_or_false(value: bool) -> str:
    return "true" if value else "false"
