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

_MOST_ADDRESSES = 500


def _has_too_many_addresses(text: str) -> bool:
    """For each address of mail that is to be a link, the engine copies what is left of the paragraph."""
    return "@" in text and text.count("@") > _MOST_ADDRESSES


def _has_too_many_definitions(text: str) -> bool:
    """The engine takes the square of their number in steps: no post has that many, and what has is a trap."""
    at_most = text.count(":") + (text.count("~") if "~" in text else 0)
    return at_most > _MOST_DEFINITIONS and any(islice(_DEFINITION.finditer(text), _MOST_DEFINITIONS, None))


def _comrak() -> Engine:
    """The engine of choice: tens of microseconds for a post, and linear in its input but for two extensions.

    So definitions and bare addresses stay plain text in a body that has more than 500 of them.
    """
    from comrak import ExtensionOptions, RenderOptions, render_markdown

    @cache
    def without(*names: str) -> ExtensionOptions:
        extensions = ExtensionOptions()
        for name in _EXTENSIONS:
            setattr(extensions, name, name not in names)
        return extensions

    output = RenderOptions()
    output.unsafe_ = True  # raw HTML passes: sanitising is the next stage's

    def render(text: str) -> str:
        if len(text) > _MOST_QUOTES and text.count(">") > _MOST_QUOTES:
            text = _DEEP_QUOTE.sub(r"\1", text)
        definitions = ("description_lists",) if _has_too_many_definitions(text) else ()
        addresses = ("autolink",) if _has_too_many_addresses(text) else ()
        return str(render_markdown(text, without(*definitions, *addresses), None, output))

    return render


def _markdown_it() -> Engine:
    """Where comrak has no wheel: pure Python, 40 times slower; no footnotes, task or definition lists, bare links."""
    from markdown_it import MarkdownIt

    engine = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return lambda text: str(engine.render(text))


@cache
def _engine() -> tuple[str, Engine]:
    """The name of the engine and the engine: loaded with the first post that needs it."""
    try:
        return "comrak", _comrak()
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
