"""What is said of a document that cannot be read yet."""

from __future__ import annotations

from typing import Any

import pytest

from syndicate.delivery.http import Answer
from syndicate.delivery.readable import Look, Seen, look_at
from syndicate.errors import FetchError
from syndicate.model.digest import digest

URL = "https://example.org/rss.xml"
DOCUMENT = b"<rss/>"


class Line:
    """Answers as it is told to."""

    def __init__(self, answer: Answer | FetchError) -> None:
        self.answer = answer

    def get(self, *_: Any, **__: Any) -> Answer:
        if isinstance(self.answer, FetchError):
            raise self.answer
        return self.answer

    def post(self, *_: Any, **__: Any) -> Answer:
        raise AssertionError


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, DOCUMENT, None),
        (206, DOCUMENT, None),
        (200, DOCUMENT + b"<!-- by a cache -->", 'ping.verify = "answer"'),
        (404, DOCUMENT, "answers 404"),
        (503, b"", "answers 503"),
    ],
)
def test_what_stands_there_is_compared_and_what_to_do_is_said(status: int, body: bytes, said: str | None) -> None:
    seen = look_at(Line(Answer(status, URL, body)), Look(URL, digest(DOCUMENT), len(DOCUMENT)))
    assert seen.status == status
    assert seen.told == "" if said is None else said in seen.told


def test_where_any_answer_will_do_the_body_is_of_no_interest() -> None:
    assert look_at(Line(Answer(200, URL, b"changed")), Look(URL)) == Seen(200)
    assert look_at(Line(FetchError("no answer")), Look(URL)) == Seen(0, "no answer")
