"""The makeup of a channel: all that decides how what stands around entries is written, apart from its values. Pure.

What all feeds of a site have in common (people, picture, language, rights) belongs to the makeup as it is. The values
are what tells its feeds apart: names, addresses, the moment of the newest entry.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from syndicate.feeds.formats._ids import atom_id
from syndicate.feeds.formats._makeup import Marks, Told, marked_id
from syndicate.feeds.formats._moments import rfc822, rfc3339
from syndicate.feeds.formats._uri import is_web
from syndicate.model import Channel, Rhythm

BLANKLESS: Final = (0, 1, 3, 5)
"""The numbers of the values that may not be blank: the id, the title, the home page, the id in Atom."""

MOMENTS: Final = (7, 8)
"""The numbers of the values that are dates, in a channel that has one."""


def told_channel(channel: Channel) -> Told | None:
    """The makeup and the values of an admitted channel; None of those that hardly another is like."""
    if channel.deleted or channel.show:
        return None
    ident, title, home, own, page = channel.id, channel.title, channel.home_url, channel.self_url, channel.page_url
    named = atom_id(ident)
    values = [ident, title, own, home, channel.description, named, page]
    if channel.updated:
        values += (rfc3339(channel.updated), rfc822(channel.updated))
    known = {page: 0, home: 1, own: 2}  # an equal one later in the list has the last word, for both alike
    links: list[Hashable] = []
    for link in channel.links:
        values += (link.href, link.title)
        links.append((link.rel, link.type, link.title != "", known.get(link.href)))
    makeup: tuple[Hashable, ...] = (
        (ident == named, ident == own, ident == home, own == home, page == home, page == own),
        (own != "", home != "", channel.description != "", page != "", channel.updated is not None),
        (is_web(ident), is_web(own), is_web(home), is_web(page)),
        tuple(links),
        (channel.language, channel.authors, channel.image, channel.icon, channel.rights, channel.complete),
        (channel.archive, _rhythm(channel.rhythm, values), channel.stylesheet, channel.cloud),
    )
    return Told(makeup, values)


def _rhythm(rhythm: Rhythm | None, values: list[str]) -> Hashable:
    if rhythm is None:
        return None
    values += (str(rhythm.frequency), str(rhythm.ttl))
    return rhythm.period, rhythm.frequency > 0, rhythm.ttl > 0


def marked_channel(channel: Channel) -> Channel:
    """A channel of the same makeup as an admitted one, whose values are marks."""
    marks, known = Marks(), {"": ""}

    def address(text: str) -> str:
        return known.setdefault(text, marks.address() if is_web(text) else marks.text())

    own, home, page = address(channel.self_url), address(channel.home_url), address(channel.page_url)
    return replace(
        channel,
        id=known.get(channel.id) or marked_id(channel.id, marks),
        title=marks.text(),
        self_url=own,
        home_url=home,
        page_url=page,
        description=channel.description and marks.text(),
        updated=channel.updated and marks.moment(),
        rhythm=channel.rhythm and replace(marks.like(channel.rhythm, {}), period=channel.rhythm.period),
        links=tuple(
            replace(link, href=known.get(link.href) or marks.address(), title=link.title and marks.text())
            for link in channel.links
        ),
    )
