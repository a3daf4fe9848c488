"""Hugo: shortcodes in bodies, its own ones shown, those of themes unwrapped or taken out.

In: a body and its page. Out: the body without `{{<`, `{{%` and `{{` outside of code samples. The body itself is no Go
template: what looks like one is text, and shown as a code sample. Shortcodes in code samples stay as they are written,
also those Hugo would run there: what they make is HTML, and a sample shows text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Self

from syndicate.markup.samples import code_spans, outside
from syndicate.markup.templates import Expanded, Fault, Page, Templates, TemplateSite
from syndicate.markup.templates._hugo_references import address, candidates
from syndicate.markup.templates._hugo_shown import BLOCKS, BUILT_IN, as_code, highlight, readable
from syndicate.markup.templates._hugo_tags import Tag, partners, tags
from syndicate.model import Reference, Value
from syndicate.model.records import dataclass, field

_DEEPEST = 20
"""Shortcodes within shortcodes; what is deeper is unwrapped."""

_MOST = 1_000  # references of one body
_WIDEST = 200  # characters of white space before a shortcode on its line

# Each alternative starts with a character of its own, or searching takes ten times as long.
_CODE = r"\{(?![<%{])[^{}\n]{0,500}+\}\}"
_TEMPLATE = re.compile(
    r"<(?P<element>[A-Za-z][^<>{]*+\{\{[^<>]*+>)"
    rf"|\((?P<before><?\{{{_CODE})"
    rf"|\{{(?P<code>(?<![\\^_{{}}$\w]\{{){_CODE})"
)
_IN_ELEMENT = re.compile(r"\{\{[^{}]*+\}\}")
_ALERT = re.compile(r"^(?P<lead>[ \t]*+>[ \t>]*+)\[!(?P<kind>\w{1,30})\][+-]?[ \t]*+(?P<title>[^\n\r]*+)", re.MULTILINE)


@dataclass(frozen=True)
class Hugo(Templates):
    """The shortcodes of one site; see syndicate.markup.templates.Templates for the contract."""

    name: ClassVar[str] = "hugo"

    site: TemplateSite

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language, ready for a site."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Shortcodes, what looks like template code, and callouts."""
        return ("{" in body and "{{" in body) or ("[" in body and "[!" in body)

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """What `ref` and `relref` name, each once, in order."""
        if "ref" not in body or "{{" not in body:
            return []
        found: dict[str, Reference] = {}
        for tag in tags(body, "html" if path.lower().endswith((".html", ".htm")) else "markdown")[0]:
            written = _referred(tag)
            if written and written not in found and (meant := candidates(written, path)):
                found[written] = Reference(written, meant)
                if len(found) == _MOST:
                    break
        return list(found.values())

    def expand(self, body: str, page: Page) -> Expanded:
        """The body without shortcodes outside of code samples, and what was not known."""
        run = _Run(self.site, page)
        text = run.expanded(body) if "{{<" in body or "{{%" in body else body
        spans = code_spans(text, page.markup)
        if "{{" in text:
            text = outside(_TEMPLATE, run.literal, text, spans)
            spans = code_spans(text, page.markup)
        if "[!" in text and page.markup == "markdown":
            text = outside(_ALERT, _alert, text, spans)
        return Expanded(text, tuple(run.faults.values()))


def _referred(tag: Tag) -> str:
    """What a `ref` or `relref` says, "" for other shortcodes."""
    return tag.get("path", 0).strip() if tag.name in ("ref", "relref") and not tag.closing else ""


def _alert(found: re.Match[str]) -> str:
    """`> [!NOTE]` → a quotation that begins with **Note**."""
    title = found["title"].strip() or found["kind"].capitalize()
    return f"{found['lead']}**{title}**\n{found['lead'].rstrip()}"


