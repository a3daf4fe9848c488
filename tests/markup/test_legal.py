"""Which characters a feed may hold."""

from __future__ import annotations

import pytest
from lxml import etree

from syndicate.markup.legal import is_legal, legal


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("plain\ttext\n中文 é\xa0😀", "plain\ttext\n中文 é\xa0😀"),
        ("a\x00b\x08c\x0bd\x0ce\x1ff\x7fg", "abcdefg"),
        ("a\x80b\x9fc", "abc"),
        ("a\r\nb\rc\x85d", "a\nb\nc\nd"),
        ("a\ufffeb\uffffc\ud800d\udfffe", "abcde"),
        ("\ufeffa\u200bb\ufffd", "\ufeffa\u200bb\ufffd"),
        ("", ""),
    ],
)
def test_legal(text: str, out: str) -> None:
    assert legal(text) == out


def test_long_texts_are_judged_as_short_ones() -> None:
    """Those of ASCII are looked at in another way, which must have the same opinion of each character."""
    for character in map(chr, range(0x100)):
        assert is_legal(character) is is_legal("x" * 1000 + character + "y" * 1000)
        assert legal("x" * 1000 + character) == "x" * 1000 + legal(character)


def test_lxml_takes_every_character_that_stays() -> None:
    everything = legal("".join(map(chr, range(0x110000))))
    element = etree.Element("a")
    element.text = everything
    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == everything
