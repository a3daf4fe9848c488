"""What pages for people look alike by, for those that are not of feeds: the template engine, style and signs. Pure.

The pages of feeds are made by `directory.py` and by the format `html`; this is the same look for the pages of others.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from syndicate.feeds import _pages

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates(package: str) -> Environment:
    """The templates in the folder `pages` of a package; whatever goes into them is escaped."""
    return _pages.environment(package)


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
