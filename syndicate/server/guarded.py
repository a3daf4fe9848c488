"""A Place that asks for the password of the operator. Pure."""

from __future__ import annotations

import binascii
import hmac

from syndicate.server import Place, Request, Response
from syndicate.server.answers import said

_ASKED = said(
    401,
    "This is for the operator: any name will do. The password is serve.token, or stands in the file that is named "
    "when the server starts.",
    (b"www-authenticate", b'Basic realm="Syndicate", charset="UTF-8"'),
)


class Guarded:
    """Answers as the Place in it does, but only who knows the token: by `Basic`, with any name, or by `Bearer`."""

    def __init__(self, inside: Place, token: str) -> None:
        self._inside, self._token = inside, token.encode()
        self.methods, self.most, self.slow = inside.methods, inside.most, inside.slow

    def answer(self, request: Request) -> Response:
        """See `Place`."""
        return self._inside.answer(request) if self._knows(request.header(b"authorization") or b"") else _ASKED

    def _knows(self, said: bytes) -> bool:
        scheme, _, rest = said.partition(b" ")
        word = rest.strip()
        if scheme.lower() == b"basic":
            try:
                word = binascii.a2b_base64(word).partition(b":")[2]
            except binascii.Error:
                return False
        elif scheme.lower() != b"bearer":
            return False
        return bool(self._token) and hmac.compare_digest(word, self._token)
