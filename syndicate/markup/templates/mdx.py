"""MDX, the Markdown of Docusaurus and of Astro's `.mdx` files: code out, components unwrapped, text kept.

Imports and exports, comments and expressions vanish; components give way to their children; HTML elements stay, in
HTML's spelling. Where the site's variables have `mdx_endings`, only files with such endings are MDX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import ClassVar, Self

from syndicate.markup.samples import Span, code_spans, inside
from syndicate.markup.templates import Expanded, Fault, Page, Templates, TemplateSite
from syndicate.markup.templates._mdx_blocks import dedented, quoted, without_information
from syndicate.markup.templates._mdx_tags import Tag, element, pairs, plain, tag_at
from syndicate.model import Reference
from syndicate.model.records import dataclass

_SIGNS = re.compile(r"[<{]|:::|```|~~~|^(?:im|ex)port\b", re.MULTILINE)
_MARKS = re.compile(
    r"(?P<comment><!--)"
    r"|(?P<math>\$\$[^$]*+\$\$|(?<![\\$\w])\$(?![\s$])[^$\n`]*+(?<![\s\\])\$(?![0-9$]))"
    r"|(?P<escaped>\\[{<])"
    r"|(?P<code>^(?:import\s*+(?:[\"'{*]|[\w$]++(?:\s*+,|\s++from\b))"
    r"|export\s++(?:default|const|let|var|function|class|async|type|interface|\{|\*)))"
    r"|(?P<brace>\{)|(?P<tag><(?=[/A-Za-z>]))",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]*+:|[^\s<>@]++@)[^\s<>]*+>")
_REMARK = re.compile(r"\{\s*+/\*")
_REMARK_END = re.compile(r"\*/\s*+\}")
_LITERAL = re.compile(r"\{\s*+(?:'[^'\\\n]*+'|\"[^\"\\\n]*+\"|`[^`\\$]*+`)\s*+\}")
_HEADING_ID = re.compile(r"\{\s*+#[^\s{}]++\s*+\}")
_BLANK_LINE = re.compile(r"\n[ \t\r]*+(?=\n)")
_BRACKETS = re.compile(r"[{}()\[\]]")
_TRUNCATE = re.compile(r"\s*+truncate\s*+\*/")
_MOST_ENDLESS = 50  # exports whose brackets stay open: of so many, the ends of further ones are not looked for far

_SILENT = frozenset("Tabs TabItem Details Admonition Fragment React.Fragment BrowserOnly Steps Aside Card".split())
_DROPPED = frozenset(("Head", "script", "style"))
_PICTURES = frozenset(("Image", "Img", "Picture", "ThemedImage", "Zoom", "ZoomableImage"))
_SHOWN = ("alt", "title", "label", "caption", "text", "href", "src", "url", "to")


@dataclass(frozen=True)
class Mdx(Templates):
    """The language MDX; see Templates for the contract."""

    name: ClassVar[str] = "mdx"

    site: TemplateSite

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language for a site; nothing is prepared."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether there is a bracket, a code fence, an admonition or an import."""
        return bool(_SIGNS.search(body))

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """MDX names no posts but by links to their files, which every language has."""
        return []

    def expand(self, body: str, page: Page) -> Expanded:
        """Markdown and HTML without code of MDX."""
        endings = self.site.variables.get("mdx_endings")
        if isinstance(endings, list | tuple) and not page.path.endswith(tuple(map(str, endings))):
            return Expanded(body)
        if page.markup != "markdown" or not self.concerns(body):
            return Expanded(body)
        reading = _Reading(dedented(body), self.site)
        text = "".join(reading.pieces())
        return Expanded(quoted(without_information(text)), tuple(reading.faults.values()))


