"""Pages for people among the pages of a site: only our own are ever written over."""

from __future__ import annotations

from syndicate.delivery.publishers import Publisher
from syndicate.model import Problem, Severity

_MARK = b'<meta name="generator" content="Syndicate">'


def is_foreign(publisher: Publisher, path: str) -> bool:
    """Whether a file that is not ours stands at this path.

    The output may be the folder of the whole site, and its pages are nobody's to overwrite. Only pages are looked at.
    """
    if not is_page(path):
        return False
    there = publisher.beginning(path)
    return bool(there) and not says_ours(there)


def is_page(path: str) -> bool:
    """Whether it is a page for people that belongs at this path."""
    return path.endswith((".html", ".htm"))


def says_ours(page: bytes) -> bool:
    """Whether a page (its beginning) says that it is ours."""
    return _MARK in page


def in_the_way(path: str, what: str) -> Problem:
    """What to say of a page that stands where one of ours belongs; `what` names ours."""
    message = f"stands where {what} belongs and is not ours; it is left alone. Take another output folder."
    return Problem(path, Severity.WARNING, "page-in-the-way", message)
