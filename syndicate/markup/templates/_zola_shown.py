"""What well-known shortcodes of Zola sites show, as HTML fit for a feed. Arguments and content in, text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape

Arguments = Mapping[str, str]

_ARGUMENT = re.compile(r"""([A-Za-z_]\w*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|`([^`]*+)`|([^\s,"'`\[\]]++))""", re.ASCII)
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_GIST = re.compile(r"https://gist\.github\.com/[\w./-]{1,200}", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+|[^\s<>\":]*[./][^\s<>\":]*")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif)(?:[?#]|\Z)", re.IGNORECASE)
_WORDS = ("caption", "alt", "title", "text", "author", "label", "name", "description")
_MOST = 20


def arguments(written: str) -> dict[str, str]:
    """The named arguments of a call, as text."""
    return {found[1]: next((text for text in found.groups()[1:] if text), "") for found in _ARGUMENT.finditer(written)}


def _player(start: str, title: str) -> Callable[[Arguments, str], str]:
    def shown(given: Arguments, _body: str) -> str:
        name = given.get("id", "").strip()
        return f'<iframe src="{start}{name}" title="{title}"></iframe>' if _ID.fullmatch(name) else ""

    return shown


def gist(given: Arguments, _body: str) -> str:
    """`{{ gist(url="https://gist.github.com/user/1") }}`"""
    url = given.get("url", "").strip()
    return f'<a href="{escape(url)}">{escape(url)}</a>' if _GIST.fullmatch(url) else ""


def figure(given: Arguments, body: str) -> str:
    """`{{ figure(src="a.png", alt="…", caption="…") }}`, under the names that themes give it."""
    source = next((given[key].strip() for key in ("src", "path", "url", "image") if given.get(key, "").strip()), "")
    if not source:
        return body
    picture = f'<img src="{escape(source)}" alt="{escape(given.get("alt", ""))}">'
    caption = body.strip() or escape(given.get("caption") or given.get("title") or "")
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>" if caption else picture


def quote(given: Arguments, body: str) -> str:
    """`{% quote(author="…") %}…{% end %}`"""
    author = f"\n— {escape(given['author'])}\n" if given.get("author") else ""
    return f"<blockquote>\n\n{body.strip()}\n{author}\n</blockquote>"


def readable(given: Arguments) -> str:
    """What a shortcode that nobody knows says to a reader: its words, its picture, its address."""
    words = escape(" – ".join(dict.fromkeys(given[key] for key in _WORDS if given.get(key))))
    url = next((text for text in list(given.values())[:_MOST] if _ADDRESS.fullmatch(text.strip())), "").strip()
    if url and _PICTURE.search(url):
        return f'<img src="{escape(url)}" alt="{words}">'
    return f'<a href="{escape(url)}">{words or escape(url)}</a>' if url else words


def as_code(text: str) -> str:
    """Template code that is to be read, as a code span."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{text}{ticks}"


KNOWN: Mapping[str, Callable[[Arguments, str], str]] = {
    "youtube": _player("https://www.youtube.com/embed/", "YouTube video"),
    "vimeo": _player("https://player.vimeo.com/video/", "Vimeo video"),
    "streamable": _player("https://streamable.com/e/", "Streamable video"),
    "gist": gist,
    "figure": figure,
    "image": figure,
    "img": figure,
    "quote": quote,
}
