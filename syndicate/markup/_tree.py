"""HTML as a small tree, for what one pass over its tags cannot do: look at what is around and inside of an element.

The parser is nh3's, with a list of elements far longer than a feed's: its output is canonical (every `<` a tag,
attributes in double quotes), so tags are all that is left to read. Nothing that comes from here is safe: `safe.clean`
sanitises what is written of a tree like anything else.

Texts are `str` as they are written, with entities; values of attributes are decoded.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import nh3

from syndicate.markup._allowed import ATTRIBUTES, GONE_WITH_CONTENT, SCHEMES, TAGS
from syndicate.markup._bounds import apart
from syndicate.model.patterns import regex

VOID = frozenset("base br col embed hr img input link meta param source wbr".split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_RAW = "iframe|noscript|script"  # what is in them is no HTML to the parser, and is written as it came
_MATHS = "annotation annotation-xml math mfrac mi mn mo mroot mrow ms msqrt msub msubsup msup mtext semantics"
_EXTRA = frozenset(
    f"amp-anim amp-audio amp-dailymotion amp-facebook amp-iframe amp-img amp-instagram amp-soundcloud amp-twitter"
    f" amp-video amp-vimeo amp-youtube base embed input lite-vimeo lite-youtube mjx-assistive-mml mjx-container object"
    f" param svg title {_MATHS} {_RAW.replace('|', ' ')}".split()
)
_EVERYWHERE = frozenset(
    "alt aria-hidden aria-label checked class controls display encoding height hidden href id itemprop name"
    " playlabel poster role src srcset style title type value videoid width".split()
)
_READER = nh3.Cleaner(
    tags=set(TAGS | _EXTRA),
    clean_content_tags=set(GONE_WITH_CONTENT - _EXTRA),
    attributes={
        **ATTRIBUTES,
        "*": set(_EVERYWHERE),
        "iframe": {"allowfullscreen", "loading"},
        "object": {"data"},
    },
    generic_attribute_prefixes={"data-"},
    url_schemes=set(SCHEMES),
    link_rel=None,
)

_ATTRIBUTES = r'(?: [^ =">]+="[^"]*")*'
_TOKEN = regex(
    rf"<(?:(?P<raw>{_RAW})(?P<given>{_ATTRIBUTES})>(?P<inside>.*?)</(?P=raw)>"
    rf"|(?P<slash>/?)(?P<tag>[a-z][a-z0-9-]*)(?P<written>{_ATTRIBUTES})>)",
    re.DOTALL,
)
_ATTRIBUTE = regex(r' ([^ =">]+)="([^"]*)"')


class Element:
    """An element of the tree; `size` is for whoever builds it."""

    __slots__ = ("attributes", "children", "size", "tag")

    def __init__(self, tag: str, attributes: dict[str, str] | None = None, children: Iterable[Node] = ()) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        self.children: list[Node] = list(children)
        self.size = 0

    def get(self, name: str) -> str:
        """The value of an attribute without white space at its ends; "" when there is none."""
        return self.attributes.get(name, "").strip()

    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


Node = Element | str
Finish = Callable[[Element, Sequence[Element]], Iterable[Node]]
"""What becomes of an element whose content is complete: (it, what is open around it, the root first) → nodes."""


def read(html: str, finish: Finish) -> list[Node]:
    """Any HTML (of bounded depth, see `_bounds`) → nodes, each element put through `finish` at its end."""
    return grow(_READER.clean(apart(html)), finish)


def grow(canonical: str, finish: Finish) -> list[Node]:
    """HTML as the sanitiser writes it → nodes."""
    root = Element("")
    stack, at = [root], 0
    for token in _TOKEN.finditer(canonical):
        if token.start() > at:
            stack[-1].children.append(canonical[at : token.start()])
        at = token.end()
        if token["slash"]:
            _end(token["tag"], stack, finish)
            continue
        tag = token["raw"] or token["tag"]
        element = Element(tag, _decoded(token["given"] or token["written"] or ""))
        stack.append(element)
        if token["raw"]:
            element.children.append(token["inside"])
        if token["raw"] or tag in VOID:
            _end(tag, stack, finish)
    stack[-1].children.append(canonical[at:])
    while len(stack) > 1:  # never, as the sanitiser closes what it opens
        _end(stack[-1].tag, stack, finish)
    return root.children


def _end(tag: str, stack: list[Element], finish: Finish) -> None:
    if stack[-1].tag == tag and len(stack) > 1:
        element = stack.pop()
        stack[-1].children.extend(finish(element, stack))


def _decoded(written: str) -> dict[str, str]:
    return {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def write(nodes: Iterable[Node]) -> str:
    """Nodes → HTML."""
    out: list[str] = []
    open_: list[tuple[Iterator[Node], str]] = [(iter(nodes), "")]
    while open_:
        node = next(open_[-1][0], None)
        if node is None:
            out.append(open_.pop()[1])
        elif isinstance(node, str):
            out.append(node)
        else:
            out.append(start(node))
            if node.tag not in VOID:
                open_.append((iter(node.children), f"</{node.tag}>"))
    return "".join(out)


def start(element: Element) -> str:
    """The start tag."""
    written = "".join(f' {name}="{entities.escape(value)}"' for name, value in element.attributes.items())
    return f"<{element.tag}{written}>"


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every text and element, in the order of the document."""
    open_ = [iter(nodes)]
    while open_:
        node = next(open_[-1], None)
        if node is None:
            open_.pop()
            continue
        yield node
        if isinstance(node, Element):
            open_.append(iter(node.children))


def text_of(nodes: Iterable[Node]) -> str:
    """All text, decoded; a `br` is a line break."""
    pieces = (node if isinstance(node, str) else "\n" if node.tag == "br" else "" for node in walk(nodes))
    return entities.unescape("".join(pieces))


def as_text(text: str) -> str:
    """Plain text → a node."""
    return entities.escape(text, quote=False)


def has_words(nodes: Iterable[Node]) -> bool:
    """Is there a letter, a digit or a picture?"""
    return any(
        any(map(str.isalnum, entities.unescape(node))) if isinstance(node, str) else node.tag == "img"
        for node in walk(nodes)
    )
