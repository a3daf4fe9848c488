"""The picture of a body that can stand for a post."""

from __future__ import annotations

import pytest

from syndicate.markup.excerpt import first_picture

GOOD = '<img src="https://example.org/lake.jpg" alt="A lake">'


@pytest.mark.parametrize(
    "passed_by",
    [
        "",
        '<img alt="none">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="https://example.org/i.png" width="16" height="16">',
        '<img src="https://example.org/i.png" height="63px">',
        '<img src="https://img.shields.io/npm/v/x.svg">',
        '<img src="https://github.com/a/b/actions/workflows/ci.yml/badge.svg">',
        '<img src="https://secure.gravatar.com/avatar/1">',
        '<img src="HTTPS://IMG.SHIELDS.IO/npm/v/x.svg">',
        '<img src="https://example.org/a/Smileys/1.png">',
        '<img src="https://example.org/emoji/1f600.png">',
        '<img src="https://example.org/assets/avatar-ada.png">',
        '<p>&lt;img src="https://example.org/code.png"&gt;</p>',
        "<img " * 1000,
    ],
)
def test_what_does_not_stand_for_a_post(passed_by: str) -> None:
    assert first_picture(passed_by) is None
    assert first_picture(f"<p>{passed_by} </p>{GOOD}") == ("https://example.org/lake.jpg", "A lake")


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('<img src="https://e.org/a?b=1&amp;c=2">', ("https://e.org/a?b=1&c=2", "")),
        (
            '<img width="64" height="auto" src="http://e.org/a.png" alt=" R&amp;D\n lab ">',
            ("http://e.org/a.png", "R&D lab"),
        ),
        ('<img src="https://e.org/badger.jpg" alt="">', ("https://e.org/badger.jpg", "")),
        ('<a href="https://e.org/"><img src="https://e.org/a.png" width="100%"></a>', ("https://e.org/a.png", "")),
    ],
)
def test_what_does(tag: str, found: tuple[str, str]) -> None:
    assert first_picture(f"<p>x</p>{tag}{GOOD}") == found