@dataclass
class _Run:
    """One body on its way."""

    site: TemplateSite
    page: Page
    faults: dict[str, Fault] = field(default_factory=dict)

    def expanded(self, body: str) -> str:
        found, in_code = tags(body, self.page.markup)
        closed_by = partners(found)
        closers = set(closed_by.values())
        # what is open: its tag, and the pieces of its content
        levels: list[tuple[int, list[str]]] = [(-1, [])]
        every = sorted([(tag.start, number) for number, tag in enumerate(found)] + [(tag.start, -1) for tag in in_code])
        samples = {tag.start: tag for tag in in_code}
        done = 0
        for start, number in every:
            tag = samples[start] if number < 0 else found[number]
            levels[-1][1].append(body[done:start])
            done = tag.end
            if number < 0:
                levels[-1][1].append(_in_code(tag, body))
            elif number in closers:
                self._close(levels, found, closed_by, number, body)
            elif number in closed_by and len(levels) < _DEEPEST:
                levels.append((number, []))
            elif not tag.closing:
                levels[-1][1].append(self._shown(tag, "", body, paired=number in closed_by))
        return "".join((*levels[0][1], body[done:]))

    def _close(
        self,
        levels: list[tuple[int, list[str]]],
        found: list[Tag],
        closed_by: Mapping[int, int],
        number: int,
        body: str,
    ) -> None:
        opened, pieces = levels[-1]
        if opened >= 0 and closed_by[opened] == number:
            levels.pop()
            levels[-1][1].append(self._shown(found[opened], "".join(pieces), body, paired=True, end=found[number].end))

    def _shown(self, tag: Tag, inner: str, body: str, *, paired: bool, end: int | None = None) -> str:
        """What a shortcode shows; blank lines around what is a block of its own."""
        if tag.name.endswith(".inline"):
            self._unknown(tag, "inline shortcodes are templates, which only Hugo can run")
            return ""
        if tag.name == "highlight" and tag.comment is not None:
            return highlight(tag, tag.comment, _lead(body, tag.start), self.page.markup)
        if tag.comment is not None:
            return as_code(f"{{{{{tag.mark}{tag.comment}{'>' if tag.mark == '<' else '%'}}}}}", self.page.markup)
        if tag.name in BUILT_IN:
            shown = BUILT_IN[tag.name](tag, inner)
            alone = tag.name in BLOCKS and _is_alone(body, tag.start, tag.end if end is None else end)
            return f"\n{_lead(body, tag.start)}{shown}\n\n" if alone and shown else shown
        if tag.name in ("ref", "relref"):
            return self._address(tag, body)
        if tag.name == "param":
            return self._parameter(tag)
        return self._foreign(tag, inner, paired)

    def _foreign(self, tag: Tag, inner: str, paired: bool) -> str:
        if not tag.name:
            message = "what begins with `{{<` or `{{%` is no shortcode; close it, and put its parameters in quotes"
            self.faults.setdefault("shortcode", Fault("template-broken", "shortcode", message))
            return ""
        if paired:
            return inner
        kept = readable(tag) if self.site.unknown == "keep" else ""
        instead = "its texts and addresses are shown" if kept else "it is left out"
        self._unknown(tag, f"{instead}; what it shows is known to the theme only")
        return kept

    def _unknown(self, tag: Tag, why: str) -> None:
        subject = f"shortcode {tag.name}"
        self.faults.setdefault(subject, Fault("template-unknown", subject, f"`{tag.name[:60]}`: {why}"))

    def _address(self, tag: Tag, body: str) -> str:
        """A URL; where there is none, a destination that leaves the link's text alone."""
        url = address(_referred(tag), self.page.links, self.site.url)
        if url or not body.startswith("(", max(0, tag.start - 1)):
            return url
        return "<>"

    def _parameter(self, tag: Tag) -> str:
        path = tag.get("", 0).lower().split(".")[:10]
        params = self.site.variables.get("params")
        for values in (self.page.fields, _looked_up(self.page.fields, ["params"]), params):
            found = _looked_up(values, path)
            if isinstance(found, str | int | float):
                return str(found)
        self._unknown(tag, f"there is no parameter `{'.'.join(path)[:60]}`; add it to the front matter or `params`")
        return ""

    def literal(self, found: re.Match[str]) -> str:
        """What looks like template code and is text to Hugo: shown as code, and left out where only a value fits."""
        if found.lastgroup == "element":
            return _IN_ELEMENT.sub("", found[0])
        if found.lastgroup == "before":
            return "(<>"
        return as_code(found[0], self.page.markup)


def _looked_up(values: Value, path: list[str]) -> Value:
    """The value under keys in any case."""
    for name in path:
        if not isinstance(values, Mapping):
            return None
        values = next((value for key, value in values.items() if key.lower() == name), None)
    return values


def _in_code(tag: Tag, body: str) -> str:
    """A shortcode in a code sample, as written; the marks that keep one from being run go."""
    if tag.comment is None or tag.name:
        return body[tag.start : tag.end]
    return f"{{{{{tag.mark}{tag.comment}{'>' if tag.mark == '<' else '%'}}}}}"


def _lead(body: str, at: int) -> str:
    """What stands before a place on its line, where it is white space; a mark that it is not otherwise."""
    line = body[max(0, at - _WIDEST) : at].rpartition("\n")[2]
    return line if not line.strip(" \t") and len(line) < _WIDEST else "x"


def _is_alone(body: str, start: int, end: int) -> bool:
    after = body[end : end + 1]
    return not _lead(body, start).strip() and after in ("", "\n", "\r")
