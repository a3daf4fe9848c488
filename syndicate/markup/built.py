"""The body of a post out of the page that its generator made of it.

In: a whole page, as it lies in the generator's output folder. Out: the HTML of the post's text, without what the
theme puts around it; `safe.clean` follows, always. Never raises, and takes time in proportion to the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from syndicate.markup._bounds import parsable
from syndicate.markup._selectors import Selector, selector
from syndicate.markup._tree import HEADINGS, Element, Node, has_words, read, walk, write
from syndicate.markup.legal import legal

LONGEST_PAGE = 4_194_304
"""Characters of a page that are looked at. A page with more has no body for us."""

MOST_TAGS = 200_000
"""Tags of a page that is looked at, some 20 µs each. A page with more has no body for us."""

USUAL = (
    "[itemprop=articleBody]",
    ".e-content",
    ".post-content",
    ".entry-content",
    ".article-content",
    ".article-body",
    ".post-body",
    ".post__content",
    ".article-entry",
    ".page__content",
    ".markdown-body",
    ".theme-doc-markdown",
    ".markdown",
    ".prose",
    ".content-body",
    "#post-content",
    "article",
    "main",
    "[role=main]",
    "#main",
    "#content",
)
"""Where themes put the text of a post, the surest first."""


def article(html: str, selectors: Sequence[str] = ()) -> str:
    """The body of a post out of its page: what is in the element that one of the selectors names.

    `selectors` are simple ones (`.post-content`, `#main`, `article`, `[itemprop=articleBody]`), the first that finds
    text counts; without any, USUAL. Of several elements it is the one with the most text. "" when nothing fits.
    """
    chosen = [found for text in selectors or USUAL if (found := selector(text))]
    if not chosen or _is_too_large(html):
        return ""
    best: dict[int, Element] = {}

    def finish(element: Element, around: Sequence[Element]) -> Iterable[Node]:
        element.size = sum(len(node.strip()) if isinstance(node, str) else node.size for node in element.children)
        _remember(element, chosen, best)
        return [] if _is_of_the_theme(element, around) else [element]

    read(parsable(legal(html)), finish)
    return _body(best[min(best)]) if best else ""


def base_of_page(html: str) -> str:
    """What references in a page are read against, when it says so (`<base href>`), as written; else ""."""
    found: list[str] = []

    def finish(element: Element, _: Sequence[Element]) -> Iterable[Node]:
        if element.tag == "base" and element.get("href"):
            found.append(element.get("href"))
        return ()

    if _BASE.search(html) and not _is_too_large(html):
        read(parsable(legal(html)), finish)
    return found[0] if found else ""


def _is_too_large(html: str) -> bool:
    return len(html) > LONGEST_PAGE or html.count("<") > MOST_TAGS


_BASE = re.compile(r"<[bB][aA][sS][eE]\s")


def _remember(element: Element, chosen: Sequence[Selector], best: dict[int, Element]) -> None:
    """Keep the element with the most text for each selector; a picture is worth a word, too."""
    for number, wanted in enumerate(chosen):
        if wanted.fits(element):
            known = best.get(number)
            if (known is None and _shows(element)) or (known is not None and element.size > known.size):
                best[number] = element


def _shows(element: Element) -> bool:
    return element.size > 0 or has_words(element.children)


# --- what themes put among the text ---

_GONE_TAGS = frozenset(("form", "nav"))
_PARTS = r"(?:post|entry|article|page|content|blog)(?:-|__|_)"
_OF_THEME = re.compile(
    rf"{_PARTS}(?:meta|metadata|header|footer|foot|nav|navigation|title|tags?|categories|taxonomies|info|date|share"
    r"|related|comments|toc|author|authors|byline|pagination|date-author|sidebar)"
    r"|(?:social-)?shar(?:e|ing)(?:-(?:buttons?|links?|bar|icons?|box))?|social(?:-(?:links|icons|media|buttons))?|addtoany_.*"
    r"|comments?(?:-(?:area|section|list|form|container|wrapper))?|disqus(?:_thread|-thread)?|giscus|utterances|gitalk|isso-thread"
    r"|related(?:-(?:posts?|articles?|content|entries))?|read-next|toc|table-of-contents|tableofcontents"
    r"|toc-(?:container|wrapper|desktop|mobile)|breadcrumbs?|theme-doc-breadcrumbs|theme-doc-footer|pagination(?:-nav)?|pager"
    r"|prev-next|paginav|author-(?:box|bio|card|info)|about-author|byline|newsletter(?:-.*)?|subscribe(?:-.*)?"
    r"|sidebar|skip-link|edit-(?:link|page|post)|theme-edit-this-page|reading-time|copy-(?:button|code|code-button)|dt-published|p-name|u-url",
    re.IGNORECASE,
)
_OF_TEXT = re.compile(
    r"footnotes?|note|aside|starlight-aside|callout|admonition|alert|tip|warning|caution|danger|info|sidenote|marginnote"
)


def _is_of_the_theme(element: Element, around: Sequence[Element]) -> bool:
    """Is it beside the text? Words in `class` and `id` tell it, and a few elements by what they are for."""
    if element.tag in _GONE_TAGS or element.get("itemprop") == "headline" or element.get("role") == "navigation":
        return True
    if not element.attributes and element.tag not in _BESIDE:
        return False
    words = [*element.classes(), element.get("id")]
    if element.tag in _BESIDE:
        return _is_beside(element, words, around)
    return any(word and _OF_THEME.fullmatch(word) for word in words)


_BESIDE = frozenset(("aside", "footer", "header"))


def _is_beside(element: Element, words: Sequence[str], around: Sequence[Element]) -> bool:
    """A note is the author's, and so is the source of a quotation; a header without a heading may be anything."""
    if any(_OF_TEXT.fullmatch(word) for word in words if word) or element.get("role") in ("note", "doc-endnotes"):
        return False
    if any(outer.tag in ("blockquote", "figure") for outer in around):
        return False
    if element.tag == "header" and not any(word and _OF_THEME.fullmatch(word) for word in words):
        return any(isinstance(node, Element) and node.tag == "h1" for node in walk(element.children))
    return True


def _body(element: Element) -> str:
    """What is in the element. The title of a whole article is its first heading, before any text."""
    nodes: Sequence[Node] = element.children
    if element.tag in ("article", "main"):
        nodes = _without_title(nodes)
    return write(nodes).strip()


def _without_title(nodes: Sequence[Node]) -> Sequence[Node]:
    """Without the `h1` that comes before all text, however deep in boxes."""
    parent, inside = None, list(nodes)
    while first := next((node for node in inside if _has_text(node)), None):
        if not isinstance(first, Element) or first.tag in HEADINGS - {"h1"}:
            return nodes
        if first.tag == "h1":
            inside.remove(first)
            if parent is None:
                return inside
            parent.children = inside
            return nodes
        parent, inside = first, list(first.children)
    return nodes


def _has_text(node: Node) -> bool:
    return any(part.strip() if isinstance(part, str) else part.tag == "img" for part in walk([node]))
