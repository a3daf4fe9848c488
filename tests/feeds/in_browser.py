"""What pages of ours have to stand in Chromium, whichever they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser import EXECUTABLE, Browser, Tab


@contextmanager
def running(profile: Path) -> Iterator[Browser]:
    """A Chromium that may use the clipboard. Skips where there is none, except in CI, where it has to be there."""
    if not EXECUTABLE and os.environ.get("CI") != "true":
        pytest.skip("no Chromium here: apt-get install chromium")
    with Browser(profile) as browser:
        browser.call("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
        yield browser


@contextmanager
def quiet(tab: Tab) -> Iterator[Tab]:
    """A tab that is closed in the end; whatever was done with it, nothing was complained of or fetched."""
    yield tab
    assert tab.complaints == []
    assert [url for url in tab.requests if not url.startswith(("file:", "data:"))] == []
    tab.close()


def fits(browser: Browser, path: Path, width: int, dark: bool, within: str) -> None:
    """The page is as wide as the window, nothing `within` sticks out, and its ground is that of the scheme."""
    with quiet(browser.open(path.as_uri(), width=width, dark=dark)) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        over = (
            f"[...document.querySelectorAll('{within}')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        )
        assert tab.evaluate(f"{over}.length") == 0
        light = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0]")
        assert (int(light) < 100) is dark


def without_clipboard(tab: Tab) -> None:
    """As on a page that came over plain HTTP; `kept` is the clipboard for the test."""
    tab.evaluate(
        "window.kept = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {value: undefined}); 0"
    )
