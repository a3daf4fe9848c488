"""What an endpoint has not got, and what cannot be read at its address, in words for a person."""

from __future__ import annotations

from typing import cast

from syndicate.delivery.overview import in_words, unread
from syndicate.index import Check, Index, SitePage
from tests.builders import NOW


class Shelf:
    """As much of a state as is asked for."""

    def checks(self) -> dict[str, Check]:
        found = (
            Check("https://example.org/b", NOW - 60, 1, NOW, NOW, 404, "answers 404"),
            Check("https://example.org/a", NOW - 90, 1, NOW, NOW, 0, "https://example.org/a: no answer"),
            Check("https://example.org/gone", NOW - 99, 1, NOW, NOW, 200, "is still there (200), and should be gone"),
        )
        return {each.url: each for each in found}

    def waiting_pages(self) -> list[SitePage]:
        return [SitePage("https://example.org/gone", 0, NOW, True), SitePage("https://example.org/b", 0, NOW, False)]


def test_the_oldest_comes_first_and_what_is_gone_is_not_waited_for() -> None:
    found = unread(cast(Index, Shelf()))
    assert [each.url for each in found] == ["https://example.org/a", "https://example.org/b"]
    assert in_words(found[:1]) == "https://example.org/a: no answer"
    assert in_words(found[1:]) == "https://example.org/b answers 404"
    assert in_words(found) == "https://example.org/a: no answer (and 1 more)"
    assert in_words([]) == ""
