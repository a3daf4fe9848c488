"""The few things that every vocabulary does with lxml elements. Pure."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

Attributes = dict[str, str]


def named(**values: str) -> Attributes:
    """The attributes that say something, in the order given; a link has its `href` even where that is empty."""
    return {name: value for name, value in values.items() if value or name == "href"}


def add(parent: _Element, tag: str, text: str) -> None:
    """An element with text behind the others; none where there is nothing to say."""
    if text:
        SubElement(parent, tag).text = text


def number(value: int | None) -> str:
    """A whole number as text, "" where it is unknown."""
    return "" if value is None else str(value)


def put(element: _Element, attributes: Attributes) -> None:
    """Set attributes, those that are there already too."""
    for name, value in attributes.items():
        element.set(name, value)


def replace_text(parent: _Element, tag: str, text: str) -> None:
    """Another text for the children of a name."""
    for element in parent.iterchildren(tag):  # `find` is ten times slower
        element.text = text
