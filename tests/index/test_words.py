"""Full text: what is found, what has to be read again, and what a query may cost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.errors import StateError
from syndicate.index import Chosen
from syndicate.index.sqlite import SqliteIndex
from syndicate.index.words import Asking, Text, TooLong, Words, words_beside
from syndicate.model.selection import All, Either, Holds, Not, Says, Tree, split
from tests.builders import a_row
from tests.index.ledger import Ledger

BODIES = {
    "capital.md": "我爱北京天安门，天安门上太阳升。",
    "news.md": "The Beijing market closed at 3,050 points. Straße und Maß.",
    "kana.md": "東京タワーへ行きました。서울에서 부산까지. สวัสดีชาวโลก",
    "quotes.md": 'A "quoted" word, an asterisk *, AND OR NOT NEAR( a : b ) ^c {d}',
}


class Desk:
    """A state with its full text, and what follows it."""

    def __init__(self, folder: Path) -> None:
        self.state = str(folder / "state.db")
        self.index = SqliteIndex.open(self.state)
        self.ledger = Ledger(self.index)
        self.bodies = dict(BODIES)
        self.run(*self.bodies)
        self.words = Words.open(words_beside(self.state), self.state)

    def run(self, *names: str, gone: tuple[str, ...] = ()) -> None:
        self.ledger.run(*(a_row(name, self.bodies[name]) for name in names), gone=gone)

    def catch_up(self) -> int:
        """Read what is due; how many posts were."""
        due = self.words.due()
        paths = {recipe.id: recipe.path.decode() for recipe in self.index.recipes([post for post, _ in due.posts])}
        said = [
            Text(post, key, " ".join(split(paths[post].removesuffix(".md"))), " ".join(split(self.bodies[paths[post]])))
            for post, key in due.posts
        ]
        self.words.keep(said, due.gone)
        self.words.settle(due)
        return len(said)

    def found(self, tree: Tree, seconds: float = 60.0) -> list[str]:
        with closing(Asking.beside(self.state, words_beside(self.state))) as asking:
            found = asking.found(Chosen(tree), 10_000, self.ledger.now, seconds)
            return sorted(recipe.path.decode() for _, recipe in found)

    def close(self) -> None:
        self.words.close()
        self.index.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Desk(tmp_path)) as made:
        yield made


def holding(text: str, begun: bool = False) -> Holds:
    return Holds(tuple(split(text)), begun)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("北", ["capital.md"]),
        ("北京", ["capital.md"]),
        ("天安门上太阳", ["capital.md"]),
        ("京北", []),
        ("门天安", ["capital.md"]),  # a comma is no word
        ("beijing MARKET", ["news.md"]),
        ("market beijing", []),
        ("3,050 points", ["news.md"]),
        ("STRASSE", ["news.md"]),
        ("mass", ["news.md"]),
        ("ar", []),
        ("京タ", ["kana.md"]),
        ("ﾀﾜｰ", ["kana.md"]),
        ("부산", ["kana.md"]),
        ("ชาว", ["kana.md"]),
        ('"quoted" word', ["quotes.md"]),
        ("and or not near a b c d", ["quotes.md"]),
        ("capital", ["capital.md"]),  # its title
        ("capital 我", []),  # title and body are two texts
    ],
)
def test_what_is_found(desk: Desk, text: str, paths: list[str]) -> None:
    desk.catch_up()
    assert desk.found(holding(text)) == paths


def test_the_last_word_may_go_on(desk: Desk) -> None:
    desk.catch_up()
    assert desk.found(holding("beijing mar", begun=True)) == ["news.md"]
    assert desk.found(holding("beijing mar")) == []


def test_it_is_a_test_among_others(desk: Desk) -> None:
    desk.catch_up()
    both = Either((holding("北京"), holding("Beijing")))
    assert desk.found(both) == ["capital.md", "news.md"]
    assert desk.found(Not(both)) == ["kana.md", "quotes.md"]
    assert desk.found(All((both, Says("title", "contains", "news")))) == ["news.md"]


def test_what_is_found_is_what_stands_there(desk: Desk) -> None:
    draw = Random(7)
    words = [*"北京市政府上海タワ서울", "ab", "é", "1", "Straße", "कख", "，", "."]
    some = {f"w{number}.md": draw.choice(["", " "]).join(draw.choices(words, k=12)) for number in range(200)}
    desk.bodies |= some
    desk.run(*some)
    desk.catch_up()
    for _ in range(150):
        asked = "".join(draw.choices(words, k=draw.randint(1, 3)))
        wanted = split(asked)
        there = [name for name, body in desk.bodies.items() if stands_in(wanted, split(body))]
        assert not wanted or desk.found(holding(asked)) == sorted(there), asked


def stands_in(wanted: list[str], words: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


@given(text=st.text())
def test_words_are_the_words_of_themselves(text: str) -> None:
    assert split(" ".join(split(text))) == split(text)


def test_what_changes_is_read_again_and_nothing_else(desk: Desk) -> None:
    assert not desk.words.is_whole()
    assert desk.catch_up() == 4
    assert desk.words.is_whole()
    assert desk.catch_up() == 0
    desk.bodies["capital.md"] = "上海"
    desk.run("capital.md")
    assert desk.catch_up() == 1
    assert desk.found(holding("北京")) == []
    assert desk.found(holding("上海")) == ["capital.md"]
    desk.run(gone=("news.md",))
    assert desk.found(holding("beijing")) == [], "what is gone is gone before the full text knows"
    assert desk.catch_up() == 0
    desk.run("news.md")
    assert desk.catch_up() == 1
    assert desk.found(holding("beijing")) == ["news.md"]


def follow(desk: Desk, on: bool = True) -> None:
    with desk.index.transaction():
        desk.index.follow_texts(on)


def test_where_changes_are_written_down_nothing_else_is_looked_at(desk: Desk) -> None:
    follow(desk)
    assert desk.index.follows_texts()
    assert desk.catch_up() == 4
    # a key that is not what it was, of which nobody wrote anything down: only a look at all posts would see it
    desk.words._db.execute("UPDATE known SET key = x'00'")
    assert desk.words.due().posts == []
    desk.bodies["kana.md"] = "大阪"
    desk.run("kana.md", gone=("quotes.md",))
    assert len(desk.words.due().posts) == 1
    assert len(desk.words.due().gone) == 1
    assert desk.catch_up() == 1
    assert desk.words.due() == ([], [], desk.words.due().mark)
    assert desk.found(holding("大阪")) == ["kana.md"]
    follow(desk, False)
    assert not desk.index.follows_texts()
    assert len(desk.words.due().posts) == 2, "all posts are looked at again"


def test_a_post_may_change_again_before_it_is_read_and_after(desk: Desk) -> None:
    desk.catch_up()
    follow(desk)
    desk.catch_up()
    for number in range(3):
        for text in ("first", "second"):
            desk.bodies["news.md"] = f"the {text} of {number}"
            desk.run("news.md")
        assert desk.catch_up() == 1
        assert desk.found(holding(f"second of {number}")) == ["news.md"]


def test_who_writes_down_anew_is_not_taken_for_the_former(desk: Desk) -> None:
    follow(desk)
    desk.catch_up()
    follow(desk, False)
    desk.bodies["news.md"] = "Another text."
    desk.run("news.md")
    follow(desk)
    assert desk.catch_up() == 1
    assert desk.found(holding("another text")) == ["news.md"]


def store_and_fail(desk: Desk) -> None:
    with desk.index.transaction():
        desk.index.store([a_row("news.md", desk.bodies["news.md"])], set(), desk.ledger.now)
        raise KeyError


def test_changes_that_are_taken_back_are_none(desk: Desk) -> None:
    follow(desk)
    desk.catch_up()
    desk.bodies["news.md"] = "Another text."
    with pytest.raises(KeyError):
        store_and_fail(desk)
    assert desk.catch_up() == 0


def test_versions_move_with_either_file(desk: Desk) -> None:
    with closing(Words.open(words_beside(desk.state), desk.state)) as seen:
        first = seen.version()
        assert seen.version() == first
        desk.catch_up()
        second = seen.version()
        assert second != first
        desk.run("news.md", gone=("kana.md",))
        assert seen.version() != second


@pytest.mark.parametrize("ending", ["", ".words"])
def test_another_file_in_its_place_is_seen(desk: Desk, ending: str) -> None:
    with closing(Words.open(words_beside(desk.state), desk.state)) as seen:
        seen.version()
        Path(desk.state + ending).rename(desk.state + ".away")
        with pytest.raises(StateError, match="not where it was"):
            seen.version()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
def test_one_that_is_damaged_is_made_anew(desk: Desk, damage: bytes) -> None:
    desk.catch_up()
    desk.words.close()
    place = Path(words_beside(desk.state))
    for each in place.parent.glob(f"{place.name}-*"):
        each.unlink()
    place.write_bytes(damage)
    desk.words = Words.open(str(place), desk.state)
    assert not desk.words.is_whole()
    assert desk.catch_up() == 4
    assert desk.found(holding("北京")) == ["capital.md"]
    assert place.stat().st_mode & 0o077 == 0


def test_without_a_state_there_is_nothing_to_follow(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="syndicate build"):
        Words.open(str(tmp_path / "s.words"), str(tmp_path / "s"))
    assert list(tmp_path.iterdir()) == []


def test_a_query_has_its_time(desk: Desk) -> None:
    more = {f"{number}.md": str(number) for number in range(600)}
    desk.bodies |= more
    desk.run(*more)
    endless = Either(tuple(Says("title", "contains", f"x{number}") for number in range(50)))
    with pytest.raises(TooLong):
        desk.found(endless, seconds=0.0)
    assert desk.found(endless) == []


def test_full_text_is_not_asked_for_where_there_is_none(desk: Desk) -> None:
    desk.words.close()
    Path(words_beside(desk.state)).unlink()
    with pytest.raises(SqliteIndex.faults):
        desk.found(holding("北京"))
    assert desk.found(Says("title", "contains", "news")) == ["news.md"]


def test_many_may_open_it_at_once(tmp_path: Path) -> None:
    with closing(SqliteIndex.open(str(tmp_path / "s"))):
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(lambda _: Words.open(str(tmp_path / "s.words"), str(tmp_path / "s")), range(8)))
        first, *others = opened
        first.keep([Text(1, b"key", "a", "b")])
        for each in others:
            each.keep([Text(1, b"other", "a", "c")], [2])
        for each in opened:
            each.close()


def test_that_of_another_program_is_thrown_away(desk: Desk) -> None:
    desk.catch_up()
    desk.words._db.execute("PRAGMA user_version=999")
    with closing(Words.open(words_beside(desk.state), desk.state)) as words:
        assert not words.is_whole()
        assert len(words.due().posts) == 4
