"""What is told of a feed once for all its formats is, byte for byte, what is told of each of its documents."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.channel import Channels, Standing
from syndicate.feeds.envelopes import MOST_MAKEUPS
from syndicate.feeds.plan import PRESETS, Plan
from syndicate.feeds.rules import held_envelope
from syndicate.feeds.siblings import Siblings
from syndicate.model import Author, Deleted, Feed, Rhythm, Term
from syndicate.model.delivery import Endpoint
from tests.feeds.documents import ALL_FORMATS, NOON, SITE
from tests.properties.test_formats_any_text import address, text

FORMATS = {form.name: form for form in ALL_FORMATS}
MEDIA_TYPES = {form.name: form.media_type for form in ALL_FORMATS}
STANDINGS = [
    Standing(),
    Standing(0, 3, rhythm=Rhythm("daily", 2, 240)),
    *(Standing(page, 3) for page in (1, 2, 3)),
    Standing(1, 1),
    Standing(complete=True, rhythm=Rhythm("weekly", 1, 1440)),
]


class Told(NamedTuple):
    """What is known of a feed where its documents are made."""

    feed: Feed
    id: str
    updated: int | None
    standing: Standing


def a_plan(preset: str = "syndicate", formats: tuple[str, ...] = tuple(FORMATS), base: str = SITE) -> Plan:
    return Plan(PRESETS[preset], "The <Harbour> & more", SITE, base + PRESETS[preset].base, formats, "News")


def channels(hub: str = "", language: str = "zh_CN", stylesheet: str = "") -> Channels:
    hubs = (hub,) if hub else ()
    authors = (Author("Ada"),)
    return Channels(language, authors, None, "", "© us", MEDIA_TYPES, lambda *_: "", hubs, stylesheet=stylesheet)


def a_feed(plan: Plan, name: str, standing: Standing = STANDINGS[0], home: str = "") -> Told:
    slug = name.encode("utf-8", "ignore").decode().replace("/", "-")
    feed = plan.feed(Term("tags", name, slug) if name else None, home)
    return Told(feed, plan.url(dict(feed.paths).get("atom", feed.paths[0][1])), int(NOON.timestamp()), standing)


def alike(siblings: Siblings, channels: Channels, plan: Plan, told: Told) -> int:
    """How many formats were known; what these say is what the documents would say one at a time."""
    known = siblings.of(*told)
    for form, made in known.items():
        channel = channels.channel(told.feed, told.id, told.updated, form, plan, told.standing)
        assert made == FORMATS[form].envelope(channel)
        assert not (made.held and held_envelope(made.head + made.tail, form))
    return len(known)


names = st.sampled_from(("", "x", "news", "金融 & <b>", "a  b", "1")) | text
moments = st.none() | st.integers(-62_000_000_000, 253_000_000_000)


@given(st.data())
def test_what_is_told_once_is_what_would_have_been_told_of_each_document(data: st.DataObject) -> None:
    draw = data.draw
    formats = tuple(draw(st.lists(st.sampled_from(sorted(FORMATS)), min_size=1, unique=True)))
    plan = a_plan(draw(st.sampled_from(sorted(PRESETS))), formats, draw(st.sampled_from((SITE, "https://é.example"))))
    of_all = channels(draw(st.sampled_from(("", f"{SITE}/hub", plan.url("rss.xml")))), draw(st.just("en") | text))
    siblings = Siblings(of_all, plan, FORMATS)
    standing = draw(st.sampled_from(STANDINGS))
    if standing.page and formats == ("html",):
        return
    for _ in range(4):
        told = a_feed(plan, draw(names), standing, draw(st.sampled_from(("", f"{SITE}/t/x", plan.pages[0])) | address))
        told = told._replace(id=draw(st.just(told.id) | st.just("urn:x:1") | text), updated=draw(moments))
        alike(siblings, of_all, plan, told)


@pytest.mark.parametrize("standing", STANDINGS)
def test_from_the_second_feed_of_a_makeup_on_all_formats_of_feed_readers_are_known(standing: Standing) -> None:
    plan, of_all = a_plan(), channels(f"{SITE}/hub", stylesheet="/style.css?a=1&b=2")
    siblings = Siblings(of_all, plan, FORMATS)
    told = [alike(siblings, of_all, plan, a_feed(plan, name, standing, f"{SITE}/tag/{name}")) for name in "abc"]
    assert told == [0, 3, 3]


def test_what_hardly_another_is_like_is_told_of_each_document() -> None:
    plan, dead = a_plan(), Standing(deleted=(Deleted("x", NOON),))
    endpoint = Endpoint("hub", "websub", f"{SITE}/hub", ("tag:a",))
    pushed = Channels("en", (), None, "", "", MEDIA_TYPES, lambda *_: "", pushed=(endpoint,))
    shown = Channels("en", (), None, "", "", MEDIA_TYPES, lambda *_: "", show_of=lambda *_: None)
    for of_all, standing in ((channels(), dead), (shown, Standing())):
        siblings = Siblings(of_all, plan, FORMATS)
        assert [siblings.of(*a_feed(plan, name, standing)) for name in "abc"] == [{}] * 3
    siblings = Siblings(pushed, plan, FORMATS)
    assert [alike(siblings, pushed, plan, a_feed(plan, name)) > 0 for name in "abac"] == [False, False, True, True]


def test_so_many_makeups_are_remembered_and_no_more() -> None:
    plan = a_plan()
    siblings = Siblings(channels(), plan, FORMATS)
    for number in range(MOST_MAKEUPS + 3):
        siblings.of(*a_feed(plan, "a", Standing(rhythm=Rhythm(f"{number}", 1, 1))))
    assert len(siblings._known) == 3
