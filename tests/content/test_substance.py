"""What counts as a change of a post's text: white space does not, and it matters not where its bytes come from."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.content._substance import substance
from syndicate.content.files import Source
from syndicate.model import Stamp
from tests.builders import digest

TEXTS = st.text(st.sampled_from("a中é \t\n\r\f\v\u3000\x85-\ufeff😀") | st.characters(exclude_categories=["Cs"]))
STAMP = Stamp(b"a.md", 1, 1, 1, 1)


@given(TEXTS, st.text(), st.sampled_from([" ", "中文", "several words, and more of them\n\n"]), st.integers(1, 200))
def test_a_run_of_white_space_is_a_blank(body: str, title: str, filler: str, times: int) -> None:
    body = body + filler * times + body
    folded = re.sub(r"[ \t\n\r\f\v]+", " ", body).strip(" ")
    source = Source(STAMP, body, b"")
    assert substance("content", source, title, body) == b"c" + digest(f"{title}\0{folded}")


@given(TEXTS, TEXTS, st.booleans())
@example("", "", True)
@example("\ufeff", "\ufeffa", True)
def test_the_bytes_of_a_body_are_those_of_its_file(head: str, body: str, marked: bool) -> None:
    text = head + body
    raw = b"\xef\xbb\xbf" * marked + text.encode()
    read, made = Source(STAMP, text, b"", raw), Source(STAMP, text, b"")
    if not marked and text.startswith("\ufeff"):
        return  # its first character would have been taken for the mark of the file
    for some in (body, body.strip(), body + "x", "\udc80"):
        assert substance("content", read, "a", some) == substance("content", made, "a", some)
    assert substance("content", read, "a", body, len(head)) == substance("content", made, "a", body)
