"""Queries: text to tree, tree to the posts of a real folder, and what is said of those that are wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content.dialects import Given
from syndicate.content.dialects.plain import Plain
from syndicate.content.ingest import Reader
from syndicate.errors import ConfigurationError
from syndicate.feeds import selection
from syndicate.feeds.selection import Needs, QueryError, needs, parse, selections, span
from syndicate.index import Chosen, Index
from syndicate.index.sqlite import SqliteIndex
from syndicate.model.selection import All, InTerm, Not, Says
from syndicate.settings import _checks as check
from tests.builders import SITE_URL
from tests.content.folders import Watch, a_root
from tests.growth import is_linear

CASES = Path(__file__).resolve().parents[1] / "cases" / "selections"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = int(datetime(2025, 3, 31, 12, tzinfo=ZONE).timestamp())


def cases(name: str) -> list[dict]:
    return tomllib.loads((CASES / name).read_text("utf-8"))["query"]


def chosen(query: str, **more: object) -> Chosen:
    return Chosen(parse(query, ZONE), language="en", **more)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The posts of posts.toml, read from a real folder with what all the queries ask of them."""
    folder = tmp_path_factory.mktemp("site")
    for post in tomllib.loads((CASES / "posts.toml").read_text("utf-8"))["post"]:
        (folder / post["path"]).parent.mkdir(parents=True, exist_ok=True)
        (folder / post["path"]).write_text(post["text"].lstrip("\n"), "utf-8")
    asked = [needs(parse(case["text"], ZONE)) for case in cases("queries.toml")]
    keys = tuple(sorted({key for each in asked for key in each.keys}))
    root = a_root(folder, dialect=Plain.open({}, Given(SITE_URL, "Asia/Shanghai"))[0])
    stamps = [stamp for each in Watch(root).differences() for stamp in each.stamps()]
    rows = Reader((root,), "url", 1 << 20, "en", keys=keys, counted=True).read(stamps)
    assert [problem for row in rows for problem in row.problems] == []
    made = SqliteIndex.open(":memory:")
    with made.transaction():
        made.store(rows, set(), NOW)
    yield made
    made.close()


def members(index: Index, wanted: Chosen, limit: int = -1) -> list[str]:
    shown = index.newest("", "own", limit, NOW, wanted)
    paths = {recipe.id: recipe.path for recipe in index.recipes([post.id for post in shown])}
    return [paths[post.id].decode().rpartition("/")[2].removesuffix(".md") for post in shown]


@pytest.mark.parametrize("case", cases("queries.toml"), ids=lambda case: case["text"])
def test_what_a_query_means(index: Index, case: dict) -> None:
    found = members(index, chosen(case["text"]))
    assert found == case["members"]
    assert index.size("", "own", NOW, chosen(case["text"]))[0] == len(found)


@pytest.mark.parametrize("case", cases("queries.toml"), ids=lambda case: case["text"])
def test_not_means_all_others(index: Index, case: dict) -> None:
    if case["text"]:
        others = members(index, chosen(f"not ({case['text']})"))
        assert sorted(others + case["members"]) == sorted(cases("queries.toml")[0]["members"])


@pytest.mark.parametrize("case", cases("wrong.toml"), ids=lambda case: case["text"])
def test_what_is_said_of_a_wrong_query(case: dict) -> None:
    with pytest.raises(QueryError) as caught:
        parse(case["text"], ZONE)
    assert caught.value.column == case["column"]
    assert case["hint"] in str(caught.value)
    assert str(caught.value).startswith(f"column {case['column']}: ")
    assert caught.value.hint


def test_there_are_enough_cases() -> None:
    assert len(cases("queries.toml")) >= 30
    assert len(cases("wrong.toml")) >= 30


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("newest", ["ai", "intro", "one"]),
        ("oldest", ["one", "intro", "ai"]),
        ("title", ["one", "intro", "ai"]),
        ("updated", ["ai", "intro", "one"]),
    ],
)
def test_orders(index: Index, sort: str, found: list[str]) -> None:
    assert members(index, chosen("tag:python", sort=sort)) == found
    assert members(index, chosen("tag:python", sort=sort), limit=2) == found[:2]


def test_the_last_updated_comes_first(index: Index) -> None:
    assert members(index, chosen("date:2025", sort="updated")) == ["rain", "ai", "emnews"]


def test_age(index: Index) -> None:
    assert members(index, chosen("", max_age=30 * 86_400)) == ["ai", "emnews"]
    assert index.size("", "own", NOW, chosen("", max_age=30 * 86_400))[0] == 2


def test_a_post_that_is_not_visible_is_in_no_selection(index: Index) -> None:
    early = int(datetime(2025, 3, 10, 8, tzinfo=ZONE).timestamp())
    assert len(index.newest("", "own", -1, early, chosen("lang:zh"))) == 1


