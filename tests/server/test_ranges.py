"""Pieces of files, by RFC 9110, section 14."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.server.ranges import Beyond, Span, same, wanted

SIZE = 10_000
BEYOND = Beyond(SIZE)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        # the examples of 14.1.2
        (b"bytes=0-499", Span(0, 500)),
        (b"bytes=500-999", Span(500, 500)),
        (b"bytes=-500", Span(9500, 500)),
        (b"bytes=9500-", Span(9500, 500)),
        (b"bytes= 0-0", Span(0, 1)),
        (b"bytes=-1", Span(9999, 1)),
        (b"bytes=0-", Span(0, SIZE)),
        # longer than there is
        (b"bytes=9999-10000", Span(9999, 1)),
        (b"bytes=0-99999999999999999999999999", Span(0, SIZE)),
        (b"bytes=-99999999999999999999999999", Span(0, SIZE)),
        (b"bytes=-10001", Span(0, SIZE)),
        (b"bytes=0000000000000000000000000001-2", Span(1, 2)),
        # nothing of it is there
        (b"bytes=10000-", BEYOND),
        (b"bytes=10000-10001", BEYOND),
        (b"bytes=99999999999999999999999999-", BEYOND),
        (b"bytes=-0", BEYOND),
        (b"bytes=10000-,-0", BEYOND),
        # one of several is there
        (b"bytes=10000-,0-1", Span(0, 2)),
        (b"bytes=,,0-1, ,", Span(0, 2)),
        # several are: the whole may be sent
        (b"bytes=0-0,-1", None),
        (b"bytes=500-600,601-999", None),
        (b"bytes=" + b"0-," * 300, None),
        (b"bytes=" + b"0-," * 5_000, None),
        # names of units have no case
        (b"Bytes=0-1", Span(0, 2)),
        (b"BYTES =0-1", Span(0, 2)),
        # not written as one: as if nothing had been asked
        (None, None),
        (b"", None),
        (b"bytes", None),
        (b"bytes=", None),
        (b"bytes=,", None),
        (b"bytes=-", None),
        (b"bytes=1", None),
        (b"bytes=2-1", None),
        (b"bytes=a-b", None),
        (b"bytes=0x1-2", None),
        (b"bytes=+1-2", None),
        (b"bytes=--1", None),
        (b"bytes=1-2-3", None),
        (b"bytes=0-1;2-3", None),
        (b"bytes=0-1,x", None),
        (b"bytes=0 -1", None),
        (b"bytes=\xd9\xa1-", None),
        (b"items=0-1", None),
        (b"0-1", None),
        (b"bytes=99999999999999999999999999-1", None),
    ],
)
def test_pieces(asked: bytes | None, found: Span | Beyond | None) -> None:
    assert wanted(asked, SIZE) == found


@pytest.mark.parametrize("asked", [b"bytes=0-", b"bytes=0-0", b"bytes=-1"])
def test_nothing_of_an_empty_file(asked: bytes) -> None:
    assert wanted(asked, 0) == Beyond(0)


def test_how_they_are_told() -> None:
    assert Span(0, 500).header(SIZE) == b"bytes 0-499/10000"
    assert Span(9999, 1).header(SIZE) == b"bytes 9999-9999/10000"
    assert BEYOND.header() == b"bytes */10000"


@given(st.binary(max_size=60) | st.from_regex(rb"\Abytes=[0-9,\- ]{0,60}\Z"), st.integers(0, 100))
def test_a_piece_lies_within(asked: bytes, size: int) -> None:
    found = wanted(asked, size)
    if isinstance(found, Span):
        assert found.length > 0 and found.first >= 0 and found.first + found.length <= size


THEN = b"Mon, 01 Jun 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("condition", "etag", "settled", "holds"),
    [
        (None, b'"a"', True, True),
        (b'"a"', b'"a"', True, True),
        (b' "a" ', b'"a"', True, True),
        (b'"b"', b'"a"', True, False),
        (b'W/"a"', b'"a"', True, False),
        (b'W/"a"', b'W/"a"', True, False),
        (b'"a"', b'W/"a"', True, False),
        (b'"a", "b"', b'"a"', True, False),
        (b"*", b'"a"', True, False),
        (b"a", b'"a"', True, False),
        (b"", b'"a"', True, False),
        (THEN, b'"a"', True, True),
        (THEN, b'"a"', False, False),
        (b"Mon, 01 Jun 2026 12:00:01 GMT", b'"a"', True, False),
        (b"Mon, 01 Jun 2026 11:59:59 GMT", b'"a"', True, False),
        (b"yesterday", b'"a"', True, False),
    ],
)
def test_the_rest_of_the_same_file_alone(condition: bytes | None, etag: bytes, settled: bool, holds: bool) -> None:
    assert same(condition, etag, THEN, settled) is holds
