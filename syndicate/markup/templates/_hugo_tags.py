"""Shortcodes of Hugo in a body: where they stand and what is written in them. Linear in the body.

In: a body. Out: Tags, in order. What begins like a shortcode and is none becomes a Tag without a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from syndicate.markup.samples import code_spans, inside
from syndicate.model.records import dataclass, field

_OPENING = re.compile(r"\{\{([<%])")
_BLANK = re.compile(r"\s*+")
_NAME = re.compile(r"[\w./-]*[\w-]")
_END = re.compile(r"[>%]\}\}")
_LAST = re.compile(r"/?\s*+[>%]\}\}")
_QUOTED = re.compile(r'\\?"((?:[^"\\\n]|\\(?!")|\\"(?!\s*+[>%]\}\}))*+)\\?"')
_RAW = re.compile(r"`([^`]*+)`")
_WORD = re.compile(r"(?:(?!/?\s*+[>%]\}\})[^\s\"`={}])++")
_VALUE = re.compile(r"(?:(?!/?\s*+[>%]\}\})[^\s\"`{}])++")
_SAME_LINE = re.compile(r"[^\n{]{0,2000}?[>%]\}\}")
_NO_BREAK = re.compile(r"[^\n]")

_VERBATIM = frozenset(("highlight",))
"""Shortcodes whose content is shown as it is: nothing in it is Markdown, and nothing another shortcode."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One pair of `{{<` and `>}}` with what is in it; `start` and `end` are places in the body.

    `comment` is the text of `{{</* … */>}}`, which shows a shortcode instead of calling it. A Tag without `name` and
    `comment` is broken.
    """

    start: int
    end: int
    mark: str = "<"
    name: str = ""
    closing: bool = False
    single: bool = False
    named: Mapping[str, str] = field(default_factory=dict)
    positional: Sequence[str] = ()
    comment: str | None = None

    def get(self, name: str, place: int | None = None) -> str:
        """A parameter by its name, else by its place; "" where it has neither."""
        if name in self.named:
            return self.named[name]
        return self.positional[place] if place is not None and place < len(self.positional) else ""


def tags(body: str, markup: str) -> tuple[list[Tag], list[Tag]]:
    """The shortcodes outside of code samples, and those in them, each in order."""
    found = list(_all(body))
    spans = code_spans(_masked(body, found), markup)
    outside = [tag for tag in found if not inside(spans, tag.start)]
    return outside, [tag for tag in found if inside(spans, tag.start)]


def _masked(body: str, found: list[Tag]) -> str:
    """The body with what cannot be a mark of code taken out: parameters and verbatim content. Every place stays."""
    pieces, done = list[str](), 0
    for tag in found:
        pieces += (body[done : tag.start], _NO_BREAK.sub("x", body[tag.start : tag.end]))
        done = tag.end
    return "".join((*pieces, body[done:]))


def _all(body: str) -> Iterator[Tag]:
    ends: dict[str, int] = {}
    at = 0
    while opening := _OPENING.search(body, at):
        tag = _tag(body, opening, ends)
        if tag.name in _VERBATIM and not tag.closing and not tag.single and (closing := _closing(body, tag, ends)):
            # what stands between is one Tag's own: its end is that of the closing one
            yield Tag(
                tag.start,
                closing[1],
                tag.mark,
                tag.name,
                named=tag.named,
                positional=tag.positional,
                comment=body[tag.end : closing[0]],
            )
            at = closing[1]
        else:
            yield tag
            at = tag.end


def _closing(body: str, tag: Tag, ends: dict[str, int]) -> tuple[int, int] | None:
    """Where the closing tag of a verbatim shortcode stands; looked for once in vain, it is looked for no more."""
    if ends.get(tag.name, 0) < 0:
        return None
    found = re.compile(rf"\{{\{{[<%]\s*+/\s*+{re.escape(tag.name)}\s*+[>%]\}}\}}").search(body, tag.end)
    if found is None:
        ends[tag.name] = -1
    return found.span() if found else None


def _tag(body: str, opening: re.Match[str], ends: dict[str, int]) -> Tag:
    start, at, mark = opening.start(), opening.end(), opening[1]
    if body.startswith("/*", at) and ends.get("*/" + mark, 0) >= 0:
        end = body.find(f"*/{'>' if mark == '<' else '%'}}}}}", at)
        if end >= 0:
            return Tag(start, end + 5, mark, comment=body[at + 2 : end])
        ends["*/" + mark] = -1
    at = _after_blank(body, at)
    closing = body.startswith("/", at)
    at = _after_blank(body, at + 1) if closing else at
    name = _NAME.match(body, at)
    if name is None:
        return _broken(body, opening)
    return _with_parameters(body, opening, name, closing)


def _after_blank(body: str, at: int) -> int:
    found = _BLANK.match(body, at)
    return found.end() if found else at


def _with_parameters(body: str, opening: re.Match[str], name: re.Match[str], closing: bool) -> Tag:
    named: dict[str, str] = {}
    positional: list[str] = []
    at = _after_blank(body, name.end())
    while not (last := _LAST.match(body, at)):
        found = _value(body, at, _WORD)
        if found is None:
            return _broken(body, opening)
        text, at = found
        after = _after_blank(body, at)
        if body.startswith("=", after):
            value = _value(body, _after_blank(body, after + 1), _VALUE)
            if value is None:
                return _broken(body, opening)
            named[text.lower()], at = value
        else:
            positional.append(text)
        at = _after_blank(body, at)
    single = last[0].startswith("/")
    return Tag(opening.start(), last.end(), opening[1], name[0], closing, single, named, tuple(positional))


def _value(body: str, at: int, bare: re.Pattern[str]) -> tuple[str, int] | None:
    """A parameter, quoted or not, and where it ends."""
    if quoted := _QUOTED.match(body, at):
        text = quoted[0].lstrip("\\")[1:].removesuffix('"').removesuffix("\\")
        return text.replace('\\"', '"').replace("\\\\", "\\"), quoted.end()
    found = _RAW.match(body, at) or bare.match(body, at)
    return (found[found.re.groups], found.end()) if found else None


def _broken(body: str, opening: re.Match[str]) -> Tag:
    """What is no shortcode: as far as its end on the same line, else the mark alone."""
    rest = _SAME_LINE.match(body, opening.end())
    return Tag(opening.start(), rest.end() if rest else opening.end(), opening[1])


def partners(found: Sequence[Tag]) -> dict[int, int]:
    """Which opening tag (by its number) is closed by which."""
    pairs: dict[int, int] = {}
    open_tags: list[int] = []
    waiting: dict[str, int] = {}
    for number, tag in enumerate(found):
        if not tag.closing:
            if tag.name and not tag.single and tag.comment is None:
                open_tags.append(number)
                waiting[tag.name] = waiting.get(tag.name, 0) + 1
        elif waiting.get(tag.name):
            while open_tags:
                last = open_tags.pop()
                waiting[found[last].name] -= 1
                if found[last].name == tag.name:
                    pairs[last] = number
                    break
    return pairs
