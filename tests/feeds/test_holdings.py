"""What each feed holds, by the settings of all and those of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syndicate.feeds.holdings import ON_BY_ITSELF, Holding, Holdings, Look, is_site
from syndicate.index import Chosen
from syndicate.model.selection import All

USUAL = Holding(20, Look())
OWN = Holding(5, Look("titles"), chosen=Chosen(All()))
NOW = 1_000_000


def holdings(history: str = "auto", **own: Holding) -> Holdings:
    return Holdings(USUAL, history, own)


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        (("", ""), True),
        (("fr/", ""), True),
        (("", "mine"), False),
        (("tags", "x"), False),
        (("tags", ""), False),
        (("fr/tags", "x"), False),
    ],
)
def test_the_feed_of_the_whole_site_in_every_language(pair: tuple[str, str], wanted: bool) -> None:
    assert is_site(*pair) is wanted


def test_a_feed_of_the_operators_own_holds_what_is_said_of_it_and_every_other_the_usual() -> None:
    them = holdings(mine=OWN)
    assert [them.of(*pair) for pair in (("", ""), ("fr/", ""), ("tags", "mine"), ("fr/tags", "x"))] == [USUAL] * 4
    assert them.of("", "mine") is OWN
    assert them.of("", "was") is None, "it is declared no more"


SITE, FRENCH, TERM, MINE = ("", ""), ("fr/", ""), ("tags", "x"), ("", "mine")


@pytest.mark.parametrize(
    ("history", "wanted"),
    [
        ("off", []),
        ("site", [SITE, ("fr/", "")]),
        ("all", [SITE, ("fr/", ""), TERM, MINE]),
        ("auto", [SITE, ("fr/", "")]),
    ],
)
def test_whose_older_entries_can_be_reached(history: str, wanted: list[tuple[str, str]]) -> None:
    them = holdings(history, mine=OWN)
    assert [pair for pair in (SITE, FRENCH, TERM, MINE) if them.has_history(*pair, 10, 0)] == wanted
    assert not them.has_history("", "was", 10, 3)


def test_by_itself_a_history_begins_only_while_it_is_small_and_then_goes_on() -> None:
    them = holdings("auto")
    assert them.has_history(*SITE, ON_BY_ITSELF, 0)
    assert not them.has_history(*SITE, ON_BY_ITSELF + 1, 0)
    assert them.has_history(*SITE, ON_BY_ITSELF + 1, 1)
    assert not them.has_history(*TERM, 10, 1), "of a term it was asked for once, and is no more"
    assert holdings("site").has_history(*SITE, 10 * ON_BY_ITSELF, 0), "who asks for it has it"


@pytest.mark.parametrize("history", ["off", "site", "all", "auto"])
def test_what_is_said_of_one_feed_counts_more(history: str) -> None:
    them = holdings(history, on=replace(OWN, history=True), off=replace(OWN, history=False))
    assert them.has_history("", "on", 10, 0)
    assert not them.has_history("", "off", 10, 3)


def test_a_digest_has_no_history() -> None:
    them = holdings("all", daily=replace(OWN, digest="daily", history=True))
    assert not them.has_history("", "daily", 10, 0)


def test_which_terms_get_a_feed() -> None:
    assert Holdings(USUAL).begins(1, None, NOW)
    assert not Holdings(USUAL).begins(0, None, NOW)
    often = Holdings(USUAL, min_posts=3)
    assert [often.begins(posts, 5, NOW) for posts in (2, 3)] == [False, True]
    lately = Holdings(USUAL, active_within=100)
    assert [lately.begins(1, newest, NOW) for newest in (None, NOW - 100, NOW - 99)] == [False, False, True]
