"""The page of a feed in a real Chromium: copied from, by mouse and by keyboard, in both schemes, wide and narrow.

Needs Debian's `chromium`. Skipped where there is none, except in CI, where it has to be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.feeds.directory import Row, page
from syndicate.feeds.formats.html import Html
from syndicate.model import Link
from tests.browser import Browser, Tab
from tests.feeds.documents import a_bare_entry, a_channel, an_entry, document
from tests.feeds.in_browser import fits, quiet, running, without_clipboard

pytestmark = pytest.mark.slow

SITE = "https://news.example"
HERE = "https://pages.example/"
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
ENTRIES = [
    an_entry(summary="Green tea. " * 30, external_url="https://elsewhere.example/x"),
    a_bare_entry(title="<script>alert(1)</script>", summary='<img src="https://elsewhere.example/y.png">'),
    a_bare_entry(title="金融" * 60, summary="x" * 500, language="zh-CN"),
    a_bare_entry(title="w" * 200),
]
LABELS = "[...document.querySelectorAll('.addresses button')].map(e => e.textContent)"
FOCUSED = "(e => e.ariaLabel || e.textContent.trim())(document.activeElement)"


def made(language: str = "en") -> bytes:
    links = [Link("alternate", f"{SITE}/feeds/tag/{'%E9%87%91' * 9}/{name}.xml", TYPES[name]) for name in TYPES]
    links.append(Link("up", f"{HERE}all.html", "text/html"))
    rights = "© " + "The Desk " * 40
    channel = a_channel(title="Finance · Harbour", language=language, links=tuple(links), rights=rights)
    return on_disk(document(Html(), ENTRIES, channel))


def on_disk(data: bytes) -> bytes:
    """A page links only to pages of the web; here they stand beside it."""
    return data.replace(HERE.encode(), b"")


def of_all() -> bytes:
    urls = tuple((name, f"{SITE}/feeds/{name}.xml") for name in TYPES)
    site = Row("site", "Harbour", "Harbour", "", "", 99, None, urls, SITE, page_url=f"{HERE}en.html")
    term = Row("tag:x", "x · Harbour", "金融", "tags", "Tags", 9, None, urls, SITE, page_url=f"{HERE}zh.html")
    return on_disk(page([site, term], "Harbour", SITE, "Ships and tides", "en"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("pages")
    (there / "en.html").write_bytes(made())
    (there / "zh.html").write_bytes(made("zh-CN"))
    (there / "all.html").write_bytes(of_all())
    return there


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def tab(browser: Browser, folder: Path) -> Iterator[Tab]:
    """The page; whatever a test did, nothing was complained of or fetched."""
    with quiet(browser.open((folder / "en.html").as_uri())) as opened:
        yield opened


def test_each_button_copies_its_address_and_says_so(tab: Tab) -> None:
    assert tab.evaluate(LABELS) == ["Copy address"] * 3
    for place, name in enumerate(TYPES, start=1):
        button = f".addresses li:nth-child({place}) button"
        tab.click(button)
        assert tab.until(f"document.querySelector('{button}').textContent === 'Copied'")
        assert tab.evaluate("navigator.clipboard.readText()") == f"{SITE}/feeds/tag/{'%E9%87%91' * 9}/{name}.xml"
    assert tab.evaluate("document.querySelector('#said').textContent") == "Copied"
    assert tab.until(f"{LABELS}.every(text => text === 'Copy address')")


def test_copying_works_where_the_page_is_on_plain_http(tab: Tab) -> None:
    without_clipboard(tab)
    tab.click(".addresses button")
    assert tab.until("document.querySelector('.addresses button').textContent === 'Copied'")
    assert tab.evaluate("kept.readText()") == f"{SITE}/feeds/tag/{'%E9%87%91' * 9}/rss.xml"


def test_the_keyboard_reaches_everything_in_order_and_copies(tab: Tab) -> None:
    reached = []
    for _ in range(9):
        tab.call("Input.dispatchKeyEvent", type="rawKeyDown", key="Tab", windowsVirtualKeyCode=9)
        tab.call("Input.dispatchKeyEvent", type="keyUp", key="Tab", windowsVirtualKeyCode=9)
        reached.append(tab.evaluate(FOCUSED))
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", reached
    copying = [f"Copy the {name} address of Finance · Harbour" for name in ("RSS", "Atom", "JSON")]
    wanted = ["Website", "All feeds", "RSS", copying[0], "Atom", copying[1], "JSON", copying[2], "Tea & 茶"]
    assert reached == wanted
    tab.evaluate("document.querySelector('.addresses li:nth-child(2) button').focus()")
    tab.key("Enter", "\r")
    assert tab.until(f"{LABELS}[1] === 'Copied'")
    assert tab.evaluate("navigator.clipboard.readText()").endswith("/atom.xml")
    assert tab.evaluate(FOCUSED) == copying[1], "the focus stays where it was"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
@pytest.mark.parametrize("name", ["en", "zh"])
def test_it_fits_every_width_in_both_schemes(browser: Browser, folder: Path, name: str, width: int, dark: bool) -> None:
    fits(browser, folder / f"{name}.html", width, dark, "body *")


def test_what_is_touched_is_large_enough(browser: Browser, folder: Path) -> None:
    with quiet(browser.open((folder / "en.html").as_uri(), width=390)) as tab:
        targets = "[...document.querySelectorAll('nav a, .addresses .f, button')].map(e => e.getBoundingClientRect())"
        assert tab.evaluate(f"{targets}.length") == 8
        assert tab.evaluate(f"{targets}.filter(r => r.height < 40 || r.width < 24).length") == 0


def test_nothing_in_an_entry_runs_or_is_loaded(tab: Tab) -> None:
    assert tab.evaluate("document.querySelectorAll('article').length") == len(ENTRIES)
    assert tab.evaluate("document.querySelectorAll('img, iframe, script').length") == 1
    assert tab.evaluate("document.querySelector('audio').readyState") == 0, "nothing is fetched before it is played"


def test_without_script_the_addresses_are_there_to_be_selected(browser: Browser, folder: Path) -> None:
    with quiet(browser.open((folder / "en.html").as_uri(), script=False)) as tab:
        assert tab.evaluate("document.querySelectorAll('button').length") == 0
        assert tab.evaluate("getComputedStyle(document.querySelector('code')).userSelect") == "all"
        assert tab.evaluate("document.querySelector('code').textContent").endswith("/rss.xml")


def test_the_page_of_all_feeds_leads_to_the_page_of_each_and_back(browser: Browser, folder: Path) -> None:
    with quiet(browser.open((folder / "all.html").as_uri(), width=390)) as tab:
        assert tab.evaluate("document.querySelector('.card h2 a').getAttribute('href')") == "en.html"
        tab.follow(".rows a.name")
        assert tab.evaluate("document.documentElement.lang") == "zh-CN"
        assert tab.evaluate("document.querySelector('h1').textContent") == "Finance · Harbour"
        assert tab.evaluate(LABELS) == ["复制地址"] * 3
        tab.follow("nav a:last-child")
        assert tab.evaluate("document.querySelector('h1').textContent") == "Harbour"


def test_on_paper_there_are_no_buttons(tab: Tab) -> None:
    tab.scheme("dark", media="print")
    assert tab.evaluate("[...document.querySelectorAll('button, audio')].filter(e => e.offsetParent).length") == 0
    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
