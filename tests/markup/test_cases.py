"""Bodies beside what readers get: `cases/markup/NAME.md` or `NAME.html`, and the same name with `.out`.

`.full.out` and `.plain.out` beside it are what the other two profiles give.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.markup.render import to_html
from syndicate.markup.safe import clean

URL = "https://example.org/news/2022/a-post.html"
CASES = sorted(
    path for path in (Path(__file__).parents[1] / "cases/markup").iterdir() if path.suffix in (".md", ".html")
)


GIVEN = [
    (path, profile)
    for path in CASES
    for profile, suffix in (("safe", ".out"), ("full", ".full.out"), ("plain", ".plain.out"))
    if profile == "safe" or path.with_name(path.name + suffix).exists()
]


@pytest.mark.parametrize(("path", "profile"), GIVEN, ids=lambda value: getattr(value, "name", value))
def test_case(path: Path, profile: str) -> None:
    markup = "markdown" if path.suffix == ".md" else "html"
    suffix = ".out" if profile == "safe" else f".{profile}.out"
    expected = path.with_name(path.name + suffix).read_text(encoding="utf-8")
    out = clean(to_html(path.read_text(encoding="utf-8"), markup), URL, profile)
    assert f"{out}\n" == expected
    assert clean(out, URL, profile) == out


def test_no_other_profile() -> None:
    with pytest.raises(ValueError, match="no such profile"):
        clean("<p>x</p>", URL, "fancy")
