"""What stands around the entries of all documents of a feed, told once for all its formats. Pure.

The documents of a feed say the same of it and differ in their addresses. So its values are gathered, judged and encoded
once, and the moulds of all its formats are filled with them: a third of what `envelopes.py` takes, which knows one
document at a time. As there, a mould is used only after it has given what the general way gives, for marks and for the
feed that it was asked for. Feeds of one makeup say the same things, and the same of their values equal one another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from syndicate.feeds.channel import Channels, Standing, addresses
from syndicate.feeds.envelopes import MOST_MAKEUPS, Cast, cast_of
from syndicate.feeds.formats import Format
from syndicate.feeds.formats._cleaned import address, line
from syndicate.feeds.formats._door import admit_channel
from syndicate.feeds.formats._ids import is_iri
from syndicate.feeds.formats._makeup import Marks
from syndicate.feeds.formats._moments import rfc822, rfc3339
from syndicate.feeds.formats._moulds import Framed, encoded
from syndicate.feeds.formats._uri import is_web
from syndicate.feeds.plan import Plan
from syndicate.feeds.rules import are_sound
from syndicate.model import Channel, Envelope, Feed, Rhythm
from syndicate.model.records import NamedTuple

_PLACES: Final = 2
"""The first of the values are title and description, the others are addresses."""


class _Told(NamedTuple):
    """A feed as its makeup and its values: `texts` as above, then its dates, if it has any, and its rhythm."""

    makeup: Hashable
    texts: list[str]
    dates: list[str]
    rhythm: list[str]

    @property
    def values(self) -> list[str]:
        return self.texts + self.dates + self.rhythm


class Siblings:
    """Writes the envelopes of the feeds of one site; remembers the moulds of the makeups it has met."""

    def __init__(self, channels: Channels, plan: Plan, formats: Mapping[str, Format]) -> None:
        self._channels, self._plan, self._formats = channels, plan, formats
        self._known: dict[Hashable, Mapping[str, Cast] | None] = {}

    def of(self, feed: Feed, feed_id: str, updated: int | None, standing: Standing) -> Mapping[str, Envelope]:
        """By format, what `Format.envelope` gives for the channel of each document, held against the rules.

        A format of which it takes a closer look is left out.
        """
        said = self._told(feed, feed_id, updated, standing)
        if said is None:
            return {}
        if said.makeup not in self._known:
            if len(self._known) >= MOST_MAKEUPS:
                self._known.clear()
            self._known[said.makeup] = None
            return {}
        casts = self._known[said.makeup]
        if casts is None:
            channels = self._admitted(feed, feed_id, updated, standing)
            casts = self._known[said.makeup] = dict(_casts(said, channels))
        values = encoded(said.values)
        return {form: cast.filled(values) for form, cast in casts.items()}

    def _told(self, feed: Feed, feed_id: str, updated: int | None, standing: Standing) -> _Told | None:
        """None of a feed that hardly another is like, or of whose values one is not clean and sound as it is."""
        channels, rhythm = self._channels, standing.rhythm
        if channels.show_of or standing.deleted:
            return None
        texts = [feed.title, feed.description or feed.title, feed_id, *addresses(feed, self._plan, standing)]
        hubs = channels.hubs_of(feed.key)
        if not _are_clean(texts) or any(hub in texts for hub in hubs):
            return None
        moment = None if updated is None else datetime.fromtimestamp(updated, UTC)
        dates = [rfc3339(moment), rfc822(moment)] if moment else []
        if not are_sound(texts, not_blank=(), addresses=texts[_PLACES:], moments=dates):
            return None
        makeup = (
            tuple([form for form, _ in feed.paths]),
            tuple(map(texts.index, texts)),
            (feed.language, hubs, updated is None, rhythm and rhythm.period),
            (standing.page > 1, standing.page > 0, standing.page < standing.last, standing.complete),
        )
        return _Told(makeup, texts, dates, [str(rhythm.frequency), str(rhythm.ttl)] if rhythm else [])

    def _admitted(
        self, feed: Feed, feed_id: str, updated: int | None, standing: Standing
    ) -> Iterator[tuple[Framed, str, Channel]]:
        for form, _ in feed.paths:
            maker = self._formats[form]
            if isinstance(maker, Framed):
                channel = self._channels.channel(feed, feed_id, updated, form, self._plan, standing)
                yield maker, form, admit_channel(channel)


def _are_clean(texts: list[str]) -> bool:
    """Whether the door leaves these values as they are, and the addresses lead to the web."""
    title, description, ident, *places = texts
    return (
        line(title) == title != ""
        and line(description) == description != ""
        and ident.isprintable()
        and is_web(ident)
        and is_iri(ident)
        and all(is_web(place) and address(place) == place for place in places)
    )


def _casts(said: _Told, channels: Iterator[tuple[Framed, str, Channel]]) -> Iterator[tuple[str, Cast]]:
    """The casts of a makeup that give what the format gives, for the marks and for these channels of a feed."""
    marks = Marks()
    known: dict[str, str] = {}
    for number, text in enumerate(said.texts):
        known.setdefault(text, marks.text() if number < _PLACES else marks.address())
    moment, rhythm = marks.moment(), marks.like(Rhythm("", 1, 1), {})
    meant = _Told(
        said.makeup,
        [known[text] for text in said.texts],
        [rfc3339(moment), rfc822(moment)] if said.dates else [],
        [str(rhythm.frequency), str(rhythm.ttl)] if said.rhythm else [],
    )
    for maker, form, channel in channels:
        sample = _marked(channel, known, moment, rhythm)
        if cast := cast_of(maker, form, (sample, meant.values), (channel, said.values)):
            yield form, cast


def _marked(channel: Channel, known: Mapping[str, str], moment: datetime, rhythm: Rhythm) -> Channel:
    """A channel whose values are those marks."""
    said = replace(
        channel,
        id=known[channel.id],
        title=known[channel.title],
        self_url=known[channel.self_url],
        home_url=known[channel.home_url],
        description=known[channel.description],
        page_url=known.get(channel.page_url, ""),
    )
    links = (
        replace(link, href=known.get(link.href, link.href), title=known.get(link.title, "")) for link in channel.links
    )
    return replace(
        said,
        links=tuple(links),
        updated=channel.updated and moment,
        rhythm=channel.rhythm and replace(rhythm, period=channel.rhythm.period),
    )
