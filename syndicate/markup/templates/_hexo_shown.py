"""What Hexo's tags show, as HTML or Markdown fit for a feed. A tag's words in, text out; "" for nothing.

`Where` says what addresses are relative to. The readings are those of Hexo's own tags, and of those that most
sites have from plugins (`youtube`, `vimeo`, `gist`, `jsfiddle`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from urllib.parse import quote

from syndicate.model.records import dataclass

Words = Sequence[str]

_WORD = re.compile(r""""([^"]*+)"|'([^']*+)'|([^\s"']++)""")
_MOST_WORDS = 200
_NAME = re.compile(r"[\w-]{1,100}", re.ASCII)
_FLAGS = ("true", "false")
_URL = re.compile(r"https?://\S+|//\S+|/\S*|(?:www\.|mailto:)\S+|#\S*", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")


@dataclass(frozen=True, slots=True)
class Where:
    """`root` is the site's URL, `page` that of the post, `links` the URLs of other posts by their slugs."""

    root: str
    page: str
    links: Mapping[str, str]

    def below(self, path: str) -> str:
        """A path of the site as a URL; other addresses as they are."""
        return f"{self.root}{path}" if path.startswith("/") and not path.startswith("//") else path

    def own(self, name: str) -> str:
        """The URL of a file in the post's own folder."""
        folder = re.sub(r"\.html?\Z", "", self.page).rstrip("/")
        return f"{folder}/{quote(name.removeprefix('./'))}"


def words(written: str) -> list[str]:
    """The arguments of a tag: what stands in quotation marks is one."""
    found = (next((part for part in one.groups() if part), "") for one in _WORD.finditer(written))
    return [word for word, _number in zip(found, range(_MOST_WORDS), strict=False)]


def link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text or url)}</a>'


def picture(url: str, rest: Words) -> str:
    """A picture with its further arguments: width and height, title, alternative text."""
    sizes = [word for word in rest[:2] if word.isdecimal() and word.isascii()]
    texts = rest[len(sizes) :]
    titled = len(texts) == 2 and any(" " in text for text in texts)  # both were in quotation marks
    alt = texts[1] if titled else " ".join(texts)
    given = "".join(f' {key}="{size}"' for key, size in zip(("width", "height"), sizes, strict=False))
    return f'<img src="{escape(url)}" alt="{escape(alt)}"{given}>'


def _img(given: Words, where: Where) -> str:
    """`{% img [class] /a.png [width] [height] "title" "alt" %}`"""
    at = next((at for at, word in enumerate(given) if _URL.match(word) or "." in word), None)
    return "" if at is None else picture(where.below(given[at]), given[at + 1 :])


def _link(given: Words, where: Where) -> str:
    """`{% link some text https://… [external] [title] %}`"""
    at = next((at for at, word in enumerate(given) if _URL.match(word)), None)
    return "" if at is None else link(where.below(given[at]), " ".join(given[:at]))


def _url_for(given: Words, where: Where) -> str:
    """`{% url_for text path %}`"""
    path = given[1] if len(given) > 1 else ""
    url = path if _URL.match(path) and not path.startswith("/") else f"{where.root}/{path.lstrip('/')}"
    return link(url, given[0]) if path else ""


def _asset_img(given: Words, where: Where) -> str:
    """`{% asset_img [class] a.png … %}`"""
    at = next((at for at, word in enumerate(given) if "." in word), None)
    return "" if at is None else picture(where.own(given[at]), given[at + 1 :])


def _asset_path(given: Words, where: Where) -> str:
    return where.own(given[0]) if given else ""


def _asset_link(given: Words, where: Where) -> str:
    """`{% asset_link a.zip [text] [escape] %}`"""
    return link(where.own(given[0]), " ".join(_text_of(given[1:])) or given[0]) if given else ""


def _text_of(given: Words) -> Words:
    return given[:-1] if given and given[-1] in _FLAGS else given


def _post_link(given: Words, where: Where) -> str:
    """`{% post_link slug [text] [escape] %}`"""
    url = post_url(given, where)
    text = " ".join(_text_of(given[1:]))
    name = given[0].partition("#")[0].rpartition("/")[2].replace("-", " ") if given else ""
    return link(url, text or name) if url else escape(text or name)


def post_url(given: Words, where: Where) -> str:
    """The URL of a post by its slug, "" where it is not known."""
    slug, mark, fragment = given[0].partition("#") if given else ("", "", "")
    url = where.links.get(slug, "")
    return f"{url}{mark}{fragment}" if url else ""


def _player(start: str, title: str) -> Callable[[Words, Where], str]:
    def shown(given: Words, _where: Where) -> str:
        name = given[0] if given and _NAME.fullmatch(given[0]) else ""
        return f'<iframe src="{start}{name}" title="{title}"></iframe>' if name else ""

    return shown


def _iframe(given: Words, where: Where) -> str:
    return f'<iframe src="{escape(where.below(given[0]))}"></iframe>' if given else ""


def _linked(start: str, title: str) -> Callable[[Words, Where], str]:
    def shown(given: Words, _where: Where) -> str:
        return link(start + quote(given[0]), title) if given else ""

    return shown


SINGLE: Mapping[str, Callable[[Words, Where], str]] = {
    **dict.fromkeys(("img", "image"), _img),
    **dict.fromkeys(("a", "link", "anchor"), _link),
    **dict.fromkeys(("url_for", "full_url_for"), _url_for),
    **dict.fromkeys(("asset_img", "asset_image"), _asset_img),
    "asset_path": _asset_path,
    "asset_link": _asset_link,
    "post_link": _post_link,
    "post_path": post_url,
    "youtube": _player("https://www.youtube.com/embed/", "YouTube video"),
    "vimeo": _player("https://player.vimeo.com/video/", "Vimeo video"),
    "iframe": _iframe,
    "gist": _linked("https://gist.github.com/", "Gist"),
    "jsfiddle": _linked("https://jsfiddle.net/", "JSFiddle"),
}


def footer(given: Words) -> str:
    """Whom a block quotes: `Ann, A Book`, `Ann https://… A page`."""
    at = next((at for at, word in enumerate(given) if re.match(r"https?://", word, re.IGNORECASE)), None)
    if at is None:
        author, _comma, title = (part.strip() for part in " ".join(given).partition(","))
        source = f"<cite>{escape(title)}</cite>" if title else ""
    else:
        author = " ".join(given[:at]).rstrip(", ")
        name = " ".join(given[at + 1 :]) or re.sub(r"\Ahttps?://|/(?:index\.html?)?\Z", "", given[at])
        source = f"<cite>{link(given[at], name)}</cite>"
    whom = f"<strong>{escape(author)}</strong>" if author else ""
    return f"<footer>{' '.join(filter(None, (whom, source)))}</footer>" if whom or source else ""


def code_block(given: Words, code: str) -> str:
    """`{% codeblock [title] [lang:x] [url] [text] %}`, as a fence."""
    named = dict(word.split(":", 1) for word in given if re.match(r"[a-z_]+:(?!//)", word))
    texts = [word for word in given if not re.match(r"[a-z_]+:(?!//)", word)]
    language = named.get("lang", "") if _LANGUAGE.fullmatch(named.get("lang", "")) else ""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
    caption = f"{escape(' '.join(texts))}\n\n" if texts else ""
    return f"\n\n{caption}{fence}{language}\n{code.strip(chr(10))}\n{fence}\n\n"


def as_code(text: str) -> str:
    """Template code that is to be read, as a code span."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{text}{ticks}"
