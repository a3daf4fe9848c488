"""Hexo's tags (`{% post_link a %}`, `{% codeblock %}…{% endcodeblock %}`) and what Nunjucks has beside them.

What a plugin or theme adds is not known: its tags are left out, what they enclose stays. In code samples all stays
text, as Hexo has it. Linear in the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import ClassVar, Self

from syndicate.markup.samples import Span, code_spans, inside, matches, outside
from syndicate.markup.templates import Expanded, Fault, Page, TemplateSite
from syndicate.markup.templates._hexo_shown import SINGLE, Where, as_code, code_block, footer, words
from syndicate.model import Reference, Value
from syndicate.model.records import dataclass

_MOST_REFERENCES = 1_000
_MOST_FAULTS = 20
_MOST_QUOTES = 20  # one within the other
_VERBATIM = ("raw", "verbatim", "code", "codeblock")
_BETWEEN = ("else", "elif", "elseif")
_QUOTES = ("blockquote", "quote", "pullquote")

# None goes past the next opening brace of its kind, so that nothing is looked at twice.
_TAG = r"\{%-?\s*+(?P<name>[\w-]++)(?P<given>(?:[^%{]|%(?!\})|\{(?![{%#]))*+)%\}"
_TEXT = r"\{\{-?\s*+(?P<text>\"[^\"\n]{0,500}+\"|'[^'\n]{0,500}+')\s*+-?\}\}"
_VARIABLE = r"\{\{(?P<variable>(?:[^{}]|\}(?!\})|\{(?![{%#]))*+)\}\}"
_COMMENT = r"\{#(?:[^#{]|#(?!\})|\{(?!#))*+#\}"
_ANY = re.compile(f"{_TAG}|{_TEXT}|{_VARIABLE}|{_COMMENT}")
_POST = re.compile(r"\{%-?\s*+post_(?:link|path)\s++(?:\"([^\"{}]++)\"|'([^'{}]++)'|([^\s%{}\"']++))")
_END = re.compile(r"\{%-?\s*+end([\w-]++)\s*+-?%\}")
_LITERAL = re.compile(r"\{\{[^{}\n]*+\}\}|\{%[^{}%\n]*+%\}")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*+", re.ASCII)


@dataclass(frozen=True)
class Hexo:
    """The tags of one Hexo site; see syndicate.markup.templates.Templates for the contract."""

    name: ClassVar[str] = "hexo"

    site: TemplateSite

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The tags, which need nothing of a site but its address."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether there is an opening brace of Nunjucks."""
        return "{" in body and ("{%" in body or "{{" in body or "{#" in body)

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """The posts that `post_link` and `post_path` name by their slugs, each once, in order."""
        if "post_" not in body:
            return []
        markup = "html" if path.lower().endswith((".html", ".htm")) else "markdown"
        found: dict[str, Reference] = {}
        for match in matches(_POST, body, code_spans(body, markup)):
            slug = (match[1] or match[2] or match[3]).partition("#")[0]
            name = slug.rpartition("/")[2].lower()
            if name:
                # a date that `new_post_name` puts in front of a file's name is no part of the slug
                candidates = (f"source/_posts/{slug}.md", f"name:{name}", f"dated:{name}")
                found.setdefault(slug, Reference(slug, candidates))
            if len(found) == _MOST_REFERENCES:
                break
        return list(found.values())

    def expand(self, body: str, page: Page) -> Expanded:
        """The body without tags."""
        if not self.concerns(body):
            return Expanded(body)
        run = _Run(body, page, Where(self.site.url, page.url, page.links), keep=self.site.unknown == "keep")
        text = run.expanded()
        return Expanded(text, tuple(run.faults.values())[:_MOST_FAULTS])


