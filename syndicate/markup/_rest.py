"""reST → HTML that nobody has judged yet, through docutils.

No file is read and no clock asked, whatever a directive wants. Faults of the text are not shown in it: a directive
that is not known vanishes and what is indented below it stays, a role that is not known stays as text. What
docutils cannot read at all, and what would keep it busy for minutes, is shown as it is.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from syndicate.model.patterns import regex

_MOST_CHARACTERS = 512 * 1024
_LONGEST_LINE = 100_000  # docutils reads none of a text with a longer one
_MOST_STEPS = 50_000_000
_MOST_CORNERS = 5_000
_MOST_SUBSTITUTIONS = 500
_MOST_LINES = 20_000  # a block each, at worst, and some 100 µs for each
_MOST_DIRECTIVES = 2_000  # some 1 ms for each

_BLANK_LINE = regex(r"\n[ \t\r]*\n")
_MARKS = regex(r"[*`_|\[:<]")
_LONG_WORD = regex(r"[\w.!~*'{|}/#?^`&=+$%-]{500,}+")
_WORD_STARTS = regex(r"[-/'{]")
_CORNER = regex(r"^[ \t]*\+[-=].*$", re.MULTILINE)
_OPTION = regex(r"\s*:[\w-]{1,50}:(?:\s|\Z)")

_SETTINGS: dict[str, object] = {
    "_disable_config": True,
    "character_level_inline_markup": False,
    "cloak_email_addresses": False,
    "docinfo_xform": False,
    "doctitle_xform": False,
    "embed_stylesheet": False,
    "file_insertion_enabled": False,
    "footnote_references": "superscript",
    "halt_level": 6,
    "id_prefix": "",
    "initial_header_level": "2",
    "input_encoding": "unicode",
    "line_length_limit": _LONGEST_LINE,
    "math_output": "LaTeX",
    "output_encoding": "unicode",
    "raw_enabled": False,
    "report_level": 5,
    "sectnum_xform": False,
    "sectsubtitle_xform": False,
    "smart_quotes": False,
    "stylesheet": None,
    "stylesheet_path": None,
    "syntax_highlight": "none",
    "toc_backlinks": False,
    "traceback": True,
    "warning_stream": False,
}


def to_html(body: str) -> str:
    """A body in reST → HTML. Never raises."""
    text = body.encode("utf-8", "ignore").decode()
    if not text.strip():
        return ""
    if _is_too_costly(text):
        return _as_it_is(text)
    try:
        return _rendered(text)
    except Exception:  # noqa: BLE001 -- docutils raises nearly anything (a RecursionError, an AttributeError)
        return _as_it_is(text)


def _as_it_is(text: str) -> str:
    return f"<pre>{html.escape(text, quote=False)}</pre>"


def _is_too_costly(text: str) -> bool:
    """Whether docutils would take the square of the text in steps, or make too many pieces of it.

    Within a paragraph it looks for the end of each mark to the paragraph's end, and for an address of mail behind
    each sign in a long word to the word's end; for each corner of a table it walks along the lines; and what is
    put in for `|name|` may be long.
    """
    lines = text.splitlines()
    if len(text) > _MOST_CHARACTERS or len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        return True
    if text.count("::") > _MOST_DIRECTIVES:
        return True
    steps = sum(len(block) * len(_MARKS.findall(block)) for block in _BLANK_LINE.split(text))
    steps += sum(len(word) * len(_WORD_STARTS.findall(word)) for word in _LONG_WORD.findall(text))
    corners = sum(line.count("+") for line in _CORNER.findall(text))
    substituted = ".. |" in text and text.count("|") > _MOST_SUBSTITUTIONS
    return steps > _MOST_STEPS or corners > _MOST_CORNERS or substituted


def _rendered(text: str) -> str:
    from docutils.core import publish_parts
    from docutils.parsers.rst import roles

    parser, writer = _parts()
    known = dict(roles._roles)
    try:
        parts = publish_parts(text, parser=parser(), writer=writer(), settings_overrides=_SETTINGS)
    finally:  # a role that one text defines is none in another
        roles._roles.clear()
        roles._roles.update(known)
    return str(parts["body"])


@cache
def _parts() -> tuple[Any, Any]:
    """The parser and the writer: made with the first text that needs them."""
    _teach()
    return _parser(), _writer()


def _parser() -> Any:
    """docutils' parser with states that keep the content of a directive they do not know."""
    from docutils.parsers.rst import Parser, states

    tolerant: list[Any] = []
    shared = {"unknown_directive": _content_alone, "nested_sm_cache": []}

    def made(each: Any) -> Any:
        def begin(self: Any, state_machine: Any, debug: bool = False) -> None:
            each.__init__(self, state_machine, debug)
            self.nested_sm_kwargs = {"state_classes": tolerant, "initial_state": "Body"}

        return type(each.__name__, (each,), {"__init__": begin, **shared})

    tolerant.extend(made(each) for each in states.state_classes)

    class TolerantParser(Parser):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.state_classes = tolerant

    return TolerantParser


