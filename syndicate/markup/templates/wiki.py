"""What Obsidian adds to Markdown, and the wiki links that other folders of notes have, too.

In any folder: `[[Note]]`, `![[picture.png|100]]`, callouts. In a vault, which is where the site's variables have
`attachments`: `%%comments%%`, `==marks==`, block ids, the code of Templater and blocks of queries. Links to known notes
become Markdown links, those to unknown ones their text. Math and code stay as they are.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self
from urllib.parse import quote

from syndicate.markup.links import MOST
from syndicate.markup.samples import code_spans, matches, outside
from syndicate.markup.templates import Expanded, Fault, Page, Templates, TemplateSite
from syndicate.markup.templates import _wiki_links as links
from syndicate.model import Reference
from syndicate.model.records import dataclass

_SIGNS = ("[[", "[!", "%%", "==", "<%", "^", "dataview", "query", "tasks")

_MATH = r"\$\$[^$]*+(?:\$(?!\$)[^$]*+)*+\$\$|(?<![\\$\w])\$(?![\s$])[^$\n`]*+(?<![\s\\])\$(?![0-9$])"
_COMMENT = r"(?P<comment>%%[^%]*+(?:%(?!%)[^%]*+)*+%%)"
_TEMPLATER = r"(?P<code><%[^<%]*+(?:(?:<(?!%)|%(?!>))[^<%]*+)*+%>)"
_IN_NOTES = re.compile(f"{_MATH}|{links.LINK}")
_IN_VAULT = re.compile(f"{_MATH}|{_COMMENT}|{_TEMPLATER}|{links.LINK}")
_LINK = re.compile(links.LINK)

_CALLOUT = re.compile(
    r"^(?P<lead>(?:[ \t]*+>)++)[ \t]*+\[!(?P<kind>[A-Za-z][\w-]*+)(?:\|[^\]\n]*+)?\][+-]?[ \t]*+(?P<title>[^\n\r]*+)",
    re.MULTILINE,
)
_BLOCK_ID = re.compile(r"(?<!\S)\^[A-Za-z0-9-]++(?=[ \t\r]*+$)", re.MULTILINE)
_MARK = re.compile(
    rf"{_MATH}|(?<![=A-Za-z0-9&?/\\])==(?=[^\s=])(?P<marked>[^=\n]*+(?:=(?!=)[^=\n]*+)*+)(?<=[^\s=\\])==(?!=)"
)
_SIZED = re.compile(r"!\[(?P<alt>[^\[\]|\n]*+)\\?\|[0-9]{1,5}(?:x[0-9]{1,5})?\](?=\()")
_QUERY = re.compile(r"[`~]{3,}+[ \t]*+(dataviewjs|dataview|query|tasks|base)(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class Wiki(Templates):
    """The language of wiki links; see Templates for the contract."""

    name: ClassVar[str] = "wiki"

    site: TemplateSite

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language for a site; nothing is prepared."""
        return cls(site)

    @classmethod
    def concerns(cls, body: str) -> bool:
        """Whether one of the signs is in the body."""
        return any(sign in body for sign in _SIGNS)

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """The notes that are linked or embedded."""
        if "[[" not in body:
            return []
        markup = "html" if path.lower().endswith((".html", ".htm")) else "markdown"
        found: dict[str, Reference] = {}
        for match in matches(_LINK, body, code_spans(body, markup)):
            link = links.parsed(match)
            if link.note and not link.ending and link.note not in found:
                found[link.note] = Reference(link.note, links.candidates(link.note, path))
                if len(found) == MOST:
                    break
        return list(found.values())

    def expand(self, body: str, page: Page) -> Expanded:
        """Markdown without anything of Obsidian's; in other markup only the links are replaced."""
        if page.markup != "markdown":
            spans = code_spans(body, page.markup)
            return Expanded(outside(_LINK, lambda match: self._linked(match, page), body, spans))
        in_vault = "attachments" in self.site.variables
        body, faults = _without_queries(body) if in_vault else (body, ())
        body = outside(_IN_VAULT if in_vault else _IN_NOTES, lambda match: self._replaced(match, page), body)
        if "[!" in body:
            body = outside(_CALLOUT, _callout, body)
        return Expanded(_without_marks(body) if in_vault else body, faults)

    def _replaced(self, match: re.Match[str], page: Page) -> str:
        parts = match.groupdict()
        if parts["target"] is not None:
            return self._linked(match, page)
        return "" if parts.get("comment") or parts.get("code") else match[0]

    def _linked(self, match: re.Match[str], page: Page) -> str:
        """A link or an embedded file in the markup of the page."""
        link = links.parsed(match)
        if link.ending:
            url = links.file_url(link.note, self.site.url, self._attachments())
            if link.is_picture and link.embedded:
                return links.picture(link, url, page.markup)
            return links.anchor(link.text, url, page.markup)
        return links.anchor(link.text, self._url(link, page), page.markup)

    def _attachments(self) -> str | None:
        found = self.site.variables.get("attachments")
        return found if isinstance(found, str) else None

    def _url(self, link: links.Wiki, page: Page) -> str:
        """The URL of a note, "" where it is unknown; only a vault's pages name their headings as they are written."""
        fragment = ""
        if link.heading and self._attachments() is not None:
            fragment = f"#{quote(link.heading, safe='').replace('%20', '+')}"
        if link.note:
            url = page.links.get(link.note, "")
            return f"{url}{fragment}" if url else ""
        return f"{page.url}{fragment}" if fragment else ""


def _without_queries(body: str) -> tuple[str, tuple[Fault, ...]]:
    """The body without the blocks that only Obsidian can run, and one fault for each kind."""
    kinds: dict[str, None] = {}
    kept, done = [], 0
    for start, end in code_spans(body) if _QUERY.search(body) else ():
        if found := _QUERY.match(body, start, end):
            kinds[found[1].lower()] = None
            kept.append(body[done:start])
            done = end
    return "".join((*kept, body[done:])), tuple(_fault(kind) for kind in kinds)


def _fault(kind: str) -> Fault:
    message = (
        f"a block of `{kind}` is left out, because only Obsidian can run it; "
        "write its result into the note if readers are to see it"
    )
    return Fault("query-not-run", f"query {kind}", message)


def _callout(match: re.Match[str]) -> str:
    """`> [!note]- Title` → the title as a paragraph of the quotation."""
    title = match["title"].strip() or match["kind"].replace("-", " ").capitalize()
    return f"{match['lead']} <strong>{title}</strong>\n{match['lead']}"


def _without_marks(body: str) -> str:
    """Highlights as elements, without block ids and the sizes in alternative texts."""
    if "==" in body:
        body = outside(_MARK, _marked, body)
    if "^" in body:
        body = outside(_BLOCK_ID, lambda _match: "", body)
    if "![" in body:
        body = outside(_SIZED, lambda match: f"![{match['alt']}]", body)
    return body


def _marked(match: re.Match[str]) -> str:
    return match[0] if match["marked"] is None else f"<mark>{match['marked']}</mark>"
