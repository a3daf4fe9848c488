"""One pass over sanitised HTML: absolute URLs, and nothing that a reader would show as rubbish.

In: the serialisation of the sanitiser (well-formed, every `<` a tag, attributes in double quotes,
`style`, `hidden`, `aria-hidden` and check boxes still there to decide by) and the Base of the page.
Out: HTML with the elements and attributes of `_allowed` only, in the same serialisation.

Pieces are taken over as they are or left out; text is never decoded or made up. Leaving out an element
may put a heading directly into a heading, which HTML does not nest, so the walk ends the first where a parser
would: what comes out reads back as the same tree.
"""

from __future__ import annotations

import re
from functools import lru_cache

from syndicate.markup._allowed import RULES, Rule
from syndicate.markup._urls import Base
from syndicate.model.records import NamedTuple

Rules = dict[str, dict[str, Rule]]

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^ =">]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([^ =">]+)="([^"]*)"')
VOID = frozenset(("br", "hr", "img", "input", "source", "wbr"))
_SHOWS_NOTHING = frozenset(("br", "source", "wbr"))

# With nothing to show, a block vanishes; an inline element is unwrapped: a space or a line break may be in it.
BLOCKS = frozenset(
    "address article aside blockquote center details dir div dl fieldset figcaption figure footer h1 h2 h3"
    " h4 h5 h6 header hgroup main menu nav ol p pre rp rt ruby search section table ul".split()
)
KEPT_EMPTY = frozenset("caption dd dt li summary tbody td tfoot th thead tr".split())

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FLAT_STYLE = re.compile(r"(?<![\w-])(?:height|width)\s*:\s*[01](?:px)?\s*(?![\w.%])", re.IGNORECASE)
_CLIPPED_STYLE = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_PIXEL = re.compile(r"\s*0*[01](?:px)?\s*")
_PLACEHOLDER_LIMIT = 128  # characters: a data URL this short holds one or two pixels
_BLANK = re.compile("(?:\\s|&nbsp;|[\u200b\u2060\ufeff])*")

# The ordinary element is written as it came; these need a closer look even without attributes.
_PARTICULAR = VOID | _HEADINGS | frozenset(("a", "audio", "iframe", "picture", "span", "video"))


class _Open(NamedTuple):
    """An element whose end has not come."""

    tag: str
    wrapped: bool  # False: its tags are not written
    at: int  # where it starts in the output
    shown: int  # how much was shown before it
    decoration: bool = False  # `aria-hidden`


def rewrite(html: str, base: Base, rules: Rules = RULES) -> str:
    """Sanitised HTML → the HTML of a feed (see the module)."""
    walk = _Walk(base, rules)
    if "<span " not in html:  # bare ones, the remains of highlighting and scraping, are most of many posts' tags
        html = html.replace("<span>", "").replace("</span>", "")
    pieces = _TAG.split(html)
    walk.text(pieces[0])
    for slash, tag, written, text in zip(pieces[1::4], pieces[2::4], pieces[3::4], pieces[4::4], strict=True):
        if slash:
            walk.close()
        elif written or walk.hidden or tag in _PARTICULAR:
            walk.open(tag, dict(ATTRIBUTE.findall(written)))
        else:
            walk.stack.append(_Open(tag, True, len(walk.out), walk.shown))
            walk.out.append(f"<{tag}>")
        if text:
            walk.text(text)
    return stripped("".join(walk.out))


def stripped(html: str) -> str:
    """Without blanks at the ends, and without byte order marks at the beginning: a parser drops the first of them."""
    return html.lstrip(" \t\n\ufeff").rstrip(" \t\n")


