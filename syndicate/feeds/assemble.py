"""Envelope and fragments → the bytes of a Document, and where each fragment stands in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from syndicate.model import Envelope
from syndicate.model.digest import digest
from syndicate.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Assembled:
    """`digest` is that of `data`."""

    data: bytes
    digest: bytes


def assemble(envelope: Envelope, fragments: Sequence[bytes]) -> Assembled:
    """Splice a document together."""
    data = b"".join((envelope.head, envelope.separator.join(fragments), envelope.tail))
    return Assembled(data, digest(data))


def offsets(envelope: Envelope, lengths: Iterable[int]) -> list[int]:
    """Where in a document each of its fragments begins, and where one more would."""
    between = len(envelope.separator)
    return list(accumulate([length + between for length in lengths], initial=len(envelope.head)))


def envelope_digest(envelope: Envelope) -> bytes:
    """16 bytes that change whenever anything around the fragments does."""
    return digest(b"\0".join((envelope.head, envelope.separator, envelope.tail)))
