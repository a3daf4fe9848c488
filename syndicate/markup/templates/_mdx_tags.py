"""JSX tags in MDX: where they end, what their attributes say, what of them is HTML. Text in, text out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from syndicate.model.records import NamedTuple

_NAME = re.compile(r"<(/?)([A-Za-z][\w.:-]*+|(?=>))")
_ATTRIBUTE = re.compile(r"\s*+([A-Za-z_][\w:.-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|(?=(\{))))?")
_LONGEST = 10_000  # characters of one tag
_PLAIN = re.compile(r"\{\s*+(?:'([^'\\\n]*+)'|\"([^\"\\\n]*+)\"|`([^`\\$]*+)`|([0-9][0-9.]*+)|(true))\s*+\}\Z")
_FILE = re.compile(
    r"\{\s*+(?:require|useBaseUrl|withBase|url)\(\s*+(?:'([^'\n]*+)'|\"([^\"\n]*+)\")\s*+\)[\w.]*+\s*+\}\Z"
)
_HTML_NAMES = {"className": "class", "htmlFor": "for", "srcSet": "srcset", "colSpan": "colspan", "rowSpan": "rowspan"}


class Tag(NamedTuple):
    """`kind` is `open`, `close` or `single`; `attributes` those with a plain value; `end` the index behind the tag."""

    name: str
    kind: str
    attributes: Mapping[str, str]
    end: int

    @property
    def is_component(self) -> bool:
        """Components begin with a capital or have a dot in them; a fragment is one, too."""
        return not self.name or self.name[0].isupper() or "." in self.name


def tag_at(body: str, at: int, closing: Mapping[int, int]) -> Tag | None:
    """The tag that begins at an index; None where the text there is none. `closing` pairs the braces of the body."""
    begin = _NAME.match(body, at)
    if begin is None:
        return None
    attributes: dict[str, str] = {}
    here, limit = begin.end(), at + _LONGEST
    while here < min(len(body), limit):
        if body[here] == ">":
            return Tag(begin[2], "close" if begin[1] else "open", attributes, here + 1)
        if body.startswith("/>", here):
            return Tag(begin[2], "single", attributes, here + 2)
        after = _attribute(body, here, limit, closing, attributes)
        if after <= here:
            return None
        here = after
    return None


def _attribute(body: str, at: int, limit: int, closing: Mapping[int, int], attributes: dict[str, str]) -> int:
    """Note the attribute at an index; the index behind it, or `at` where there is none."""
    if body[at] == "{":  # `{...props}`
        return closing.get(at, at - 1) + 1
    found = _ATTRIBUTE.match(body, at, limit)
    if found is None:
        blank = at
        while blank < limit and body[blank : blank + 1].isspace():
            blank += 1
        return blank
    if not found[4]:
        attributes[found[1]] = found[2] or found[3] or ""
        return found.end()
    end = closing.get(found.end(), -1) + 1
    if end and (value := plain(body[found.end() : end])) is not None:
        attributes[found[1]] = value
    return end


def plain(expression: str) -> str | None:
    """The text of `{'…'}`, `{"…"}`, a number or `require('…')` in braces; None for anything else."""
    if len(expression) > _LONGEST:
        return None
    if found := _PLAIN.match(expression) or _FILE.match(expression):
        return next((group for group in found.groups() if group is not None), "")
    return None


def element(tag: Tag) -> str:
    """An HTML element as HTML: attributes under their HTML names, without styles and what is not plain."""
    if tag.kind == "close":
        return f"</{tag.name}>"
    pairs = ((_HTML_NAMES.get(name, name), value) for name, value in tag.attributes.items() if name != "style")
    written = "".join(f' {name}="{escape(value)}"' for name, value in pairs)
    return f"<{tag.name}{written}{' /' if tag.kind == 'single' else ''}>"


def pairs(body: str, code: str = "") -> dict[int, int]:
    """Each opening brace of the body with its closing one; `code` is the body with its samples blanked out."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for brace in re.finditer(r"(?<!\\)[{}]", code or body):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            found[opened.pop()] = brace.start()
    return found
