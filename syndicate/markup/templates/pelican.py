"""Pelican's links into the site: `{filename}post.md`, `{static}a.png`, `{attach}`, `{tag}x`, `{author}x` and others.

They are what a destination begins with: of a link or picture in Markdown, in an attribute, in reST; `|filename|`
is the same. What they mean is said by the dialect's variables. Templates in bodies are not run by Pelican. A line
`:::python` that tells its highlighter the language of indented code is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import ClassVar, Self
from urllib.parse import quote, unquote

from syndicate.markup.links import MOST, joined
from syndicate.markup.samples import code_spans, matches, outside
from syndicate.markup.slugs import Rule, rules, slugify
from syndicate.markup.templates import Expanded, Fault, Page, TemplateSite
from syndicate.model import Reference, Value
from syndicate.model.records import dataclass, field

_KINDS = {"tag": "tags", "category": "categories", "author": "authors"}
_MARK = r"[{|](?:filename|static|attach|tag|category|author|index)[|}]"
_ANY = re.compile(_MARK)
_WRITTEN = re.compile(r"[{|](?P<what>[a-z]+)[|}](?P<path>[^?#]*)(?P<more>.*)", re.DOTALL)
# What Pelican's highlighter takes for the language of a block of code: the first line, `:::python`.
_INDENT = r"(?: {4}|\t)"
_LANGUAGE = re.compile(
    rf"(?:(?<=\n\n)|\A){_INDENT}[ \t]*+::+[\w#.+-]++[ \t]*+(?:hl_lines=[^\n]{{0,80}}+)?\n(?={_INDENT})"
)
_SOURCE = re.compile(r".*\.(?:md|markdown|mkd|mdown|rst|html?)\Z", re.DOTALL)

_ATTRIBUTE = rf"""=[ \t]*+(?:"(?P<double>{_MARK}[^"<>\n]*+)(?=")|'(?P<single>{_MARK}[^'<>\n]*+)(?='))"""
_ANGLED = rf"<(?P<angled>{_MARK}[^<>\n]*+)(?=>)"
_PLAIN = r"[^()<>\"\n]*+"
_LINK = rf"\]\([ \t]*+(?:<(?P<inner>{_MARK}[^<>\n]*+)(?=>)|(?P<inline>{_MARK}{_PLAIN}(?:\([^()\n]*+\){_PLAIN})*+))"
_DEFINITION = rf"\]:[ \t]++<?(?P<defined>{_MARK}[^\s<>]*+)"
_FIELD = rf"^[ \t]*+(?:\.\.[ ][^\n]{{1,200}}?:|:[\w-]{{1,40}}:)[ \t]++(?P<field>{_MARK}[^<>\n]*+)"
_WHERE = {
    "html": re.compile(_ATTRIBUTE),
    "rest": re.compile(f"{_ATTRIBUTE}|{_ANGLED}|{_FIELD}", re.MULTILINE),
    "markdown": re.compile(f"{_ATTRIBUTE}|{_LINK}|{_DEFINITION}"),
}
_DEEPEST = 10


@dataclass(frozen=True)
class Pelican:
    """The links of one Pelican site; see syndicate.markup.templates.Templates for the contract."""

    name: ClassVar[str] = "pelican"

    site: TemplateSite
    slugs: Mapping[str, Sequence[Rule]] = field(default_factory=dict)

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The links of a site, by the variables of the dialect `pelican`."""
        given = _mapping(site.variables.get("rules"))
        pairs = {kind: [(pair[0], pair[1]) for pair in given.get(kind, ())] for kind in _KINDS.values()}
        return cls(site, {kind: rules(found) for kind, found in pairs.items()})

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether there is a mark such as `{filename}` anywhere, or the language of some code."""
        return ":::" in body or _ANY.search(body) is not None

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """The files that `{filename}` names, each once, in order."""
        if not cls.concerns(body):
            return []
        found: dict[str, Reference] = {}
        pattern, spans = _WHERE[_markup(path)], code_spans(body, _markup(path))
        for match in matches(pattern, body, spans):
            link = _WRITTEN.fullmatch(match[match.lastgroup or 0].strip())
            if link and link["what"] == "filename" and link["path"] not in found:
                candidates = tuple(dict.fromkeys(_candidates(unescape(link["path"]), path)))
                if candidates:
                    found[link["path"]] = Reference(link["path"], candidates)
            if len(found) == MOST:
                break
        return list(found.values())

    def expand(self, body: str, page: Page) -> Expanded:
        """The body with URLs in the place of these links; one that leads nowhere leads to the page itself."""
        if not self.concerns(body):
            return Expanded(body)
        faults: dict[str, Fault] = {}

        def with_url(match: re.Match[str]) -> str:
            start, end = match.span(match.lastgroup or 0)
            written = body[start:end]
            url = self._url(written.strip(), page)
            if not url:
                message = f"`{_shown(written)}` names nothing that is published; correct the link"
                faults.setdefault(written, Fault("template-unknown", written.strip()[:200], message))
            space = written[len(written.rstrip()) :]
            return body[match.start() : start] + (url or page.url) + space + body[end : match.end()]

        markup = page.markup if page.markup in _WHERE else "html"
        text = outside(_WHERE[markup], with_url, body, code_spans(body, markup))
        if markup == "markdown":
            text = _LANGUAGE.sub("", text)
        return Expanded(text, tuple(faults.values()))

    def _url(self, written: str, page: Page) -> str:
        link = _WRITTEN.fullmatch(written)
        if link is None:
            return ""
        what, path = link["what"], unquote(unescape(link["path"]))
        if what == "index":
            return f"{self.site.url}/index.html"
        if what in _KINDS:
            return self._term(_KINDS[what], path)
        if what == "filename" and (found := page.links.get(link["path"])):
            return _quoted(found) + _quoted(link["more"])
        if what == "filename" and _SOURCE.match(path):
            return ""
        target = self._attached(path, page) if what == "attach" else self._static(path, page)
        return target + _quoted(link["more"]) if target else ""

    def _term(self, kind: str, name: str) -> str:
        pattern = str(_mapping(self.site.variables.get("terms")).get(kind, ""))
        slug = slugify(
            name,
            self.slugs.get(kind, ()),
            in_unicode=bool(self.site.variables.get("in_unicode")),
            keep_case=bool(self.site.variables.get("keep_case")),
        )
        path = pattern.replace("{slug}", slug).replace("{name}", name)
        return f"{self.site.url}/{_quoted(path).lstrip('/')}" if pattern and slug else ""

    def _static(self, path: str, page: Page) -> str:
        """A file below the content folder keeps its path there, unless the settings move it."""
        content = str(self.site.variables.get("content") or "")
        within = page.path[len(content) + 1 :] if content and page.path.startswith(f"{content}/") else page.path
        target = joined("" if path.startswith("/") else within.rpartition("/")[0], path)
        moved = _mapping(self.site.variables.get("moved")).get(target, target)
        return f"{self.site.url}/{_quoted(str(moved))}" if target else ""

    def _attached(self, path: str, page: Page) -> str:
        """A file that comes along with the article: below its page as it lies below its file, else beside it."""
        below = joined("", path) if not path.startswith("/") else ""
        tail = below or path.rpartition("/")[2]
        return f"{page.url.rpartition('/')[0]}/{_quoted(tail)}" if tail else ""


def _candidates(target: str, path: str) -> Iterator[str]:
    """Where a file may lie that a link in the file `path` names; what begins with `/` is below the content folder,
    which is mostly the first folder of the path."""
    folder = path.rpartition("/")[0]
    for wanted in (target, unquote(target)):
        if not wanted.startswith("/"):
            above = [folder]
        else:
            parts = folder.split("/")[:_DEEPEST]
            above = ["/".join(parts[:depth]) for depth in (1, 0, *range(2, len(parts) + 1))]
        yield from (found for each in above if (found := joined(each, wanted)))


def _markup(path: str) -> str:
    return {"rst": "rest", "html": "html", "htm": "html"}.get(path.rpartition(".")[2], "markdown")


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _quoted(text: str) -> str:
    """Fit to stand in a destination of any markup: no blanks, brackets or quotation marks."""
    return quote(unescape(text), safe="/:@!$&*+,;=~%?#-._", errors="ignore")


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:60]).strip()
