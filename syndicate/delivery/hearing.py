"""What a subscriber answers: the bytes of a response of HTTP/1.x → status, headers and the beginning of its body. Pure.

No more is read than is asked for: of what was sent to somebody nothing but the status counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from syndicate.errors import FetchError
from syndicate.model.records import NamedTuple

HEAD = 16_384
"""Bytes of all that may stand before the body."""

_STATUS = re.compile(rb"HTTP/1\.[01] +([1-9][0-9][0-9])(?: |\r?\n|\r?$)")
_END = re.compile(rb"\r?\n\r?\n")
_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")


class Heard(NamedTuple):
    """An answer. `body` has at most one byte more than was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def heard(data: bytes, is_over: bool, most: int) -> Heard | None:
    """The answer in what has come so far; None where there must be more. `most` bytes of a body are of interest.

    `is_over` says that nothing more comes. Raises FetchError: this is no answer.
    """
    at = 0
    while True:
        end = _END.search(data, at, HEAD)
        if end is None:
            _look(data, at, is_over)
            return None
        status = _STATUS.match(data, at)
        if status is None:
            raise FetchError("answers with something that is no HTTP; is this a web server?")
        code = int(status[1])
        if 100 <= code < 200 and code != 101:
            at = end.end()  # hints and the like go before it (RFC 9110, 15.2)
            continue
        headers = _headers(data[status.end() : end.start()])
        if not most or code in (204, 304):
            return Heard(code, headers)
        body = _body(data[end.end() :], headers, is_over, most)
        return None if body is None else Heard(code, headers, body)


def _look(data: bytes, at: int, is_over: bool) -> None:
    if len(data) >= HEAD:
        raise FetchError(f"answers with more than {HEAD:,} bytes before it comes to the point; is this a web server?")
    if is_over:
        raise FetchError("hung up without an answer" if len(data) == at else "hung up in the middle of its answer")


def _headers(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in data.decode("latin-1").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            name, value = name.strip().lower(), value.strip()
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _body(data: bytes, headers: Mapping[str, str], is_over: bool, most: int) -> bytes | None:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunks(data, is_over, most)
    size = headers.get("content-length", "")
    if size:
        if not (size.isascii() and size.isdigit() and len(size) < 19):
            raise FetchError("answers with a length that is none")
        whole = min(int(size), most + 1)
        if len(data) >= whole:
            return data[:whole]
        if is_over:
            raise FetchError("hung up in the middle of its answer")
        return None
    return data[: most + 1] if is_over or len(data) > most else None


def _chunks(data: bytes, is_over: bool, most: int) -> bytes | None:
    """A body in chunks (RFC 9112, 7.1), as far as it has come; what follows the last one is of no interest."""
    found, at = bytearray(), 0
    while True:
        size = _SIZE.match(data, at)
        if size is None:
            if is_over or len(data) - at > HEAD or b"\n" in data[at:]:
                raise FetchError("answers in chunks that are none")
            return None
        count = int(size[1], 16)
        start = size.end()
        found += data[start : start + count]
        if not count or len(found) > most:
            return bytes(found[: most + 1])
        if len(data) < start + count + 2:
            if is_over:
                raise FetchError("hung up in the middle of its answer")
            return None
        at = start + count + (2 if data[start + count : start + count + 2] == b"\r\n" else 1)
