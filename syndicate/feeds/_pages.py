"""What the pages for people have in common: their templates, style and script, and what these may do. Pure.

The files are in `pages/`. A page carries its style and script in itself, and its Content-Security-Policy
names their digests: nothing else runs or styles it, and nothing is asked of another host by itself.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from syndicate.feeds._words import Words

if TYPE_CHECKING:
    from jinja2 import Environment

MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='-4 -4 32 32'%3E%3Crect x='-4' "
    "y='-4' width='32' height='32' rx='7' fill='%230b6657'/%3E%3Cg fill='none' stroke='%23fff' stroke-wid"
    "th='2.6' stroke-linecap='round'%3E%3Cpath d='M3 4.5h6.5a10 10 0 0 1 10 10v5'/%3E%3Cpath d='M3 10.5h6"
    ".5a4 4 0 0 1 4 4v5'/%3E%3Cpath d='M3 16.5h4.5v3'/%3E%3C/g%3E%3C/svg%3E"
)
_MARK = (
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M3 4.5h6.5a10 10'
    ' 0 0 1 10 10v5"/><path d="M3 10.5h6.5a4 4 0 0 1 4 4v5"/><path d="M3 16.5h4.5v3"/></svg>'
)


def rendered(template: str, **values: Any) -> str:
    """A template of `pages/` with these values, everything in them escaped."""
    return _environment().get_template(template).render(values)


@cache
def asset(*names: str) -> str:
    """Styles or scripts to write into a page as they are, one after the other (ours, so not escaped)."""
    return "".join((get_data("syndicate.feeds", f"pages/{name}") or b"").decode() for name in names)


def escaped(text: str) -> str:
    """A text in HTML, inside a tag or not."""
    if text.isalnum():
        return text
    text = text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


@cache
def policy(style: str, script: str, *more: str) -> str:
    """A Content-Security-Policy by which only what stands in the page itself may run, style it, or be shown.

    `more` are further directives, as `media-src https:`.
    """
    rules = (
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "img-src data:",
        *more,
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def web(url: str) -> str:
    """The address, or "" where following it would not be a visit to a web page (`javascript:`)."""
    return url if re.match(r"https?://", url, re.IGNORECASE) else ""


def head(policy: str) -> str:
    """The lines with which the head of every page begins, its Content-Security-Policy among them."""
    return f"""<meta charset="utf-8">
<meta name="generator" content="Syndicate">
<meta http-equiv="Content-Security-Policy" content="{escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f6f3">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131817">
<link rel="icon" href="{ICON}">
"""


def mark() -> str:
    """The sign of a feed, as a drawing."""
    return _MARK


def day(moment: datetime, words: Words) -> str:
    """The day, in the moment's own zone, without asking the locale."""
    said = words.date.format(d=moment.day, m=_months(words.months)[moment.month - 1], y=moment.year)
    return f'<time datetime="{escaped(moment.isoformat(timespec="seconds"))}">{escaped(said)}</time>'


@cache
def _months(names: str) -> list[str]:
    return names.split()


def address(url: str) -> str:
    """An address to read, which may be broken behind each slash."""
    return f"<code>{escaped(url).replace('/', '/<wbr>')}</code>"


def format_name(name: str) -> str:
    """A format as people call it."""
    return FORMAT_NAMES.get(name, name)


def media_type(name: str) -> str:
    """The media type of a format, "" of one that we do not know."""
    return MEDIA_TYPES.get(name, "")


@cache
def _environment() -> Environment:
    env = environment("syndicate.feeds")
    env.filters.update(web=web)
    env.globals.update(head=head, mark=mark, day=day, address=address)
    return env


@cache
def environment(package: str) -> Environment:
    """The templates in the folder `pages` of a package, everything in them escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
