"""What stands beside the feeds: the pages about all of them, copies at further addresses, maps for web servers.

Each is written when its bytes differ, and removed when it is no longer due. What was written is a fact of the index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator

from syndicate.delivery import variants
from syndicate.delivery.pages import is_foreign
from syndicate.delivery.press import Press
from syndicate.delivery.variants import Standing
from syndicate.model.digest import digest
from syndicate.model.records import NamedTuple

_FACT = "directory"


class Extra(NamedTuple):
    """One file that is due: its path, the digest of its bytes in hexadecimal, their number, and how to get them.

    `made()` is None where they are not to be had now: the file waits for another run, as it is. A file that is `served`
    to readers has variants in other codings.
    """

    path: str
    digest: str
    size: int
    made: Callable[[], bytes | None]
    served: bool = True


def of_bytes(path: str, data: bytes, served: bool = True) -> Extra:
    """A file whose bytes are at hand."""
    return Extra(path, digest(data).hex(), len(data), lambda: data, served)


def known(press: Press) -> dict[str, list[str | int]]:
    """Path → digest and size of what stands beside the feeds, as the last run left it."""
    found: dict[str, list[str | int]] = json.loads(press.index.fact(_FACT) or "{}")
    return found


def served(press: Press, unserved: Container[str]) -> Iterator[Standing]:
    """What the last run left for readers; `unserved` are the paths of what is for web servers alone."""
    for path, (named, size) in known(press).items():
        if path not in unserved:
            yield Standing(path, bytes.fromhex(str(named)), int(size))


def in_place(press: Press, needed: Iterable[str]) -> bool:
    """Whether all that the last run left stands where it was, and these paths are among it."""
    there = known(press)
    return set(needed) <= there.keys() and all(
        press.publisher.in_place(path, int(size)) for path, (_, size) in there.items()
    )


def publish(press: Press, extras: Iterable[Extra]) -> tuple[int, int]:
    """Write what differs; how many files were written, and how many removed."""
    before, publisher = known(press), press.publisher
    trusted = {} if press.anew or press.wary else before
    now: dict[str, list[str | int]] = {}
    made: dict[str, dict[str, int]] = {}
    for extra in extras:
        wanted: list[str | int] = [extra.digest, extra.size]
        if trusted.get(extra.path) == wanted and publisher.in_place(extra.path, extra.size):
            now[extra.path] = wanted
        elif (data := extra.made()) is not None:
            codings = variants.free(press, extra.path) if extra.served else ()
            made[extra.path] = variants.stage(publisher, extra.path, data, codings)
            now[extra.path] = wanted
        elif extra.path in before:
            now[extra.path] = before[extra.path]
    publisher.put()
    # a document may have come to stand where a copy stood
    obsolete = [path for path in sorted(set(before) - set(now)) if press.index.owner(path) is None]
    publisher.remove((*variants.of(press, obsolete), *(each for each in obsolete if not is_foreign(publisher, each))))
    with press.index.transaction():
        for path, sizes in made.items():
            press.index.keep_variants(path, sizes)
        press.index.keep_fact(_FACT, json.dumps(now))
    return len(made), len(obsolete)
