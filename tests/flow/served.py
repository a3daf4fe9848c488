"""`syndicate serve` in a process of its own, and Chromium looking at what it serves, by Playwright.

A tab that Playwright opens keeps what the page complains of and what it asks the network for.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, HttpCredentials, Page, sync_playwright

from tests.daemon.running import Daemon
from tests.flow.site import ROOT, Site

EXECUTABLE = shutil.which("chromium")
TOKEN = "the token of the test"
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")


@dataclass
class Served:
    """A server that answers. Addresses end without a slash."""

    daemon: Daemon
    readers: str
    operator: str


@contextmanager
def serving(site: Site, log: Path, readers: str = "127.0.0.1:0", operator: str = "127.0.0.1:0") -> Iterator[Served]:
    """The server of a site that was built, from its start to its end."""
    line = [sys.executable, "-m", "syndicate", "serve", str(site.content), "--out", str(site.out), *site.options]
    places = {
        "SYNDICATE_SERVE__LISTEN": readers,
        "SYNDICATE_SERVE__OPERATOR": operator,
        "SYNDICATE_SERVE__TOKEN": TOKEN,
    }
    environ = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **site.environ, **places}
    with log.open("wb") as told, subprocess.Popen(line, cwd=ROOT, env=environ, stdout=told, stderr=told) as process:
        daemon = Daemon(process, log)
        try:
            daemon.heard("serving", 2)
            found = [re.search(r"https?://[^/; ]+", each["message"]) for each in daemon.lines("serving")]
            addresses = [each.group() for each in found if each]
            yield Served(daemon, addresses[0], addresses[1])
        finally:
            if process.poll() is None:
                daemon.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Skips where there is none, except in CI, where it has to be there."""
    if not EXECUTABLE and os.environ.get("CI") != "true":
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox", "--hide-scrollbars"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Look:
    """A page, what it complained of, and what it asked the network for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def elsewhere(self, *hosts: str) -> list[str]:
        """The requests to any other host than these."""
        asked = [urlsplit(url) for url in self.requests if not url.startswith("data:")]
        return [each.geturl() for each in asked if each.netloc not in [urlsplit(host).netloc for host in hosts]]

    def is_focused(self, selector: str) -> bool:
        """Whether the keyboard is at this element."""
        return bool(self.page.evaluate("s => document.activeElement.matches(s)", selector))

    def tab_to(self, selector: str, most: int = 40) -> None:
        """Press the key until the keyboard is there, as people do who have no mouse."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.is_focused(selector):
                return
        raise AssertionError(f"{selector} is not reached by the key Tab")


@contextmanager
def looking(
    browser: Browser, *, width: int = 1280, scheme: str = "light", token: str = TOKEN, hosts: tuple[str, ...] = ()
) -> Iterator[Look]:
    """A fresh window. In the end nothing was complained of, and nothing was asked of other hosts than `hosts`."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        http_credentials=HttpCredentials(username="me", password=token, send="always") if token else None,
        locale="en",
        timezone_id="UTC",
    )
    page = context.new_page()
    look = Look(page)
    page.on("console", lambda said: look.complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda fault: look.complaints.append(str(fault)))
    page.on("request", lambda request: look.requests.append(request.url))
    try:
        yield look
        assert look.complaints == []
        assert not hosts or look.elsewhere(*hosts) == []
    finally:
        context.close()


def fits(page: Page, width: int, scheme: str) -> None:
    """The page is as wide as the window, its words are in it, and its ground is that of the scheme."""
    assert page.evaluate("document.documentElement.scrollWidth") == width
    over = (
        "[...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.scroll, .picture, .skip, .aside')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 99))"
    )
    assert page.evaluate(over) == []
    light = int(page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0]"))
    assert (light < 100) is (scheme == "dark")
