"""How webhooks are signed (Standard Webhooks 1.0.0). Pure.

In: a secret as it is written, `whsec_` and base64, the message and the moment. Out: the three headers that a receiver
checks. A body is signed as it is sent, byte for byte.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""


def fault(secret: str) -> str:
    """What is wrong with a secret, and what to do; "" where nothing is. Never says what the secret is."""
    try:
        size = len(_key(secret))
    except ValueError:
        size = -1
    if secret.startswith(PREFIX) and SHORTEST <= size <= LONGEST:
        return ""
    what = f"has {size} bytes" if size >= 0 and secret.startswith(PREFIX) else f"is not {PREFIX} with base64 behind it"
    return (
        f"the secret {what}; write {PREFIX} and the base64 of {SHORTEST} to {LONGEST} bytes (openssl rand -base64 32)"
    )


def headers(secret: str, message: str, body: bytes, now: int) -> Mapping[str, str]:
    """The headers of a webhook: `message` is its id, the same each time it is sent, `now` in epoch seconds.

    Without a secret they carry no signature. The secret has no `fault`.
    """
    found = {"webhook-id": message, "webhook-timestamp": str(now)}
    if secret:
        import hmac  # here, as a look at who is to be told signs nothing

        signed = hmac.digest(_key(secret), f"{message}.{now}.".encode() + body, "sha256")
        found["webhook-signature"] = f"v1,{b2a_base64(signed, newline=False).decode('ascii')}"
    return found


def _key(secret: str) -> bytes:
    return a2b_base64(secret.removeprefix(PREFIX).encode("utf-8", "surrogatepass"), strict_mode=True)
