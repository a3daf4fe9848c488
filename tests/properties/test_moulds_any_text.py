"""A filled mould is, byte for byte and verdict for verdict, what the general way gives, whatever the values are."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.formats._door import admit
from syndicate.feeds.formats._makeup import marked, told
from syndicate.feeds.fragments import MOST_MAKEUPS, Fragments, are_taken
from syndicate.feeds.rules import held
from syndicate.markup.legal import is_legal
from syndicate.model import Alternate, Category, Entry
from tests.feeds.documents import ALL_FORMATS, FORMATS, SITE, a_bare_entry, a_told_entry, an_entry
from tests.properties.test_formats_any_text import address, entry, episode, nasty, text

NAMED = [(form.name, form) for form in ALL_FORMATS]
READ = [(form.name, form) for form in FORMATS]

alternates = st.lists(st.builds(Alternate, st.sampled_from(["en", "fr", "zh-CN", ""]) | text, address), max_size=3)
any_entry = st.builds(
    lambda made, alternates, episode: replace(made, alternates=tuple(alternates), episode=episode),
    entry,
    alternates,
    st.none() | episode,
)
some_entry = st.sampled_from((an_entry(), a_bare_entry(), a_told_entry()))
some_text = st.text(st.characters(), min_size=1, max_size=9) | nasty
some_moment = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda moment: moment.replace(tzinfo=UTC))


def generally(entry: Entry) -> tuple[tuple[bytes, ...], bool]:
    made = tuple(form.fragment(entry) for form in ALL_FORMATS)
    return made, any(held(each, form.name) for each, form in zip(made, ALL_FORMATS, strict=True))


def changed(draw: st.DrawFn, value: Any) -> Any:
    """The same build with other values: text inside text, other numbers, other moments."""
    if isinstance(value, tuple):
        return tuple(changed(draw, each) for each in value)
    if is_dataclass(value):
        return replace(value, **{each.name: changed(draw, getattr(value, each.name)) for each in fields(value)})  # type: ignore[type-var]
    if isinstance(value, datetime):
        return draw(some_moment)
    if isinstance(value, str) and value:
        at = draw(st.integers(0, len(value)))
        return value[:at] + draw(some_text) + value[at:]
    return draw(st.integers(1, 10**9)) if isinstance(value, int) and not isinstance(value, bool) and value else value


@st.composite
def siblings(draw: st.DrawFn) -> tuple[Entry, Entry]:
    """Two entries that say the same things, mostly of other values."""
    first = draw(any_entry | some_entry)
    return first, changed(draw, first)


@given(siblings())
def test_what_is_filled_is_what_would_have_been_written(pair: tuple[Entry, Entry]) -> None:
    first, second = pair
    fragments = Fragments(NAMED)
    fragments.of(first)
    for each in (first, second):
        meant, wrong = generally(each)
        made = fragments.of(each)
        assert made.fragments == meant
        assert bool(made.fault) == wrong
        if is_legal(each.html):
            assert fragments.of(each, clean=True) == made


@given(st.lists(siblings(), max_size=4).map(lambda pairs: [each for pair in pairs for each in pair]))
def test_entries_together_are_written_as_one_by_one(entries: list[Entry]) -> None:
    fragments = Fragments(NAMED)
    for _ in range(2):
        for each in entries:
            fragments.of(each)
    together = fragments.all_ready([(each, False) for each in entries])
    assert [fragments.written(each) for each in together] == [fragments.of(each) for each in entries]


@given(any_entry | some_entry)
def test_an_entry_of_marks_has_the_makeup_it_was_made_for(entry: Entry) -> None:
    shown = admit(replace(entry, id=f"{SITE}/1", url=f"{SITE}/2", origin=None))
    said, marks = told(shown), told(marked(shown))
    assert said
    assert marks
    assert len(said.values) == len(marks.values)
    assert said.makeup == marks.makeup


@pytest.mark.parametrize("first", [an_entry(), a_bare_entry(), a_told_entry()], ids=["full", "bare", "told"])
def test_moulds_are_made_for_the_second_entry_of_a_makeup(first: Entry) -> None:
    readers = Fragments(READ)
    readers.of(first)
    assert set(readers._known.values()) == {None}
    readers.of(replace(first, title="Another"))
    (cast,) = readers._known.values()
    assert cast
    assert all(cast.moulds)
    assert are_taken([(cast, (told(admit(first)) or ((), []))[1])])


def test_what_breaks_a_rule_is_told_in_the_words_of_the_rule() -> None:
    fragments = Fragments(READ[::2])
    for _ in range(3):
        fragments.of(an_entry())
    fault = "its rss entry would break a rule (its link (/a) is not an absolute URL)"
    assert [fragments.of(an_entry(url=url)).fault for url in ("/a", f"{SITE}/b", "/a")] == [fault, "", fault]


def test_so_many_makeups_are_remembered_and_no_more() -> None:
    fragments = Fragments(READ[2:])
    for number in range(MOST_MAKEUPS + 3):
        flags = {name: number >> bit & 1 for bit, name in enumerate(("summary", "language", "html", "external_url"))}
        categories = tuple(Category(f"{name}", "") for name in range(number >> 4))
        fragments.of(
            a_bare_entry(
                categories=categories,
                summary="s" * flags["summary"],
                language="en" * flags["language"],
                html="h" * flags["html"],
                external_url=f"{SITE}/x" * flags["external_url"],
            )
        )
        assert len(fragments._known) <= MOST_MAKEUPS
    assert len(fragments._known) == 3
