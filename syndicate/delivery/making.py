"""What is made where there are hands for it: entries → fragments in files, sheets → documents near their places.

Runs in worker processes, a batch at a time. Neither fragments nor documents travel between processes: what comes back
is where they are.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence

from syndicate.delivery import variants
from syndicate.delivery.fragments import Cut, Spool, tampered
from syndicate.delivery.publishers import Publisher
from syndicate.errors import PublishError
from syndicate.feeds.assemble import assemble
from syndicate.feeds.rules import held_envelope
from syndicate.feeds.write import Order, Writer, Written
from syndicate.markup.templates import Fault
from syndicate.model import Envelope, Problem
from syndicate.model.records import NamedTuple, dataclass


class Kept(NamedTuple):
    """Where the fragments of one entry are: for each look asked for, in the order of the writer's formats.

    `cuts` is None where there are none; see `Written` for the rest.
    """

    id: int
    cuts: tuple[tuple[Cut, ...], ...] | None
    problems: tuple[Problem, ...] = ()
    faults: tuple[Fault, ...] = ()


class Sheet(NamedTuple):
    """A document to be made, with its variants in these codings.

    `published` is the (path, digest) of the one that cuts without a file are from.
    """

    path: str
    format: str
    envelope: Envelope
    cuts: tuple[Cut, ...]
    published: tuple[str, bytes] | None = None
    codings: tuple[str, ...] = ()


class Made(NamedTuple):
    """A document that is staged: its digest, its size in bytes, the sizes of its variants.

    One that would break a rule is not: `wrong` says which. `staged` is for the publisher to take over, also where this
    one is wrong: what comes last of what was made at once has it for all.
    """

    path: str
    digest: bytes = b""
    size: int = 0
    wrong: str = ""
    variants: tuple[tuple[str, int], ...] = ()
    staged: object = None


@dataclass(frozen=True)
class Maker:
    """What everything that a run makes has in common. Travels to the workers."""

    writer: Writer
    publisher: Publisher
    spool: Spool

    def make(self, batch: Sequence[Order | Sheet]) -> list[Kept | Made]:
        """One result per item, in order.

        Raises:
            PublishError: what is made cannot be kept.
        """
        orders = [each for each in batch if isinstance(each, Order)]
        kept = self._keep(self.writer.write(orders)) if orders else []
        sheets = [each for each in batch if isinstance(each, Sheet)]
        made = iter(self._documents(sheets) if sheets else ())
        entries = iter(kept)
        return [next(made) if isinstance(each, Sheet) else next(entries) for each in batch]

    def _documents(self, sheets: Sequence[Sheet]) -> list[Made]:
        with contextlib.ExitStack() as stack:
            files: dict[str, int] = {}

            def opened(file: str) -> int:
                if file not in files:
                    files[file] = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
                    stack.callback(os.close, files[file])
                return files[file]

            made = [self._document(each, opened) for each in sheets]
        made[-1] = made[-1]._replace(staged=self.publisher.hand_over())
        return made

    def lost(self, item: Order | Sheet) -> Kept | Made:
        """What stands for what killed its worker or never came to an end."""
        if isinstance(item, Sheet):
            return Made(item.path, wrong="making it crashed or took too long")
        return Kept(item.id, None, self.writer.lost(item).problems)

    def _keep(self, written: Sequence[Written]) -> list[Kept]:
        every = [fragment for each in written for look in each.fragments or () for fragment in look]
        cuts = iter(self.spool.keep(every) if every else ())
        return [
            Kept(
                each.id,
                None if each.fragments is None else tuple(tuple(next(cuts) for _ in look) for look in each.fragments),
                each.problems,
                each.faults,
            )
            for each in written
        ]

    def _document(self, sheet: Sheet, opened: Callable[[str], int]) -> Made:
        around = sheet.envelope
        wrong = None if around.held else held_envelope(around.head + around.tail, sheet.format)
        if wrong:
            return Made(sheet.path, wrong=wrong)
        done = assemble(around, self._fragments(sheet, opened))
        sizes = variants.stage(self.publisher, sheet.path, done.data, sheet.codings)
        return Made(sheet.path, done.digest, len(done.data), variants=tuple(sizes.items()))

    def _fragments(self, sheet: Sheet, opened: Callable[[str], int]) -> list[bytes]:
        document = None
        if sheet.published and not all(file for file, _, _ in sheet.cuts):
            document = self.publisher.read(*sheet.published)
        return [_read(sheet, cut, document, opened) for cut in sheet.cuts]


def _read(sheet: Sheet, cut: Cut, document: bytes | None, opened: Callable[[str], int]) -> bytes:
    file, offset, length = cut
    if not file:
        if document is None:
            raise tampered(sheet.path)
        return document[offset : offset + length]
    try:
        found = os.pread(opened(file), length, offset)
    except OSError as fault:
        raise PublishError(f"{file}: what was rendered cannot be read ({fault.strerror})") from fault
    if len(found) != length:
        raise PublishError(f"{file}: what was rendered is gone; build again")
    return found
