"""What Hugo's own shortcodes show, as HTML or Markdown fit for a feed. A Tag and its content in, text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from textwrap import dedent, indent

from syndicate.markup import render
from syndicate.markup.templates._hugo_tags import Tag

Shown = Callable[[Tag, str], str]

_ID = re.compile(r"[\w./-]{1,100}", re.ASCII)
_PARAGRAPH = re.compile(r"\A\s*<p>(.*?)</p>\s*\Z", re.DOTALL)
_TEXTS = ("title", "caption", "alt", "text", "quote", "summary", "label", "name", "content", "description")
_ADDRESSES = ("src", "url", "href", "link", "image", "img", "file")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif)(?:[?#]|\Z)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+|/[^\s<>\"]*", re.IGNORECASE)


def inline(markdown: str) -> str:
    """A line of Markdown as HTML without the paragraph around it."""
    html = render.to_html(markdown, "markdown")
    only = _PARAGRAPH.match(html)
    return only[1] if only and "<p>" not in only[1] else html.strip()


def figure(tag: Tag, _inner: str) -> str:
    """`{{< figure src="a.jpg" caption="…" >}}`"""
    source = tag.get("src", 0)
    caption, title = tag.get("caption"), tag.get("title")
    alt = tag.get("alt") or re.sub(r"<[^>]*>", "", inline(caption)) if caption else tag.get("alt")
    sizes = "".join(f' {key}="{escape(tag.get(key))}"' for key in ("width", "height") if tag.get(key))
    picture = f'<img src="{escape(source)}" alt="{escape(alt)}"{sizes}>' if source else ""
    if tag.get("link"):
        picture = f'<a href="{escape(tag.get("link"))}">{picture}</a>'
    credit = inline(tag.get("attr")) if tag.get("attr") else ""
    if credit and tag.get("attrlink"):
        credit = f'<a href="{escape(tag.get("attrlink"))}">{credit}</a>'
    below = " ".join(filter(None, (inline(caption) if caption else "", credit)))
    heading = f"<strong>{escape(title)}</strong>" if title else ""
    words = "<br>".join(filter(None, (heading, below)))
    return f"<figure>{picture}{f'<figcaption>{words}</figcaption>' if words else ''}</figure>".replace("\n", " ")


def youtube(tag: Tag, _inner: str) -> str:
    return _player("https://www.youtube.com/embed/", tag, "YouTube video")


def vimeo(tag: Tag, _inner: str) -> str:
    return _player("https://player.vimeo.com/video/", tag, "Vimeo video")


def _player(start: str, tag: Tag, title: str) -> str:
    name = tag.get("id", 0).strip()
    if not _ID.fullmatch(name):
        return ""
    return f'<iframe src="{start}{name}" title="{escape(tag.get("title") or title)}"></iframe>'


def gist(tag: Tag, _inner: str) -> str:
    user, name = tag.get("", 0), tag.get("", 1)
    return _link(f"https://gist.github.com/{user}/{name}", f"Gist {name} by {user}") if user and name else ""


def instagram(tag: Tag, _inner: str) -> str:
    name = tag.get("id", 0)
    return _link(f"https://www.instagram.com/p/{name}/", "Post on Instagram") if name else ""


def tweet(tag: Tag, _inner: str) -> str:
    name, user = tag.get("id") or tag.get("", len(tag.positional) - 1), tag.get("user") or "i"
    return _link(f"https://x.com/{user}/status/{name}", "Post on X") if name else ""


def _link(url: str, text: str) -> str:
    return f'<p><a href="{escape(url)}">{escape(text)}</a></p>'


def details(tag: Tag, inner: str) -> str:
    summary = inline(tag.get("summary") or "Details").replace("\n", " ")
    return f"<details><summary>{summary}</summary>\n\n{inner.strip()}\n\n</details>"


def highlight(tag: Tag, code: str, lead: str, markup: str) -> str:
    """A code sample in fences, or as HTML where the body is HTML or the sample is inline."""
    language = re.sub(r"[^\w+#.-]", "", tag.get("lang", 0))[:30]
    text = dedent(code.strip("\r\n")).rstrip()
    if markup != "markdown" or "hl_inline=true" in tag.get("options", 1).replace(" ", "") or lead.strip():
        sample = f"<code>{escape(text)}</code>"
        # a blank line would end the HTML in Markdown; a reference to a line break does not
        return sample if "\n" not in text else f"<pre>{sample.replace(chr(10), '&#10;')}</pre>"
    runs = [len(run) for run in re.findall("`{3,}", text)]
    fence = "`" * (max(runs, default=2) + 1)
    return f"{fence}{language}\n{indent(text, lead)}\n{lead}{fence}"


def nothing(_tag: Tag, _inner: str) -> str:
    """Comments, and pictures that only a generator can make."""
    return ""


def readable(tag: Tag) -> str:
    """What a shortcode that nobody knows says to a reader: its texts, its picture, its address."""
    texts = [tag.named[key] for key in _TEXTS if tag.named.get(key)]
    address = next((tag.named[key] for key in _ADDRESSES if _ADDRESS.fullmatch(tag.named.get(key, ""))), "")
    if not tag.named:
        address = next((each for each in tag.positional if _ADDRESS.fullmatch(each)), "")
        texts = [each for each in tag.positional if " " in each.strip()]
    text = escape(" – ".join(dict.fromkeys(texts)))
    if _PICTURE.search(address):
        return f'<img src="{escape(address)}" alt="{text}">'
    return f'<a href="{escape(address)}">{text or escape(address)}</a>' if address else text


def as_code(text: str, markup: str) -> str:
    """Template code that is to be read, as a code sample."""
    if markup != "markdown" or "\n" in text:
        return f"<code>{escape(text).replace(chr(10), '&#10;')}</code>"
    runs = [len(run) for run in re.findall("`+", text)]
    ticks = "`" * (max(runs, default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


BUILT_IN: Mapping[str, Shown] = {
    "figure": figure,
    "youtube": youtube,
    "vimeo": vimeo,
    "vimeo_simple": vimeo,
    "gist": gist,
    "instagram": instagram,
    "instagram_simple": instagram,
    "x": tweet,
    "x_simple": tweet,
    "tweet": tweet,
    "twitter": tweet,
    "twitter_simple": tweet,
    "details": details,
    "qr": nothing,
    "comment": nothing,
}

BLOCKS = frozenset(("figure", "youtube", "vimeo", "gist", "instagram", "x", "tweet", "twitter", "details"))
