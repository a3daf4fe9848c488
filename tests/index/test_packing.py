"""What is packed comes out as it went in, whatever front matter held."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from syndicate.index.packing import pack, pack_problems, unpack, unpack_problems
from syndicate.model import (
    Author,
    Comments,
    Enclosure,
    Episode,
    Image,
    Origin,
    Post,
    Problem,
    Severity,
    Visibility,
)
from syndicate.model.podcast import Person, Rendition, Soundbite, Transcript
from tests.builders import a_post, a_row
from tests.index.ledger import Ledger

# two lone surrogates may be the two halves of one character: then it is that character that comes back
TEXT = st.text() | st.text(st.characters(categories=["Cs"]), max_size=1) | st.sampled_from(["\0", "\u2028", '"\\'])
MOMENT = st.none() | st.datetimes(timezones=st.just(UTC))
NUMBER = st.none() | st.integers(min_value=0)
SECONDS = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
FLAG = st.booleans()


def some(parts: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(parts, max_size=3).map(tuple)


EPISODES = st.builds(
    Episode,
    title=TEXT,
    kind=TEXT,
    number=NUMBER,
    season=NUMBER,
    season_name=TEXT,
    explicit=st.none() | FLAG,
    blocked=FLAG,
    image=TEXT,
    chapters=TEXT,
    transcripts=some(st.builds(Transcript, TEXT, TEXT, TEXT, FLAG)),
    persons=some(st.builds(Person, TEXT, TEXT, TEXT, TEXT, TEXT)),
    soundbites=some(st.builds(Soundbite, SECONDS, SECONDS, TEXT)),
    renditions=some(st.builds(Rendition, some(TEXT), TEXT, NUMBER, NUMBER, NUMBER, TEXT, TEXT, FLAG)),
    license=TEXT,
    license_url=TEXT,
)
POSTS = st.builds(
    Post,
    path=st.binary(),
    url=TEXT,
    title=TEXT,
    published=MOMENT,
    visibility=st.sampled_from(Visibility),
    updated=MOMENT,
    visible_from=MOMENT,
    visible_until=MOMENT,
    terms=st.lists(st.tuples(TEXT, TEXT)).map(tuple),
    authors=st.lists(st.builds(Author, TEXT, TEXT, TEXT)).map(tuple),
    language=TEXT,
    summary=TEXT,
    separator=TEXT,
    image=st.none() | st.builds(Image, TEXT, TEXT),
    enclosures=st.lists(st.builds(Enclosure, TEXT, TEXT, NUMBER, NUMBER, TEXT)).map(tuple),
    guid=TEXT,
    generator_id=TEXT,
    aliases=st.lists(TEXT).map(tuple),
    external_url=TEXT,
    origin=st.none() | st.builds(Origin, TEXT, TEXT, TEXT, MOMENT),
    comments=st.none() | st.builds(Comments, TEXT, TEXT, NUMBER),
    episode=st.none() | EPISODES,
    markup=TEXT,
    body_at=st.integers(min_value=0),
)
PROBLEMS = st.builds(Problem, TEXT, st.sampled_from(Severity), TEXT, TEXT, NUMBER, NUMBER)


@given(POSTS)
def test_a_post(post: Post) -> None:
    packed = pack(post)
    assert unpack(packed, post.path) == post
    packed.encode()


@given(st.lists(PROBLEMS).map(tuple))
def test_problems(problems: tuple[Problem, ...]) -> None:
    packed = pack_problems(problems)
    assert (packed is None) == (not problems)
    assert tuple(unpack_problems(packed or "[]")) == problems
    (packed or "").encode()


@given(st.text(st.characters()))
def test_nothing_a_reader_lets_through_can_stop_the_storing(text: str) -> None:
    with sqlite3.connect(":memory:") as db:
        assert db.execute("SELECT ?", (pack(a_post(title=text, separator=text)),)).fetchone()
    db.close()


def test_only_what_is_set_takes_room() -> None:
    bare = Post(b"a.md", "u", "", None)
    assert pack(bare) == '{"url":"u","markup":"markdown"}'
    assert pack(a_post(title="中文")).count("中文") == 1


def test_a_post_may_move(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    (recipe,) = ledger.shown()
    assert unpack(recipe.packed, b"\xff.md").path == b"\xff.md"


def test_moments_are_kept_to_the_microsecond() -> None:
    at = datetime(1, 1, 1, 0, 0, 0, 1, UTC)
    assert unpack(pack(a_post(published=at)), b"").published == at


def test_lone_surrogates_are_stored(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", separator="\ud800", summary="中\udfff"))
    (recipe,) = ledger.shown()
    post = unpack(recipe.packed, recipe.path)
    assert (post.separator, post.summary) == ("\ud800", "中\udfff")
