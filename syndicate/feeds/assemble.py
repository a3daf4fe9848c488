"""Envelope and fragments → the bytes of a Document, and where each fragment stands in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syndicate.model import Envelope
from syndicate.model.digest import digest


@dataclass(frozen=True, slots=True)
class Assembled:
    """`offsets` holds (offset, length) in bytes for each fragment; `digest` is that of `data`."""

    data: bytes
    offsets: tuple[tuple[int, int], ...]
    digest: bytes


def assemble(envelope: Envelope, fragments: Sequence[bytes]) -> Assembled:
    """Splice a document together."""
    at, offsets = len(envelope.head), []
    for fragment in fragments:
        offsets.append((at, len(fragment)))
        at += len(fragment) + len(envelope.separator)
    data = envelope.head + envelope.separator.join(fragments) + envelope.tail
    return Assembled(data, tuple(offsets), digest(data))


def envelope_digest(envelope: Envelope) -> bytes:
    """16 bytes that change whenever anything around the fragments does."""
    return digest(b"\0".join((envelope.head, envelope.separator, envelope.tail)))
