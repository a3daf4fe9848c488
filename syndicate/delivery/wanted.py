"""Which feed is meant by a key, where a run is asked for one alone."""

from __future__ import annotations

from syndicate.errors import ConfigurationError
from syndicate.feeds.taxonomy import feed_key
from syndicate.index import Index
from syndicate.index.shelves import page_of


def only(key: str, touched: list[tuple[str, str]], index: Index) -> list[tuple[str, str]]:
    """The one feed that was asked for, if it has to be looked at.

    Raises:
        ConfigurationError: no feed has this key, not even one that these posts would make.
    """
    there = [(row.taxonomy, row.name) for row in index.feeds()]
    known = dict.fromkeys(_key(*pair) for pair in (*there, *touched))
    if key not in known:
        from difflib import get_close_matches

        near = get_close_matches(key, known, 3, cutoff=0.75)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `syndicate feeds` lists them"
        raise ConfigurationError([f"there is no feed {key!r}{hint}"])
    return [pair for pair in touched if _key(*pair) == key]


def _key(taxonomy: str, name: str) -> str:
    """The key of a feed; a page of its history has the feed's."""
    return feed_key(page_of(taxonomy)[1], name)
