"""Fields by their plain names: people write `podcast_file`, `podcast-file`, `podcastFile` and `PodcastFile`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from syndicate.model import Value

Named = Mapping[str, tuple[str, Value]]
"""Fields by their plain names (`featuredimage`), each with the key as written and its value."""


@lru_cache(4096)
def plain(key: str) -> str:
    """A key in lower case without `-` and `_`."""
    return key.replace("_", "").replace("-", "").casefold()


def by_plain_name(values: Mapping[str, Value]) -> dict[str, tuple[str, Value]]:
    """What has a value, by plain name; of two spellings of a name the first."""
    found: dict[str, tuple[str, Value]] = {}
    for key, value in values.items():
        if value is not None and value not in ("", [], {}):
            found.setdefault(plain(key), (key, value))
    return found
