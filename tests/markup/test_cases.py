"""Bodies beside what readers get: `cases/markup/NAME.md` or `NAME.html`, and the same name with `.out`."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicate.markup.render import to_html
from syndicate.markup.safe import clean

URL = "https://example.org/news/2022/a-post.html"
CASES = sorted(
    path for path in (Path(__file__).parents[1] / "cases/markup").iterdir() if path.suffix in (".md", ".html")
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_case(path: Path) -> None:
    markup = "markdown" if path.suffix == ".md" else "html"
    expected = path.with_name(f"{path.name}.out").read_text(encoding="utf-8")
    out = clean(to_html(path.read_text(encoding="utf-8"), markup), URL)
    assert f"{out}\n" == expected
    assert clean(out, URL) == out
