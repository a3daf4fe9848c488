"""Pelican's slugs beyond what the cases of its dialect hold against Pelican itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.markup.slugs import PLAIN_RULES, rules, slugify

PLAIN = rules(PLAIN_RULES)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("A <em>b</em> &amp; c", "a-b-c"),
        ("<!-- x -->a", "a"),
        ("!?", ""),
        ("Straße ЩЦ", "strasse-shchts"),
        ("😀 x", "x"),
    ],
)
def test_slug(text: str, slug: str) -> None:
    assert slugify(text, PLAIN) == slug


def test_a_pattern_that_is_none_is_refused() -> None:
    for pair in (("[", ""), ("a", r"\9"), ("a", r"\g<x>")):
        with pytest.raises(ValueError, match="cannot be used"):
            rules([pair])


@given(st.text(), st.booleans())
def test_plain_slugs_can_stand_in_an_address(text: str, in_unicode: bool) -> None:
    slug = slugify(text, PLAIN, in_unicode=in_unicode)
    assert in_unicode or slug.isascii()
    assert not set(slug) & set("/?#&%<> ")