def test_dates_are_days_of_the_zone() -> None:
    there, here = parse("date:2025-03-10", ZONE), parse("date:2025-03-10", UTC)
    assert here.since - there.since == here.until - there.until == 8 * 3600  # type: ignore[union-attr]


def test_a_day_on_which_clocks_are_put_on_has_23_hours() -> None:
    day = parse("date:2025-03-30", ZoneInfo("Europe/Berlin"))
    assert day.until - day.since == 23 * 3600  # type: ignore[union-attr]


def test_what_queries_ask_of_posts() -> None:
    assert needs(parse("tag:x and title~y and lang:zh and date:2025 and has:image")) == Needs()
    assert needs(parse("Mood:a -(rating > 3 or has:extra.b)")) == Needs(("extra.b", "mood", "rating"))
    assert needs(parse("words > 3")) == Needs(words=True)
    assert needs(parse("not (a or newer(3d))")) == Needs(windows=True)


def test_the_longest_query_can_be_asked(index: Index) -> None:
    for word in (" and ", " or "):
        wide = word.join(f"x{number}:(a or -(b and c))" for number in range(66))
        deep = "(-" * 29 + "tag:python" + ")" * 29
        assert len(index.newest("", "own", -1, NOW, chosen(f"({wide}) or {deep}"))) > 2


def test_taxonomies_of_a_site() -> None:
    assert parse("topic:x", taxonomies=("topics",)) == InTerm("topics", "is", "x")
    assert parse("-topics~x", taxonomies=("topics",)) == Not(InTerm("topics", "contains", "x"))
    assert needs(parse("topic:x")) == Needs(("topic",))


def test_a_phrase_has_escapes() -> None:
    assert parse(r'"a \"b\" \\ \n"') == Says("title", "contains", r'a "b" \ \n')
    assert parse("'it\\'s'") == Says("title", "contains", "it's")
    assert parse("don't") == Says("title", "contains", "don't")
    assert parse("") == parse(" \n ") == All()


def test_spans_are_those_of_the_settings() -> None:
    for text in ("30s", "5min", "12h", "30d", "2w", "6mo", "1y"):
        assert check.span(text) == text
        assert span(text)
    assert (span("2w"), span("1y"), span("x"), span("")) == (1_209_600, 31_536_000, None, None)


@pytest.mark.parametrize(
    ("query", "column"),
    [("x" * 4_001, 4_001), ("(" * 31 + "x" + ")" * 31, 31), ("tag:a " * 201, 1205), ("x:" + "(" * 31 + "y", 33)],
)
def test_bounds(query: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.column == column


def test_wrong_queries_are_mistakes_of_the_settings() -> None:
    found = selections({"a": "tag:x", "b": ""}, ZONE)
    assert found == {"a": InTerm("tags", "is", "x"), "b": All()}
    with pytest.raises(ConfigurationError) as caught:
        selections({"a": "tag:x", "b": "tag:", "c": "words > x"}, ZONE, (), "syndicate.toml")
    first, second = caught.value.mistakes
    assert first.startswith("syndicate.toml: feeds.b.query: column 5: ")
    assert second.startswith("syndicate.toml: feeds.c.query: column 9: ")


PIECES = st.sampled_from(
    [
        *"tag title newer has date lang path words : ~ != > and or not - ( ) , ， * a 你 30d 5 2025-01 **/".split(),
        *("'", '"', "“", "”", "'a'", "\\", " ", "\x1b"),
    ]
)


def fault_of(text: str) -> QueryError | None:
    try:
        hash(parse(text, ZONE, ("topics",)))
    except QueryError as fault:
        return fault
    return None


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_any_text_is_a_query_or_a_fault_at_a_column(text: str) -> None:
    if fault := fault_of(text):
        assert 1 <= fault.column <= len(text) + 1
        assert str(fault).isprintable()


@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_tree_can_be_asked(index: Index, text: str) -> None:
    try:
        tree = parse(text, ZONE)
    except QueryError:
        return
    assert len(index.newest("", "own", -1, NOW, Chosen(tree))) == index.size("", "own", NOW, Chosen(tree))[0]


def test_the_module_says_what_the_page_says() -> None:
    assert 'tag:"人工智能" and not category:emnews' in (selection.__doc__ or "")


@pytest.mark.parametrize(
    "piece", ["-", "- ", "not ", "(", "-(", "a.", '"', "\\", "tag:", "tag:(", "a,", "~", "京", "*", "*/"]
)
def test_the_time_grows_no_faster_than_the_query(piece: str) -> None:
    def work(size: int) -> None:
        for _ in range(5):
            with suppress(QueryError):
                parse((piece * size)[: size - 1] + "x", live=True)

    assert is_linear(work, selection.LONGEST // 8)
