"""The envelopes that moulds give are, byte for byte and verdict for verdict, those of the general way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.envelopes import MOST_MAKEUPS, Envelopes
from syndicate.feeds.formats import Format
from syndicate.feeds.rules import held_envelope
from syndicate.model import Channel, Link, Rhythm
from tests.feeds.documents import ALL_FORMATS, FORMATS, NOON, SITE, a_channel, a_told_channel
from tests.properties.test_formats_any_text import channel
from tests.properties.test_moulds_any_text import some_moment, some_text

PAGED = a_channel(
    links=(Link("prev-archive", f"{SITE}/1"), Link("alternate", f"{SITE}/page.html", "text/html", "A page")),
    page_url=f"{SITE}/page.html",
    rhythm=Rhythm("daily", 2, 240),
    stylesheet=f"{SITE}/it's.css?a=1&b=2",
)
some_channel = st.sampled_from((a_channel(), a_channel(updated=None, description=""), PAGED))


@st.composite
def siblings(draw: st.DrawFn) -> tuple[Channel, Channel]:
    """Two channels of one site, mostly of one makeup."""
    first = draw(channel | some_channel)
    other = {
        name: draw(st.just(getattr(first, name)) | some_text.map(lambda text, name=name: getattr(first, name) + text))
        for name in ("id", "title", "self_url", "home_url", "description", "page_url")
        if getattr(first, name)
    }
    links = tuple(replace(link, href=draw(st.just(link.href) | st.just(f"{link.href}1"))) for link in first.links)
    updated = first.updated and draw(st.just(first.updated.replace(tzinfo=UTC)) | some_moment)
    return first, replace(first, **other, links=links, updated=updated)


@given(siblings())
def test_what_is_filled_is_what_would_have_been_written(pair: tuple[Channel, Channel]) -> None:
    for form in ALL_FORMATS:
        envelopes = Envelopes(form)
        envelopes.of(pair[0])
        for each in pair:
            made, meant = envelopes.of(each), form.envelope(each)
            assert made == meant
            assert not (made.held and held_envelope(made.head + made.tail, form.name))


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("first", [a_channel(), PAGED], ids=["full", "paged"])
def test_the_second_envelope_of_a_makeup_is_held_already(form: Format, first: Channel) -> None:
    envelopes = Envelopes(form)
    others = [replace(first, title=f"{number} & more", updated=NOON, rhythm=first.rhythm) for number in range(3)]
    assert [envelopes.of(each).held for each in others] == [False, True, True]
    assert envelopes.of(replace(first, title="\u0300\x00")).held
    assert not envelopes.of(replace(first, self_url="feed")).held


def test_what_hardly_another_is_like_goes_the_general_way() -> None:
    for form in FORMATS:
        envelopes = Envelopes(form)
        assert [envelopes.of(a_told_channel()).held for _ in range(3)] == [False] * 3


def test_so_many_makeups_are_remembered_and_no_more() -> None:
    envelopes = Envelopes(FORMATS[-1])
    for number in range(MOST_MAKEUPS + 3):
        envelopes.of(a_channel(rights=f"{number}"))
    assert len(envelopes._known) == 3
