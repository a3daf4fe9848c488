"""Translations of an entry in the three formats, and what readers take for the page of an entry that has some."""

from __future__ import annotations

from typing import Any

import pytest

from syndicate.feeds.formats import Format
from syndicate.feeds.formats._door import admit
from syndicate.model import Alternate
from tests.feeds.documents import (
    SITE,
    XML_FORMATS,
    a_bare_entry,
    atom_entry,
    attributes,
    document,
    item,
    json_item,
    read,
)

OWN = f"{SITE}/plain.html"
GERMAN, FRENCH = Alternate("de", f"{SITE}/de/plain.html"), Alternate("fr", f"{SITE}/fr/plain.html")


def link(url: str, language: str = "") -> dict[str, str]:
    return {"href": url, "rel": "alternate", "type": "text/html"} | ({"hreflang": language} if language else {})


def links(entry: Any) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The links of an entry in Atom, and those of its RSS item beside RSS's own."""
    return attributes(atom_entry(entry), "a:link"), attributes(item(entry), "a:link")


def test_the_page_stands_before_and_behind_its_translations() -> None:
    expected = [link(OWN), link(GERMAN.url, "de"), link(FRENCH.url, "fr"), link(OWN, "en")]
    assert links(a_bare_entry(alternates=(GERMAN, FRENCH, Alternate("en", OWN)))) == (expected, expected)


def test_a_page_whose_language_nobody_knows_is_undetermined() -> None:
    expected = [link(OWN), link(GERMAN.url, "de"), link(OWN, "und")]
    assert links(a_bare_entry(alternates=(GERMAN,))) == (expected, expected)
    assert links(a_bare_entry(alternates=(GERMAN, Alternate("", OWN)))) == (expected, expected)


@pytest.mark.parametrize("alternates", [(), (Alternate("en", OWN),), (Alternate("", GERMAN.url),)])
def test_without_translations_the_page_is_linked_once(alternates: tuple[Alternate, ...]) -> None:
    assert links(a_bare_entry(alternates=alternates)) == ([link(OWN)], [])


def test_one_translation_a_language_and_none_in_the_page_s_own() -> None:
    twice = (GERMAN, Alternate("DE", FRENCH.url), Alternate("EN", FRENCH.url), Alternate("en", OWN))
    found = admit(a_bare_entry(alternates=twice)).alternates
    assert found == (GERMAN, Alternate("en", OWN))
    assert admit(a_bare_entry(alternates=found)).alternates == found


def test_the_item_of_a_link_post_leads_elsewhere_and_so_names_no_translations() -> None:
    atom, rss = links(a_bare_entry(external_url="https://elsewhere.example/", alternates=(GERMAN,)))
    assert rss == []
    assert link(GERMAN.url, "de") in atom


def test_json_feed_names_them_by_language() -> None:
    entry = a_bare_entry(alternates=(GERMAN, FRENCH, Alternate("en", OWN)))
    assert json_item(entry)["_translations"] == {"de": GERMAN.url, "fr": FRENCH.url}
    assert "_translations" not in json_item(a_bare_entry(alternates=(Alternate("en", OWN),)))


@pytest.mark.parametrize("form", XML_FORMATS, ids=lambda form: form.name)
def test_readers_that_take_the_last_link_take_the_page(form: Format) -> None:
    entry = a_bare_entry(alternates=(GERMAN, FRENCH, Alternate("en", OWN)))
    (shown,) = read(document(form, [entry])).entries
    assert shown.link == OWN
    assert shown.links[0].href == OWN
