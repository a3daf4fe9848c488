"""What stands beside documents: the same in other content codings, for servers that send such files as they are.

A variant is staged and put in place with its document, and taken away with it. At the end of a run `mend` looks at all
of them: what is missing or has another size is made of the document that is published, and what the settings no longer
name is taken away. The index knows which variants are ours; what others put there is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from syndicate.content.intake import batched
from syndicate.delivery.codings import SUFFIXES, compress, expand
from syndicate.delivery.pages import is_page, says_ours
from syndicate.delivery.press import Press
from syndicate.delivery.publishers import Publisher
from syndicate.model import Problem, Severity
from syndicate.model.digest import is_of
from syndicate.model.records import NamedTuple

AT_ONCE = 256
"""Documents whose variants are put in place at once."""

_BEGINNING = 65_536
"""Bytes of what a variant decodes to that are looked at."""


class Standing(NamedTuple):
    """A published document."""

    path: str
    digest: bytes
    size: int


def free(press: Press, path: str, codings: Iterable[str] | None = None) -> tuple[str, ...]:
    """The codings (all that are wished for) whose variants may be put beside the document of this path.

    Not where somebody else's file stands. One that is not known and decodes to a feed is none of these: the state was
    lost, or somebody compressed our document by hand, and a server would go on sending its old text.
    """
    wanted = press.codings if codings is None else codings
    return tuple(coding for coding in wanted if _is_free(press, path, coding))


def stage(publisher: Publisher, path: str, data: bytes, codings: Iterable[str]) -> dict[str, int]:
    """Stage a document with its variants; how many bytes each of them has. Works without an index, in any process."""
    made = {coding: compress(data, coding) for coding in codings}
    publisher.stage(path, data, {SUFFIXES[coding]: coded for coding, coded in made.items()})
    return {coding: len(coded) for coding, coded in made.items()}


def of(press: Press, paths: Iterable[str]) -> Iterator[str]:
    """Where variants of these documents stand that we put there."""
    for path in paths:
        for coding, size in press.index.variants_of(path).items():
            if _is_removable(press, path, coding, size):
                yield path + SUFFIXES[coding]


def mend(press: Press, extras: Iterable[Standing]) -> list[Problem]:
    """Bring all variants in order; `extras` are the documents that are no feed's. What could not be put in its place.

    Raises:
        PublishError: a variant cannot be written.
    """
    known = press.index.variants()
    if not known and not press.codings:
        return []
    others = {each.path: each for each in extras}
    paths = sorted(path for path, _ in press.index.sizes()) + list(others)
    _take_away(press, known, frozenset(paths))
    lacking = {path: codings for path in paths if (codings := _lacking(press, path, known.get(path, {}), others))}
    due = {path: free(press, path, codings) for path, codings in lacking.items()}
    for batch in batched(due.items(), AT_ONCE):
        _make(press, batch, others)
    return [
        in_the_way(path, coding)
        for path, codings in lacking.items()
        for coding in codings
        if coding not in due[path] and press.index.owner(path + SUFFIXES[coding]) is None
    ]


def in_the_way(path: str, coding: str) -> Problem:
    """What to say of a file that stands where a variant belongs."""
    message = (
        f"stands where the {coding} variant of {path} belongs and is not ours; it is left alone, and a web server may "
        "send it in place of the document. Move it away."
    )
    return Problem(path + SUFFIXES[coding], Severity.WARNING, "variant-in-the-way", message)


# -- whose a file is


def _is_free(press: Press, path: str, coding: str) -> bool:
    there = path + SUFFIXES[coding]
    if not press.publisher.stands(there):
        return True
    if press.index.owner(there) is not None:
        return False
    return coding in press.index.variants_of(path) or _says_ours(press, path, coding)


def _is_removable(press: Press, path: str, coding: str, size: int) -> bool:
    """Whether what stands there is ours still: another document may, or what the site's own build put there."""
    there = path + SUFFIXES[coding]
    if press.index.owner(there) is not None:
        return False
    return not is_page(path) or press.publisher.in_place(there, size) or _says_ours(press, path, coding)


def _says_ours(press: Press, path: str, coding: str) -> bool:
    data, _ = expand(press.publisher.whole(path + SUFFIXES[coding]), coding, _BEGINNING)
    return says_ours(data) if is_page(path) else data.lstrip().startswith((b"<", b"{"))


# -- what is missing, and what is no longer wanted


def _take_away(press: Press, known: Mapping[str, Mapping[str, int]], published: frozenset[str]) -> None:
    """What the settings no longer name, and what was left behind by documents that are gone."""
    folded: frozenset[str] = frozenset()
    gone: dict[str, list[str]] = {}
    files = []
    for path, sizes in known.items():
        codings = [coding for coding in sizes if path not in published or coding not in press.codings]
        if not codings:
            continue
        gone[path] = codings
        if path not in published:
            # some file systems make no difference between letters: there it is a variant of another document now
            folded = folded or frozenset(each.casefold() for each in published)
            codings = [] if path.casefold() in folded else codings
        files += [path + SUFFIXES[each] for each in codings if _is_removable(press, path, each, sizes[each])]
    if not gone:
        return
    press.publisher.remove(files)
    with press.index.transaction():
        for path, codings in gone.items():
            press.index.forget_variants(path, codings)


def _lacking(press: Press, path: str, sizes: Mapping[str, int], others: Mapping[str, Standing]) -> tuple[str, ...]:
    return tuple(coding for coding in press.codings if not _is_sound(press, path, coding, sizes.get(coding), others))


def _is_sound(press: Press, path: str, coding: str, size: int | None, others: Mapping[str, Standing]) -> bool:
    there = path + SUFFIXES[coding]
    if size is None or not press.publisher.in_place(there, size):
        return False
    # a run that died may have left any of them: then they are judged by what they decode to
    document = _standing(press, path, others) if press.wary else None
    if document is None:
        return True
    data, whole = expand(press.publisher.whole(there), coding, document.size + 1)
    return whole and is_of(data, document.digest)


def _make(press: Press, batch: Sequence[tuple[str, tuple[str, ...]]], others: Mapping[str, Standing]) -> None:
    """Put variants beside documents that are in their places."""
    sizes: dict[str, dict[str, int]] = {}
    for path, codings in batch:
        document = _standing(press, path, others) if codings else None
        # one that somebody changed is made anew by another run, with its variants
        data = press.publisher.read(path, document.digest) if document else None
        if data is not None:
            made = {coding: compress(data, coding) for coding in codings}
            press.publisher.stage_beside(path, {SUFFIXES[coding]: coded for coding, coded in made.items()})
            sizes[path] = {coding: len(coded) for coding, coded in made.items()}
    press.publisher.put()
    with press.index.transaction():
        for path, each in sizes.items():
            press.index.keep_variants(path, each)


def _standing(press: Press, path: str, others: Mapping[str, Standing]) -> Standing | None:
    found = press.index.whole(path)
    return Standing(path, *found) if found else others.get(path)
