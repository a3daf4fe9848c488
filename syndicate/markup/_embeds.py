"""Players and other things from elsewhere → a link that every reader shows, with a picture where one is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from syndicate.markup import _urls
from syndicate.markup._players import Player, player_of
from syndicate.markup._tree import HEADINGS, Element, Node, as_text, has_words, text_of
from syndicate.markup._urls import Base
from syndicate.markup._walk import is_hidden
from syndicate.model.patterns import regex

_ADDRESSES = ("data-src", "data-lazy-src", "data-original", "data-litespeed-src", "src")
_INLINE = HEADINGS | frozenset(
    "a abbr b cite code del dt em figcaption i ins label mark p q s small span strong".split()
)
_PICTURE = regex(r"[^?#]+\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|$)", re.IGNORECASE)
_IN_PARAMETERS = ("movie", "src", "url", "filename", "data")

# Elements of libraries: the attributes that name what is played, and the address that makes.
_BY_ID = {
    "amp-dailymotion": ("data-videoid", "https://www.dailymotion.com/video/{}"),
    "amp-facebook": ("data-href", "{}"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/{}/"),
    "amp-soundcloud": ("data-trackid", "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/{}"),
    "amp-twitter": ("data-tweetid", "https://platform.twitter.com/embed/Tweet.html?id={}"),
    "amp-vimeo": ("data-videoid", "https://vimeo.com/{}"),
    "amp-youtube": ("data-videoid", "https://www.youtube.com/watch?v={}"),
    "lite-vimeo": ("videoid", "https://vimeo.com/{}"),
    "lite-youtube": ("videoid", "https://www.youtube.com/watch?v={}"),
}
_AS_IN_HTML = {"amp-anim": "img", "amp-audio": "audio", "amp-img": "img", "amp-video": "video"}

LIBRARY_TAGS = frozenset(_BY_ID) | frozenset(_AS_IN_HTML) | {"amp-iframe"}


def frame(element: Element, around: Sequence[Element], base: Base, kept: bool) -> list[Node]:
    """An `iframe` → a link, or (`kept`) the frame itself when it is encrypted and so may stand in any page."""
    url = _address(element, base)
    if not url or _is_invisible(element):
        return []
    player = player_of(url)
    if kept and player and url.startswith("https://"):
        _unclip(around)
        attributes = {name: value for name, value in element.attributes.items() if name != "style"}
        return [Element("iframe", {**attributes, "src": url})]
    return _linked(player, element.get("title"), around)


def embed(element: Element, around: Sequence[Element], base: Base) -> list[Node]:
    """An `embed` → a link, or the picture it is."""
    url = _address(element, base)
    if not url or _is_invisible(element):
        return []
    if _is_picture(element, url):
        return [Element("img", {"src": url, "alt": element.get("title")})]
    return _linked(player_of(url), element.get("title"), around)


def embedded_object(element: Element, around: Sequence[Element], base: Base) -> list[Node]:
    """An `object` → what it holds for those who cannot play it, if that is a link or picture; else a link."""
    inside = [node for node in element.children if not (isinstance(node, Element) and node.tag == "param")]
    if any(isinstance(node, Element) and node.tag in ("a", "img", "p") and _shows(node) for node in inside):
        return inside
    named = {
        node.get("name").lower(): node.get("value")
        for node in element.children
        if isinstance(node, Element) and node.tag == "param"
    }
    given = [element.get("data"), *(named.get(name, "") for name in _IN_PARAMETERS)]
    url = next((url for value in given if value and (url := _urls.page(value, base))), None)
    if not url or _is_invisible(element):
        return inside
    title = element.get("title") or " ".join(text_of(inside).split())
    if _is_picture(element, url):
        return [Element("img", {"src": url, "alt": title})]
    return _linked(player_of(url), title, around)


def library_element(element: Element, around: Sequence[Element], base: Base) -> list[Node]:
    """What AMP and the `lite` players write in place of `iframe`, `img`, `video`."""
    if tag := _AS_IN_HTML.get(element.tag):
        return [Element(tag, element.attributes, () if tag == "img" else element.children)]
    if element.tag == "amp-iframe":
        return frame(element, around, base, kept=False)
    name, address = _BY_ID[element.tag]
    given = element.get(name)
    url = _urls.page(address.format(given), base) if given else None
    title = element.get("title") or element.get("playlabel") or element.get("aria-label")
    return _linked(player_of(url), title, around) if url else []


_SHOWN_BY_SCRIPT = regex(
    r"https?://(?:gist\.github\.com/[\w./-]{1,200}|asciinema\.org/a/[\w.-]{1,64}"
    r"|(?:www\.)?jsfiddle\.net/[\w./-]{1,200}/embed\b[\w./,-]{0,200})",
    re.ASCII,
)


def script(element: Element, around: Sequence[Element], base: Base) -> list[Node]:
    """A script that shows something from elsewhere → a link to that; any other goes."""
    url = _urls.page(element.get("src"), base) or ""
    found = _SHOWN_BY_SCRIPT.match(url)
    if not found:
        return []
    player = player_of(re.sub(r"\.js$", "", found[0]))
    return _linked(player, f"{player.name}: {urlsplit(player.page).path.strip('/')}" if player else "", around)


def _address(element: Element, base: Base) -> str | None:
    for name in _ADDRESSES:
        value = element.get(name)
        if value and (url := _urls.page(value, base)):
            return url
    return None


def _linked(player: Player | None, title: str, around: Sequence[Element]) -> list[Node]:
    """The link, in a paragraph of its own where one may be."""
    if not player:
        return []
    _unclip(around)
    text = " ".join(title.split()) or player.name
    shown: Node = Element("img", {"src": player.picture, "alt": text}) if player.picture else as_text(text)
    tags = {element.tag for element in around}
    if "a" in tags:
        return [shown]
    link = Element("a", {"href": player.page}, [shown])
    return [link] if tags & _INLINE else [Element("p", None, [link])]


def _unclip(around: Iterable[Element]) -> None:
    """A box that keeps a player in shape has no height of its own, and would pass for hidden."""
    for element in around:
        if "padding" in element.get("style"):
            del element.attributes["style"]


def _is_invisible(element: Element) -> bool:
    shape = {name: value for name, value in element.attributes.items() if name not in ("src", "srcset")}
    return is_hidden("img", shape)


def _is_picture(element: Element, url: str) -> bool:
    return element.get("type").lower().startswith("image/") or bool(_PICTURE.match(url))


def _shows(element: Element) -> bool:
    return has_words([element])
