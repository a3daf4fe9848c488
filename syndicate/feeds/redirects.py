"""Addresses that lead elsewhere now, and addresses of what is gone → a map for a web server. Pure.

In: rules, in addresses as subscribers have them. Out: text in the language of nginx, of Caddy, or of the file
`_redirects` that Netlify, Cloudflare Pages and others read. An address may hold anything: what a server's language
gives a meaning to is encoded, so that it matches this very address and does nothing else. An address that a
server cannot tell from others (one with a query, the home page, one of more than 900 bytes) has no rule.

A server compares addresses decoded: `/caf%C3%A9` and `/café` are one (RFC 3986, 6.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

LONGEST = 900
"""Bytes of an address, decoded: nginx takes no word of more than 4096 bytes, Cloudflare no line of more than 1000."""

_HOST = regex(r"https?://[^/?#]*", re.IGNORECASE)
_KEPT_IN_TARGETS = "/:?&=@!,+~*()%"
_CONTROL = regex(r"[\x00-\x1f\x7f-\x9f]")
_LOOSE_PERCENT = regex(r"%(?![0-9A-Fa-f]{2})")


class Moved(NamedTuple):
    """What had the address `path` has the address `to_path`: 301 (RFC 9110, 15.4.2). Either may be absolute."""

    path: str
    to_path: str


class Gone(NamedTuple):
    """What had the address `path` is no more: 410 (RFC 9110, 15.5.11)."""

    path: str


class Served(NamedTuple):
    """At the address `path` the file whose own address is `file` is served, without a redirect."""

    path: str
    file: str


Rule = Moved | Gone | Served


class _Entry(NamedTuple):
    """A rule in which nothing is left to be doubted.

    `key` is decoded; `value` is an encoded address, or that of a file decoded, or "" of what is gone.
    """

    key: bytes
    kind: str
    value: str

    @property
    def encoded(self) -> str:
        """The value as it may stand in a request."""
        return quote(self.value, safe="/~") if self.kind == "served" else self.value


def nginx(rules: Iterable[Rule], live: Iterable[str] = ()) -> str:
    """The maps for nginx, to be included where `http` has its other maps; how to use them stands in the text.

    `live` are addresses at which there is something now. nginx compares the words of a map without regard to the
    case of ASCII letters: an address that differs from another one in nothing else becomes an expression, which
    is compared with regard to it.
    """
    entries = _entries(rules)
    exact = _ambiguous(entries, live)
    lines = [*_NGINX_HEAD, *_nginx_sizes([each.key for each in entries if each.key not in exact])]
    if any("$" in each.value for each in entries):
        lines += ['geo $syndicate_dollar { default "$"; }', ""]
    for kind, variable in _NGINX_MAPS.items():
        lines += [f"map $uri ${variable} {{", '    default "";']
        chosen = (each for each in entries if each.kind == kind)
        lines += [f"    {_nginx_key(each.key, each.key in exact)} {_nginx_value(each)};" for each in chosen]
        lines += ["}", ""]
    return "\n".join(lines)


def caddy(rules: Iterable[Rule], live: Iterable[str] = ()) -> str:
    """The map for Caddy, to be imported into the block of the site. Caddy can match no address that is no UTF-8,
    and serves no file with a sign in its name that its own language has a use for.
    """
    del live
    lines = [*_CADDY_HEAD, "map {path} {syndicate_moved} {syndicate_gone} {syndicate_file} {"]
    for each in _entries(rules):
        key = _caddy_key(each.key)
        if key and (each.kind != "served" or _CADDY_FILE.fullmatch(each.value)):
            said = {"moved": '""', "gone": '""', "served": '""', each.kind: _caddy_value(each)}
            lines.append(f"\t{key} {said['moved']} {said['gone']} {said['served']}")
    return "\n".join([*lines, '\tdefault "" "" ""', "}", *_CADDY_TAIL, ""])


def netlify(rules: Iterable[Rule], live: Iterable[str] = ()) -> str:
    """The file `_redirects` of static hosts. They answer no 410: what is gone is a remark there, and a 404."""
    del live
    lines = list(_NETLIFY_HEAD)
    for each in _entries(rules):
        path = quote_from_bytes(each.key, safe="/~")
        if each.kind == "gone":
            lines.append(f"# gone: {path}")
        else:
            lines.append(f"{path} {each.encoded} {200 if each.kind == 'served' else 301}")
    return "\n".join([*lines, ""])


SERVERS: Mapping[str, Callable[[Iterable[Rule], Iterable[str]], str]] = {
    "nginx": nginx,
    "caddy": caddy,
    "netlify": netlify,
}
"""The writers by the name of the server, as the setting `output.redirects` and `--for` have it."""


def leading(rules: Iterable[Rule]) -> dict[bytes, str]:
    """Decoded path → the address it leads to, encoded, "" for what is gone: as a server of ours looks them up."""
    return {each.key: each.value for each in _entries(rules) if each.kind != "served"}


# -- what is in a rule


def _entries(rules: Iterable[Rule]) -> list[_Entry]:
    """The rules that can be told, the first of each address, in the order of their addresses."""
    found: dict[bytes, _Entry] = {}
    for rule in rules:
        key = decoded(rule.path)
        if key is not None and (entry := _entry(key, rule)):
            found.setdefault(key, entry)
    return [found[key] for key in sorted(found)]


def _entry(key: bytes, rule: Rule) -> _Entry | None:
    if isinstance(rule, Gone):
        return _Entry(key, "gone", "")
    if isinstance(rule, Served):
        file = _as_text(decoded(rule.file) or b"")
        return _Entry(key, "served", file) if file and "?" not in file and file.encode() != key else None
    target = _encoded(rule.to_path)
    legal = len(target) <= 3 * LONGEST and bool(_HOST.match(target) or re.match("/(?!/)", target))
    return _Entry(key, "moved", target) if legal and decoded(target) != key else None


def decoded(address: str) -> bytes | None:
    """The path of an address, absolute or not, as a server sees it: decoded. None where no rule can be made of it."""
    rest = _HOST.sub("", address, count=1)
    path = rest.partition("#")[0]
    if not path.startswith("/") or path.startswith("//") or path == "/" or "?" in path:
        return None
    key = unquote_to_bytes(_bytes(path))
    return None if len(key) > LONGEST or b"\0" in key else key


def _encoded(address: str) -> str:
    """An address in ASCII, in which nothing is left that any server gives a meaning to."""
    return _LOOSE_PERCENT.sub("%25", quote(_bytes(address), safe=_KEPT_IN_TARGETS))


def _bytes(text: str) -> bytes:
    """Text as bytes; bytes that were no UTF-8 come back as they were (PEP 383)."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _as_text(path: bytes) -> str:
    """Bytes as text, "" where they are none or hold a control character."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return ""
    return "" if _CONTROL.search(text) else text


# -- nginx

_NGINX_MAPS = {"moved": "syndicate_moved", "gone": "syndicate_gone", "served": "syndicate_file"}

_NGINX_HEAD = (
    "# Addresses of feeds and posts that moved or are gone. Written by Syndicate; changes are overwritten.",
    "#",
    "#   http {",
    "#       include /path/to/this/file;",
    "#       server {",
    "#           if ($syndicate_gone) { return 410; }",
    "#           if ($syndicate_moved) { return 301 $syndicate_moved; }",
    "#           if ($syndicate_file) { rewrite ^ $syndicate_file last; }",
    "#       }",
    "#   }",
    "",
)


def _ambiguous(entries: list[_Entry], live: Iterable[str]) -> set[bytes]:
    """The keys that differ in the case of letters only, from each other or from what is there."""
    alike: dict[bytes, set[bytes]] = {}
    there = (key for address in live if (key := decoded(address)))
    targets = (key for each in entries if (key := decoded(each.encoded)))
    for key in (*(each.key for each in entries), *there, *targets):
        alike.setdefault(key.lower(), set()).add(key)
    return {each.key for each in entries if len(alike[each.key.lower()]) > 1 or not _as_text(each.key)}


def _nginx_sizes(keys: list[bytes]) -> Iterator[str]:
    """What nginx has to be told where words are longer, or more, than it expects."""
    longest = max((len(key) for key in keys), default=0)
    bucket = 1 << (longest + 32 - 1).bit_length()
    wanted = {"map_hash_bucket_size": bucket if bucket > 64 else 0, "map_hash_max_size": _room(len(keys))}
    if any(wanted.values()):
        yield "# Where your configuration sets these already, to as much or more, delete them here."
        yield from (f"{name} {size};" for name, size in wanted.items() if size)
        yield ""


def _room(count: int) -> int:
    return 1 << (2 * count).bit_length() if count > 1024 else 0


def _nginx_key(key: bytes, exact: bool) -> str:
    if exact:
        return f'"~^{_expression(key)}\\z"'
    text = key.decode().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _nginx_value(entry: _Entry) -> str:
    text = (entry.value or "1").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text.replace("$", "${syndicate_dollar}")}"'


def _expression(key: bytes) -> str:
    """A regular expression in ASCII that matches just these bytes."""
    return "".join(
        c if (c := chr(byte)).isascii() and (c.isalnum() or c in "/_-") else f"\\x{byte:02X}" for byte in key
    )


# -- Caddy

_CADDY_FILE = regex(r"[\w/.~$+&,;=@!'() -]+")

_CADDY_HEAD = (
    "# Addresses of feeds and posts that moved or are gone. Written by Syndicate; changes are overwritten.",
    "#",
    "#   example.org {",
    "#       import /path/to/this/file",
    "#   }",
    "",
)

_CADDY_TAIL = (
    "",
    '@syndicate_moved expression `{syndicate_moved} != ""`',
    "redir @syndicate_moved {syndicate_moved} 301",
    '@syndicate_gone expression `{syndicate_gone} != ""`',
    "error @syndicate_gone 410",
    '@syndicate_file expression `{syndicate_file} != ""`',
    "rewrite @syndicate_file {syndicate_file}",
)


def _caddy_key(key: bytes) -> str:
    """The path as it is where it is plain, else a regular expression (RE2); "" where it is no UTF-8."""
    try:
        text = key.decode()
    except UnicodeDecodeError:
        return ""
    if re.fullmatch(r"[\w/.~-]+", text):
        return text
    signs = (c if re.fullmatch(r"[\w/-]", c) else _caddy_sign(c) for c in text)
    return f"~^{''.join(signs)}$"


def _caddy_value(entry: _Entry) -> str:
    """An address as it is sent, and a file decoded: Caddy encodes what it puts into a request."""
    return f'"{entry.value}"' if entry.kind == "served" else entry.value or "1"


def _caddy_sign(sign: str) -> str:
    return f"\\x{ord(sign):02X}" if ord(sign) < 256 else f"\\x{{{ord(sign):X}}}"


# -- static hosts

_NETLIFY_HEAD = (
    "# Addresses of feeds and posts that moved. Written by Syndicate; changes are overwritten.",
    "# Put it into the top folder of the site as `_redirects`, with your own lines behind it.",
)
