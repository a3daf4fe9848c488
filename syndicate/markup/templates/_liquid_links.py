"""What stays of a tag whose meaning is not known: links to the pages and media that its arguments name."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_PICTURES = frozenset("avif gif jpeg jpg png svg webp".split())
_MEDIA = _PICTURES | frozenset("aac flac m4a m4b m4v mov mp3 mp4 oga ogg ogv opus pdf wav webm".split())
_LABELS = ("title", "caption", "text", "label", "alt", "name", "description")
_MOST = 5
ARGUMENT = re.compile(r"""([\w-]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|([\w.-]++))""", re.DOTALL)
_QUOTED = re.compile(r""""([^"]*+)"|'([^']*+)'|(https?://[^\s"'{}]++)""")


def remains(arguments: Mapping[str, object], keep: bool) -> str:
    """HTML with the pictures and links among the arguments; with `keep` all their other text, too."""
    texts = {name: text for name, value in arguments.items() if isinstance(value, str) and (text := value.strip())}
    urls = list(dict.fromkeys(text for text in texts.values() if _ending(text) is not None))[:_MOST]
    label = next((texts[name] for name in _LABELS if name in texts and texts[name] not in urls), "")
    shown = [_shown(url, label, number) for number, url in enumerate(urls)]
    if keep:
        used = {*urls, *([label] if urls else [])}
        shown += [html.escape(text) for text in dict.fromkeys(texts.values()) if text not in used]
    return " ".join(shown)


def written_arguments(expression: str) -> dict[str, str]:
    """The arguments in a tag, by name or by number, without what is only a variable."""
    named = {found[1]: found[2] or found[3] or "" for found in ARGUMENT.finditer(expression)}
    bare = _QUOTED.finditer(expression) if not named else ()
    return {**named, **{str(number): found[1] or found[2] or found[3] for number, found in enumerate(bare)}}


def _ending(text: str) -> str | None:
    """The ending of a text's path where it is the address of a page or of a medium; None where it is neither."""
    if "{{" in text or re.search(r"\s", text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    ending = parts.path.rpartition("/")[2].rpartition(".")[2].lower()
    if parts.scheme in ("http", "https") and parts.netloc:
        return ending
    return ending if not parts.scheme and "." in parts.path and ending in _MEDIA else None


def _shown(url: str, label: str, number: int) -> str:
    address = html.escape(url)
    if _ending(url) in _PICTURES:
        return f'<img src="{address}" alt="{html.escape(label)}">'
    name = label if label and not number else urlsplit(url).path.rstrip("/").rpartition("/")[2] or url
    return f'<a href="{address}">{html.escape(name)}</a>'
