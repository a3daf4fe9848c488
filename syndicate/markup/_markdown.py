"""Which engine renders Markdown, and what is kept from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import islice

from syndicate.model.patterns import regex

Engine = Callable[[str], str]

_EXTENSIONS = (
    "autolink",
    "cjk_friendly_emphasis",
    "description_lists",
    "footnotes",
    "strikethrough",
    "table",
    "tasklist",
)


_DEFINITION = regex(r"^[ \t>]*[:~][ \t]", re.MULTILINE)
_MOST_DEFINITIONS = 500


_MOST_QUOTES = 100_000  # each costs 27 characters of HTML
_DEEP_QUOTE = regex(r"^((?:[ \t]{0,3}>){100})(?:[ \t]{0,3}>)++", re.MULTILINE)

_AT = regex(r"@|&(?:#0*+64|#[xX]0*+40|commat);")  # the engine looks for addresses when references are resolved
_MOST_ADDRESSES = 500


def _has_too_many_addresses(text: str) -> bool:
    """For each address of mail that is to be a link, the engine copies what is left of the paragraph."""
    at_most = text.count("@") + (text.count("&") if "&" in text else 0)
    return at_most > _MOST_ADDRESSES and any(islice(_AT.finditer(text), _MOST_ADDRESSES, None))


def _has_too_many_definitions(text: str) -> bool:
    """The engine takes the square of their number in steps: no post has that many, and what has is a trap."""
    at_most = text.count(":") + (text.count("~") if "~" in text else 0)
    return at_most > _MOST_DEFINITIONS and any(islice(_DEFINITION.finditer(text), _MOST_DEFINITIONS, None))


@cache
def _comrak() -> Callable[..., str]:
    """The engine of choice, with all extensions but those that are named: tens of microseconds for a post."""
    from comrak import ExtensionOptions, RenderOptions, render_markdown

    @cache
    def without(*names: str) -> ExtensionOptions:
        extensions = ExtensionOptions()
        for name in _EXTENSIONS:
            setattr(extensions, name, name not in names)
        return extensions

    output = RenderOptions()
    output.unsafe_ = True  # raw HTML passes: sanitising is the next stage's
    return lambda text, *names: str(render_markdown(text, without(*names), None, output))


def _by_comrak(text: str) -> str:
    """What it makes of a text. It is linear in its input but for two extensions.

    So definitions and bare addresses stay plain text in a body that has more than 500 of them.
    """
    if len(text) > _LONG:
        shallow = _DEEP_QUOTE.sub(r"\1", text) if text.count(">") > _MOST_QUOTES else text
        return _rendered(shallow, _beyond(shallow))
    html, rest = _html_first(text)
    return html + _rendered(rest, _beyond(text)) if rest else html


def _beyond(text: str) -> tuple[str, ...]:
    """The extensions that a text has too much for."""
    definitions = ("description_lists",) if _has_too_many_definitions(text) else ()
    return (*definitions, "autolink") if _has_too_many_addresses(text) else definitions


_LONG = 25_000  # characters; what is longer is seldom, and rendered as it is

# HTML that begins like this ends with the next blank line, and no sign in it means anything.
_HTML = regex(
    "</?(?:address|article|aside|blockquote|center|details|div|dl|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p"
    "|section|table|ul)[ >]"
)
_BLANK_LINE = regex(r"\n[ \t]*+(?:\n|\Z)")


def _html_first(text: str) -> tuple[str, str]:
    """A text → the HTML that it begins with, as the engine gives it, and what the engine has to be asked of."""
    if not _HTML.match(text):
        return "", text
    blank = _BLANK_LINE.search(text)
    html, rest = (text[: blank.start()], text[blank.end() :]) if blank else (text, "")
    if "\r" in html or "\0" in html or rest.startswith("\ufeff"):  # other ends of lines, and what it leaves out
        return "", text
    if "]:" in rest:  # how often a definition is put in depends on the length of all
        return "", text
    if not html.isascii():
        html.encode()  # refused like by the engine
    return f"{html}\n", rest


# Where an address may begin that is to be a link without being marked as one, by what stands before it.
_WWW = regex(r"www\.(?<!/www\.)")
_SCHEME = regex(
    "://" + "".join(f"(?<!{before}http{s}://)" for before in (r"\]\(", r"\]: ", 'href="', 'src="') for s in ("", "s"))
)
_SHOWN = regex("://" + "".join(f'(?<!{name}="http{s}://)' for name in ("href", "src") for s in ("", "s")))


def _rendered(text: str, beyond: tuple[str, ...]) -> str:
    """What the engine makes of it, without these extensions. It looks for bare addresses, a quarter of its time, where
    there may be any."""
    render = _comrak()
    if "autolink" not in beyond and "@" not in text and not _WWW.search(text) and not _SCHEME.search(text):
        html = render(text, *beyond, "autolink")
        if "@" not in html and not _SHOWN.search(html):  # what was marked as a link has become one
            return html
    return render(text, *beyond)


def _markdown_it() -> Engine:
    """Where comrak has no wheel: pure Python, 40 times slower; no footnotes, task or definition lists, bare links."""
    from markdown_it import MarkdownIt

    engine = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return lambda text: str(engine.render(text))


@cache
def _engine() -> tuple[str, Engine]:
    """The name of the engine and the engine: loaded with the first post that needs it."""
    try:
        _comrak()
        return "comrak", _by_comrak
    except ImportError:
        return "markdown-it", _markdown_it()


def engine() -> str:
    """The name of the engine: a part of what rendered Markdown depends on."""
    return _engine()[0]


def to_html(text: str) -> str:
    """Markdown → HTML as the engine gives it."""
    render = _engine()[1]
    try:
        return render(text)
    except UnicodeEncodeError:  # a lone surrogate, which no engine takes
        return render(text.encode("utf-8", "ignore").decode())
