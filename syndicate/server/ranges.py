"""Which bytes of a file are asked for (RFC 9110, section 14). Pure.

In: the values of `Range` and `If-Range`, and what is known of the file. Out: a Span, or that it lies beyond the end,
or None: then the whole file is the answer, as always where a request is not understood.
"""

from __future__ import annotations

from typing import Final

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

_UNIT = regex(rb"[ \t]*bytes[ \t]*=(.*)", 2 | 16)
_ONE = regex(rb"([0-9]*)-([0-9]*)")
_LONGEST = 1000
"""Bytes of a header that are looked at; hundreds of pieces are asked for by no player, but by an attack."""

_HUGE: Final = 10**18
_DIGITS = 18


class Span(NamedTuple):
    """`length` bytes from the byte `first` on, which are never more than there are."""

    first: int
    length: int

    def header(self, size: int) -> bytes:
        """The value of `Content-Range` for a file of `size` bytes (14.4)."""
        return b"bytes %d-%d/%d" % (self.first, self.first + self.length - 1, size)


class Beyond(NamedTuple):
    """Nothing of what is asked for is there: 416 (15.5.17)."""

    size: int

    def header(self) -> bytes:
        """The value of `Content-Range`."""
        return b"bytes */%d" % self.size


def wanted(asked: bytes | None, size: int) -> Span | Beyond | None:
    """The one piece of a file of `size` bytes that `Range` asks for; None where the whole is the answer.

    That is so where nothing is asked for, or in another unit, or not by the grammar (14.2), and where several pieces
    are asked for that are there: a server may send the whole then.
    """
    found = _UNIT.fullmatch(asked) if asked and len(asked) <= _LONGEST else None
    if found is None:
        return None
    pieces = [_piece(each.strip(b" \t"), size) for each in found[1].split(b",") if each.strip(b" \t")]
    there = [piece for piece in pieces if isinstance(piece, Span)]
    if not pieces or None in pieces or len(there) > 1:
        return None
    return there[0] if there else Beyond(size)


def _piece(text: bytes, size: int) -> Span | Beyond | None:
    """One piece; None where it is not written as one."""
    found = _ONE.fullmatch(text)
    if found is None or text == b"-":
        return None
    if not found[1]:
        length = min(_number(found[2]), size)
        return Span(size - length, length) if length else Beyond(size)
    first, last = _number(found[1]), _number(found[2]) if found[2] else _HUGE
    if last < first:
        return None
    return Span(first, min(last + 1, size) - first) if first < size else Beyond(size)


def _number(digits: bytes) -> int:
    """A number, or one that is greater than any size."""
    digits = digits.lstrip(b"0")
    return int(digits or b"0") if len(digits) <= _DIGITS else _HUGE


def same(condition: bytes | None, etag: bytes, modified: bytes, settled: bool) -> bool:
    """Whether `If-Range` lets a piece be sent: the file is the one of which the reader has the rest (13.1.5).

    `etag` and `modified` are what the answer would say. Only a strong tag counts; a date does where nothing can have
    been written within the same second later (`settled`).
    """
    if condition is None:
        return True
    condition = condition.strip(b" \t")
    if condition.startswith((b'"', b"W/")):
        return condition == etag and not etag.startswith(b"W/")
    return settled and condition == modified
