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
from typing import TYPE_CHECKING, Any

from syndicate.feeds._words import Words

if TYPE_CHECKING:
    from jinja2 import Environment, PackageLoader

MEDIA_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON"}


def rendered(template: str, **values: Any) -> str:
    """A template of `pages/` with these values, everything in them escaped."""
    return _environment().get_template(template).render(values)


@cache
def asset(*names: str) -> str:
    """Styles or scripts to write into a page as they are, one after the other (ours, so not escaped)."""
    from markupsafe import Markup

    return Markup("".join(_loader().get_source(_environment(), name)[0] for name in names))  # noqa: S704


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


@cache
def _loader() -> PackageLoader:
    from jinja2 import PackageLoader

    return PackageLoader("syndicate.feeds", "pages")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    env = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(number=_number, web=web, date=_date, format_name=_format_name, media_type=_media_type)
    return env


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _date(moment: datetime, words: Words) -> str:
    """The day, in the moment's own zone, without asking the locale."""
    month = words.months.split()[moment.month - 1]
    return words.date.format(d=moment.day, m=month, y=moment.year)


def _number(value: int) -> str:
    return f"{value:,}"


def _format_name(name: str) -> str:
    return FORMAT_NAMES.get(name, name)


def _media_type(name: str) -> str:
    return MEDIA_TYPES.get(name, "")
