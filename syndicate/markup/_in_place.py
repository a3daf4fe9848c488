"""The walk over sanitised HTML where no element has to be watched until its end: tags are rewritten where they stand.

In most posts, each start tag says all by itself: it stays as it is, loses attributes, or is no more. So one
search finds those that need treatment, and all between is copied in one piece: a fifth of the time of a step a
tag. What needs more (players, hidden elements, headings in headings, links and spans of which some stay) is
left to `_walk`, whose rules these are.
"""

from __future__ import annotations

import re
from functools import lru_cache

from syndicate.markup import _walk
from syndicate.markup._allowed import FULL_RULES, RULES
from syndicate.markup._urls import Base
from syndicate.model.patterns import regex

_ATTRIBUTE = r' [^ =">]+="[^"]*"'
# A link that is absolute and stays as it is: most are, and a look ahead costs a third of a call.
_IN_URL = "(?:[A-Za-z0-9._~:/@!$'()*+,;=?-]++|&amp;)*+"
_READY_LINK = f'a href="https?://[a-z0-9][a-z0-9.-]*+(?::[0-9]{{1,4}})?+(?:[/?]{_IN_URL})?+(?:#{_IN_URL})?+">'
_TREATED = regex(
    rf"<(?!{_READY_LINK})(?:([a-z][a-z0-9]*+)((?:{_ATTRIBUTE})++)|(?:a|audio|iframe|img|input|picture|source|span|video))>"
)
_HEADING_IN_HEADING = regex(r"<h[1-6][ >][^<]*+(?:<(?!/?h[1-6][ >])[^<]*+)*+<h[1-6]")
_GONE_WHEN_BARE = frozenset(("<a>", "<img>", "<input>"))
REFERRING = frozenset(("a", "blockquote", "del", "img", "ins", "q"))  # whose attributes are read against the Base
_WATCHED = frozenset(("audio", "iframe", "picture", "source", "video"))

# An element with nothing in it to see, the innermost first.
_KEPT_EMPTY = "|".join(sorted(_walk.KEPT_EMPTY))
_NOTHING = rf"(?:[\s\u200b\u2060\ufeff]|&nbsp;|<(?:br|wbr|/?(?:{_KEPT_EMPTY}))(?:{_ATTRIBUTE})*+>)"
_EMPTY = regex(
    rf"<(?=[a-z])(?!(?:w?br|{_KEPT_EMPTY})[ >])([a-z][a-z0-9]*+)(?:{_ATTRIBUTE})*+>"
    rf"({_NOTHING}*+)</\1>"
)
_MAY_BE_EMPTY = regex(
    rf"<(?!img |br>)[a-z][a-z0-9]*+(?:{_ATTRIBUTE})*+>(?=[\s\u200b\u2060\ufeff&<])"
    rf"(?:{_NOTHING}{{0,99}}+</|{_NOTHING}{{100}})"
)
# Before the first end tag in one stands a start tag, or what is blank: no text, and no other end tag.
_BLANK = r"\s\u200b\u2060\ufeff"
_BEHIND_END_TAG = "".join(rf"(?<!</[a-z0-9]{{{n}}}>{between}</)" for n in range(1, 7) for between in ("", r"\n"))
_END_OF_NOTHING = regex(
    rf"</(?<=[>;{_BLANK}]</)(?<![^>;{_BLANK}][{_BLANK}]</)(?<![^>;{_BLANK}]<br></){_BEHIND_END_TAG}"
)
_PICTURE = regex(rf"<img(?:{_ATTRIBUTE})*+>\s*+")
_ROUNDS = 8  # empty elements in empty elements; each round reads the text again

_FIRST_LINE_BREAKS = re.compile(rf"(<pre(?:{_ATTRIBUTE})*+>)\n++")


class NeedsStepsError(Exception):
    """There is an element that has to be watched until its end."""


def in_place(html: str, base: Base, full: bool) -> str | None:
    """Sanitised HTML → what `_walk.rewrite` makes of it; None where that must do it."""
    if "<h" in html and _HEADING_IN_HEADING.search(html):
        return None
    try:
        unwrapped = _without_ends(start_tag(html, base, full))
    except NeedsStepsError:
        return None
    return None if unwrapped is None else tidy(unwrapped)


