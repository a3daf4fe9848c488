"""Zola's shortcodes (`{{ name(x="y") }}`, `{% name() %}…{% end %}`) and internal links (`@/blog/a.md#b`).

Shortcodes of the site's own are templates that only Zola can run: what they enclose stays. In code samples all
stays text; only what was written so as not to run (`{{/* name() */}}`) loses its marks. Linear in the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import ClassVar, Self
from urllib.parse import quote, unquote

from syndicate.markup.samples import Span, code_spans, inside, matches, outside
from syndicate.markup.templates import Expanded, Fault, Page, TemplateSite
from syndicate.markup.templates._zola_shown import KNOWN, arguments, as_code, readable
from syndicate.model import Reference
from syndicate.model.records import dataclass, field

_MOST_REFERENCES = 1_000
_DEEPEST = 30
_MOST_FAULTS = 20

_STRING = r"""(?:"[^"]{0,2000}+"|'[^']{0,2000}+'|`[^`]{0,2000}+`)"""
_CALL = rf"""([A-Za-z_][A-Za-z0-9_]{{0,99}}+)\s{{0,20}}+\(((?:[^"'`(){{}}]{{1,1000}}+|{_STRING}){{0,100}}+)\)"""
_QUOTED = r"(?:[^\n*{]|\*(?!/)|\{(?![{%]))*+"  # never past the next opening brace: nothing is looked at twice
_TAGS = re.compile(
    rf"(?P<quoted>\{{\{{/\*{_QUOTED}\*/\}}\}}|\{{%/\*{_QUOTED}\*/%\}})"
    rf"|\{{\{{\s*+(?P<inline>{_CALL})\s*+\}}\}}"
    rf"|\{{%\s*+(?P<start>{_CALL})\s*+%\}}"
    r"|(?P<end>\{%\s*+end\s*+%\})"
    # what Zola prints as it is: Tera of the wrong kind, which no reader can use as plain text
    r"|(?P<literal>(?<![\w^}\\$])\{\{-?(?:[ \t]++[A-Za-z_]|[A-Za-z_]\w*+\.)[^{}\n]*+\}\}"
    r"|\{%-?[ \t]*+[A-Za-z_][^{}%\n]*+%\})"
)
_QUOTED_IN_CODE = re.compile(rf"(\{{\{{|\{{%)/\*({_QUOTED})\*/(\}}\}}|%\}})")

_TARGET = r"@/[^\s()<>\"'#]++(?:#[^\s()<>\"']*+)?"
_LINK = re.compile(
    rf"""\]\([ \t]*+<?(?P<inline>{_TARGET})|^[ \t>]*+\[(?:[^\[\]\\\n]|\\.)++\]:[ \t]*+<?(?P<defined>{_TARGET})"""
    rf"""|href=["']?(?P<attribute>{_TARGET})""",
    re.MULTILINE,
)
_PLAIN_NAME = re.compile(r"[a-z0-9/_-]+")


@dataclass(frozen=True)
class Zola:
    """The shortcodes and links of one Zola site; see syndicate.markup.templates.Templates for the contract."""

    name: ClassVar[str] = "zola"

    site: TemplateSite

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language, which needs nothing of a site but its address."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether there is an opening brace of a shortcode or an internal link."""
        return ("{" in body and ("{{" in body or "{%" in body)) or ("@" in body and "@/" in body)

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """The pages that internal links name, each once, in order."""
        if "@/" not in body:
            return []
        found: dict[str, Reference] = {}
        for match in matches(_LINK, body, code_spans(body)):
            written = match[match.lastgroup or 0].partition("#")[0]
            found.setdefault(written, Reference(written, (f"content/{unquote(written[2:])}",)))
            if len(found) == _MOST_REFERENCES:
                break
        return list(found.values())

    def expand(self, body: str, page: Page) -> Expanded:
        """The body without shortcodes, its internal links turned into URLs."""
        if not self.concerns(body):
            return Expanded(body)
        run = _Run(self.site.unknown == "keep")
        text = run.expanded(body) if "{{" in body or "{%" in body else body
        text = self._linked(text, page, run) if "@/" in text else text
        return Expanded(text, tuple(run.faults.values())[:_MOST_FAULTS])

    def _linked(self, body: str, page: Page, run: _Run) -> str:
        def with_url(match: re.Match[str]) -> str:
            start, end = match.span(match.lastgroup or 0)
            written, mark, fragment = body[start:end].partition("#")
            url = page.links.get(written) or self._section(written)
            if not url:
                run.tell("template-unknown", f"link {written}", f"`{_shown(written)}` names no post that is published")
                url = self._supposed(written) or page.url
            return f"{body[match.start() : start]}{escape(url)}{mark}{fragment}{body[end : match.end()]}"

        return outside(_LINK, with_url, body)

    def _section(self, written: str) -> str:
        """The page of a section: `@/blog/_index.md` is `/blog/`."""
        folder, _slash, name = written[2:].rpartition("/")
        if not re.fullmatch(r"_index(?:\.[A-Za-z-]+)?\.md", name):
            return ""
        language = name[len("_index.") : -len("md")].rstrip(".")
        return "/".join((self.site.url, *filter(None, (language, quote(unquote(folder)))), ""))

    def _supposed(self, written: str) -> str:
        """Where Zola puts a page that is no post, as far as its plain name tells."""
        name = written[2:].removesuffix(".md").removesuffix("/index")
        return f"{self.site.url}/{name.replace('_', '-')}/" if _PLAIN_NAME.fullmatch(name) else ""


