"""Code as highlighters write it → the code: no tables with line numbers, no numbers among the lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from syndicate.markup._tree import Element, Node, as_text, text_of, walk

_TABLES = frozenset("lntable rouge-table highlighttable codehilitetable hljs-ln js-file-line-container".split())
_NUMBERS = frozenset(
    "gutter linenos linenodiv lineno linenumber line-number line-numbers ln lnt lineno-container blob-num"
    " line-numbers-rows hljs-ln-numbers rouge-gutter".split()
)
_CELLS = frozenset(("code", "rouge-code", "blob-code", "hljs-ln-code", "lntd", "gutter", "linenos", "rouge-gutter"))


def table(element: Element) -> list[Node]:
    """A table that only sets line numbers beside code → its code, as one `pre`."""
    rows = [node for node in walk(element.children) if isinstance(node, Element) and node.tag == "tr"]
    cells = [[node for node in row.children if isinstance(node, Element) and node.tag in ("td", "th")] for row in rows]
    cells = [row for row in cells if row]
    if not cells or not (_TABLES & set(element.classes()) or _is_listing(cells)):
        return [element]
    lines = [text_of(row[-1].children) for row in cells]
    return [_listing("\n".join(line.strip("\n") if len(lines) > 1 else line for line in lines), element)]


def _is_listing(rows: Sequence[Sequence[Element]]) -> bool:
    """One row: numbers, and code in a `pre`; or by the names of the cells."""
    first = rows[0]
    if len(first) != 2 or not all(_CELLS & set(cell.classes()) for cell in first):
        return False
    return any(isinstance(node, Element) and node.tag == "pre" for node in walk(first[1].children))


def _listing(text: str, around: Element) -> Element:
    """The `pre` of a listing. `class` says the language where the highlighter did."""
    inner = next((node for node in walk([around]) if isinstance(node, Element) and node.get("data-lang")), None)
    attributes = {"class": f"language-{inner.get('data-lang')}"} if inner else {}
    return Element("pre", None, [Element("code", attributes, [as_text(text.strip("\n") + "\n")])])


def preformatted(element: Element) -> list[Node]:
    """A `pre` without one inside of it: the remains of a table of Rouge's."""
    inner = next((node for node in walk(element.children) if isinstance(node, Element) and node.tag == "pre"), None)
    return [element] if inner is None else [_with_rest(inner, element)]


def _with_rest(inner: Element, outer: Element) -> Element:
    """The inner one, when it is all there is; else the outer with the text of both."""
    whole, part = text_of(outer.children), text_of(inner.children)
    return inner if whole.strip() == part.strip() else Element("pre", None, [as_text(whole)])


def is_number(element: Element, around: Iterable[Element]) -> bool:
    """Is it a line's number, among code?"""
    if not _NUMBERS & set(element.classes()) or element.tag in ("pre", "code", "figure", "div", "table", "td"):
        return False
    return any(outer.tag in ("pre", "code") for outer in around)
