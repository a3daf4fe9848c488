"""Fields by their plain names: people write `podcast_file`, `podcast-file`, `podcastFile` and `PodcastFile`.

Most posts of a site have the same keys, and most readers of fields look for keys that hardly any post has. So what a
tuple of keys is about is worked out once, each reader declares the names without which it has nothing to say
(`only_with`), and is not called where a file has none of them: that is half of what a plain post would cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, Protocol, TypeVar, cast

from syndicate.model import Value

Named = Mapping[str, tuple[str, Value]]
"""Fields by their plain names (`featuredimage`), each with the key as written and its value."""

PREFIXES = ("episode", "itunes", "podcast")
"""Words before names that make them an episode's; among the names of a file they stand with a `*` behind."""

_Reader = TypeVar("_Reader", bound=Callable[..., Any])


class Keys:
    """The keys of a file, in order: their plain `names`, and by each of these the keys that are `spelled` so.

    The prefixes that names begin with are among them, as `podcast*`.
    """

    __slots__ = ("names", "spelled")

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.spelled: dict[str, list[str]] = {}
        for key in keys:
            self.spelled.setdefault(plain(key), []).append(key)
        prefixed = {f"{prefix}*" for prefix in PREFIXES for name in self.spelled if name.startswith(prefix)}
        self.names = frozenset(self.spelled) | prefixed


class HasKeys(Protocol):
    """Fields that know their keys."""

    @property
    def keys(self) -> Keys:
        """What `keys_of` makes of them."""
        ...


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


@lru_cache(4096)
def keys_of(keys: tuple[str, ...]) -> Keys:
    """The Keys of a file that has these, in this order."""
    return Keys(keys)


def only_with(*names: str, otherwise: Value) -> Callable[[_Reader], _Reader]:
    """A reader of fields that has nothing to say but `otherwise` where a file has none of these plain names."""
    wanted = frozenset(names)

    def declared(read: _Reader) -> _Reader:
        @wraps(read)
        def reader(fields: HasKeys, *further: Any, **named: Any) -> Any:
            return otherwise if wanted.isdisjoint(fields.keys.names) else read(fields, *further, **named)

        READERS[read.__qualname__] = (wanted, otherwise, read)
        return cast(_Reader, reader)

    return declared


READERS: dict[str, tuple[frozenset[str], Value, Callable[..., Any]]] = {}
"""All that declared something: the names, what is found without them, and the reader itself. The tests ask for it."""