class _Reading:
    """One pass over one body."""

    def __init__(self, body: str, site: TemplateSite) -> None:
        self.body = body
        self.site = site
        self.faults: dict[str, Fault] = {}
        self.spans = code_spans(body)
        self.closing = pairs(body, _blanked(body, self.spans))
        self.links: list[bool] = []
        self._ends: dict[str, int] = {}
        self._endless = 0

    def pieces(self) -> Iterator[str]:
        """The text, piece by piece."""
        at = 0
        while mark := _MARKS.search(self.body, at):
            start = mark.start()
            if end := inside(self.spans, start):
                yield self.body[at:end]
                at = end
                continue
            yield self.body[at:start]
            shown, at = self._read(str(mark.lastgroup), mark)
            yield shown
        yield self.body[at:]

    def _read(self, kind: str, mark: re.Match[str]) -> tuple[str, int]:
        """What stands for the mark, and where the text goes on."""
        start = mark.start()
        if kind == "comment":
            end = self.body.find("-->", start, start + 1_000) + 3
            return (self.body[start:end], end) if end > 2 else (mark[0], mark.end())
        if kind == "code":
            return "", self._end_of_code(start)
        if kind == "brace":
            return self._expression(start)
        if kind == "tag":
            return self._tag(start)
        return mark[0], mark.end()

    def _end_of_code(self, start: int) -> int:
        """An import or export ends at a blank line outside of brackets; where brackets stay open, at the first one."""
        depth, at, first = 0, start, -1
        longest = 20_000 if self._endless < _MOST_ENDLESS else 0
        for blank in _BLANK_LINE.finditer(self.body, start):
            first = blank.start() if first < 0 else first
            signs = (bracket[0] for bracket in _BRACKETS.finditer(self.body, at, blank.start()))
            depth += sum(1 if sign in "{([" else -1 for sign in signs)
            at = blank.start()
            if depth <= 0:
                return at
            if at - start > longest:
                break
        self._endless += 1
        return first if first >= 0 else len(self.body)

    def _expression(self, start: int) -> tuple[str, int]:
        if (remark := _REMARK.match(self.body, start)) and (beyond := self._end_of_remark(remark.end())):
            return ("<!-- truncate -->" if _TRUNCATE.match(self.body, remark.end(), beyond) else ""), beyond
        if literal := _LITERAL.match(self.body, start):
            return escape(plain(literal[0]) or "", quote=False), literal.end()
        if own := _HEADING_ID.match(self.body, start):
            return "", own.end()
        end = self.closing.get(start)
        if end is None:
            return "{", start + 1
        self._note("expression", "expressions of MDX are not run and left out: write the text that they stand for")
        return "", end + 1

    def _end_of_remark(self, at: int) -> int:
        """Where the remark ends whose text begins at an index; 0 where it does not: what ends next is no remark."""
        ending = self._next("*/", at)
        found = _REMARK_END.match(self.body, ending) if ending >= 0 and self._ends.get("failed") != ending else None
        if found is None:
            self._ends["failed"] = ending
        return found.end() if found else 0

    def _next(self, text: str, at: int) -> int:
        """Where a text stands next, -1 where nowhere. What was found is remembered: indexes only ever grow."""
        known = self._ends.get(text)
        if known is None or 0 <= known < at:
            known = self._ends[text] = self.body.find(text, at)
        return known

    def _tag(self, start: int) -> tuple[str, int]:
        if address := _ADDRESS.match(self.body, start):
            return address[0], address.end()
        tag = tag_at(self.body, start, self.closing)
        if tag is None:
            return "<", start + 1
        if tag.name in _DROPPED and tag.kind == "open":
            end = self._next(f"</{tag.name}>", tag.end)
            return "", end + len(tag.name) + 3 if 0 <= end < tag.end + 50_000 else tag.end
        if not tag.is_component:
            return element(tag), tag.end
        return self._component(tag), tag.end

    def _component(self, tag: Tag) -> str:
        """What stands for one tag of a component; its children stay in any case."""
        attributes = tag.attributes
        if tag.name == "Link":
            return self._link(tag)
        if tag.name in _PICTURES and tag.kind != "close":
            return _picture(attributes, self.site)
        if tag.name == "TabItem" and tag.kind == "open":
            label = attributes.get("label") or attributes.get("value") or ""
            return f"\n\n**{escape(label, quote=False)}**\n\n" if label else "\n\n"
        if tag.kind == "single" and tag.name not in _SILENT:
            self._note(
                f"component {tag.name}",
                f"`<{tag.name} />` is a component, which is not run, and is left out: write what it stands for",
            )
        if self.site.unknown == "keep" and tag.kind == "single":
            return escape(" ".join(attributes[name] for name in _SHOWN if attributes.get(name)))
        return "\n\n" if tag.name == "TabItem" else ""

    def _link(self, tag: Tag) -> str:
        target = tag.attributes.get("to") or tag.attributes.get("href") or ""
        if tag.kind == "close":
            return "</a>" if self.links and self.links.pop() else ""
        if tag.kind == "open":
            self.links.append(bool(target))
        return f'<a href="{escape(_rooted(target, self.site))}">' if target and tag.kind == "open" else ""

    def _note(self, subject: str, message: str) -> None:
        shown = "".join(char if char.isprintable() else "�" for char in message)
        self.faults.setdefault(subject, Fault("template-unknown", subject, shown))


def _picture(attributes: Mapping[str, str], site: TemplateSite) -> str:
    source = attributes.get("src", "")
    alt = escape(attributes.get("alt", ""))
    return f'<img src="{escape(_rooted(source, site))}" alt="{alt}" />' if source else ""


def _rooted(path: str, site: TemplateSite) -> str:
    """A path from the site's root below its address; anything else as it is."""
    return f"{site.url}{path}" if path.startswith("/") and not path.startswith("//") else path


def _blanked(body: str, spans: list[Span]) -> str:
    """The body with its code samples blanked out, as long as before."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += (body[done:start], " " * (end - start))
        done = end
    return "".join((*pieces, body[done:]))
