"""What the connections of one listener have in common: who answers, who is let in, and how answers begin. Pure."""

from __future__ import annotations

import http
from collections.abc import Callable

from syndicate.model.records import NamedTuple
from syndicate.server import Response
from syndicate.server.answers import Lines
from syndicate.server.app import Application
from syndicate.server.conditional import http_date
from syndicate.server.crowd import Crowd
from syndicate.server.manners import Proxies

_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in http.HTTPStatus}
_BODILESS = (204, 304)


class Times(NamedTuple):
    """Seconds that are waited: for the head of a request to be whole, from its first byte or the connection on; for
    its body, after that; for another request; and for a reader to take some of what was written (`wire.LEAST`)."""

    head: float = 10.0
    body: float = 10.0
    idle: float = 30.0
    stall: float = 30.0


class Front:
    """Another `app` may take the place of this one at any moment."""

    def __init__(
        self,
        app: Application,
        crowd: Crowd,
        proxies: Proxies,
        unlisted: Callable[[str], None],
        times: Times = Times(),  # noqa: B008 nobody can change it
    ) -> None:
        """`unlisted` is told the address of a proxy on this machine whose word is not taken, request by request."""
        self.app, self.crowd, self.proxies, self.unlisted = app, crowd, proxies, unlisted
        self.times = times
        self._second, self._date = -1, b""

    def head(self, answer: Response, keeps: bool, method: str, now: float) -> bytes:
        """The status and the headers; `keeps` says whether the connection is gone on with. The answer was made `now`:
        of a `date` that lags behind it somebody might take a document for older than it is.

        Raises ValueError for a header that would be two (RFC 9110, 5.5).
        """
        headers = answer.headers
        lines = headers.wire if isinstance(headers, Lines) else _written(answer, method)
        line = _LINES.get(answer.status) or b"HTTP/1.1 %d \r\n" % answer.status
        if int(now) != self._second:
            self._second, self._date = int(now), b"date: %b\r\n" % http_date(int(now))
        return line + lines + self._date + (b"\r\n" if keeps else b"connection: close\r\n\r\n")


def _written(answer: Response, method: str) -> bytes:
    headers = answer.headers
    lines = b"".join([b"%b: %b\r\n" % each for each in headers])
    if lines.count(b"\n") != len(headers) or lines.count(b"\r") != len(headers) or b"\0" in lines:
        raise ValueError("a header of an answer has a line break in it")
    bare = all(name != b"content-length" for name, _ in headers)
    if bare and method != "HEAD" and answer.status not in _BODILESS:
        lines += b"content-length: %d\r\n" % len(answer.body)  # type: ignore[arg-type]
    return lines
