"""Which characters a feed may hold."""

from __future__ import annotations

import pytest
from lxml import etree

from syndicate.markup.legal import legal


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


def test_lxml_takes_every_character_that_stays() -> None:
    everything = legal("".join(map(chr, range(0x110000))))
    element = etree.Element("a")
    element.text = everything
    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == everything