class _Walk:
    """The state of the pass: `shown` counts what a reader would see, `hidden` the elements open in a hidden one."""

    __slots__ = ("base", "hidden", "out", "rules", "shown", "stack")

    def __init__(self, base: Base, rules: Rules) -> None:
        self.base = base
        self.rules = rules
        self.out: list[str] = []
        self.stack: list[_Open] = []
        self.shown = 0
        self.hidden = 0

    def text(self, text: str) -> None:
        if self.hidden or not text:
            return
        self.out.append(text)
        if text[0].isalnum() or not _BLANK.fullmatch(text):
            self.shown += 1

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        if self.hidden or (attributes and is_hidden(tag, attributes)):
            self.hidden += tag not in VOID
        elif tag in VOID:
            self.void(tag, attributes)
        else:
            self.element(tag, attributes)

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _HEADINGS:
            self.end_heading()
        kept = self.kept(tag, attributes) if attributes else ""
        if tag in ("audio", "video") and "controls" not in attributes:
            kept += ' controls=""'  # nothing else could start it in a reader
        wrapped = bool(kept) if tag == "span" else " href=" in kept if tag == "a" else True
        decoration = attributes.get("aria-hidden") == "true"
        self.stack.append(_Open(tag, wrapped, len(self.out), self.shown, decoration))
        if wrapped:
            self.out.append(f"<{tag}{kept}>")

    def end_heading(self) -> None:
        """End the heading directly around here, as a parser does before another."""
        depth = len(self.stack) - 1
        while depth >= 0 and not self.stack[depth].wrapped:
            depth -= 1
        if depth >= 0 and self.stack[depth].tag in _HEADINGS:
            self.end(self.stack[depth])
            # Its own end then writes nothing, and what is unwrapped inside it has nothing left to take back.
            self.stack[depth:] = [opened._replace(wrapped=False, decoration=False) for opened in self.stack[depth:]]

    def close(self) -> None:
        if self.hidden:
            self.hidden -= 1
            return
        opened = self.stack.pop()
        if opened.decoration and not _has_words(self.out[opened.at :]):
            del self.out[opened.at :]
            self.shown = opened.shown
        elif opened.wrapped:
            self.end(opened)

    def end(self, opened: _Open) -> None:
        """Write the end tag, or take the element back when nothing of it would be seen."""
        tag, _, at, shown, _ = opened
        if tag in _PLAYERS:
            self.end_player(opened)
        elif self.shown == shown and tag not in KEPT_EMPTY:
            del self.out[at : None if tag in BLOCKS else at + 1]
        else:
            if tag == "pre":  # a parser drops one line break there, so a second reading would differ
                self.out[at + 1 :] = ["".join(self.out[at + 1 :]).lstrip("\n")]
            self.out.append(f"</{tag}>")

    def end_player(self, opened: _Open) -> None:
        """A player without a medium shows at most an excuse for itself: it goes with all that is in it."""
        if _plays(self.out[opened.at :], opened.tag):
            self.out.append(f"</{opened.tag}>")
            self.shown = opened.shown + 1
        else:
            del self.out[opened.at :]
            self.shown = opened.shown

    def void(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "img":
            self.image(attributes)
        elif tag == "input":
            self.text(check_box(attributes))
        else:
            kept = self.kept(tag, attributes) if attributes else ""
            if tag != "source" or " src" in kept:
                self.out.append(f"<{tag}{kept}>")
                self.shown += tag not in _SHOWS_NOTHING

    def image(self, attributes: dict[str, str]) -> None:
        kept = self.kept("img", attributes)
        if " src" in kept:
            self.out.append(f"<img{kept}>")
            self.shown += 1
        else:
            self.text(alternative(attributes))

    def kept(self, tag: str, attributes: dict[str, str]) -> str:
        return kept(self.rules[tag], attributes, self.base)


def kept(rules: dict[str, Rule], attributes: dict[str, str], base: Base) -> str:
    """The attributes that may stay, as they are written in a start tag."""
    written = ""
    for name, value in attributes.items():
        if name in rules and (fitting := rules[name](value, base)) is not None:
            written += f' {name}="{fitting}"'
    return written


def alternative(attributes: dict[str, str]) -> str:
    """The author's words for an image that cannot be shown. Only in attributes quotes are entities."""
    return attributes.get("alt", "").strip().replace("&quot;", '"')


def check_box(attributes: dict[str, str]) -> str:
    """A task list's box as a character: readers drop controls, and with them what is done and what not."""
    if attributes.get("type") != "checkbox":
        return ""
    return "☑" if "checked" in attributes else "☐"


_PLAYERS = frozenset(("audio", "iframe", "picture", "video"))


def _plays(pieces: list[str], tag: str) -> bool:
    """Has a player anything to play, a picture anything to show?"""
    wanted = "<img " if tag == "picture" else "<source "
    return (tag != "picture" and " src=" in pieces[0]) or any(piece.startswith(wanted) for piece in pieces)


def _has_words(pieces: list[str]) -> bool:
    """Is there a letter, a digit or an image? Decoration without is an icon or the sign of a permalink."""
    return any(p.startswith("<img") or (p[0] != "<" and any(map(str.isalnum, p))) for p in pieces)


def is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    """Would a browser show nothing of it? Tracking pixels and placeholders count as hidden."""
    style = attributes.get("style", "")
    if attributes.get("hidden", "until-found") != "until-found" or (
        style and (_is_known_to_hide if len(style) < _SHORT else _hides)(tag == "img", style)
    ):
        return True
    return tag == "img" and _is_pixel(attributes)


def _hides(image: bool, style: str) -> bool:
    if _HIDDEN_STYLE.search(style):
        return True
    return bool(_FLAT_STYLE.search(style)) and (image or bool(_CLIPPED_STYLE.search(style)))


_SHORT = 200  # characters
_is_known_to_hide = lru_cache(maxsize=512)(_hides)  # an editor writes the same few styles in all posts


def _is_pixel(attributes: dict[str, str]) -> bool:
    source = attributes.get("src", "")
    return any(_PIXEL.fullmatch(attributes.get(side, "")) for side in ("width", "height")) or (
        source[:5].lower() == "data:" and len(source) <= _PLACEHOLDER_LIMIT and "srcset" not in attributes
    )
