"""How often a feed is worth asking for: the syndication module of RSS (`sy`), and `ttl`. RSS channels only. Pure."""

from __future__ import annotations

from lxml.etree import _Element

from syndicate.feeds.formats._elements import add
from syndicate.model import Rhythm

SY = "http://purl.org/rss/1.0/modules/syndication/"


def rhythm(channel: _Element, said: Rhythm) -> None:
    """`ttl` in minutes (RSS 2.0), `sy:updatePeriod` and `sy:updateFrequency`; what is not known is left out."""
    add(channel, "ttl", str(said.ttl) if said.ttl else "")
    if said.period:
        add(channel, f"{{{SY}}}updatePeriod", said.period)
        add(channel, f"{{{SY}}}updateFrequency", str(said.frequency))
