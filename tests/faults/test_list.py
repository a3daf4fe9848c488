"""Every fault of the list has a test here, or is named with what it waits for."""

from __future__ import annotations

import re
from pathlib import Path

OF_THE_SERVER = {
    62: "when an answer is `304 Not Modified` is decided by the server, from the digests that are recorded here",
    63: "`Last-Modified` is a header; what it will be made of is tested as the feed's date (c24 to c26)",
    64: "an `ETag` for each encoding is a header of the server",
    65: "redirects and what caches are told of them are answers of the server",
}
"""Faults of answers over HTTP: there is no server yet."""

IN_PART = {67: "documents are put in place whole (test_c67_...); Content-Length is for the server"}


def named() -> set[int]:
    texts = (path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    return {int(number) for text in texts for number in re.findall(r"^(?:def )?test_c(\d\d)_", text, re.MULTILINE)}


def test_every_fault_has_a_test_or_a_reason() -> None:
    assert named() | OF_THE_SERVER.keys() == set(range(1, 69))
    assert not named() & OF_THE_SERVER.keys()
    assert IN_PART.keys() <= named()
