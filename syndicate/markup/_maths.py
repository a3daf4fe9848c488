"""Formulas as browsers are given them → what their authors wrote, or a line of text that can be read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from syndicate.markup._tree import Element, Node, as_text, text_of, walk

_RENDERED = frozenset(
    ("MathJax", "MathJax_Preview", "MathJax_Display", "MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML")
)


def tex(formula: str, display: bool) -> list[Node]:
    """TeX between the marks that every reader of TeX knows."""
    formula = formula.strip()
    if not formula:
        return []
    return [as_text(rf"\[{formula}\]" if display else rf"\({formula}\)")]


def mathml(element: Element, around: Sequence[Element]) -> list[Node]:
    """A `math` element → the TeX it was made from, else its text in one line."""
    for node in walk(element.children):
        if isinstance(node, Element) and node.tag == "annotation" and "tex" in node.get("encoding").lower():
            display = element.get("display") == "block" or any("katex-display" in e.classes() for e in around)
            return tex(text_of(node.children), display)
    words = " ".join(text_of(element.children).split())
    return [as_text(words)]


def part(element: Element) -> list[Node]:
    """What is in a formula, in one line: `x^2`, `a/b`, `√(x)`. Notes beside the formula that are no TeX go."""
    if element.tag == "annotation":
        return [element] if "tex" in element.get("encoding").lower() else []
    parts = [node for node in element.children if not isinstance(node, str) or node.strip()]
    inner = [_grouped(node) for node in parts]
    if element.tag == "annotation-xml":
        return []
    if element.tag == "mfrac" and len(inner) == 2:
        return [_text(f"{inner[0]}/{inner[1]}")]
    if element.tag in ("msup", "msub") and len(inner) == 2:
        return [_text(f"{inner[0]}{'^' if element.tag == 'msup' else '_'}{inner[1]}")]
    if element.tag == "msubsup" and len(inner) == 3:
        return [_text(f"{inner[0]}_{inner[1]}^{inner[2]}")]
    if element.tag == "mroot" and len(inner) == 2:
        return [_text(f"{inner[1]}√{inner[0]}")]
    if element.tag == "msqrt":
        return [_text(f"√({''.join(map(_words, parts))})")]
    return [element]


PARTS = frozenset("annotation annotation-xml mfrac mroot msqrt msub msubsup msup".split())


def _text(text: str) -> Element:
    return Element("mtext", None, [as_text(text)])


def _words(node: Node) -> str:
    return "".join(text_of([node]).split())


def _grouped(node: Node) -> str:
    text = _words(node)
    return text if text.isalnum() or len(text) < 2 else f"({text})"


def script(element: Element, parent: Element) -> list[Node]:
    """MathJax's `<script type="math/tex">` → its TeX; what MathJax has drawn for it before goes."""
    formula = "".join(node for node in element.children if isinstance(node, str))
    if tex(formula, False):
        while parent.children and _is_drawn(parent.children[-1]):
            parent.children.pop()
    return tex(formula, "mode=display" in element.get("type").replace(" ", ""))


def _is_drawn(node: Node) -> bool:
    return not node.strip() if isinstance(node, str) else bool(_RENDERED & set(node.classes()))


def is_repeated(element: Element, before: Iterable[Node]) -> bool:
    """Is it KaTeX's drawing of a formula whose text stands before it?"""
    return "katex-html" in element.classes() and bool(text_of(before).strip())
