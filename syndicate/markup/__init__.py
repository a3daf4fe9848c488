"""From the body of a post to HTML that is safe, absolute and legal in XML. Pure.

The editions are here, since every run asks for them, and most have no use for the modules that they are of.
"""

from __future__ import annotations

EXPANDING = 1
"""Counts up when a member of `templates` starts to give something else for the same body."""

RENDERING = 2
"""Counts up when `render.to_html` starts to give something else for the same input."""

CLEANING = 3
"""Counts up when `safe.clean` starts to give something else for the same input."""

FINDING = 1
"""Counts up when `built.article` starts to give something else for the same page."""


def fingerprint() -> str:
    """Changes whenever the HTML of the same post would be another."""
    from syndicate.markup import _markdown

    return f"{EXPANDING} {RENDERING}-{_markdown.engine()} {CLEANING} {FINDING}"
