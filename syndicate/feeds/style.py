"""What pages for people look alike by, for those that are not of feeds: the template engine, style and signs. Pure.

The pages of feeds are made by `directory.py` and by the format `html`; this is the same look for the pages of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syndicate.feeds import _pages


def filled(package: str, template: str, words: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """A template in the folder `pages` of a package with these values, everything in them escaped. `words` is what its
    macros may use as well: the same at each call."""
    return _pages.environment(package).get_template(template, globals=dict(words)).render(values)


def look() -> str:
    """The style that all pages have in common."""
    return _pages.asset("page.css")


def escaped(text: str) -> str:
    """A text in HTML, inside a tag or not."""
    return _pages.escaped(text)


def icon() -> str:
    """The picture in the tab of a browser, as an address (`data:`)."""
    return _pages.ICON


def mark() -> str:
    """The sign of a feed, as a drawing."""
    return _pages.mark()
