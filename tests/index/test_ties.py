"""Links from post to post, and translations: an entry is another whenever an address in it is."""

from __future__ import annotations

from typing import Any

from syndicate.index import Needed, PostRow
from syndicate.model import Reference
from tests.builders import DAY, NOW, SITE_URL, a_broken_row, a_row
from tests.index.ledger import Ledger


def naming(*candidates: str, path: str = "a.md", **fields: Any) -> PostRow:
    """A post whose body names another one, as `it`."""
    return a_row(path, references=(Reference("it", candidates),), **fields)


def links(ledger: Ledger, path: str = "a.md") -> dict[str, str]:
    return dict(next(recipe.links for recipe in ledger.shown() if recipe.path == path.encode()))


def translations(ledger: Ledger, path: str) -> list[tuple[str, str]]:
    return list(next(recipe.alternates for recipe in ledger.shown() if recipe.path == path.encode()))


B = {"it": f"{SITE_URL}/b.html"}


def test_a_post_that_is_there(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two"))
    assert links(ledger) == B


def test_a_post_whose_name_has_a_date_in_front(ledger: Ledger) -> None:
    ledger.run(naming("b.md", "dated:b"))
    assert links(ledger) == {}
    ledger.run(a_row("in/2025-01-03-B.md", "two", url=B["it"]))
    assert links(ledger) == B
    ledger.run(a_row("b.md", "three", url=f"{SITE_URL}/c"))
    assert links(ledger) == {"it": f"{SITE_URL}/c"}


def test_a_post_that_is_not_there(ledger: Ledger) -> None:
    ledger.run(naming("b.md"))
    assert links(ledger) == {}


def test_a_post_that_comes_later(ledger: Ledger) -> None:
    ledger.run(naming("b.md", tags=["x"]))
    before = ledger.keys()["a.md"]
    assert ledger.run(a_row("b.md", "two")) == [("", ""), ("tags", "x")]
    assert links(ledger) == B
    assert ledger.keys()["a.md"] != before


def test_a_post_that_is_edited_and_stays_where_it_is(ledger: Ledger) -> None:
    ledger.run(naming("b.md", tags=["x"]), a_row("b.md", "two", tags=["y"]))
    before = ledger.keys()["a.md"]
    assert ledger.run(a_row("b.md", "three", tags=["y"])) == [("", ""), ("tags", "y")]
    assert ledger.keys()["a.md"] == before


def test_a_post_whose_address_changes(ledger: Ledger) -> None:
    ledger.run(naming("b.md", tags=["x"]), a_row("b.md", "two"))
    ledger.run(a_row("b.md", "three", url=f"{SITE_URL}/c"))
    assert links(ledger) == {"it": f"{SITE_URL}/c"}


def test_a_post_that_is_deleted(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two"))
    alone = Ledger(ledger.index)
    alone.run(gone=["b.md"])
    assert links(ledger) == {}


def test_a_post_that_becomes_a_draft(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two"))
    ledger.run(a_row("b.md", "two", draft=True))
    assert links(ledger) == {}


def test_a_post_that_moves(ledger: Ledger) -> None:
    ledger.run(naming("b.md", "c/b.md"), a_row("b.md", "two"))
    ledger.run(a_row("c/b.md", "two", url=f"{SITE_URL}/b.html"), gone=["b.md"])
    assert links(ledger) == B


def test_a_post_that_moves_out_of_reach(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two"))
    ledger.run(a_row("c.md", "two", url=f"{SITE_URL}/b.html"), gone=["b.md"])
    assert links(ledger) == {}


def test_a_post_that_is_broken_keeps_its_address(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two"))
    ledger.run(a_broken_row("b.md"))
    assert links(ledger) == B


def test_a_post_that_is_still_to_come_is_nobody_s_business(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two", visible_from=NOW + DAY))
    assert links(ledger) == {}
    ledger.run(now=NOW + DAY)
    assert links(ledger) == B


def test_a_post_that_expires(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two", visible_until=NOW + DAY))
    assert links(ledger) == B
    ledger.run(now=NOW + DAY)
    assert links(ledger) == {}


def test_the_likeliest_candidate_counts(ledger: Ledger) -> None:
    ledger.run(naming("b.md", "c.md"), a_row("c.md", "two"))
    assert links(ledger) == {"it": f"{SITE_URL}/c.html"}
    ledger.run(a_row("b.md", "three"))
    assert links(ledger) == B


def test_by_name_in_any_folder_and_case(ledger: Ledger) -> None:
    ledger.run(naming("name:my note"), a_row("x/y/My Note.md", "two"))
    assert links(ledger) == {"it": f"{SITE_URL}/x/y/My Note.html"}


def test_of_several_of_one_name_the_one_with_the_shortest_path(ledger: Ledger) -> None:
    ledger.run(naming("name:b"), a_row("x/y/b.md", "two"), a_row("z/b.md", "three"))
    assert links(ledger) == {"it": f"{SITE_URL}/z/b.html"}


def test_an_index_is_called_by_its_folder(ledger: Ledger) -> None:
    ledger.run(naming("name:my-post"), a_row("posts/my-post/index.md", "two"))
    assert links(ledger) == {"it": f"{SITE_URL}/posts/my-post/index.html"}


def test_the_body_no_longer_names_it(ledger: Ledger) -> None:
    ledger.run(naming("b.md"), a_row("b.md", "two"))
    ledger.run(a_row("a.md", "no more"))
    before = ledger.keys()["a.md"]
    ledger.run(a_row("b.md", "two", url=f"{SITE_URL}/c"))
    assert ledger.keys()["a.md"] == before


def test_all_at_once_and_one_by_one_are_the_same(ledger: Ledger) -> None:
    rows = [
        naming("b.md", "name:c", translation="t", language="en"),
        naming("name:c", path="b.md", text="two", translation="t", language="de"),
        a_row("x/c.md", "three"),
    ]
    for row in rows:
        ledger.run(row)
    apart = [(recipe.path, recipe.links, recipe.alternates) for recipe in ledger.shown()]
    ledger.run(*(row._replace(digest=row.digest[::-1]) for row in rows))
    assert [(recipe.path, recipe.links, recipe.alternates) for recipe in ledger.shown()] == apart


def test_very_many_at_once(ledger: Ledger) -> None:
    count = 2_500
    rows = [naming(f"{(number + 1) % count}.md", path=f"{number}.md", text=f"{number}") for number in range(count)]
    ledger.run(*rows)
    found = {recipe.path.decode(): dict(recipe.links) for recipe in ledger.shown()}
    assert found == {f"{n}.md": {"it": f"{SITE_URL}/{(n + 1) % count}.html"} for n in range(count)}


def test_translations_know_each_other(ledger: Ledger) -> None:
    english = a_row("a.en.md", translation="a", language="en")
    ledger.run(english)
    assert translations(ledger, "a.en.md") == []
    before = ledger.keys()["a.en.md"]
    ledger.run(a_row("a.de.md", "two", translation="a", language="de"))
    assert translations(ledger, "a.en.md") == [("de", f"{SITE_URL}/a.de.html")]
    assert translations(ledger, "a.de.md") == [("en", f"{SITE_URL}/a.en.html")]
    assert ledger.keys()["a.en.md"] != before
    ledger.run(gone=["a.de.md"])
    assert translations(ledger, "a.en.md") == []
    assert ledger.keys()["a.en.md"] == before


def test_a_translation_that_is_none_any_more(ledger: Ledger) -> None:
    ledger.run(a_row("a.md", translation="a"), a_row("b.md", "two", translation="a", language="de"))
    ledger.run(a_row("b.md", "two", translation="b", language="de"))
    assert translations(ledger, "a.md") == []
    assert translations(ledger, "b.md") == []


def test_what_a_post_was_made_from(ledger: Ledger) -> None:
    sound, picture = Needed(b"a.mp3", 10, 20), Needed(b"b.png", 30, 40)
    ledger.run(a_row(needs=(sound, picture)), a_row("b.md", "two", needs=(sound,)))
    assert list(ledger.index.needed()) == [(b"a.md", sound), (b"a.md", picture), (b"b.md", sound)]
    louder = sound._replace(size=11)
    ledger.run(a_row(needs=(louder,)))
    assert list(ledger.index.needed()) == [(b"a.md", louder), (b"b.md", sound)]
    ledger.run(gone=["b.md"])
    assert list(ledger.index.needed()) == [(b"a.md", louder)]


def test_what_else_a_post_names_when_one_of_them_is_deleted(ledger: Ledger) -> None:
    """Also where posts are visible from a moment on: it is as late as it is."""
    both = (Reference("it", ("b.md",)), Reference("that", ("c.md",)))
    ledger.run(
        a_row("a.md", references=both, visible_from=NOW - DAY),
        a_row("b.md", "two", visible_from=NOW - DAY),
        a_row("c.md", "three", visible_from=NOW - DAY),
    )
    ledger.run(gone=["c.md"])
    assert links(ledger) == B
