"""URLs out of what people write: percent-encoded once, absolute, http(s) only. Text in, text out."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from syndicate.model.patterns import regex

_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH = "/:@!$&'()*+,;=~%"
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.~/:@!$&'()*+,;=-]*")
_QUERY = _PATH + "?"
_TEMPLATE = regex(r"\{\{|\{%")


@cache  # some milliseconds, which a run that reads nothing does not need
def _authority() -> re.Pattern[str]:
    """RFC 3986, 3.2, with the names that browsers take for hosts: what is no host can be fetched by nobody."""
    return re.compile(
        r"https?://(?:[\w.~!$&'()*+,;=:%-]*+@)?(?:\w(?:[\w.-]*[\w.])?|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?(?=[/?#]|\Z)",
        re.IGNORECASE | re.ASCII,
    )


def encoded_path(path: str) -> str:
    """A path → a path fit for a URL; escapes that are already there stay (RFC 3986, 3.3)."""
    if _PLAIN_PATH.fullmatch(path):  # most paths: a quarter of the time
        return path
    return quote(_STRAY.sub("%25", path), safe=_PATH, errors="surrogateescape")


def encoded(url: str) -> str:
    """A URL or IRI → a URL (RFC 3987, 3.1); "" where it is none."""
    try:
        parts = urlsplit(_STRAY.sub("%25", url.strip()))
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except ValueError:  # a broken IPv6 address, a host that IDNA refuses
        return ""
    query, fragment = quote(parts.query, _QUERY), quote(parts.fragment, _QUERY)
    return urlunsplit((parts.scheme, host, quote(parts.path, _PATH), query, fragment))


def _web(url: str) -> str:
    """The URL where it is one a feed reader can fetch, else ""."""
    done = encoded(url) if url else ""
    found = _authority().match(done)
    return done if found and int(found[1] or 0) <= 65_535 else ""


def below(root: str, written: str) -> str:
    """What an author wrote → an absolute URL, paths taken below the root of the site.

    "" where it is no web address (`mailto:`, `{{ page.image }}`) or `root` is unknown.
    """
    value = written.strip()
    if not value or _TEMPLATE.search(value):
        return ""
    if value.startswith("//"):
        return _web(f"{urlsplit(root).scheme or 'https'}:{value}")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value):
        return _web(value)
    return _web(f"{root}/{_settled(value.lstrip('/'))}")


def _settled(path: str) -> str:
    """A path without its `.` and `..` (RFC 3986, 5.2.4), which never lead above the root of the site."""
    if "/." not in f"/{path}":
        return path
    path, *rest = re.split(r"(?=[?#])", path, maxsplit=1)
    segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    folder = [""] if kept and segments[-1] in (".", "..") else []
    return "/".join(kept + folder) + "".join(rest)


def beside(page: str, written: str) -> str:
    """As `below`, but as a browser would: relative to the page the post is shown on."""
    value = written.strip()
    if not value or _TEMPLATE.search(value):
        return ""
    try:
        return _web(urljoin(page, value))
    except ValueError:
        return ""
