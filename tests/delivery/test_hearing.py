"""Answers of subscribers: however they come, they are read alike, and no further than is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.delivery.hearing import HEAD, heard
from syndicate.errors import FetchError

ANSWERS = [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", 200, b"hello"),
    (b"HTTP/1.0 204 No\r\n\r\n", 204, b""),
    (b"HTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, b""),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 H\r\nA:\r\n\r\nHTTP/1.1 202 \r\nContent-Length: 0\r\n\r\n", 202, b""),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=1\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, b"hello"),
    (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 302, b""),
    (b"HTTP/1.1 200 OK\n\nhello", 200, b"hello"),
    (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 60_000, 200, b"x" * 101),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + b"x" * 60_000, 200, b"x" * 101),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nea60\r\n" + b"x" * 60_000, 200, b"x" * 101),
]  # fmt: skip


@pytest.mark.parametrize(("data", "status", "body"), ANSWERS)
def test_an_answer_in_one_piece_and_byte_by_byte(data: bytes, status: int, body: bytes) -> None:
    whole = heard(data, True, 100)
    assert whole is not None
    assert (whole.status, whole.body) == (status, body)
    found = next(each for end in range(len(data) + 1) if (each := heard(data[:end], end == len(data), 100)))
    assert (found.status, found.body) == (status, body)


def test_of_whom_only_the_status_counts_nothing_else_is_waited_for() -> None:
    found = heard(b"HTTP/1.1 410 Gone\r\nRetry-After: 5\r\nContent-Length: 99\r\n\r\n", False, 0)
    assert found is not None
    assert (found.status, found.headers["retry-after"]) == (410, "5")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * HEAD + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 9,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_what_is_no_answer(data: bytes) -> None:
    with pytest.raises(FetchError):
        heard(data, True, 100)


@given(st.binary(max_size=300), st.booleans(), st.integers(0, 50))
def test_any_bytes_are_an_answer_or_none(data: bytes, is_over: bool, most: int) -> None:
    for begun in (b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        try:
            found = heard(begun + data, is_over, most)
        except FetchError:
            continue
        assert found is not None or not is_over
        assert found is None or len(found.body) <= most + 1