@dataclass
class _Open:
    """A shortcode with content that is not closed yet; the pieces are what it has so far."""

    name: str
    arguments: str
    pieces: list[str] = field(default_factory=list)


class _Run:
    """One body; `faults` by their subjects."""

    def __init__(self, keep: bool) -> None:
        self._keep = keep
        self.faults: dict[str, Fault] = {}
        self._line = self._seen = 0  # where the last tag stands, and its line begins

    def tell(self, code: str, subject: str, message: str) -> None:
        self.faults.setdefault(subject, Fault(code, subject[:200], message))

    def expanded(self, body: str) -> str:
        """The body without shortcodes outside of code."""
        spans = code_spans(body)
        stack, done, too_deep = [_Open("", "")], 0, 0
        for found in matches(_TAGS, body, spans):
            stack[-1].pieces.extend(_untouched(body, done, found.start(), spans))
            done = found.end()
            if found["start"] is None and found["end"] is None:
                stack[-1].pieces.append(self._single(found, body))
            elif found["start"] and len(stack) <= _DEEPEST:
                stack.append(_Open(found[6], found[7]))
            elif found["start"]:
                too_deep += 1
            elif too_deep:
                too_deep -= 1
            elif len(stack) > 1:
                self._close(stack)
        stack[-1].pieces.extend(_untouched(body, done, len(body), spans))
        while len(stack) > 1:
            message = f"`{stack[-1].name}` is never closed; add `{{% end %}}` after what it encloses"
            self.tell("template-broken", f"shortcode {stack[-1].name}", message)
            inner = stack.pop()
            stack[-1].pieces.extend(inner.pieces)
        return "".join(stack[0].pieces)

    def _single(self, found: re.Match[str], body: str) -> str:
        if found["quoted"]:
            return as_code(found[0].replace("/*", "", 1).replace("*/", "", 1))
        if found["inline"]:
            return self._shown(found[3], found[4], "", paired=False)
        self._line = body.rfind("\n", self._seen, found.start()) + 1 or self._line
        self._seen = found.start()
        indented = body.startswith(("    ", "\t"), self._line, found.start())
        return found[0] if indented else as_code(found[0])  # likely an indented code sample

    def _close(self, stack: list[_Open]) -> None:
        tag = stack.pop()
        stack[-1].pieces.append(self._shown(tag.name, tag.arguments, "".join(tag.pieces), paired=True))

    def _shown(self, name: str, written: str, inner: str, *, paired: bool) -> str:
        if shown := KNOWN.get(name):
            return shown(arguments(written), inner)
        stays = "what it encloses stays" if paired else "it is left out"
        message = f"the shortcode `{name}` is the site's own and cannot be run; {stays}"
        self.tell("template-unknown", f"shortcode {name}", message)
        said = readable(arguments(written)) if self._keep else ""
        return f"{said}\n\n{inner}" if said and inner else said or inner


def _untouched(body: str, start: int, end: int, spans: list[Span]) -> Iterator[str]:
    """The text between two tags; in code, what was written so as not to run loses its marks."""
    text = body[start:end]
    if "/*" not in text:
        yield text
        return
    at = start
    for found in _QUOTED_IN_CODE.finditer(body, start, end):
        if inside(spans, found.start()):
            yield body[at : found.start()] + f"{found[1]}{found[2]}{found[3]}"
            at = found.end()
    yield body[at:end]


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text[:100])
