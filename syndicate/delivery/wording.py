"""Full text follows the posts: what a run changed is read again, and what went is forgotten.

What is compared is the key of each post's row with the one that it had when it was read. So it does not matter which
process changed it, or whether anybody was there to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from syndicate.engines import Engine
from syndicate.feeds.texts import Read, Texts
from syndicate.index import Index
from syndicate.index.words import Text, Words

AT_ONCE = 64
"""Posts that are read and written down together."""


def catch_up(
    index: Index, words: Words, texts: Callable[[], Texts], engine: Callable[[], Engine], stop: Callable[[], bool]
) -> int:
    """Read what is not known as it is now, the newest posts first, until that is done or `stop` says so.

    How many posts have been read; neither `texts` nor `engine` is asked for where there are none.
    """
    words.forget_gone()
    stale = words.stale()
    count = _read(index, words, texts(), engine(), stale, stop) if stale else 0
    if not stop():
        words.note_whole()
    return count


def _read(
    index: Index,
    words: Words,
    texts: Texts,
    engine: Engine,
    stale: Sequence[tuple[int, bytes]],
    stop: Callable[[], bool],
) -> int:
    keys, count = dict(stale), 0
    batches = (
        list(index.recipes([post for post, _ in stale[at : at + AT_ONCE]])) for at in range(0, len(stale), AT_ONCE)
    )
    with engine:
        for some in engine.run(texts.read, batches, texts.lost):
            words.keep(_told(some, keys))
            count += len(some)
            if stop():
                break
    return count


def _told(some: Sequence[Read], keys: dict[int, bytes]) -> list[Text]:
    return [Text(each.post, keys[each.post], each.title, each.body) for each in some if not each.waits]
