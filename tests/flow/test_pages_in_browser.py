"""The pages that a real build wrote, in a real Chromium: as people meet them.

Needs Debian's `chromium`. Skipped where there is none, except in CI, where it has to be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

import syndicate
from tests.browser import Browser
from tests.feeds.in_browser import fits, quiet, running

pytestmark = pytest.mark.slow

NEWSROOM = Path(__file__).parents[2] / "examples/newsroom"
BASE = "https://newsroom.example.org/feeds/"
PAGES = ("index.html", "site.html", "long-reads/index.html", "weekly/index.html", "zh-cn/tag/龙舟/index.html")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newsroom") / "feeds"
    syndicate.build(str(NEWSROOM), options={"output": {"folder": str(folder)}}, environ={})
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_pages_fit(browser: Browser, out: Path, page: str, width: int, dark: bool) -> None:
    fits(browser, out / page, width, dark, "main *")


@pytest.mark.parametrize("page", PAGES[1:])
def test_the_addresses_to_copy_are_those_of_documents(browser: Browser, out: Path, page: str) -> None:
    with quiet(browser.open((out / page).as_uri(), width=1280)) as tab:
        buttons = "[...document.querySelectorAll('.addresses button')]"
        assert tab.evaluate(f"{buttons}.length") == 3
        copied = set()
        for number in range(3):
            label = tab.evaluate(f"{buttons}[{number}].textContent")
            tab.evaluate(f"{buttons}[{number}].id = 'b{number}'")
            tab.click(f"#b{number}")
            assert tab.until(f"{buttons}[{number}].textContent !== {json.dumps(label)}")
            copied.add(tab.evaluate("navigator.clipboard.readText()"))
    assert len(copied) == 3
    assert all((out / unquote(url.removeprefix(BASE))).is_file() for url in copied)


def test_every_feed_is_one_link_away_from_the_page_of_all(browser: Browser, out: Path) -> None:
    with quiet(browser.open((out / "index.html").as_uri(), width=1280)) as tab:
        links = "[...document.querySelectorAll('a[href]')].map(e => e.href)"
        led_to = {unquote(url.removeprefix(BASE)) for url in tab.evaluate(links) if url.startswith(BASE)}
    pages = {path.relative_to(out).as_posix() for path in out.rglob("*.html")} - {"index.html"}
    assert pages <= led_to
