"""Webhooks are signed so that receivers of Standard Webhooks can check it."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from syndicate.delivery.signing import fault, headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def of(size: int) -> str:
    return "whsec_" + base64.b64encode(bytes(range(size))).decode()


def test_the_vector_that_all_libraries_know() -> None:
    signed = headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1_614_265_330)
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_any_byte_changes_the_signature() -> None:
    key = base64.b64decode(SECRET[6:])
    for body in (b"", b"\xff\x00", "{…}".encode()):
        signed = headers(SECRET, "msg_1", body, 1)["webhook-signature"]
        assert signed == "v1," + base64.b64encode(hmac.new(key, b"msg_1.1." + body, hashlib.sha256).digest()).decode()
    assert "webhook-signature" not in headers("", "msg_1", b"", 1)


@pytest.mark.parametrize("secret", [SECRET, of(24), of(64)])
def test_sound_secrets(secret: str) -> None:
    assert fault(secret) == ""


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        of(23),
        of(65),
        SECRET[6:],
        "whsec_planted!",
        "planted",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_é",
        "\ud800",
    ],
)
def test_unsound_secrets_are_told_of_without_showing_them(secret: str) -> None:
    said = fault(secret)
    assert "write whsec_" in said and "planted" not in said and "MfKQ" not in said