class _Run:
    """One body; `faults` by their subjects."""

    def __init__(self, body: str, page: Page, where: Where, *, keep: bool) -> None:
        self._body, self._page, self._where, self._keep = body, page, where, keep
        self._spans: list[Span] = code_spans(body, page.markup)
        self._ends: dict[str, list[tuple[int, int]]] = {}
        for end in _END.finditer(body):
            self._ends.setdefault(end[1], []).append(end.span())
        self._quotes: list[tuple[str, str]] = []
        self.faults: dict[str, Fault] = {}

    def tell(self, code: str, subject: str, message: str) -> None:
        self.faults.setdefault(subject, Fault(code, subject[:200], message))

    def expanded(self) -> str:
        """The body without tags outside of code."""
        pieces: list[str] = []
        done = at = 0
        while found := _ANY.search(self._body, at):
            if beyond := inside(self._spans, found.start()):
                at = beyond
                continue
            text, at = self._shown(found)
            pieces += (self._body[done : found.start()], text)
            done = at
        pieces.append(self._body[done:])
        pieces += [f"\n\n{whom}</blockquote>" for _name, whom in reversed(self._quotes)]
        return "".join(pieces)

    def _shown(self, found: re.Match[str]) -> tuple[str, int]:
        """What stands in the place of a tag, and where the body goes on."""
        if found["text"]:
            return _readable(found["text"][1:-1]), found.end()
        if found["variable"] is not None:
            return self._variable(found["variable"].strip(" \t\r\n-")), found.end()
        if found["name"] is None:
            return "", found.end()
        name, given = found["name"], words(found["given"].rstrip().removesuffix("-"))
        if name in _VERBATIM and (end := self._end_of(name, found.end())):
            return self._verbatim(name, given, self._body[found.end() : end[0]]), end[1]
        if name in _QUOTES and len(self._quotes) < _MOST_QUOTES and self._end_of(name, found.end()):
            self._quotes.append((name, footer(given) if name != "pullquote" else ""))
            return "<blockquote>\n\n", found.end()
        if name.startswith("end"):
            return self._closed(name[3:]), found.end()
        return self._single(name, given), found.end()

    def _end_of(self, name: str, at: int) -> tuple[int, int] | None:
        """Where the next end of that tag is; those that lie behind are forgotten."""
        ends = self._ends.get(name, [])
        while ends and ends[-1][0] < at:
            ends.clear()
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if ends[middle][0] < at else (low, middle)
        return ends[low] if low < len(ends) else None

    def _verbatim(self, name: str, given: list[str], text: str) -> str:
        if name in ("code", "codeblock"):
            if self._page.markup != "markdown":
                return f"<pre><code>{escape(text.strip(chr(10)))}</code></pre>"
            return code_block(given, text)
        if self._page.markup != "markdown":
            return outside(_LITERAL, lambda one: f"<code>{escape(one[0])}</code>", text, code_spans(text, "html"))
        return outside(_LITERAL, lambda one: as_code(one[0]), text)

    def _closed(self, name: str) -> str:
        """The end of a quotation with all that was opened within it; any other end is of a tag that is not known."""
        if name not in (opened for opened, _whom in self._quotes):
            return ""
        pieces = []
        while self._quotes:
            opened, whom = self._quotes.pop()
            pieces.append(f"\n\n{whom}</blockquote>\n\n")
            if opened == name:
                break
        return "".join(pieces)

    def _single(self, name: str, given: list[str]) -> str:
        shown = SINGLE.get(name)
        if name in _QUOTES:
            self.tell("template-broken", f"tag {name}", f"`{name}` is never closed; add `{{% end{name} %}}`")
            return ""
        if name in _BETWEEN:
            return ""
        if shown is None:
            stays = "what it encloses stays" if name in self._ends else "it is left out"
            self.tell("template-unknown", f"tag {name}", f"the tag `{name[:60]}` cannot be run here; {stays}")
            return escape(" ".join(word for word in given if word.strip())) if self._keep else ""
        text = shown(given, self._where)
        if name in ("post_link", "post_path") and given and not self._where.links.get(given[0].partition("#")[0]):
            subject = f"{name} {given[0]}"
            self.tell("template-unknown", subject, f"`{_printable(subject)}` names no post that is published")
        return text

    def _variable(self, written: str) -> str:
        """A field of the post; anything else is nothing, as in Hexo, and told of."""
        value = _field(self._page.fields, written) if _IDENTIFIER.fullmatch(written) else None
        if value is None:
            message = f"`{{{{ {_printable(written)} }}}}` is not known; it is left out: quote braces with `{{% raw %}}`"
            self.tell("template-unknown", f"variable {written}", message)
            return escape(written) if self._keep else ""
        return escape(value)


def _readable(text: str) -> str:
    return as_code(text) if "{{" in text or "{%" in text else text


def _field(fields: Mapping[str, Value], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and "{{" not in value and "{%" not in value else None


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text[:100])
