"""Checks of single settings: the text somebody wrote in → the text as we keep it out.

Each raises ValueError with a sentence in two parts, "what is wrong; what to do".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, quote, urlsplit

from syndicate.model.patterns import regex

_NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_NOT_IN_XML = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = regex(r"(?:[a-z]{2,3}|[xi](?=-))(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_EMAIL = regex(r"[^\s@<>]+@[^\s@<>]+")
_USUAL_HOST = regex(r"(?:[a-zA-Z0-9-]{1,63}\.)*[a-zA-Z0-9-]{1,57}(?::[0-9]{1,5})?")
"""What IDNA (RFC 3490) leaves as it is; the codec for it takes a millisecond to load."""
_RESERVED = "/%:@!$&'()*+,;=~?#[]"
# Zones that zoneinfo opens but that no other machine need have, or that mean something else there.
_LOCAL_ZONES = regex(r"localtime|posixrules|Factory|(?:posix|right)/.*", re.DOTALL)
_SINGULAR = {"category": "categories", "tag": "tags", "author": "authors"}

_SHORTEST_PASSWORD = 12
_PLACES = ("env:", "file:", "credential:")

SPAN = re.compile(r"([0-9]{1,6})\s*(s|min|m|h|d|w|mo|y)")
"""A length of time: seconds, minutes, hours, days, weeks, months of 30 days, years of 365."""

_SECONDS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 30 * 86_400, "y": 365 * 86_400}


def prose(text: str) -> str:
    """A title, a name, a sentence: one line in NFC, white space folded."""
    if _NOT_IN_XML.search(text):
        raise ValueError("holds a control character, which no feed can carry; remove it")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def email(text: str) -> str:
    """An e-mail address, or ""."""
    if text and not _EMAIL.fullmatch(text):
        raise ValueError(f'"{text}" is no e-mail address; write it as name@example.org')
    return text


def base_url(text: str) -> str:
    """The address of a site or folder: absolute http(s), nothing behind the path, no slash at the end."""
    url = page_url(text)
    if "?" in url or "#" in url:
        raise ValueError(f'"{text}" has a query or a fragment; leave off what begins at ? or #')
    return url.rstrip("/")


def page_url(text: str) -> str:
    """An absolute http(s) URL in ASCII, or "". Host names in other scripts become punycode (RFC 3490)."""
    if not text:
        return ""
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f'"{text}" is no absolute web address; {_address_advice(text)}')
    if "@" in parts.netloc:
        raise ValueError("the URL carries a user name, and feeds are public; remove all from // to @")
    rest = text[text.index("//") + 2 + len(parts.netloc) :]
    return f"{parts.scheme}://{_host(parts.netloc)}{quote(rest, safe=_RESERVED)}"


def cloud_url(text: str) -> str:
    """An address that `<cloud>` can say, which has no place for https, or ""."""
    url = page_url(text)
    if url and not url.startswith("http://"):
        raise ValueError(f'"{text}" is https, which <cloud> cannot say; write the http:// address of the cloud')
    return url


def _split(text: str) -> SplitResult:
    if _NOT_IN_URLS.search(text):
        raise ValueError(f'"{text}" holds a space or sign that no URL may hold; percent-encode it')
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        raise ValueError(f'"{text}" has an impossible host or port; correct what follows //') from None
    return parts


def _address_advice(text: str) -> str:
    if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)", text):
        return f'did you mean "https://{text}"?'
    return "write it as https://example.org"


def _host(netloc: str) -> str:
    if _USUAL_HOST.fullmatch(netloc):
        return netloc.lower()
    try:
        return netloc.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError(f'"{netloc}" is no host name; write it as example.org') from None


def picture_url(text: str, base: str) -> str:
    """A picture's absolute URL; a path counts from `base`, and stays a path while there is no base."""
    if re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:|//", text, re.IGNORECASE):
        raise ValueError(f'"{text}" is no web address; write https://… or a path below site.url')
    if not text or re.match("https?:", text, re.IGNORECASE):
        return page_url(text)
    _split(text)
    return page_url(f"{base}/{text.lstrip('/')}") if base else text


