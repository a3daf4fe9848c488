"""Links from one source file to another (`[x](../b/other.md#h)`): every generator that has them turns them into URLs.

A relative link whose destination ends as a source does is taken for one, in Markdown (links, definitions) and in
`href` attributes, outside of code. Linear in the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

from syndicate.markup.samples import code_spans, matches, outside
from syndicate.model import Reference
from syndicate.model.patterns import regex

MOST = 1_000
"""References of one body that are followed: a page of more links is a list, and the index keeps each of them."""

_ENDINGS = "md|markdown|mdown|mkd|mdx|rst"
_ENDING = rf"\.(?:{_ENDINGS})"
# a text has many points, and to look at a class behind each costs less than to fold a letter
_ANY_ENDING = re.compile(rf"\.(?=[mMrR])(?i:{_ENDINGS})(?![A-Za-z0-9])")

_DESTINATION = r"(?:<(?P<{0}_angled>[^<>\n]*+)>|(?P<{0}>[^\s()<>]++(?:\([^\s()]*+\)[^\s()<>]*+)*+))"
_INLINE = rf"\]\([ \t]*+\n?[ \t]*+{_DESTINATION.format('inline')}(?=[\s)])"
_DEFINITION = rf"^[ \t>]*+\[(?:[^\[\]\\\n]|\\.)++\]:[ \t]*+\n?[ \t]*+{_DESTINATION.format('defined')}(?!\S)"
_HREF = (
    r"""<a(?=\s)[^<>]*?\shref\s*+=\s*+(?:"(?P<double>[^"<>\n]*+)"|'(?P<single>[^'<>\n]*+)'|(?P<bare>[^\s"'<>=`]++))"""
)
_IN_MARKDOWN = regex(f"{_INLINE}|{_DEFINITION}|{_HREF}", re.MULTILINE | re.IGNORECASE)
_IN_HTML = regex(_HREF, re.IGNORECASE)

_SOURCE = regex(rf"(?P<path>[^?#]*{_ENDING})(?:\?[^#]*+)?(?P<fragment>#.*+)?", re.IGNORECASE | re.DOTALL)
_ELSEWHERE = regex(r"[A-Za-z][A-Za-z0-9+.-]*+:|//|@(?!site/)")  # a scheme, a host, a path of Zola's own kind
_ESCAPE = regex(r"\\([!-/:-@\[-`{-~])")


def references(body: str, path: str) -> list[Reference]:
    """The sources that a body in the file `path` links to, each destination once, in order. Never raises."""
    if not _ANY_ENDING.search(body):
        return []
    pattern, spans = _reading(body, path)
    found: dict[str, Reference] = {}
    for match in matches(pattern, body, spans):
        written = match[match.lastgroup or 0]
        if written not in found and (target := _target(written, path)):
            found[written] = Reference(written, (target,))
            if len(found) == MOST:
                break
    return list(found.values())


def resolved(body: str, path: str, links: Mapping[str, str]) -> str:
    """The body with these links leading to the URLs in `links` (by what is written), the others as they are."""
    if not links or not _ANY_ENDING.search(body):
        return body

    def with_url(match: re.Match[str]) -> str:
        written = match[match.lastgroup or 0]
        source = _SOURCE.fullmatch(written)
        if source is None or written not in links:
            return match[0]
        start, end = match.span(match.lastgroup or 0)
        url = escape(links[written]) + (source["fragment"] or "")
        if not (match.lastgroup or "").endswith("_angled"):
            url = url.replace("(", "%28").replace(")", "%29")
        return body[match.start() : start] + url + body[end : match.end()]

    pattern, spans = _reading(body, path)
    return outside(pattern, with_url, body, spans)


def _reading(body: str, path: str) -> tuple[re.Pattern[str], list[tuple[int, int]]]:
    """Where links stand in a file of that name, and its code."""
    if path.lower().endswith((".html", ".htm")):
        return _IN_HTML, code_spans(body, "html")
    return _IN_MARKDOWN, code_spans(body)


def _target(written: str, path: str) -> str:
    """The site-relative path that a destination means in the file `path`; "" where it is no source of the site."""
    source = _SOURCE.fullmatch(written)
    if source is None or _ELSEWHERE.match(written):
        return ""
    wanted = unquote(unescape(_ESCAPE.sub(r"\1", source["path"])))
    if wanted.startswith("@site/"):  # Docusaurus's name for the site's folder
        wanted = wanted[5:]
    return joined("" if wanted.startswith("/") else path.rpartition("/")[0], wanted)


def joined(folder: str, wanted: str) -> str:
    """A path seen from a folder, without `.` and `..`; "" where it leads above the site's folder."""
    parts: list[str] = []
    for part in f"{folder}/{wanted}".split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
