"""Any id as the absolute IRI that Atom demands."""

from __future__ import annotations

import pytest

from syndicate.feeds.formats._ids import atom_id, is_iri
from syndicate.model import Deleted
from tests.feeds.documents import MORNING, SPACES, a_bare_entry, a_channel, atom, atom_entry, ids, texts


@pytest.mark.parametrize(
    "iri",
    [
        "https://news.example/2025/tea",
        "https://新闻.example/茶?a=1&b=2#c",
        "HTTP://News.Example/%e6%a0%87",
        "https://[2001:db8::1]:8080/a",
        "tag:news.example,2025-01-06:/tea",
        "urn:uuid:6F1E2D3C-0000-4000-8000-000000000001",
        "urn:x-guid:42",
        "mailto:ada@news.example",
    ],
)
def test_an_iri_is_taken_letter_by_letter(iri: str) -> None:
    assert is_iri(iri)
    assert atom_id(iri) == iri


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", "urn:x-guid:42"),
        ("6f1e2d3c-0000-4000-8000-000000000001", "urn:uuid:6f1e2d3c-0000-4000-8000-000000000001"),
        ("a b", "urn:x-guid:a%20b"),
        ("a%20b", "urn:x-guid:a%2520b"),
        ("/2025/tea", "urn:x-guid:%2F2025%2Ftea"),
        ("茶", "urn:x-guid:%E8%8C%B6"),
        ("12:30", "urn:x-guid:12%3A30"),
        ("note:", "urn:x-guid:note%3A"),
        ("https://", "urn:x-guid:https%3A%2F%2F"),
        ("https://news.example/a b", "urn:x-guid:https%3A%2F%2Fnews.example%2Fa%20b"),
        ("https://news.example/100%", "urn:x-guid:https%3A%2F%2Fnews.example%2F100%25"),
        ("https://[x", "urn:x-guid:https%3A%2F%2F%5Bx"),
        ("urn:a\u3000b", "urn:x-guid:urn%3Aa%E3%80%80b"),
    ],
)
def test_what_is_no_iri_becomes_one(text: str, expected: str) -> None:
    assert not is_iri(text)
    assert atom_id(text) == expected
    assert is_iri(expected)


@pytest.mark.parametrize("given", ["42", "a b", "urn:x", "6f1e2d3c-0000-4000-8000-000000000001", "茶"])
def test_a_tombstone_has_the_id_of_its_entry(given: str) -> None:
    feed = atom(channel=a_channel(deleted=(Deleted(given, MORNING),)))
    (found,) = feed.iterfind("at:deleted-entry", SPACES)
    assert [found.get("ref")] == texts(atom_entry(a_bare_entry(id=given)), "a:id")


def test_white_space_around_an_id_says_nothing() -> None:
    assert ids(a_bare_entry(id=" \n42\t")) == ["42", "urn:x-guid:42", "42"]


def test_an_id_of_four_megabytes_takes_no_time_to_speak_of() -> None:
    for text in ("<" * 4_000_000, "a" * 4_000_000, "a:" + "%4" * 2_000_000, "a:" + "[" * 4_000_000):
        assert atom_id(text).startswith("urn:x-guid:")
