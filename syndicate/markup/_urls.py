"""References as authors write them → absolute URLs in ASCII, or None where no reader should follow.

In: the (decoded) value of an attribute and the Base it is read against. Out: RFC 3986 URLs.
White space, backslashes and slashes are read the way browsers read them (the URL standard of the
WHATWG), because what looks relative to us and absolute to a browser is how filters are fooled.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

EMBEDDED_LIMIT = 32_768
"""Characters of a `data:` image that may stay in a feed: a small icon, never a photograph."""

# A URL that is already what we would make of it: most of them are, so nothing else looks at those. (Runs of a
# class, with the rare escape between two: an alternative at every character would take ten times as long.)
_PATH = r"[A-Za-z0-9._~:/@!$&'()*+,;=-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~:/@!$&'()*+,;=-]*)*"
_QUERY = _PATH.replace("[A", "[?A")
_READY = re.compile(rf"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]{{1,4}})?(?:/{_PATH})?(?:\?{_QUERY})?(?:#{_QUERY})?")
# A relative reference in which browsers read nothing else than what it says.
_PLAIN = re.compile(r"(?!///|[^/?#]*:)[A-Za-z0-9._~:/@!$&'()*+,;=?#%-]++")
# One that is ready but for dots in its path.
_DOTTED = regex(r"(https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9.])?(?::[0-9]{1,4})?)(/[^?#]*)(\?[^#]*)?(#.*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = regex(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?|\[[0-9a-f:.]+\]")
_STRAY_PERCENT = regex(r"%(?![0-9A-Fa-f]{2})")
_EMBEDDED = regex(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE)
_EDGES = "".join(map(chr, range(0x21)))
_INSIDE = {ord(c): None for c in "\t\n\r"}
_SAFE = "-._~:/@!$&'()*+,;=%"


class Base(NamedTuple):
    """The page that references are read against, in the pieces they need: all without trailing parts.

    For `https://h/a/b?c#d`: scheme `https`, origin `https://h`, folder `https://h/a/`,
    path `https://h/a/b`, page `https://h/a/b?c`.
    """

    scheme: str
    origin: str
    folder: str
    path: str
    page: str


_SHORT = 200
"""Characters of a reference that is met again, and remembered."""


@lru_cache(maxsize=64)
def base_of(url: str) -> Base:
    """The Base of an absolute http(s) URL or IRI. ValueError for anything else."""
    ready = url if _READY.fullmatch(url) and "/." not in url else _complete(_as_browsers_read(url))
    scheme = ready[: ready.index(":")]
    page = ready.partition("#")[0]
    path = page.partition("?")[0]
    end = path.find("/", len(scheme) + 3)
    origin = path[:end] if end >= 0 else path
    if path == origin:
        path, page = f"{path}/", f"{path}/{page[len(origin) :]}"
    return Base(scheme, origin, path[: path.rindex("/") + 1], path, page)


def link(value: str, base: Base) -> str | None:
    """Where an `href` leads: http, https, mailto or tel. None when it is empty, unsafe or unreadable."""
    if value.startswith("/") and len(value) < _SHORT:
        return _from_root(value, base.scheme, base.origin)
    if _READY.fullmatch(value):
        return value
    scheme = _SCHEME.match(value.lstrip(_EDGES)) if ":" in value else None
    if scheme and scheme[1].lower() in ("mailto", "tel"):
        rest = value.partition(":")[2].strip(_EDGES).translate(_INSIDE)
        return f"{scheme[1].lower()}:{_quoted(rest, '?')}" if rest else None
    return page(value, base)


def page(value: str, base: Base) -> str | None:
    """Where a reference leads: http or https only. None when it is empty, unsafe or unreadable."""
    if value.startswith("/") and len(value) < _SHORT:
        return _from_root(value, base.scheme, base.origin)
    return value if _READY.fullmatch(value) else _read(value, base)


@lru_cache(maxsize=2048)  # the same in all posts: links to the site's own pages stand below most of them
def _from_root(value: str, scheme: str, origin: str) -> str | None:
    """Where a reference leads that begins with a slash: no more of a page than this has a say in it."""
    return _read(value, Base(scheme, origin, "", "", ""))


def _read(value: str, base: Base) -> str | None:
    if not _PLAIN.fullmatch(value):
        value = _as_browsers_read(value)
    try:
        return _complete(_joined(value, base)) if value else None
    except ValueError:
        return None


def media(value: str, base: Base) -> str | None:
    """What a `src` shows: http, https, or a small embedded PNG, GIF, JPEG or WebP."""
    if value[:5].lower() == "data:":
        data = "".join(value.split())
        return data if len(data) <= EMBEDDED_LIMIT and _EMBEDDED.fullmatch(data) else None
    return page(value, base)


def candidates(value: str, base: Base) -> str | None:
    """A `srcset` (HTML, "parse a srcset attribute") with every URL absolute; bad candidates are left out."""
    kept = []
    for url, descriptor in _split_srcset(value):
        absolute = page(url, base)
        # A comma at either end of a URL would be taken for the list's own.
        if absolute and not absolute.endswith(",") and _DESCRIPTOR.fullmatch(descriptor):
            kept.append(f"{absolute} {descriptor}".rstrip())
    return ", ".join(kept) or None


def candidate_urls(value: str) -> list[str]:
    """The URLs of a `srcset` as they are written."""
    return [url for url, _ in _split_srcset(value)]


_DESCRIPTOR = regex(r"|[0-9]{1,6}[wh]|[0-9]{1,4}(?:\.[0-9]{1,4})?x")
_CANDIDATE = regex(r"[\s,]*(\S+)")


def _split_srcset(value: str) -> list[tuple[str, str]]:
    """(URL, descriptor) of each candidate. A URL ends at white space: a comma inside one is its own."""
    found, at = [], 0
    while match := _CANDIDATE.match(value, at):
        url, at = match[1], match.end()
        descriptor = ""
        if not url.endswith(","):
            comma = value.find(",", at)
            end = comma if comma >= 0 else len(value)
            descriptor, at = value[at:end].strip(), end
        if url := url.rstrip(","):
            found.append((url, descriptor))
    return found


def _as_browsers_read(value: str) -> str:
    """No white space at the ends, no line breaks inside, backslashes of the path turned, two slashes in front."""
    value = value.strip(_EDGES).translate(_INSIDE)
    head = re.split("[?#]", value, maxsplit=1)[0]
    turned = re.sub(r"^(https?):/*", r"\1://", head.replace("\\", "/"), flags=re.IGNORECASE)
    return re.sub("^/{2,}", "//", turned) + value[len(head) :]


def _joined(value: str, base: Base) -> str:
    """A reference in the browsers' reading → absolute, still unchecked (RFC 3986, 5.2)."""
    if _SCHEME.match(value):
        return value
    if value.startswith("//"):
        return f"{base.scheme}:{value}"
    if value.startswith("/"):
        return base.origin + value
    if value.startswith("#"):
        return base.page + (value if len(value) > 1 else "")
    return (base.path if value.startswith("?") else base.folder) + value


