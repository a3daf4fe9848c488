"""Clean HTML → paragraphs, headings, lists, quotes, code and links: for readers that show little more than text.

In: what `safe.clean` gives. Out: HTML with the elements of `PLAIN` only. Tables become a paragraph a row, pictures
and players a link, and what is no paragraph becomes one. Well-formed, but not tidy: the sanitiser and the walk follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from urllib.parse import unquote, urlsplit

from syndicate.markup._tree import HEADINGS, Element, Node, as_text, grow, text_of, walk, write

PLAIN = frozenset("a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre strong ul".split())
"""The elements that are left."""

_BLOCKS = HEADINGS | frozenset(("p", "ul", "ol", "li", "blockquote", "pre", "hr"))
_RENAMED = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "mark"), "em"),
    **dict.fromkeys(("code", "kbd", "samp", "tt", "var"), "code"),
}
_LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
_BOXES = frozenset(
    "address article aside center details dd div dl fieldset figcaption figure footer header hgroup main nav search"
    " section caption".split()
)
_KEPT = {"a": ("href",), "ol": ("start",)}


def plain(html: str) -> str:
    """Clean HTML → plain HTML (see the module)."""
    return write(_boxed(grow(html, _finish)))


def _finish(element: Element, around: Sequence[Element]) -> Iterable[Node]:
    tag = element.tag
    if tag == "source" and around[-1].tag not in ("audio", "video"):
        return ()
    if tag in _INLINE_RULES:
        return _INLINE_RULES[tag](element)
    if tag in ("img", "audio", "video"):
        return _medium(element, around)
    if tag in ("td", "th", "tr", "table"):
        return [element] if tag in ("td", "th") else _row(element) if tag == "tr" else _rows(element)
    return _block(element)


def _block(element: Element) -> list[Node]:
    tag, inside = element.tag, element.children
    if tag in HEADINGS:
        return [Element(tag, None, _inline(inside))]
    if tag == "p" or tag in _BOXES:
        return _boxed(inside)
    if tag in ("dt", "summary", "legend"):
        return [Element("p", None, [Element("strong", None, _inline(inside))])]
    if tag in _LISTS:
        return [Element(_LISTS[tag], _only(element), _items(inside))]
    if tag == "li":
        return [Element("li", None, inside)]
    if tag == "blockquote":
        return [Element(tag, None, _boxed(inside))]
    if tag == "pre":
        return [Element(tag, None, _inline(inside, "\n"))]
    if tag in ("br", "hr"):
        return [Element(tag)]
    return [element] if tag == "source" else _inline_element(element)


def _inline_element(element: Element) -> list[Node]:
    """Text with a meaning keeps it; around blocks, each block is marked on its own."""
    tag, inside = _RENAMED.get(element.tag, element.tag), element.children
    if tag not in PLAIN:
        return [] if tag == "wbr" else inside
    if not any(_is_block(node) for node in inside):
        return [Element(tag, _only(element), inside)]
    return [_marked(node, tag, element) if _is_block(node) else node for node in _boxed(inside)]


def _marked(node: Node, tag: str, element: Element) -> Node:
    if isinstance(node, Element) and (node.tag == "p" or node.tag in HEADINGS):
        node.children = [Element(tag, _only(element), node.children)]
    return node


def _only(element: Element) -> dict[str, str]:
    return {name: element.attributes[name] for name in _KEPT.get(element.tag, ()) if name in element.attributes}


# --- inline ---


def _raised(element: Element) -> list[Node]:
    """`x²` must not become `x2`, nor the mark of a footnote a number."""
    if any(isinstance(node, Element) and node.tag == "a" for node in element.children):
        return ["[", *element.children, "]"]
    return ["^", *element.children] if element.children else []


_INLINE_RULES: dict[str, Callable[[Element], list[Node]]] = {
    "q": lambda element: ["“", *element.children, "”"],
    "rp": lambda _: [],
    "rt": lambda element: ["(", *element.children, ")"],
    "sub": lambda element: ["_", *element.children] if element.children else [],
    "sup": _raised,
}


def _medium(element: Element, around: Sequence[Element]) -> list[Node]:
    """A picture, a recording → a link to it, with its words."""
    sources = [node.get("src") for node in element.children if isinstance(node, Element) and node.tag == "source"]
    url = next((url for url in (element.get("src"), *sources) if url.startswith("http")), "")
    text = element.get("alt") or element.get("title")
    if not url or any(outer.tag == "a" for outer in around):
        return [as_text(text or _name(url))]
    return [Element("a", {"href": url}, [as_text(text or _name(url))])]


def _name(url: str) -> str:
    split = urlsplit(url)
    return unquote(split.path.rstrip("/").rpartition("/")[2]) or split.netloc


# --- blocks ---


def _is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in _BLOCKS


def _boxed(nodes: Iterable[Node]) -> list[Node]:
    """Blocks as they are, and what stands between them as paragraphs."""
    out: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, Element("hr")]:
        if not _is_block(node):
            run.append(node)
            continue
        out += _paragraph(run)
        out.append(node)
        run = []
    return out[:-1]


def _paragraph(run: list[Node]) -> list[Node]:
    """What stands between two blocks → a paragraph, the white space at its ends outside of it."""
    before, after = _blanks(run), _blanks(run[::-1])[::-1]
    if len(before) == len(run):
        return _texts(run)
    inside = run[len(before) : len(run) - len(after)]
    if isinstance(inside[0], str):
        inside[0] = inside[0].lstrip(_SPACE)
    if isinstance(inside[-1], str):
        inside[-1] = inside[-1].rstrip(_SPACE)
    return [*_texts(before), Element("p", None, inside), *_texts(after)]


_SPACE = " \t\n"


def _blanks(run: Iterable[Node]) -> list[Node]:
    """What a run starts with that shows nothing."""
    return list(takewhile(_is_blank, run))


def _is_blank(node: Node) -> bool:
    return not node.strip(_SPACE) if isinstance(node, str) else node.tag == "br"


def _texts(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if isinstance(node, str)]


def _items(nodes: Iterable[Node]) -> list[Node]:
    """What a list may hold: items, and white space between them."""
    return [
        node
        if isinstance(node, str) and not node.strip()
        else Element("li", None, [node])
        if isinstance(node, str) or node.tag != "li"
        else node
        for node in nodes
    ]


def _inline(nodes: Iterable[Node], between: str = " ") -> list[Node]:
    """Without blocks: what is in them, with something between."""
    nodes = list(nodes)
    if not any(_is_block(node) for node in walk(nodes)):
        return nodes
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and any(map(_is_block, walk([node]))):
            out += [between if out else "", as_text(text_of([node]).strip())]
        else:
            out.append(node)
    return out


def _row(element: Element) -> list[Node]:
    """A row → its cells in a line; a row of one cell is a box that somebody made of a table."""
    cells = [node.children for node in element.children if isinstance(node, Element) and node.tag in ("td", "th")]
    cells = [cell for cell in cells if text_of(cell).strip() or len(cells) > 1]
    if len(cells) == 1:
        return _boxed(cells[0])
    line: list[Node] = []
    for number, cell in enumerate(cells):
        line += [" | " if number else "", *_inline(cell)]
    return [Element("p", None, line)] if any(text_of(cell).strip() for cell in cells) else []


def _rows(element: Element) -> list[Node]:
    return _boxed(element.children)
