"""`syndicate serve`: what it says before anybody asks it for anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import syndicate
from tests.flow.served import serving
from tests.flow.site import Site


@pytest.mark.parametrize(
    ("option", "place", "said"),
    [
        ("listen", "", "serve.listen: is empty"),
        ("listen", "8080", 'serve.listen: "8080" is no place to listen at'),
        ("listen", "192.0.2.1:0", "serve.listen: 192.0.2.1:0 cannot be listened at"),
        ("operator", "http://127.0.0.1", 'serve.operator: "http://127.0.0.1" is no place to listen at'),
        ("operator", "192.0.2.1:0", "serve.operator: 192.0.2.1:0 cannot be listened at"),
    ],
)
def test_places_that_cannot_be_are_named(option: str, place: str, said: str, tmp_path: Path) -> None:
    places = {"listen": "127.0.0.1:0", "operator": "", option: place}
    options = [f"--{name}={value}" for name, value in places.items()]
    done = syndicate(tmp_path, "serve", "--url", "https://example.org", *options)
    assert done.code == 2 and said in done.err and "Traceback" not in done.err


def test_it_says_that_nothing_was_built_yet(tmp_path: Path) -> None:
    site = Site(tmp_path / "posts", tmp_path / "feeds", ("--url", "https://example.org"))
    site.post("one.md", "---\ntitle: One\ndate: 2026-01-01\n---\nWords.\n")
    for built in (False, True):
        if built:
            site.build()
        with serving(site, tmp_path / "log") as served:
            assert [each["level"] for each in served.daemon.lines("empty")] == ([] if built else ["warning"])
