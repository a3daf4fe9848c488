"""Which entry is which post, and what subscribers would be shown again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.feeds.foreign import Seen
from syndicate.feeds.matching import DAY, match, normal, replays
from syndicate.index import Candidate
from tests.growth import seconds

THEN = 1_600_000_000
SITE = "https://example.org"


def a_candidate(at: int = 1, url: str = f"{SITE}/a/", title: str = "A", published: int = THEN) -> Candidate:
    return Candidate(at, b"%d.md" % at, url, title, published, published, None, False, True)


def a_seen(id: str = "x", url: str = "", title: str = "", published: int | None = None) -> Seen:  # noqa: A002
    return Seen(id, url, title, published)


def how(seen: Seen, *candidates: Candidate) -> list[tuple[int, str]]:
    return [(each.candidate.id, each.by) for each in match([seen], candidates)]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a/",
        "https://www.example.org/a",
        "https://EXAMPLE.org:443/a/index.html",
        "https://example.org/a.html",
        "https://example.org/%61/#comments",
        "https://example.org/a/?utm_source=rss&utm_medium=feed",
    ],
)
def test_one_page_has_many_addresses(url: str) -> None:
    assert how(a_seen(url=url), a_candidate()) == [(1, "link")]


def test_encodings_of_one_path_are_one() -> None:
    assert normal(f"{SITE}/%e4%bd%a0/a%2Cb") == normal(f"{SITE}/你/a,b")
    assert normal(f"{SITE}/?a=1&b=2") != normal(f"{SITE}/?b=2&a=1")
    assert normal("mailto:a@example.org") is None
    assert normal("http://[bad") is None
    assert normal("") is None


def test_a_site_that_moved_to_another_host() -> None:
    assert how(a_seen(url="http://old.example.net/a/"), a_candidate()) == [(1, "link")]
    # a path that two posts have says nothing
    both = a_candidate(), a_candidate(2, "https://fr.example.org/a/")
    assert how(a_seen(url="http://old.example.net/a/"), *both) == []


def test_a_link_to_somebody_elses_page_is_no_move() -> None:
    seen = [a_seen("1", "http://old.example.net/a/"), a_seen("2", "http://old.example.net/b"),
            a_seen("3", "https://elsewhere.example/c")]  # fmt: skip
    posts = [a_candidate(1), a_candidate(2, f"{SITE}/b", "B"), a_candidate(3, f"{SITE}/c", "C")]
    assert [(each.seen.id, each.candidate.id) for each in match(seen, posts)] == [("1", 1), ("2", 2)]


def test_an_id_that_is_the_address() -> None:
    assert how(a_seen("http://example.org/a/", "https://elsewhere.example/"), a_candidate()) == [(1, "id")]


def test_title_and_date() -> None:
    again = a_candidate(1, title="Weekly  Notes"), a_candidate(2, title="Weekly notes", published=THEN + 7 * DAY)
    assert how(a_seen(title="weekly notes", published=THEN + 7 * DAY), *again) == [(2, "title and date")]
    assert how(a_seen(title="weekly notes", published=THEN + 6 * DAY + 1), *again) == [(2, "title and date")]
    assert how(a_seen(title="weekly notes", published=THEN + 3 * DAY), *again) == []
    assert how(a_seen(title="", published=THEN), a_candidate(title="")) == []


def test_a_title_that_only_one_has() -> None:
    assert how(a_seen(title="Only one"), a_candidate(title="Only One"), a_candidate(2)) == [(1, "title")]
    two = [a_seen("1", title="A"), a_seen("2", title="A")]
    assert match(two, [a_candidate()]) == []


def test_each_is_used_once() -> None:
    seen = [a_seen("1", f"{SITE}/a/"), a_seen("2", f"{SITE}/a/")]
    assert [each.seen.id for each in match(seen, [a_candidate(), a_candidate(2, f"{SITE}/b")])] == ["1"]


def test_many_alike_take_no_square_of_time() -> None:
    seen = [a_seen(str(at), f"{SITE}/same", "Same", THEN) for at in range(20_000)]
    posts = [a_candidate(at, f"{SITE}/same", "Same") for at in range(20_000)]
    again = [each.__class__(f"n{each.id}", each.url, "Same", THEN) for each in seen]
    assert len(match(seen, posts)) == len(replays(seen, again)) == 20_000
    assert seconds(lambda: (match(seen, posts), replays(seen, again))) < 20


def test_many_of_one_title_and_day_take_no_square_of_time() -> None:
    seen = [a_seen(str(at), "", "Same", THEN + at * 7 % DAY) for at in range(40_000)]
    posts = [a_candidate(at, "", "Same", THEN + at * 5 % DAY) for at in range(20_000)]
    assert len(match(seen, posts)) == 20_000
    assert seconds(lambda: match(seen, posts)) < 20


@given(st.lists(st.integers(-3, 12), max_size=12), st.lists(st.integers(-3, 12), max_size=12))
def test_the_nearest_post_is_taken(entries: list[int], posts: list[int]) -> None:
    """Against the same rule in its plainest words: the same moment first, then the nearest that is left."""
    step = DAY // 4
    candidates = [a_candidate(at, "", "Same", THEN + date * step) for at, date in enumerate(posts)]
    found = match([a_seen(str(at), "", "Same", THEN + date * step) for at, date in enumerate(entries)], candidates)
    left, expected = list(enumerate(posts)), dict[str, int]()
    for farthest in (0, 4):
        for number, date in enumerate(entries):
            near = [(abs(other - date), at) for at, other in left if abs(other - date) <= farthest]
            if near and str(number) not in expected:
                expected[str(number)] = min(near)[1]
                left = [each for each in left if each[0] != min(near)[1]]
    assert {each.seen.id: each.candidate.id for each in found if each.by == "title and date"} == expected


def test_replays() -> None:
    before = [a_seen("1", f"{SITE}/a", "A", THEN), a_seen("2", f"{SITE}/b", "B", THEN), a_seen("3", "", "C", THEN)]
    same = [a_seen("1", f"{SITE}/moved", "A", THEN), *before[1:]]
    assert replays(before, same) == []
    assert replays(before, [a_seen("4", f"{SITE}/new", "New", THEN + DAY), *before]) == []
    assert replays(before, before[1:]) == []
    changed = [a_seen("9", f"{SITE}/a/", "A new title", THEN), before[1], a_seen("8", "", "C", THEN)]
    assert [(each.before.id, each.after.id) for each in replays(before, changed)] == [("1", "9"), ("3", "8")]
    # a second post at an address whose old entry is still there is another post
    assert replays(before, [*before, a_seen("9", f"{SITE}/a", "A", THEN)]) == []
