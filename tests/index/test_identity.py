"""An id is given once and kept: what readers have seen never comes back to them as new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.index import PostRow
from syndicate.model import Severity
from tests.builders import DAY, NOW, SITE_URL, THEN, a_broken_row, a_row
from tests.index.ledger import Ledger

A = f"{SITE_URL}/a.html"
B = f"{SITE_URL}/b.html"


def test_a_post_gets_its_permalink_as_id(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    assert ledger.ids() == {"a.md": A}


def test_a_guid_comes_first(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", guid="urn:x:1"))
    assert ledger.ids() == {"a.md": "urn:x:1"}


@pytest.mark.parametrize(
    "after",
    [
        a_row("a.md", "edited"),
        a_row("a.md", "dated", published=THEN + DAY),
        a_row("a.md", "moved away", url=f"{SITE_URL}/elsewhere/"),
        a_row("a.md", "one", default_id="urn:by-another-rule"),
        a_row("a.md", "guid now", guid="urn:too-late"),
        a_row("a.md", "other site", url="https://example.com/a.html"),
    ],
    ids=["edit", "date", "permalink", "rule", "guid", "domain"],
)
def test_a_path_keeps_its_id(ledger: Ledger, after: PostRow) -> None:
    ledger.run(a_row("a.md"))
    row, _ = ledger.keys()["a.md"]
    ledger.run(after)
    assert ledger.ids() == {"a.md": A}
    assert ledger.keys()["a.md"][0] == row


@pytest.mark.parametrize("to", ["0/a.md", "z/a.md", "other.md"])
def test_a_moved_file_keeps_row_and_id(ledger: Ledger, to: str) -> None:
    ledger.run(a_row("m/a.md", tags=["x"]))
    row, _ = ledger.keys()["m/a.md"]
    ledger.run(a_row(to, tags=["y"]), gone=["m/a.md"])
    assert ledger.ids() == {to: f"{SITE_URL}/m/a.html"}
    assert ledger.keys()[to][0] == row
    assert (ledger.paths("tags", "x"), ledger.paths("tags", "y")) == ([], [to])


def test_a_file_that_moves_there_and_back(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    ledger.run(a_row("b/a.md"), gone=["a.md"])
    ledger.run(a_row("a.md"), gone=["b/a.md"])
    assert ledger.ids() == {"a.md": A}


def test_a_moved_file_is_no_edit(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    before = ledger.keys()["a.md"]
    ledger.run(a_row("b.md", url=A, title="The title of a", mtime=NOW), gone=["a.md"])
    assert ledger.keys()["b.md"] == before, "the entry is the same, so it is not made anew"


def test_moved_twins_keep_their_ids_by_name(ledger: Ledger) -> None:
    ledger.run(a_row("m/a.md", "same"), a_row("m/b.md", "same"))
    ledger.run(a_row("n/b.md", "same"), a_row("n/a.md", "same"), gone=["m/a.md", "m/b.md"])
    assert ledger.ids() == {"n/a.md": f"{SITE_URL}/m/a.html", "n/b.md": f"{SITE_URL}/m/b.html"}


def test_moved_and_renamed_twins_keep_both_ids(ledger: Ledger) -> None:
    ledger.run(a_row("m/a.md", "same"), a_row("m/b.md", "same"))
    before = set(ledger.ids().values())
    ledger.run(a_row("n/1.md", "same"), a_row("n/2.md", "same"), gone=["m/a.md", "m/b.md"])
    assert set(ledger.ids().values()) == before


@pytest.mark.parametrize("to", ["0.md", "z.md"])
@pytest.mark.parametrize("fields", [{"url": f"{SITE_URL}/for-ever/"}, {"guid": "urn:x:1"}], ids=["permalink", "guid"])
def test_renamed_and_edited_keeps_the_id_by_what_stays(ledger: Ledger, to: str, fields: dict[str, str]) -> None:
    ledger.run(a_row("m.md", **fields))
    before = ledger.keys()["m.md"][0], ledger.ids()["m.md"]
    ledger.run(a_row(to, "edited", **fields), gone=["m.md"])
    assert (ledger.keys()[to][0], ledger.ids()[to]) == before


def test_renamed_and_edited_after_the_permalink_changed(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    ledger.run(a_row("a.md", "two", url=f"{SITE_URL}/new/"))
    ledger.run(a_row("b.md", "three", url=f"{SITE_URL}/new/"), gone=["a.md"])
    assert ledger.ids() == {"b.md": A}


def test_rewritten_at_another_path_is_a_new_post(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    ledger.run(a_row("b.md", "rewritten"), gone=["a.md"])
    assert ledger.ids() == {"b.md": B}


def test_a_file_moved_onto_another(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "of a", tags=["x"]), a_row("b.md", "of b", tags=["y"]))
    touched = ledger.run(a_row("b.md", "of a", tags=["x"]), gone=["a.md"])
    assert ledger.ids() == {"b.md": A}
    assert touched == [("", ""), ("tags", "x"), ("tags", "y")]
    assert ledger.paths("tags", "y") == []


def test_the_one_it_was_moved_onto_may_return(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "of a"), a_row("b.md", "of b"))
    ledger.run(a_row("b.md", "of a"), gone=["a.md"])
    ledger.run(a_row("c.md", "of b", url=B))
    assert ledger.ids() == {"b.md": A, "c.md": B}


def test_a_file_moved_to_where_a_deleted_one_was(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "of a"), a_row("b.md", "of b"))
    ledger.run(gone=["b.md"])
    ledger.run(a_row("b.md", "of a"), gone=["a.md"])
    assert ledger.ids() == {"b.md": A}


def test_swapped_files_stay_two_posts(ledger: Ledger) -> None:
    """Where each path has a file that asks for the id of the path, ids go with the paths."""
    ledger.run(a_row("a.md", "of a", tags=["x"]), a_row("b.md", "of b", tags=["y"]))
    touched = ledger.run(a_row("a.md", "of b", tags=["y"]), a_row("b.md", "of a", tags=["x"]))
    assert ledger.ids() == {"a.md": A, "b.md": B}
    assert touched == [("", ""), ("tags", "x"), ("tags", "y")]
    assert (ledger.paths("tags", "x"), ledger.paths("tags", "y")) == (["b.md"], ["a.md"])


def numbered(**texts: str) -> list[PostRow]:
    """Files whose id is in their text."""
    return [a_row(f"{name}.md", text, guid=f"urn:{text[0]}", tags=[text]) for name, text in texts.items()]


@pytest.mark.parametrize(
    "after",
    [
        {"a": "2", "b": "1"},
        {"a": "3", "b": "1", "c": "2"},
        {"a": "2", "b": "3", "c": "1"},
        {"a": "4", "b": "1", "c": "2", "d": "3"},
        {"d": "3", "c": "2", "b": "1", "a": "4"},
        {"0": "1", "a": "2", "b": "3", "c": "4"},
        {"a": "1 edited", "b": "3", "c": "2"},
    ],
)
def test_where_bytes_change_places_ids_follow(ledger: Ledger, after: dict[str, str]) -> None:
    ledger.run(*numbered(a="1", b="2", c="3"))
    rows = {recipe.entry_id: recipe.id for recipe in ledger.shown()}
    ledger.run(*numbered(**after))
    texts = {"a": "1", "b": "2", "c": "3"} | after
    wanted = {f"{name}.md": f"urn:{text[0]}" for name, text in texts.items()}
    assert ledger.ids() == wanted
    for recipe in ledger.shown():
        assert rows.get(recipe.entry_id, recipe.id) == recipe.id
        assert ledger.paths("tags", texts[recipe.path.decode()[:-3]]) == [recipe.path.decode()]
    keys = ledger.keys()
    assert ledger.run(*numbered(**after)) == []
    assert ledger.keys() == keys


def test_a_copy_of_what_was_then_edited_takes_nothing(ledger: Ledger) -> None:
    ledger.run(*numbered(a="1"))
    before = ledger.keys()["a.md"][0]
    ledger.run(a_row("0.md", "1", guid="urn:1"), *numbered(a="1 edited"))
    assert (ledger.ids()["a.md"], ledger.keys()["a.md"][0]) == ("urn:1", before)


def test_shifted_and_the_last_one_deleted(ledger: Ledger) -> None:
    ledger.run(*numbered(a="1", b="2", c="3"))
    ledger.run(*numbered(a="2", b="3"), gone=["c.md"])
    assert ledger.ids() == {"a.md": "urn:2", "b.md": "urn:3"}
    ledger.run(*numbered(z="1"))
    assert ledger.ids()["z.md"] == "urn:1"


def test_a_copy_of_a_file_that_then_breaks_or_is_unreadable_takes_nothing(ledger: Ledger) -> None:
    ledger.run(*numbered(a="1", b="2"))
    ledger.run(*numbered(c="1", d="2"), a_broken_row("a.md"), a_broken_row("b.md", digest=b""))
    assert {path: ledger.ids()[path] for path in ("a.md", "b.md")} == {"a.md": "urn:1", "b.md": "urn:2"}


@pytest.mark.parametrize("text", ["one", "edited"])
def test_a_deleted_post_that_returns(ledger: Ledger, text: str) -> None:
    ledger.run(a_row("a.md"))
    row, _ = ledger.keys()["a.md"]
    ledger.run(gone=["a.md"])
    assert ledger.ids() == {}
    ledger.run(a_row("a.md", text))
    assert ledger.ids() == {"a.md": A}
    assert ledger.keys()["a.md"][0] == row


def test_a_deleted_post_returns_elsewhere_by_its_permalink(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    ledger.run(a_row("a.md", "two", url="https://www.example.org/a.html"))
    ledger.run(gone=["a.md"])
    ledger.run(a_row("z.md", "three", url="https://www.example.org/a.html"))
    assert ledger.ids() == {"z.md": A}


def test_the_deleted_post_comes_back_though_another_was_at_its_path(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", guid="urn:1"))
    ledger.run(gone=["a.md"])
    ledger.run(a_row("b.md", "other", guid="urn:2"))
    ledger.run(gone=["b.md"])
    ledger.run(a_row("a.md", "other edited", guid="urn:2"), a_row("b.md", "edited", guid="urn:1"))
    assert ledger.ids() == {"a.md": "urn:2", "b.md": "urn:1"}


def test_a_copy_is_a_twin_and_no_move(ledger: Ledger) -> None:
    ledger.run(a_row("m.md", "same"))
    row, _ = ledger.keys()["m.md"]
    ledger.run(a_row("0.md", "same"), a_row("m.md", "same"))
    assert ledger.ids() == {"m.md": f"{SITE_URL}/m.html", "0.md": f"{SITE_URL}/0.html"}
    assert ledger.keys()["m.md"][0] == row


def test_a_twin_whose_other_half_is_deleted(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "same"), a_row("b.md", "same"))
    ledger.run(a_row("b.md", "same"), gone=["a.md"])
    assert ledger.ids() == {"b.md": B}
    ledger.run(a_row("a.md", "same"))
    assert ledger.ids() == {"a.md": A, "b.md": B}


def test_a_post_that_gets_the_permalink_of_a_deleted_one(ledger: Ledger) -> None:
    """Two posts made one: the path that stays keeps its id."""
    ledger.run(a_row("a.md"), a_row("b.md", "two"))
    ledger.run(a_row("b.md", "both", url=A), gone=["a.md"])
    assert ledger.ids() == {"b.md": B}


def test_a_file_that_is_no_post_takes_nothing_over(ledger: Ledger) -> None:
    ledger.run(a_row("a.md"))
    page = a_row("readme.md")._replace(packed="", public=False, guid="", default_id="", terms=())
    ledger.run(page, gone=["a.md"])
    assert ledger.ids() == {}
    ledger.run(a_row("a.md", "edited", url=f"{SITE_URL}/elsewhere/"))
    assert ledger.ids() == {"a.md": A}


@pytest.mark.parametrize("text", ["", "broken"])
def test_broken_files_are_not_taken_for_each_other(ledger: Ledger, text: str) -> None:
    """A broken file asks for no id, and one that cannot be read has no bytes: these are no marks of identity."""
    unreadable = {} if text else {"digest": b""}
    ledger.run(a_row("a.md"))
    ledger.run(a_broken_row("a.md", f"{text} a", withdrawn=True, **unreadable))
    ledger.run(a_broken_row("b.md", f"{text} b", **unreadable), gone=["a.md"])
    ledger.run(a_row("b.md", "mended"))
    assert ledger.ids() == {"b.md": B}


# Two posts, one id


def twins() -> list[PostRow]:
    return [a_row(f"{name}.md", f"of {name}", url=f"{SITE_URL}/same/", published=THEN) for name in "abc"]


def test_posts_with_one_permalink_get_ids_of_their_own(ledger: Ledger) -> None:
    ledger.run(*twins())
    ids = ledger.ids()
    assert ids["a.md"] == f"{SITE_URL}/same/"
    assert all(value.startswith(f"{SITE_URL}/same/#") for path, value in ids.items() if path != "a.md")


def test_both_are_named_at_every_run_while_it_lasts(ledger: Ledger) -> None:
    ledger.run(*twins()[:2])
    for _ in range(2):
        (problem,) = ledger.index.problems()
        assert (problem.path, problem.code, problem.severity) == ("b.md", "duplicate-id", Severity.WARNING)
        assert "a.md" in problem.message
        assert ledger.ids()["b.md"] in problem.message
        ledger.run(a_row("other.md"))
    ids = ledger.ids()
    ledger.run(a_row("b.md", "mended"))
    assert ledger.codes() == []
    assert ledger.ids() == ids


@pytest.mark.parametrize("leaving", ["a.md", "b.md"])
def test_it_is_over_when_one_leaves(ledger: Ledger, leaving: str) -> None:
    ledger.run(*twins()[:2])
    ids = ledger.ids()
    ledger.run(gone=[leaving])
    assert ledger.codes() == []
    assert ledger.ids() == {path: value for path, value in ids.items() if path != leaving}


def test_a_third_post_at_the_path_of_a_twin_that_moved_away(ledger: Ledger) -> None:
    ledger.run(*twins()[:2])
    ledger.run(a_row("z.md", "of b", url=f"{SITE_URL}/same/"), gone=["b.md"])
    ledger.run(a_row("b.md", "third", url=f"{SITE_URL}/same/"))
    assert len(ledger.ids()) == 3


def test_a_guid_taken_by_another(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", guid="urn:1"), a_row("b.md", "two", guid="urn:1"))
    assert ledger.ids() == {"a.md": "urn:1", "b.md": B}
    assert ledger.codes() == [("b.md", "duplicate-id")]


def test_a_guid_that_is_the_permalink_of_another(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", guid=B), a_row("b.md", "two"))
    assert ledger.ids()["a.md"] == B
    assert ledger.ids()["b.md"].startswith(f"{B}#")
    assert ledger.codes() == [("b.md", "duplicate-id")]


# When the id is given


def test_a_draft_has_no_id_yet(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", draft=True))
    ledger.run(a_row("a.md", "with guid", draft=True, guid="urn:late"))
    ledger.run(a_row("a.md", "public", guid="urn:late"))
    assert ledger.ids() == {"a.md": "urn:late"}


def test_a_draft_takes_no_id_from_a_public_post(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", "draft", draft=True, url=f"{SITE_URL}/x/"), a_row("b.md", url=f"{SITE_URL}/x/"))
    assert ledger.ids() == {"b.md": f"{SITE_URL}/x/"}
    assert ledger.codes() == []


def test_a_future_post_gets_its_id_when_it_goes_live(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", visible_from=NOW + 10))
    assert ledger.shown() == []
    ledger.run(a_row("a.md", "guid", visible_from=NOW + 10, guid="urn:in-time"))
    ledger.run(now=NOW + 10)
    assert ledger.ids() == {"a.md": "urn:in-time"}
    ledger.run(a_row("a.md", "late", visible_from=NOW + 10, guid="urn:too-late"))
    assert ledger.ids() == {"a.md": "urn:in-time"}


def test_a_rule_that_changes_before_it_goes_live(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", visible_from=NOW + 10))
    ledger.run(a_row("a.md", visible_from=NOW + 10, default_id="urn:by-another-rule"))
    ledger.run(now=NOW + 10)
    assert ledger.ids() == {"a.md": "urn:by-another-rule"}


def test_future_posts_that_ask_for_one_id(ledger: Ledger) -> None:
    ledger.run(*(row._replace(visible_from=NOW + 10) for row in twins()))
    ledger.run(now=NOW + 20)
    assert ledger.ids()["a.md"] == f"{SITE_URL}/same/"
    assert ledger.codes() == [("b.md", "duplicate-id"), ("c.md", "duplicate-id")]


def test_a_run_that_never_came_to_the_moments(ledger: Ledger) -> None:
    """The posts were stored, then the machine went down: a later run sees to those that are live by then."""
    with ledger.index.transaction():
        ledger.index.store([a_row("a.md", visible_from=NOW + 10)], set(), NOW)
    with ledger.index.transaction():
        ledger.index.wake(NOW + 50, NOW + 50)
    assert ledger.index.touched() == [("", "")]
    ledger.now = NOW + 50
    assert ledger.ids() == {"a.md": A}


# Whatever happens


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["write", "write", "delete", "draft", "break", "withdraw"]),
        st.sampled_from(["", "/x/", "/y/"]),
        st.integers(-20, 40),
    ),
    max_size=4,
)


@given(st.lists(STEPS, max_size=8))
def test_ids_are_distinct_and_every_live_post_has_one(runs: list[list[tuple[str, str, str, str, int]]]) -> None:
    from syndicate.index.sqlite import SqliteIndex

    index = SqliteIndex.open(":memory:")
    ledger, there = Ledger(index), set()
    given_to: dict[str, int] = {}
    for number, steps in enumerate(runs):
        rows, gone = {}, set()
        for name, text, what, permalink, ahead in steps:
            path = f"{name}.md"
            if what == "delete" and path in there:
                gone.add(path)
                rows.pop(path, None)
                continue
            fields = {"url": SITE_URL + permalink} if permalink else {}
            start = NOW + number * 10 + ahead
            row = a_row(path, text, draft=what == "draft", visible_from=start, tags=[text], **fields)
            broken = a_broken_row(path, text, withdrawn=what == "withdraw")
            rows[path] = broken if what in ("break", "withdraw") else row
            gone.discard(path)
        ledger.run(*(rows[path] for path in sorted(rows)), gone=gone, now=NOW + number * 10)
        there = (there | set(rows)) - gone
        assert set(ledger.paths()) <= there
        for recipe in ledger.shown():
            assert recipe.entry_id
            assert given_to.setdefault(recipe.entry_id, recipe.id) == recipe.id
        assert len({recipe.entry_id for recipe in ledger.shown()}) == len(ledger.shown())
        for tag in "123":
            assert set(ledger.paths("tags", tag)) <= set(ledger.paths())
    index.close()
