"""What `syndicate serve` serves, in a real Chromium: the operator's pages, and those that readers meet.

Needs Debian's `chromium`. Skipped where there is none, except in CI, where it has to be there.
"""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser

from syndicate.index.days import Days
from syndicate.model.numbers import DAY, Tally, Traffic
from syndicate.server.dashboard.parts import SHEETS
from tests.flow.served import SCHEMES, WIDTHS, Served, chromium, fits, looking, serving
from tests.flow.site import NEWSROOM, Site

pytestmark = pytest.mark.slow

PAGES = ("", "site.html", "long-reads/index.html", "weekly/index.html", f"zh-cn/tag/{quote('龙舟')}/index.html")
LIVE = "[data-state=live]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("served")
    site = Site(Path(shutil.copytree(NEWSROOM, folder / "content")), folder / "feeds")
    site.build()
    return site


@pytest.fixture(scope="module")
def served(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(site, tmp_path_factory.mktemp("log") / "log") as found:
        yield found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_dashboard_fits(browser: Browser, served: Served, width: int, scheme: str) -> None:
    with looking(browser, width=width, scheme=scheme, hosts=(served.operator,)) as look:
        for sheet in SHEETS:
            answer = look.page.goto(f"{served.operator}/{sheet}")
            assert answer
            assert answer.status == 200
            fits(look.page, width, scheme)
        look.page.wait_for_selector(LIVE)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_for_readers_fit(browser: Browser, served: Served, width: int, scheme: str) -> None:
    with looking(browser, width=width, scheme=scheme, token="", hosts=(served.readers,)) as look:
        for path in PAGES:
            answer = look.page.goto(f"{served.readers}/feeds/{path}")
            assert answer
            assert answer.status == 200
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert "default-src 'none'" in answer.headers.get("content-security-policy", "")
            assert answer.headers["x-content-type-options"] == "nosniff"
            fits(look.page, width, scheme)


def test_the_dashboard_by_keyboard(browser: Browser, served: Served) -> None:
    with looking(browser, hosts=(served.operator,)) as look:
        page = look.page
        page.goto(served.operator)
        page.wait_for_selector(LIVE)
        page.keyboard.press("Tab")
        assert look.is_focused(".skip"), "the first key leads to the way past the navigation"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0, "and it can be seen"
        page.keyboard.press("Enter")
        assert look.is_focused("main")
        look.tab_to("summary")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open")
        page.goto(served.operator)
        look.tab_to("nav a[href=runs]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/runs")
        assert page.locator("nav [aria-current=page]").inner_text() == "Runs"
        look.tab_to(".scroll")


def test_the_pages_for_readers_by_keyboard(browser: Browser, served: Served) -> None:
    with looking(browser, token="", hosts=(served.readers,)) as look:
        page = look.page
        page.goto(f"{served.readers}/feeds/")
        page.keyboard.press("/")
        assert look.is_focused("#filter")
        page.keyboard.type("龙舟")
        page.wait_for_selector(".rows li[hidden]", state="attached")
        look.tab_to(".rows a.name")
        public = page.evaluate("document.activeElement.href")
        answer = page.goto(served.readers + urlsplit(public).path)
        assert answer
        assert answer.status == 200
        look.tab_to(".addresses button")


def test_a_build_shows_at_once_and_disturbs_nobody(browser: Browser, site: Site, served: Served) -> None:
    with looking(browser, hosts=(served.operator,)) as look:
        page = look.page
        page.goto(f"{served.operator}/")
        page.wait_for_selector(LIVE)
        page.locator("#freshness summary").focus()
        page.keyboard.press("Enter")
        marks = "Object.fromEntries([...document.querySelectorAll('.panel')].map(e => [e.id, e.dataset.mark]))"
        before = page.evaluate(marks)
        (feeds,) = page.locator("#state .tiles div:has(dt:text-is('Feeds')) dd").first.all_inner_texts()
        site.post("_posts/2026-05-01-new.md", '---\ntitle: "<b>New</b>"\ntags: [entirely-new]\n---\nWords.\n')
        site.build()
        for part in ("runs", "state", "freshness"):
            page.wait_for_selector(f"#{part}:not([data-mark='{before[part]}'])")
        page.wait_for_selector(f"#state .tiles dd:text-is('{feeds}')", state="detached")
        assert page.locator("#d-freshness").get_attribute("open") is not None, "what is unfolded stays so"
        assert look.is_focused("#freshness summary"), "the keyboard stays where it was"
        assert page.evaluate(marks)["hub"] == before["hub"], "what has not changed is not touched"
        assert len([url for url in look.requests if "/events" not in url]) == 3, "the page, its style, its script"


def test_numbers_of_readers_are_drawn(browser: Browser, site: Site, served: Served) -> None:
    state = site.out.parent / ".syndicate" / "feeds.db.numbers"
    today = int(time.time()) // DAY * DAY
    with closing(Days.open(str(state))) as days:
        for back in range(5):
            counted = {"": Traffic(100, 90, 80, 10**5, 10**7)}
            answers = {200: (20, 10**5), 304: (80, 0), 404: (3, 99)}
            days.add(Tally(today - back * DAY, counted, {"": 9}, {("site", "Feedly", "7"): 40}, {}, {}, answers))
    with looking(browser, hosts=(served.operator,)) as look:
        look.page.goto(f"{served.operator}/readers")
        look.page.wait_for_selector("#requests .picture rect.s1")
        look.page.wait_for_selector("#subscribers .picture rect.k1")


def test_who_does_not_know_the_token_sees_nothing(served: Served) -> None:
    for sheet in (*SHEETS, "events", "dashboard.js", "dashboard.css"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{served.operator}/{sheet}", timeout=20)
        with refused.value as answer:
            assert answer.code == 401
            assert "Basic" in answer.headers["www-authenticate"]


def test_the_dashboard_is_not_where_readers_are(served: Served) -> None:
    for sheet in ("runs", "events", "dashboard.js", "metrics"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{served.readers}/{sheet}", timeout=20)
        with refused.value as answer:
            assert answer.code == 404


def test_a_server_that_comes_back_is_found_again(browser: Browser, site: Site, tmp_path: Path) -> None:
    with looking(browser) as look:
        with serving(site, tmp_path / "first") as first:
            look.page.goto(first.operator)
            look.page.wait_for_selector(LIVE)
            first.daemon.stop()
            look.page.wait_for_selector("[data-state=lost]")
        with serving(site, tmp_path / "second", operator=urlsplit(first.operator).netloc):
            look.page.wait_for_selector(LIVE)
        # that the network failed meanwhile is all that the browser says
        look.complaints[:] = [each for each in look.complaints if "net::ERR_" not in each]