def _content_alone(state: Any, _type_name: str) -> tuple[list[Any], bool]:
    """What a state makes of a directive it does not know: the text indented below it, without the options."""
    from docutils import nodes

    block, _indent, offset, blank_finish = state.state_machine.get_first_known_indented(0, strip_indent=False)
    block.trim_start(1)
    while block and (not block[0].strip() or _OPTION.match(block[0])):
        block.trim_start(1)
        offset += 1
    inside = nodes.Element()
    if block:
        block.trim_left(min((len(line) - len(line.lstrip()) for line in block if line.strip()), default=0))
        state.nested_parse(block, offset + 1, inside)
    return inside.children, blank_finish


def _writer() -> Any:
    from docutils.nodes import SkipNode
    from docutils.writers.html5_polyglot import HTMLTranslator, Writer

    class Translator(HTMLTranslator):  # type: ignore[misc]
        """Code as `<pre><code>`; pictures without the path as their text, and never from a file."""

        def visit_literal_block(self, node: Any) -> None:
            self.body.append("<pre><code>")

        def depart_literal_block(self, node: Any) -> None:
            self.body.append("</code></pre>\n")

        def visit_literal(self, node: Any) -> None:
            self.body.append("<code>")

        def depart_literal(self, node: Any) -> None:
            self.body.append("</code>")

        def visit_math(self, node: Any) -> None:
            self.body.append(f"<code>{html.escape(node.astext(), quote=False)}</code>")
            raise SkipNode

        def visit_math_block(self, node: Any) -> None:
            self.body.append(f"<pre><code>{html.escape(node.astext(), quote=False)}</code></pre>\n")
            raise SkipNode

        def visit_image(self, node: Any) -> None:
            node["alt"] = node.get("alt", "")
            node["loading"] = "link"
            super().visit_image(node)

        def visit_system_message(self, node: Any) -> None:
            raise SkipNode

    class PlainWriter(Writer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.translator_class = Translator

    return PlainWriter


def _teach() -> None:
    """Directives and roles that Pelican has beside docutils' own; `date` would ask the clock."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives, roles

    class Code(Directive):  # type: ignore[misc]
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True
        option_spec = dict.fromkeys(_CODE_OPTIONS, directives.unchanged)

        def run(self) -> list[Any]:
            text = "\n".join(self.content)
            return [nodes.literal_block(text, text)]

    class Nothing(Directive):  # type: ignore[misc]
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[Any]:
            return []

    for name in ("code", "code-block", "sourcecode", "highlight", "parsed-code"):
        directives.register_directive(name, Code)
    for name in ("date", "contents", "sectnum", "raw", "include", "header", "footer", "title"):
        directives.register_directive(name, Nothing)
    roles.register_local_role("abbr", _abbreviation)
    roles.register_local_role("raw", _nothing)


_CODE_OPTIONS = (
    "anchorlinenos caption class classprefix dedent emphasize-lines filename force hl_lines lineanchors lineno-start "
    "linenos linenospecial linenostart linenostep lineseparator linespans name nobackground nowrap number-lines "
    "tagsfile tagurlformat"
).split()


def _abbreviation(_role: str, rawtext: str, text: str, *_more: Any, **_options: Any) -> tuple[list[Any], list[Any]]:
    """`:abbr:`FAQ (Frequently Asked Questions)`` is the abbreviation; what it means, a mouse is told on the page."""
    from docutils import nodes, utils

    short = re.sub(r"\([^()]*\)\Z", "", utils.unescape(text).strip()).strip()
    return [nodes.abbreviation(rawtext, short)], []


def _nothing(*_arguments: Any, **_options: Any) -> tuple[list[Any], list[Any]]:
    return [], []
