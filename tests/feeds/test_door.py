"""What comes through the door can be written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syndicate.feeds.formats._door import admit, admit_channel
from syndicate.model import Author, Category, Channel, Enclosure, Image, Link
from tests.feeds.documents import MORNING, NOON, SITE, a_bare_entry, a_channel, an_entry


def test_what_is_right_comes_through_as_it_is() -> None:
    assert admit(an_entry()) == an_entry()
    assert admit(a_bare_entry()) == a_bare_entry()
    assert admit_channel(a_channel()) == a_channel()


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"title": "", "summary": "In short."}, "In short."),
        ({"title": "\u3000", "summary": "", "html": "<h1>One &lt; two</h1>"}, "One < two"),
        ({"title": "", "summary": "word " * 40}, "word " * 15 + "word…"),
        ({"title": "", "summary": "茶" * 100}, "茶" * 80 + "…"),
        ({"title": "", "summary": "", "html": "<img>"}, f"{SITE}/2025/tea.html"),
        ({"title": "", "summary": "", "html": "", "url": ""}, "Untitled"),
    ],
)
def test_an_entry_always_has_a_title(changes: dict[str, str], title: str) -> None:
    assert admit(an_entry(**changes)).title == title


def test_a_long_title_is_left_as_long_as_it_is() -> None:
    assert admit(an_entry(title="x" * 100_000)).title == "x" * 100_000


def test_an_entry_always_has_an_id() -> None:
    assert admit(an_entry(id="")).id == f"{SITE}/2025/tea.html"
    assert admit(an_entry(id="", url="")).id == "about:blank"


def test_an_entry_is_never_updated_before_it_is_published() -> None:
    assert admit(an_entry(updated=MORNING - timedelta(hours=1))).updated == MORNING
    assert admit(an_entry()).updated == NOON


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "/relative", "file:///etc/passwd", ""])
def test_readers_open_nothing_but_the_web(url: str) -> None:
    found = admit(
        an_entry(
            external_url=url, image=Image(url), enclosures=(Enclosure(url, "a/b"),), authors=(Author("A", url=url),)
        )
    )
    assert (found.external_url, found.image, found.enclosures) == ("", None, ())
    assert found.authors == (Author("A"),)


@pytest.mark.parametrize(("given", "meant"), [("zh_CN", "zh-CN"), (" en ", "en"), ("not a tag", ""), ("中文", "")])
def test_a_language_is_a_language_tag(given: str, meant: str) -> None:
    assert admit(an_entry(language=given)).language == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("audio/mpeg", "audio/mpeg"),
        ("image/svg+xml", "image/svg+xml"),
        ('audio/ogg; codecs="opus"', 'audio/ogg; codecs="opus"'),
        ("mp3", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_an_enclosure_always_has_a_media_type(given: str, meant: str) -> None:
    assert admit(an_entry(enclosures=(Enclosure(f"{SITE}/a", given),))).enclosures[0].type == meant


def test_a_size_below_zero_is_unknown() -> None:
    (found,) = admit(an_entry(enclosures=(Enclosure(f"{SITE}/a", "a/b", -1, -5),))).enclosures
    assert (found.length, found.duration) == (None, None)


def test_nothing_is_said_twice() -> None:
    twice = an_entry(
        categories=(Category("a", "s"), Category(" a ", "s"), Category("a", "t")),
        authors=(Author("A"), Author("A")),
        enclosures=(Enclosure(f"{SITE}/a b", "a/b", 1), Enclosure(f"{SITE}/a%20b", "c/d", 2)),
    )
    found = admit(twice)
    assert found.categories == (Category("a", "s"), Category("a", "t"))
    assert found.authors == (Author("A"),)
    assert found.enclosures == (Enclosure(f"{SITE}/a%20b", "a/b", 1),)


def test_names_that_are_empty_are_left_out() -> None:
    found = admit(an_entry(categories=(Category("\x00", "s"),), authors=(Author(" ", "a@b.example"),)))
    assert (found.categories, found.authors) == ((), ())


@pytest.mark.parametrize("email", ["nobody", "a@b@c", "Ann <ann@b.example>", "a@b\nBcc: x@y"])
def test_what_is_no_mail_address_is_left_out(email: str) -> None:
    assert admit(an_entry(authors=(Author("A", email),))).authors == (Author("A"),)


def test_a_channel_always_has_a_title_an_id_and_a_home() -> None:
    found = admit_channel(Channel("", "", "", ""))
    assert (found.id, found.title, found.home_url) == ("about:blank",) * 3
    assert admit_channel(Channel("", "", f"{SITE}/feed", "")).home_url == f"{SITE}/feed"


def test_no_link_of_a_channel_leads_to_the_document_itself() -> None:
    links = (
        Link("self", f"{SITE}/other"),
        Link("current", f"{SITE}/feeds/this"),
        Link("hub", ""),
        Link("", f"{SITE}/x", "nonsense"),
    )
    assert admit_channel(a_channel(links=links)).links == (Link("alternate", f"{SITE}/x"),)
