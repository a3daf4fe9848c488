"""Cutting XML into fragments and envelopes that fit each other. Pure.

In: elements as feedgen builds them. Out: bytes. A fragment is serialised inside a root
that declares the format's namespaces, and the root is cut off again: so a fragment carries
no declaration of its own and fits every envelope of its format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml.etree import Element, SubElement, XMLParser, _Element, fromstring, tostring

from syndicate.model import Envelope

# What is read back is a fragment of our own, and still no entity is expanded and nothing is fetched.
_PARSER: Final = XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_ITEM: Final = ("item", "entry")

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class Wrapper:
    """The elements around an item: `path` from the root down, `namespaces` declared on the root."""

    def __init__(self, path: tuple[str, ...], namespaces: Mapping[str, str]) -> None:
        self._path = path
        self._namespaces = dict(namespaces)
        head, _, tail = self._around(Element("cut")).partition(b"<cut/>\n")
        self._open, self._close = head, tail
        self._head = len(head) - 2 * len(path)  # the indentation before the item is the item's
        self._tail = len(tail)

    def fragment(self, item: _Element) -> bytes:
        """The lines of one item, indented as in a document; text inside elements is left as it is."""
        whole = self._around(item)
        return whole[self._head : len(whole) - self._tail]

    def text_of(self, fragment: bytes, *names: str) -> str:
        """The text of the first of these children (in Clark's notation) that a fragment has, else ""."""
        (item,) = fromstring(self._open + fragment + self._close, _PARSER).iter(*_ITEM)
        found = (item.find(name) for name in names)
        return next((child.text or "" for child in found if child is not None), "")

    def _around(self, item: _Element) -> bytes:
        root = inner = Element(self._path[0], None, self._namespaces)
        for name in self._path[1:]:
            inner = SubElement(inner, name)
        inner.append(item)
        return tostring(root, encoding="UTF-8", xml_declaration=False, pretty_print=True)


def envelope(document: bytes, closing: bytes) -> Envelope:
    """An empty document (no declaration) → what stands around its items; `closing` is its end."""
    return Envelope(DECLARATION + document.removesuffix(closing), b"", closing)