def start_tag(html: str, base: Base, full: bool) -> str:
    """Start tags, as sanitised HTML has them → what stands for each. NeedsStepsError where that depends on the rest."""

    def treated(found: re.Match[str]) -> str:
        written, tag, attributes = found.group(0, 1, 2)
        if tag is None:
            if written in _GONE_WHEN_BARE:
                return ""
            raise NeedsStepsError
        if tag == "a" and attributes.startswith(' href="') and attributes.count('"') == 2:  # nearly every link
            return link_to(attributes[7:-1], base)
        if tag == "img" and attributes.startswith(' src="'):
            address, _, rest = attributes[6:].partition('"')
            if shown := image(address, rest, base, full):
                return shown
        if tag in REFERRING:
            return _start_tag(tag, attributes, base, full)
        # Distinct ones are few on a site, whose editor or generator writes them.
        return _by_itself(tag, attributes, full) if len(written) < _SHORT else _start_tag(tag, attributes, None, full)

    return _TREATED.sub(treated, html.replace("<span>", ""))


def _without_ends(html: str) -> str | None:
    """Without the end tags of what is not there any more; None where only some of them must go."""
    for tag in ("a", "span"):
        ends = html.count(f"</{tag}>")
        if ends:
            starts = html.count(f"<{tag} ")
            if not starts:
                html = html.replace(f"</{tag}>", "")
            elif starts != ends:
                return None
    return html


_SHORT = 200  # characters


def _start_tag(tag: str, written: str, base: Base | None, full: bool) -> str:
    """What stands for a start tag. NeedsStepsError where that depends on what follows it."""
    attributes = dict(_walk.ATTRIBUTE.findall(written))
    void = tag in _walk.VOID
    hidden = _walk.is_hidden(tag, attributes)
    if tag in _WATCHED or (not void and (hidden or attributes.get("aria-hidden") == "true")):
        raise NeedsStepsError
    if hidden:
        return ""
    if tag == "input":
        return _walk.check_box(attributes)
    kept = _walk.kept((FULL_RULES if full else RULES)[tag], attributes, base or NO_BASE)
    if tag == "img" and " src" not in kept:
        return _walk.alternative(attributes)
    if (tag == "span" and not kept) or (tag == "a" and " href=" not in kept):
        return ""
    return f"<{tag}{kept}>"


NO_BASE = Base("", "", "", "", "")
_by_itself = lru_cache(maxsize=1024)(lambda tag, written, full: _start_tag(tag, written, None, full))


_link, _source = RULES["a"]["href"], RULES["img"]["src"]


def link_to(address: str, base: Base) -> str:
    """What stands for the start tag of a link that has nothing but an address."""
    url = _link(address, base)
    return f'<a href="{url}">' if url else ""


def image(address: str, rest: str, base: Base, full: bool) -> str:
    """What stands for an image whose address comes first, as it does in most; "" where it takes a closer look.

    The rest of the tag is the same in many images of a site, so it is judged once for all of them.
    """
    if address[:5].lower() == "data:":
        return ""
    beside = _beside(rest, full) if len(rest) < _SHORT else None
    url = _source(address, base) if beside is not None else None
    return f'<img src="{url}"{beside}>' if url else ""


@lru_cache(maxsize=1024)
def _beside(written: str, full: bool) -> str | None:
    """The attributes of an image that stay beside its address; None where it is hidden, or has more addresses."""
    attributes = dict(_walk.ATTRIBUTE.findall(written))
    if "srcset" in attributes or "longdesc" in attributes or _walk.is_hidden("img", attributes):
        return None
    return _walk.kept((FULL_RULES if full else RULES)["img"], attributes, NO_BASE)


def tidy(html: str, *, preformatted: bool = True) -> str | None:
    """Without empty elements, line breaks at the beginning of preformatted text, and blanks at the ends.

    `preformatted`: there may be such line breaks before any element is taken away.
    """
    if _may_be_empty(html):
        preformatted = True
        for _ in range(_ROUNDS):
            html, found = _EMPTY.subn(_without_element, html)
            if not found:
                break
        else:
            return None
    if preformatted and "<pre" in html:
        html = _FIRST_LINE_BREAKS.sub(r"\1", html)
    return _walk.stripped(html)


def _may_be_empty(html: str) -> bool:
    """Whether there may be an empty element. Only the ends of elements are looked at, unless one follows nothing."""
    for end in _END_OF_NOTHING.finditer(html):
        if not _PICTURE.fullmatch(html, html.rfind("<", 0, end.start()), end.start()):
            return bool(_MAY_BE_EMPTY.search(html))
    return False


def _without_element(found: re.Match[str]) -> str:
    return "" if found[1] in _walk.BLOCKS else found[2]
