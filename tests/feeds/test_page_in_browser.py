"""The page of all feeds in a real Chromium: typed into, clicked, in both schemes, wide and narrow.

Needs Debian's `chromium`. Skipped where there is none, except in CI, where it has to be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syndicate.feeds.directory import Row, page
from tests.browser import Browser, Tab
from tests.feeds.in_browser import fits, quiet, running, without_clipboard

pytestmark = pytest.mark.slow

SITE = "https://example.org/"
SHOWN = (
    "[...document.querySelectorAll('.rows li')].filter(e => e.offsetParent)"
    ".map(e => e.querySelector('bdi').textContent)"
)
FOUND = "document.querySelector('#found').textContent"


def a_row(label: str, taxonomy: str, entries: int, days: int) -> Row:
    urls = tuple((name, f"{SITE}feeds/{taxonomy}/{label}/{name}.xml") for name in ("rss", "atom", "json"))
    newest = datetime(2024, 3, 1, tzinfo=UTC) - timedelta(days=days)
    title = f"Harbour: {label}"
    return Row(f"{taxonomy}:{label}", title, label, taxonomy, taxonomy.title(), entries, newest, urls, SITE)


def rows(tags: int = 0) -> list[Row]:
    site = Row("site", "Harbour", "Harbour", "", "", 99, None, (("rss", f"{SITE}feeds/rss.xml"),), SITE)
    few = [
        a_row("News", "categories", 40, 5),
        a_row("金融", "tags", 9, 1),
        a_row("金融科技", "tags", 5, 0),
        a_row("Öffnung", "tags", 3, 9),
        a_row("a tag that somebody wrote as if it were a whole sentence " * 3, "tags", 1, 9),
        a_row("x" * 200, "tags", 1, 10),
    ]
    return [site, *few, *(a_row(f"tag {n}", "tags", 1, n) for n in range(tags))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    for name, tags in (("few", 0), ("many", 4000)):
        (made / f"{name}.html").write_bytes(page(rows(tags), "Harbour", SITE, "Ships and tides", "en"))
    return made


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def tab(browser: Browser, folder: Path) -> Iterator[Tab]:
    """The page with a few feeds; whatever a test did, nothing was complained of or fetched."""
    with quiet(browser.open((folder / "few.html").as_uri())) as opened:
        yield opened


def search(tab: Tab, text: str) -> list[str]:
    """Leave the box, return to it by the shortcut (what stood in it is then selected), and type."""
    tab.evaluate("document.activeElement.blur()")
    tab.key("/")
    tab.type(text)
    shown: list[str] = tab.evaluate(SHOWN)
    return shown


def test_the_filter_shows_what_matches_and_how_many(tab: Tab) -> None:
    assert tab.evaluate(FOUND) == "6 feeds"
    assert search(tab, "金融") == ["金融", "金融科技"]
    assert tab.evaluate(FOUND) == "2 of 6 feeds"
    assert tab.evaluate("document.querySelector('#in-tags h2').textContent").split() == "Tags 2 / 5".split()
    assert not tab.evaluate("!!document.querySelector('#in-categories').offsetParent")


def test_the_filter_ignores_case_and_width_and_takes_words_in_any_order(tab: Tab) -> None:
    assert search(tab, "ＮＥＷＳ") == ["News"]
    assert len(search(tab, "sentence TAG")) == 1


def test_nothing_found_says_so_and_one_click_brings_all_back(tab: Tab) -> None:
    assert search(tab, "zzz") == []
    assert tab.evaluate(FOUND) == "0 of 6 feeds"
    assert tab.evaluate("!!document.querySelector('#none').offsetParent")
    tab.click("#clear")
    assert len(tab.evaluate(SHOWN)) == 6
    assert not tab.evaluate("!!document.querySelector('#none').offsetParent")


def test_escape_clears_and_enter_goes_to_the_first_match(tab: Tab) -> None:
    search(tab, "科技")
    tab.key("Enter")
    assert tab.evaluate("document.activeElement.closest('li').querySelector('bdi').textContent") == "金融科技"
    tab.key("/")
    tab.key("Escape")
    assert len(tab.evaluate(SHOWN)) == 6


def test_half_typed_pinyin_is_not_searched_for(tab: Tab) -> None:
    tab.key("/")
    tab.call("Input.imeSetComposition", text="jin", selectionStart=3, selectionEnd=3)
    assert len(tab.evaluate(SHOWN)) == 6
    tab.type("金")
    assert tab.evaluate(SHOWN) == ["金融", "金融科技"]


@pytest.mark.parametrize(("order", "first"), [("name", "Öffnung"), ("newest", "金融科技"), ("posts", "金融")], ids=str)
def test_sorting(tab: Tab, order: str, first: str) -> None:
    tab.evaluate(
        f"(s => {{ s.value = {order!r}; s.dispatchEvent(new Event('change')) }})(document.querySelector('#sort'))"
    )
    tags = [name for name in tab.evaluate(SHOWN) if name != "News"]
    assert (tags[1] if order == "name" else tags[0]) == first


def test_copying_puts_the_address_on_the_clipboard_and_says_so(tab: Tab) -> None:
    for button, address in (
        (".addresses button", f"{SITE}feeds/rss.xml"),
        ("#in-tags button", f"{SITE}feeds/tags/金融/rss.xml"),
    ):
        tab.click(button)
        assert tab.until(f"document.querySelector('{button}').textContent === 'Copied'")
        assert tab.evaluate("navigator.clipboard.readText()") == address
    assert tab.evaluate("document.querySelector('#said').textContent") == "Copied"
    assert tab.until("document.querySelector('#in-tags button').textContent === 'Copy'")


def test_copying_works_where_the_page_is_on_plain_http(tab: Tab) -> None:
    without_clipboard(tab)
    tab.click("#in-categories button")
    assert tab.until("document.querySelector('#in-categories button').textContent === 'Copied'")
    assert tab.evaluate("kept.readText()") == f"{SITE}feeds/categories/News/rss.xml"


def test_buttons_say_whose_address_they_copy(tab: Tab) -> None:
    assert tab.evaluate("document.querySelector('#in-categories button').ariaLabel") == "Copy the RSS address of News"
    unnamed = (
        "[...document.querySelectorAll('a, button, input, select')].filter(e => !(e.ariaLabel || e.textContent.trim()))"
    )
    assert tab.evaluate(f"{unnamed}.length") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1920])
def test_it_fits_every_width_in_both_schemes(browser: Browser, folder: Path, width: int, dark: bool) -> None:
    fits(browser, folder / "few.html", width, dark, "main *")


def test_what_is_touched_is_large_enough(browser: Browser, folder: Path) -> None:
    with quiet(browser.open((folder / "few.html").as_uri(), width=390)) as tab:
        targets = "[...document.querySelectorAll('main .f, main button, main select, main input')]"
        sizes = f"{targets}.map(e => e.getBoundingClientRect())"
        assert tab.evaluate(f"{sizes}.filter(r => r.width && (r.height < 43 || r.width < 24)).length") == 0


def test_four_thousand_feeds_stay_quick(browser: Browser, folder: Path) -> None:
    with quiet(browser.open((folder / "many.html").as_uri(), width=390)) as tab:
        tab.evaluate("scrollTo(0, 100000)")
        assert search(tab, "tag 3999") == ["tag 3999"]
        assert tab.evaluate(
            "document.querySelector('.rows li:not([hidden])').getBoundingClientRect().top < innerHeight"
        )
        took = (
            "(box => { const from = performance.now(); box.value = '1'; box.dispatchEvent(new Event('input'));"
            " document.body.offsetHeight; return performance.now() - from })(document.querySelector('#filter'))"
        )
        assert tab.evaluate(took) < 1000  # about 20 ms; the rest is for a busy machine


def test_without_script_everything_is_listed_and_nothing_is_dead(browser: Browser, folder: Path) -> None:
    with quiet(browser.open((folder / "few.html").as_uri(), script=False)) as tab:
        assert len(tab.evaluate(SHOWN)) == 6
        assert (
            tab.evaluate("[...document.querySelectorAll('button, input, select')].filter(e => e.offsetParent).length")
            == 0
        )
