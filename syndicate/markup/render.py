"""A body in Markdown, HTML, reST or plain text → HTML that nobody has judged yet: `safe.clean` follows, always.

Markdown is GitHub's (tables, strikethrough, autolinks, footnotes, task lists) with the definition lists of
kramdown and goldmark, raw HTML passed through, and emphasis that works beside CJK punctuation. Headings get no ids:
links to them lead to the post's own page, which has the ids its generator made. Footnotes are linked as kramdown and
goldmark name them there.

What other dialects of Markdown write and GitHub's would show is taken away afterwards, in the HTML: only
there is code marked beyond doubt, so only there can the same characters be left alone in an example.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

from syndicate.markup import _markdown, _rest
from syndicate.model.patterns import regex


def to_html(body: str, markup: str) -> str:
    """A body in `markdown`, `html`, `rest` or `text` → HTML. Never raises for a body; ValueError for another markup."""
    if markup == "markdown":
        return _without_leftovers(_kramdown(_markdown.to_html(body)))
    if markup == "html":
        return _without_leftovers(body)
    if markup == "text":
        return _paragraphs(body)
    if markup == "rest":
        return _rest.to_html(body)
    raise ValueError(f"no such markup: {markup!r}")


def _paragraphs(text: str) -> str:
    """Plain text → a paragraph for each run of lines between blank ones."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n")))
    return "\n".join(f"<p>{entities.escape(block, quote=False)}</p>" for block in blocks if block.strip())


# --- what is taken away afterwards ---

# Where code samples and comments start, and how each ends.
_SAMPLE = regex(r"<(?:(pre|code|script|style|textarea)\b|!--)", re.IGNORECASE)
_SAMPLE_END = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("pre", "code", "script", "style", "textarea")}
_COMMENT_END = regex("-->")


def _samples(html: str) -> Iterator[tuple[int, int]]:
    """Where code samples and comments stand, in order. One that never ends reaches to the end of the text."""
    at = 0
    while start := _SAMPLE.search(html, at):
        ending = _SAMPLE_END[start[1].lower()] if start[1] else _COMMENT_END
        end = ending.search(html, start.end())
        at = end.end() if end else len(html)
        yield start.start(), at
    yield len(html), len(html)


def _without(pattern: re.Pattern[str], html: str) -> str:
    """HTML without what the pattern finds outside code samples and comments (but for the group `kept`).

    Every alternative of a pattern starts with a character of its own, or searching takes ten times as long.
    """
    samples = _samples(html)
    sample_start, sample_end = next(samples)
    kept, at, last_closing = [], 0, html.rfind("{:/")
    for match in pattern.finditer(html):
        while sample_end <= match.start() and sample_start < len(html):
            sample_start, sample_end = next(samples)
        if at <= match.start() < sample_start:
            kept.append(html[at : match.end("kept") if match.lastgroup == "kept" else match.start()])
            commented = match[0] == "{::comment}" and match.end() <= last_closing
            at = _end_of_comment(html, match.end()) if commented else match.end()
    return "".join(kept) + html[at:]


def _end_of_comment(html: str, start: int) -> int:
    """Where the `{:/comment}` or `{:/}` ends that comes next."""
    return html.find("}", html.find("{:/", start)) + 1 or len(html)


# A link whose address its script did not have, alone on its line or in its block.
_EMPTY_LINK = regex(
    r"(?P<kept>[<\n](?:(?<=\n)|(?:/?p|li|div|br ?/?)>))[ \t]*(?:<>|&lt;&gt;)[ \t]*(?=$|</?(?:p|li|div|ul|ol|br)\b)",
    re.MULTILINE,
)


_NO_ADDRESS = regex("<>")  # a search for so short a text takes a pattern half the time that `in` takes


def _without_leftovers(html: str) -> str:
    return _without(_EMPTY_LINK, html) if _NO_ADDRESS.search(html) or ("&" in html and "&lt;&gt;" in html) else html


def _kramdown(html: str) -> str:
    """Rendered Markdown without kramdown's marks, and with its names for footnotes."""
    if "#" in html and "data-footnote-" in html:
        html = _FOOTNOTE.sub(r"\1:", html)
    if ("*" in html and "<p>*[" in html) or ("{" in html and "{:" in html):
        html = _without(_MARK, html)
    if "{" not in html:
        return html
    return _HEADING_ID.sub(r"\1", html) if "{#" in html or "{." in html else html


_FOOTNOTE = regex(r'(<a href="#fn(?:ref)?)-(?=[^"<>]*" (?:id="fnref-|class="footnote-backref"))')

# `# Title {#id}` and `# Title {#id .class}`, at the end of a heading.
_HEADING_ID = regex(r"(?: \{|\{)[#.][^\s{}<>][^{}<>\n]*\}(</h[1-6]>)")

# An attribute list, as strictly as kramdown writes them: `{:ok, value}` is somebody's Elixir. Lengths are limited
# and no two parts can match the same text, so that nothing is tried twice.
_NAME = r"[A-Za-z][\w:.-]{0,99}"
_ITEM = (
    rf"(?:[.#][\w-][\w:.#-]{{0,199}}|{_NAME}=(?:&quot;(?:[^{{}}<>&\n]|&(?!quot;))*&quot;|'[^{{}}<>'\n]*')"
    r"|(?:no_)?toc|footnotes)"
)
_LIST = rf"\{{:(?:[A-Za-z][\w-]{{0,99}}:)?[ \t]*{_ITEM}(?:[ \t]+{_ITEM})*[ \t]*\}}"
_EXTENSION = r"\{::(?:options|nomarkdown)\b[^{}<>\n]*\}|\{:/(?:nomarkdown|comment)?\}"
# What an abbreviation means is told to the mouse on a page; a feed shows the abbreviation alone.
_ABBREVIATION = r"\*\[[^\]<>\n]{1,99}\]:[^<>\n]*"
# Three blocks are nothing but a mark: a list that stands for a table of contents, a row of a table, and a paragraph
# (in which a mere name is a mark too).
_MARK = regex(
    rf"<(?P<list>[uo]l)>\n<li>[^<>\n]*\n\{{:toc\}}</li>\n</(?P=list)>\n?"
    rf"|<tr>\n<td[^<>]*>(?:{_LIST})</td>(?:\n<td[^<>]*></td>)*\n</tr>\n?"
    rf"|<p>(?:(?:{_LIST}|\{{:[ \t]*{_NAME}[ \t]*\}}|{_EXTENSION}|{_ABBREVIATION})\n?)+</p>\n?"
    rf"|\n{_LIST}|{_LIST}|{_EXTENSION}|\{{::comment\}}"
)
