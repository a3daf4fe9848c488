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
from syndicate.model.records import dataclass

AT_ONCE = 64
"""Posts that are read and written down together."""


def catch_up(
    index: Index, words: Words, texts: Callable[[], Texts], engine: Callable[[], Engine], stop: Callable[[], bool]
) -> int:
    """Read what is not known as it is now, the newest posts first, until that is done or `stop` says so.

    How many posts have been read; neither `texts` nor `engine` is asked for where there are none.
    """
    due = words.due()
    words.keep((), due.gone)
    reading = _Reading(dict(due.posts), stop)
    if due.posts:
        reading.of(index, words, texts(), engine())
    if not (reading.stopped or reading.waiting):
        words.settle(due)
    return reading.count


@dataclass
class _Reading:
    """Posts with their keys, as they are being read. `waiting` says that some could not be: their file is changing."""

    keys: dict[int, bytes]
    stop: Callable[[], bool]
    count: int = 0
    waiting: bool = False
    stopped: bool = False

    def of(self, index: Index, words: Words, texts: Texts, engine: Engine) -> None:
        """Read them all, unless it is to stop."""
        posts = list(self.keys)
        batches = (list(index.recipes(posts[at : at + AT_ONCE])) for at in range(0, len(posts), AT_ONCE))
        with engine:
            for some in engine.run(texts.read, batches, texts.lost):
                words.keep(self._told(some))
                self.count += len(some)
                if self.stop():
                    self.stopped = True
                    return

    def _told(self, some: Sequence[Read]) -> list[Text]:
        self.waiting = self.waiting or any(each.waits for each in some)
        return [Text(each.post, self.keys[each.post], each.title, each.body) for each in some if not each.waits]
