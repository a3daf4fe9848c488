"""HTML that was made for a browser with scripts and styles → HTML that says the same without them.

Players become links, pictures that wait for a script are shown, code is code again, formulas are read, the signs
beside headings go. It is a tree's work, so `concerns` looks first whether there is anything to do: in most posts
there is not. What comes out is not yet safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from syndicate.markup import _code, _embeds, _images, _maths
from syndicate.markup._bounds import any_case
from syndicate.markup._tree import HEADINGS, Element, Node, as_text, has_words, read, text_of, write
from syndicate.markup._urls import Base
from syndicate.model.patterns import regex

# All patterns here start with text in one case, which is searched for ten times as fast.
_TAGS = regex(any_case("<", "amp- embed iframe lite- math mjx- noscript object script svg"))
_WAITING = re.compile(r"data-(?:src|original|lazy|actualsrc|echo|litespeed)")
_CLASSES = re.compile(r"class=((?:[\"'][^\"'<>]*+|[^\"'<>\s]*+)(?:(?<=class=)[\"'][^\"'<>]*+)*+)")
_MARK = re.compile(
    r"[Aa]nchor|permalink|head(?:er|ing)-?link|hash|self-link|katex|MathJax"
    r"|highlight|code|rouge|hljs|lntable|lineno|linenumber|line-number|\bln"
)
_SIGNS = ("#", "¶", "§", "🔗", "⚓", "∞", "＃")
_SIGN_END = re.compile(f"</a>(?<=[{''.join(_SIGNS)}]</a>)")

_PERMALINKS = frozenset(
    "anchor anchor-link anchorjs-link autolink-header direct-link hanchor hash-link header-anchor header-link"
    " headerlink heading-anchor heading-link heading-permalink headline-anchor headline-hash permalink"
    " sl-anchor-link td-heading-self-link zola-anchor".split()
)


def concerns(html: str) -> bool:
    """Might there be anything to restore? A look at the text, many times faster than a parser."""
    return bool(_TAGS.search(html)) or marked(html)


def marked(html: str) -> bool:
    """The same for HTML without elements that belong to scripts: is there a mark in it that something waits for one?"""
    return waits(html) or has_sign(html)


def waits(tags: str) -> bool:
    """Whether there is such a mark in a tag, or in any."""
    return bool(
        ("data-" in tags and _WAITING.search(tags))
        or ("class=" in tags and any(map(_is_mark, set(_CLASSES.findall(tags)))))
    )


def has_sign(html: str) -> bool:
    """Whether a link ends with one of the signs that stand beside headings."""
    return bool(_SIGN_END.search(html))


def _is_mark(classes: str) -> bool:
    """Whether there is a mark among them; a site has few."""
    return _is_known_mark(classes) if len(classes) < _SHORT else bool(_MARK.search(classes))


_SHORT = 100
_is_known_mark = lru_cache(maxsize=1024)(lambda classes: bool(_MARK.search(classes)))


def restored(html: str, base: Base, frames: bool) -> str:
    """Any HTML (of bounded depth) → HTML. `frames`: encrypted frames stay as they are."""

    def finish(element: Element, around: Sequence[Element]) -> Iterable[Node]:
        if element.tag == "iframe":
            return _embeds.frame(element, around, base, frames)
        if element.tag in _FROM_ELSEWHERE:
            return _from_elsewhere(element, around, base)
        if element.tag in _MATH_TAGS:
            return _formula(element, around)
        return _text(element, around)

    return write(read(html, finish))


_FROM_ELSEWHERE = frozenset(("embed", "object", "script")) | _embeds.LIBRARY_TAGS
_MATH_TAGS = frozenset(("math", "mjx-assistive-mml", "mjx-container")) | _maths.PARTS


def _from_elsewhere(element: Element, around: Sequence[Element], base: Base) -> list[Node]:
    if element.tag == "embed":
        return _embeds.embed(element, around, base)
    if element.tag == "object":
        return _embeds.embedded_object(element, around, base)
    if element.tag == "script":
        if element.get("type").lower().startswith("math/tex"):
            return _maths.script(element, around[-1])
        return _embeds.script(element, around, base)
    return _embeds.library_element(element, around, base)


def _formula(element: Element, around: Sequence[Element]) -> list[Node]:
    if element.tag == "math":
        return _maths.mathml(element, around)
    return _maths.part(element) if element.tag in _maths.PARTS else element.children


def _text(element: Element, around: Sequence[Element]) -> list[Node]:
    """Everything else: pictures, code, headings and their links, drawings."""
    tag = element.tag
    if tag == "img":
        return _images.image(element, around)
    if tag == "source":
        return _images.source(element)
    if tag == "noscript":
        return _images.without_script(element, around)
    if tag == "table":
        return _code.table(element)
    if tag == "pre":
        return _code.preformatted(element)
    if tag == "svg":
        return _drawing(element, around)
    if tag == "a":
        return _link(element, around)
    if tag in HEADINGS:
        return _heading(element)
    return [] if "class" in element.attributes and _is_double(element, around) else [element]


def _is_double(element: Element, around: Sequence[Element]) -> bool:
    return _code.is_number(element, around) or _maths.is_repeated(element, around[-1].children[-3:])


def _drawing(element: Element, around: Sequence[Element]) -> list[Node]:
    """An inline SVG → what it says of itself. The sign in a permalink has nothing to say."""
    if element.get("aria-hidden") == "true" or any(map(_is_permalink, around)):
        return []
    titles = (text_of(node.children) for node in element.children if isinstance(node, Element) and node.tag == "title")
    text = next((title.strip() for title in titles if title.strip()), "") or element.get("aria-label")
    return [as_text(text)] if text else []


def _link(element: Element, around: Sequence[Element]) -> list[Node]:
    """A link; the sign beside a heading that leads to it goes."""
    in_heading = any(outer.tag in HEADINGS for outer in around)
    if _is_permalink(element) and not has_words(element.children):
        return []
    if in_heading and element.get("href").startswith("#"):
        sign = text_of(element.children).strip().rstrip("\ufe0e\ufe0f")
        return [] if sign in _SIGNS else [element]
    return [element]


def _heading(element: Element) -> list[Node]:
    """A heading without the link to itself, unless that is the heading."""
    rest = [node for node in element.children if not (isinstance(node, Element) and _is_permalink(node))]
    if len(rest) < len(element.children) and has_words(rest):
        element.children = rest
    return [element]


def _is_permalink(element: Element) -> bool:
    return element.tag == "a" and "#" in element.get("href") and bool(_PERMALINKS & set(element.classes()))
