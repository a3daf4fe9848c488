"""Pictures of numbers: what is drawn is what was given, inside of the picture, and legal XML whatever it was."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.server.dashboard import measures
from syndicate.server.dashboard.pictures import WIDTH, Column, Dot, Part, columns, decades, dots, scale, share

ANY = st.floats() | st.integers(-(10**6), 10**30).map(float)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("\ufffe", "").replace("\uffff", ""))


def boxes(svg: str, kind: str = "") -> list[ElementTree.Element]:
    return [each for each in parsed(svg).iter("rect") if not kind or each.get("class") == kind]


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.attrib[name])


def high(svg: str, kind: str) -> list[float]:
    return [number(each, "height") for each in boxes(svg, kind)]


def outside(svg: str) -> Iterator[str]:
    """What sticks out of the picture, or stands nowhere."""
    root = parsed(svg)
    tall = float(root.attrib["viewBox"].split()[3])
    for each in root.iter():
        places = {name: float(value) for name, value in each.attrib.items() if name in ("x", "y", "cx", "cy")}
        wide, deep = float(each.get("width", 0)), float(each.get("height", 0))
        for name, value in places.items():
            most = WIDTH if name.endswith("x") else tall
            end = value + (wide if name.endswith("x") else deep)
            if not (math.isfinite(value) and value >= -0.01 and end <= most + 0.02) or min(wide, deep) < 0:
                yield ElementTree.tostring(each, "unicode")


def test_columns_are_as_high_as_their_numbers() -> None:
    svg = columns([Column("a", [Part("k0", 10), Part("k1", 30)]), Column("b", [Part("k0", 20)])], "two")
    first, second = high(svg, "k0")
    (third,) = high(svg, "k1")
    assert second == pytest.approx(2 * first, abs=0.02)
    assert third == pytest.approx(3 * first, abs=0.02)


def test_parts_of_a_column_stand_on_each_other() -> None:
    svg = columns([Column("a", [Part("k0", 10), Part("k1", 30)])], "one")
    (low,), (top,) = boxes(svg, "k0"), boxes(svg, "k1")
    assert number(top, "y") + number(top, "height") == pytest.approx(number(low, "y"), abs=0.02)


def test_what_is_greater_stands_higher() -> None:
    root = parsed(dots([Dot(str(each), 10.0**each) for each in range(-2, 3)], "five"))
    heights = [number(each, "cy") for each in root.iter("circle")]
    assert heights == sorted(heights, reverse=True)
    steps = [a - b for a, b in pairwise(heights)]
    assert steps == pytest.approx([steps[0]] * 4, abs=0.11), "each power of ten has the same room"


def test_forms_tell_dots_apart() -> None:
    svg = dots([Dot("a", 1, "full"), Dot("b", 1, "hollow"), Dot("c", 0, "cross")], "three")
    assert [each.get("class") for each in parsed(svg).iter("circle")] == ["full", "hollow"]
    assert [each.get("class") for each in parsed(svg).iter("path") if each.get("class") == "cross"] == ["cross"]


def test_a_share_is_as_wide_as_its_number() -> None:
    svg = share([(Part("e-well", 3), "well: 3"), (Part("e-off", 1), "off: 1"), (Part("e-new", 0), "new: 0")], "three")
    wide = [number(each, "width") for each in boxes(svg)]
    assert wide == pytest.approx([WIDTH * 0.75 - 1, WIDTH * 0.25 - 1])


def test_nothing_is_no_picture() -> None:
    assert columns([], "") == dots([], "") == share([], "") == share([(Part("k0", 0), "")], "") == ""


def test_each_mark_says_its_number() -> None:
    svg = columns([Column("a", [Part("k0", 1)], "Monday: 1"), Column("b", [Part("k0", 2)], "Tuesday: 2")], "two days")
    assert [each.text for each in parsed(svg).iter("title")] == ["Monday: 1", "Tuesday: 2"]
    assert parsed(svg).attrib["aria-label"] == "two days"
    assert parsed(svg).attrib["role"] == "img"


@given(st.lists(st.tuples(WORDS, st.lists(ANY, max_size=4), WORDS), max_size=30), WORDS)
def test_any_columns_are_a_picture(given: list[tuple[str, list[float], str]], words: str) -> None:
    svg = columns([Column(a, [Part("k0", each) for each in numbers], b) for a, numbers, b in given], words)
    assert bool(svg) is bool(given)
    assert not svg or list(outside(svg)) == []


@given(st.lists(st.tuples(WORDS, ANY, st.sampled_from(["full", "hollow", "cross", '">'])), max_size=30))
def test_any_dots_are_a_picture(given: list[tuple[str, float, str]]) -> None:
    svg = dots([Dot(*each) for each in given], "any")
    assert not svg or list(outside(svg)) == []


@given(st.lists(st.tuples(ANY, WORDS), max_size=8))
def test_any_shares_are_a_picture(given: list[tuple[float, str]]) -> None:
    svg = share([(Part('k"0', value), said) for value, said in given], "any")
    assert not svg or all(number(each, "width") > 0 for each in boxes(svg))


def test_words_of_others_are_no_markup() -> None:
    evil = '"><script>alert(1)</script>&'
    svg = columns([Column(evil, [Part(evil, 1)], evil)], evil) + dots([Dot(evil, 1, "full", evil)], evil)
    assert "<script" not in svg
    assert parsed(f"<a>{svg}</a>").find("svg/g/title").text == evil  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (9, [0, 2.5, 5, 7.5, 10]),
        (637, [0, 200, 400, 600, 800]),
        (4555, [0, 2000, 4000, 6000]),
    ],
)
def test_scales_are_even(most: float, ticks: list[float]) -> None:
    assert scale(most) == (ticks[-1], ticks)


@given(ANY)
def test_a_scale_has_room_for_its_number(most: float) -> None:
    top, ticks = scale(most)
    assert top >= measures.sound(most) * (1 - 1e-9)
    assert ticks[0] == 0
    assert ticks[-1] == pytest.approx(top)
    assert 2 <= len(ticks) <= 6


@given(st.lists(ANY))
def test_decades_are_few_and_in_order(values: list[float]) -> None:
    low, high = decades(values)
    assert low < high
    assert high - low <= 10


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (measures.count(0), "0"),
        (measures.count(999), "999"),
        (measures.count(1234), "1.2k"),
        (measures.count(10**6), "1M"),
        (measures.count(math.nan), "0"),
        (measures.count(-5), "0"),
        (measures.size(870), "870 B"),
        (measures.size(12_400), "12.4 kB"),
        (measures.length(0), "0 s"),
        (measures.length(0.0351), "35.1 ms"),
        (measures.length(2.44), "2.4 s"),
        (measures.length(90), "90 s"),
        (measures.length(600), "10 min"),
        (measures.length(90_000), "25 h"),
        (measures.length(10 * 86_400), "10 d"),
        (measures.percent(1, 3), "33 %"),
        (measures.percent(1, 0), "-"),
        (measures.counted(1, "error"), "1 error"),
        (measures.counted(1200, "error"), "1,200 errors"),
        (measures.moment(0), ""),
        (measures.moment(10**15), ""),
        (measures.moment(1_770_091_506), "2026-02-03 04:05:06"),
    ],
)
def test_numbers_are_said_as_people_read_them(said: str, words: str) -> None:
    assert said == words


@given(ANY)
def test_any_number_can_be_said(value: float) -> None:
    for say in (measures.count, measures.size, measures.length):
        assert 0 < len(say(value)) <= 24
