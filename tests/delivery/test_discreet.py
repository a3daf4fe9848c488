"""What is secret of an endpoint is not shown, wherever it stands."""

from __future__ import annotations

import pytest

from syndicate.delivery.discreet import address, discreet, shown
from syndicate.model.delivery import Endpoint


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("websub", "https://hub.example/publish", "https://hub.example/publish"),
        ("websub", "https://ann:planted@hub.example:8443/", "https://hub.example:8443/"),
        ("xmlrpc", "https://rpc.example/ping?token=planted", "https://rpc.example/ping?…"),
        ("webhook", "https://hooks.example/services/planted/planted", "https://hooks.example/…"),
        ("webhook", "https://hooks.example/", "https://hooks.example/"),
        ("websub", "https://[planted", "…"),
    ],
)
def test_addresses(kind: str, url: str, expected: str) -> None:
    endpoint = Endpoint("name", kind, url, secret="planted-secret", key="planted-key")
    assert address(endpoint) == expected
    told = f"{url}: no answer; signed with planted-secret; planted-key; at {url}"
    assert "planted" not in discreet(told, endpoint)


def test_a_part_of_an_address_is_seen_as_well() -> None:
    endpoint = Endpoint(
        "name", "webhook", "https://ann:planted1@hooks.example/a/planted2?b=planted3", secret="whsec_planted4"
    )
    said = discreet("planted1, /a/planted2, planted3 and planted4 at hooks.example", endpoint)
    assert "planted" not in said and "hooks.example" in said


def test_nothing_else_is_taken_out() -> None:
    endpoint = Endpoint("hub", "websub", "https://hub.example/", secret="abc")
    assert discreet("https://hub.example/: 503 Service Unavailable, abc", endpoint).startswith(
        "https://hub.example/: 503 S"
    )
    assert shown("https://example.org/a", hide_path=False) == "https://example.org/a"
