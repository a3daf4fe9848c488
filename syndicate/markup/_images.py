"""Pictures that a script would load later → pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from syndicate.markup._tree import Element, Node, read, walk
from syndicate.markup._urls import candidate_urls

_SOURCES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-original-src",
    "data-actualsrc",
    "data-echo",
)
_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")


def image(element: Element, around: Sequence[Element]) -> list[Node]:
    """An `img` with the address it waits for, unless the one before it is the same (out of its `noscript`)."""
    _restore(element)
    source = element.get("src")
    if (not source or _is_embedded(source)) and (urls := candidate_urls(element.get("srcset"))):
        element.attributes["src"] = urls[-1]
    before = _before(around[-1]) if around else None
    lazy = any(name in element.attributes for name in _SOURCES)
    same = before is not None and before.tag == "img" and before.get("src") == element.get("src")
    return [] if lazy and same else [element]


def source(element: Element) -> list[Node]:
    """A `source` of a picture or player, in the same way."""
    _restore(element)
    return [element]


def _restore(element: Element) -> None:
    for name, waiting in (("src", _SOURCES), ("srcset", _SETS)):
        for other in waiting:
            value = element.get(other)
            if value and not _is_embedded(value):
                element.attributes[name] = value
                break


def without_script(element: Element, around: Sequence[Element]) -> list[Node]:
    """A `noscript` → the pictures in it that nothing else shows; what it says to people goes."""
    inside = "".join(node for node in element.children if isinstance(node, str))
    if "<img" not in inside.lower():
        return []
    found = [node for node in walk(read(inside, _pictures)) if isinstance(node, Element)]
    pictures: list[Node] = [node for node in found if node.tag == "picture"]
    pictures = pictures or [node for node in found if node.tag == "img"]
    before = _before(around[-1])
    near = islice(walk([before]), _NEAR) if before else ()
    shown = [node for node in near if isinstance(node, Element) and node.tag == "img"]
    if any(node.get("src") and not _is_embedded(node.get("src")) for node in shown):
        return []
    if shown and pictures and before and before.tag in ("img", "picture"):
        del around[-1].children[around[-1].children.index(before, -_NEAR) :]
    return pictures


_NEAR = 50  # nodes before it that are looked at


def _pictures(element: Element, _: Sequence[Element]) -> Sequence[Node]:
    if element.tag in ("iframe", "noscript", "script"):
        return ()
    return image(element, ()) if element.tag == "img" else (element,)


def _before(parent: Element) -> Element | None:
    """The last element in a parent that is still open, when no text comes after it."""
    for node in parent.children[: -_NEAR - 1 : -1]:
        if isinstance(node, Element):
            return node
        if node.strip():
            return None
    return None


def _is_embedded(url: str) -> bool:
    return url[:5].lower() == "data:"
