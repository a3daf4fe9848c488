"""The few things that every vocabulary does with lxml elements. Pure."""

from __future__ import annotations

from html import escape

from lxml.etree import ProcessingInstruction, SubElement, _Element

Attributes = dict[str, str]


def named(**values: str) -> Attributes:
    """The attributes that say something, in the order given."""
    return {name: value for name, value in values.items() if value}


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


def stylesheet(root: _Element, url: str) -> None:
    """How browsers show a document (Associating Style Sheets with XML documents 1.0), before its root."""
    if url:
        said = f'type="text/css" href="{escape(url)}"'
        root.addprevious(ProcessingInstruction("xml-stylesheet", said))
