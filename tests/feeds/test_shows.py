"""Which feeds are a podcast's, and what the settings say of the show."""

from __future__ import annotations

import pytest

from syndicate.errors import ConfigurationError
from syndicate.feeds.plan import PRESETS, Plan
from syndicate.feeds.shows import Shows, guid
from syndicate.model import Author, Show, Term
from syndicate.model.podcast import Funding, Person
from syndicate.settings import Layer, OwnFeed, PodcastOptions, load

SITE = "https://example.org"
PLAN = Plan(
    PRESETS["syndicate"],
    "S",
    SITE,
    f"{SITE}/feeds/",
    ("rss", "json"),
    languages=(("fr", "F"),),
    own={"show": OwnFeed()},
)
MAIN = PLAN.feed(None)
FRENCH = PLAN.feed(None, language="fr")
TERM = PLAN.feed(Term("categories", "podcast", "podcast"))
DECLARED = PLAN.feed(Term("", "show", "show"))


def options(**given: object) -> PodcastOptions:
    return load([Layer("file", {"podcast": {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}})])[
        0
    ].podcast


def shows(**given: object) -> Shows:
    return Shows(options(**given), SITE, Author("Ada", "ada@example.org"), f"{SITE}/site.png")


@pytest.mark.parametrize(
    ("url", "uuid"),
    [
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        ("http://podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ],
)
def test_the_uuid_of_a_show_is_that_of_the_namespace(url: str, uuid: str) -> None:
    assert guid(url) == uuid


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({}, False),
        ({"enabled": "on"}, True),
        ({"explicit": False}, False),
        ({"categories": ("History",)}, True),
        ({"feeds": ("site", "category:podcast")}, True),
        ({"enabled": "off", "categories": ("History",)}, False),
    ],
)
def test_there_is_a_show_as_soon_as_anything_is_said_of_it(given: dict[str, object], there: bool) -> None:
    assert (shows(**given).of(MAIN, PLAN) is not None) is there


def test_only_the_feeds_of_the_show_are_one() -> None:
    assert shows(enabled="on").of(TERM, PLAN) is None
    one = shows(feeds=("category:podcast",))
    assert one.of(TERM, PLAN) and not one.of(MAIN, PLAN) and not one.of(FRENCH, PLAN)
    for key in ("show", "feed:show"):
        assert shows(feeds=(key,)).of(DECLARED, PLAN)


def test_each_feed_is_a_show_of_its_own() -> None:
    given = shows(
        feeds=("site", "show"), guid="917393E3-1b1e-5cef-ace4-edaa54e1f810", new_feed_url="https://new.example/rss.xml"
    )
    main, french, other = (given.of(feed, PLAN) for feed in (MAIN, FRENCH, DECLARED))
    assert main and french and other
    assert main.guid == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert french.guid == guid(f"{SITE}/feeds/fr/rss.xml")
    assert other.guid == guid(PLAN.url(dict(DECLARED.paths)["rss"]))
    assert [each.new_feed_url for each in (main, french, other)] == ["https://new.example/rss.xml", "", ""]


def test_what_is_left_out_is_the_sites() -> None:
    assert shows(enabled="on").of(MAIN, PLAN) == Show(
        author="Ada",
        owner=Author("Ada", "ada@example.org"),
        kind="episodic",
        image=f"{SITE}/site.png",
        guid=guid(f"{SITE}/feeds/rss.xml"),
        medium="podcast",
    )
    nobody = Shows(options(enabled="on"), SITE).of(MAIN, PLAN)
    assert nobody and (nobody.author, nobody.owner, nobody.image) == ("", None, "")


def test_what_is_said_is_what_is_shown() -> None:
    given = shows(
        author="The Guild",
        owner_name="Bo",
        owner_email="bo@example.org",
        categories=("society and culture > documentary", "History"),
        explicit=True,
        kind="serial",
        image="img/cover.png",
        locked="yes",
        medium="audiobook",
        funding=("https://example.org/give Support the show",),
        hosts=("Ada Lind https://ada.example", "Bo"),
        license="cc-by-4.0",
        license_url="https://example.org/licence",
        complete=True,
        blocked=True,
    )
    assert given.of(MAIN, PLAN) == Show(
        categories=(("Society & Culture", "Documentary"), ("History",)),
        explicit=True,
        author="The Guild",
        owner=Author("Bo", "bo@example.org"),
        kind="serial",
        image=f"{SITE}/img/cover.png",
        guid=guid(f"{SITE}/feeds/rss.xml"),
        locked=True,
        medium="audiobook",
        funding=(Funding("https://example.org/give", "Support the show"),),
        persons=(Person("Ada Lind", "host", url="https://ada.example"), Person("Bo", "host")),
        license="cc-by-4.0",
        license_url="https://example.org/licence",
        complete=True,
        blocked=True,
    )


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("categories", ["Documentary"], 'did you mean "Society & Culture > Documentary"?'),
        ("categories", ["Tecnology"], 'did you mean "Technology"?'),
        ("categories", ["Arts > Cooking"], '"Cooking" is no subcategory of "Arts"'),
        ("categories", ["Arts > Boks"], 'did you mean "Arts > Books"?'),
        ("categories", ["History > Rome"], "it has none: leave it out"),
        ("categories", ["Arts > Books > New"], "no subcategory"),
        ("categories", ["QQ"], "write one of Arts, Business"),
        ("guid", "x", "is no UUID"),
        ("guid", "00000000-0000-0000-0000-000000000000", "no show's"),
        ("funding", ["https://example.org"], "does not say what the link says"),
        ("funding", ["example.org/give Give"], "is no absolute web address"),
        ("funding", ["https://example.org " + "x" * 129], "more than 128 characters"),
        ("hosts", ["x" * 129], "more than 128 characters"),
        ("image", "javascript:x", "no web address"),
        ("feeds", [], "the list is empty"),
        ("feeds", ["a b"], "is no key of a feed"),
        ("kind", "Serial", 'did you mean "serial"?'),
        ("owner_email", "ada", "ada"),
    ],
)
def test_mistakes_are_told_with_their_remedy(setting: str, value: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load([Layer("file", {"podcast": {setting: value}})])
    (line,) = caught.value.mistakes
    assert line.startswith(f"file: podcast.{setting}: ") and said in line