def _complete(value: str) -> str:
    """An absolute IRI → a URL in ASCII, no dot segments. ValueError unless it is http(s) with a sound host."""
    if _READY.fullmatch(value):
        if "/." not in value:
            return value
        if pieces := _DOTTED.fullmatch(value):
            origin, path, query, fragment = pieces.groups("")
            return (
                origin + _without_dots(path) + (query if query != "?" else "") + (fragment if fragment != "#" else "")
            )
    scheme, host, path, query, fragment = urlsplit(value)
    if scheme not in ("http", "https"):
        raise ValueError(value)
    url = f"{scheme}://{_authority(host)}{_quoted(_without_dots(path))}"
    if query:
        url += f"?{_quoted(query, '?')}"
    return f"{url}#{_quoted(fragment, '?')}" if fragment else url


def _authority(text: str) -> str:
    """User, host and port, the host in lower case and in punycode. ValueError when there is no sound host."""
    user, at, rest = text.rpartition("@")
    name, colon, port = rest.rpartition(":") if re.search(r":[0-9]*$", rest) else (rest, "", "")
    name = _host_in_ascii(name.lower())
    if not _HOST.fullmatch(name) or (port and int(port) > 65_535):
        raise ValueError(text)
    return f"{_quoted(user)}{at}{name}{colon if port else ''}{port}"


def _host_in_ascii(name: str) -> str:
    if "%" in name:
        name = unquote(name, errors="strict")
    if name.isascii():
        return name
    import idna  # a large table that only international names need

    return idna.encode(name, uts46=True).decode("ascii")


def _without_dots(path: str) -> str:
    """A path without `.` and `..`; what would climb above the root stays at the root (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _quoted(text: str, also: str = "") -> str:
    """Percent-encode what a URL may not hold; what is encoded already stays as it is."""
    return quote(_STRAY_PERCENT.sub("%25", text), safe=_SAFE + also)