def language(text: str) -> str:
    """A language tag of the form of BCP 47 in its usual case (RFC 5646 2.1.1), or ""; `zh_cn` is `zh-CN`."""
    tag = text.replace("_", "-")
    if tag and not _LANGUAGE.fullmatch(tag):
        raise ValueError(f'"{text}" is no language tag; write it as en, zh-CN or pt-BR')
    first, *rest = tag.lower().split("-")
    for at, part in enumerate(rest):
        if any(len(earlier) == 1 for earlier in (first, *rest[:at])):
            break
        rest[at] = {2: part.upper(), 4: part.title()}.get(len(part), part)
    return "-".join([first, *rest])


def timezone(text: str) -> str:
    """The name of a zone of the IANA database, or ""."""
    if text and not _is_zone(text):
        raise ValueError(f'"{text}" is no time zone of the IANA database; {_zone_advice(text)}')
    return text


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # here, as most commands name no zone and start without it

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown; not a relative path; a folder such as "Asia"
        return False
    return not _LOCAL_ZONES.fullmatch(name)


def _zone_advice(text: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    zones = {name.lower(): name for name in sorted(available_timezones()) if not _LOCAL_ZONES.fullmatch(name)}
    cities = {low.rpartition("/")[2]: low for low in sorted(zones)}
    wanted = text.lower().replace(" ", "_")
    close = get_close_matches(wanted, [*zones, *cities], 1, 0.8)
    if not close:
        return "write it as Europe/Berlin or Asia/Shanghai"
    return f'did you mean "{zones[cities.get(close[0], close[0])]}"?'


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """A check against a table of names."""

    def check(text: str) -> str:
        if text not in choices:
            raise ValueError(no_choice(text, choices))
        return text

    return check


def no_choice(text: str, choices: Sequence[str]) -> str:
    """What to say of a text that is none of the choices."""
    from difflib import get_close_matches  # here, as most runs meet no mistake

    close = get_close_matches(text.lower(), choices, 1)
    known = " or ".join(f'"{choice}"' for choice in choices)
    advice = f'did you mean "{close[0]}"?' if close else "write one of these" if len(choices) < 9 else known
    if len(choices) >= 9:
        known = f"one of the {len(choices)} there are"
    return f'"{text}" is not {known}; {advice}'


def folder(text: str) -> str:
    """The path of a file or folder; "" is allowed here."""
    if "\0" in text:
        raise ValueError("holds a NUL character, which no path may hold; remove it")
    return text


def distinct(items: tuple[str, ...]) -> tuple[str, ...]:
    """A list whose items are neither blank nor repeated."""
    for at, item in enumerate(items):
        if not item.strip():
            raise ValueError(f"item {at + 1} is empty; remove it")
        if item in items[:at]:
            raise ValueError(f'"{item}" stands there twice; name it once')
    return items


def some(items: tuple[str, ...]) -> tuple[str, ...]:
    """A list with something in it. (Pydantic's own bound also counts items that are wrong as missing.)"""
    if not items:
        raise ValueError("the list is empty; name at least one")
    return items


def taxonomies(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of taxonomies, which are plural keys and part of paths."""
    for name in distinct(names):
        if name in _SINGULAR:
            raise ValueError(f'"{name}" is not its name; write "{_SINGULAR[name]}"')
        if not re.fullmatch(r"\w[\w-]*", name):
            raise ValueError(f'"{name}" is no name of a taxonomy; use letters, digits, _ and -')
    return names


def template(allowed: tuple[str, ...], *needed: tuple[str, ...]) -> Callable[[str], str]:
    """A check of path templates: placeholders from `allowed`, at least one of each tuple of `needed`."""

    def check(text: str) -> str:
        if text:
            used = _placeholders(text, allowed)
            _relative(text)
            for group in needed:
                if not used & set(group):
                    raise ValueError(f"{text} tells feeds or formats not apart; add {_either(group)}")
        return text

    return check


def _placeholders(text: str, allowed: tuple[str, ...]) -> set[str]:
    used = set(re.findall(r"\{(\w+)\}", text))
    for name in sorted(used - set(allowed)):
        raise ValueError(f"{text} has the unknown placeholder {{{name}}}; use {_either(allowed)}")
    if re.search(r"[{}]", re.sub(r"\{\w+\}", "", text)):
        raise ValueError(f"{text} has a brace that is no placeholder; use {_either(allowed)}")
    return used


def _relative(text: str) -> None:
    """Whatever the placeholders become (slugs are safe segments), the path stays below the output folder."""
    if "\\" in text or not text.isprintable():
        raise ValueError(f"{text!r} holds a backslash or a control character; separate folders by /")
    if text.startswith("/") or re.match("[A-Za-z]:", text):
        raise ValueError(f"{text} is absolute; write a path below the output folder")
    if any(part in ("", ".", "..") for part in text.split("/")):
        raise ValueError(f"{text} has an empty, . or .. part; write plain folder names")


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"{{{name}}}" for name in names)


def span(text: str) -> str:
    """A length of time, as `30d` or `12h`; "" is allowed here."""
    if text and not SPAN.fullmatch(text):
        raise ValueError(f'"{text[:40]}" is no length of time; write a number and a unit, as 30s, 5m, 12h, 30d or 1y')
    return text


def seconds(text: str) -> int | None:
    """A length of time → seconds; None where it is none."""
    found = SPAN.fullmatch(text.strip())
    return int(found[1]) * _SECONDS[found[2]] if found else None


def cron(text: str) -> str:
    """Five fields of cron, in one form; "" is allowed here. What they mean is judged where they are used."""
    fields = text.split()
    if fields and len(fields) != 5:
        raise ValueError(
            f'"{text[:60]}" has {len(fields)} fields, cron has 5 (minute, hour, day, month, weekday); write */5 * * * *'
        )
    return " ".join(fields)


def network(text: str) -> str:
    """A range of addresses, as `10.0.0.0/8` or `fd00::/8`."""
    from ipaddress import ip_network  # here, as few settings name one

    try:
        return str(ip_network(text.strip()))
    except ValueError:
        raise ValueError(
            f'"{text[:60]}" is no network; write it as 10.0.0.0/8, its bits behind the 8 being 0'
        ) from None


_LISTEN = regex(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+|\*)?:([0-9]{1,5})")


def password(text: str) -> str:
    """What somebody has to know who asks over the network, the place of it, or "". What is wrong is said without it."""
    if 0 < len(text) < _SHORTEST_PASSWORD and not text.startswith(_PLACES):
        raise ValueError(
            f"can be guessed; write {_SHORTEST_PASSWORD} signs or more, or leave it empty: one is made then"
        )
    return text


def listen(text: str) -> str:
    """Where a server listens: `HOST:PORT`, `[::1]:PORT`, `:PORT` for all addresses, or `unix:/path`; "" is allowed."""
    if not text or (text.startswith("unix:/") and "\0" not in text):
        return text
    found = _LISTEN.fullmatch(text)
    if not found or int(found[1]) > 65_535:
        raise ValueError(
            f'"{text[:60]}" is no place to listen at; write HOST:PORT, as 127.0.0.1:8080, or unix:/path/of/socket'
        )
    return text


def feed_name(text: str) -> str:
    """The NAME of `[feeds.NAME]`, which stands in paths."""
    if not re.fullmatch(r"\w[\w-]{0,63}", text):
        raise ValueError(f'"{text[:40]}" is no name that can be used; use letters, digits, _ and -, 64 at most')
    return text


def presets(known: tuple[str, ...]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A check of a list of presets."""

    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one_of(known)(name) for name in names)

    return check
