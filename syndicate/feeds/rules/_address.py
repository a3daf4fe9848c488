"""Addresses and media types, in whatever element or key they stand. Pure."""

from __future__ import annotations

from syndicate.feeds.rules import _values as values
from syndicate.feeds.rules._rule import Look, rules

RULES = rules(
    (
        "url-relative",
        "E",
        "an address is not absolute",
        "Write it with its scheme and host: a reader does not know what it is relative to.",
        "RSS 2.0; RFC 4287 2; JSON Feed 1.1; RFC 3986 4.3",
    ),
    (
        "url-not-web",
        "E",
        "an address that readers open or load is neither http nor https",
        "Give an http or https address.",
        "RSS 2.0; RSS Best Practices Profile",
    ),
    (
        "url-characters",
        "E",
        "an address holds characters that no address may hold",
        "Percent-encode them as UTF-8; in RSS and JSON Feed all that is not ASCII, too.",
        "RFC 3986 2; RFC 3987 2.2",
    ),
    (
        "media-type",
        "E",
        "a media type is none",
        "Write type and subtype, as `audio/mpeg` or `text/html`.",
        "RFC 6838 4.2",
    ),
    ("language-tag", "E", "a language is no language tag", "Write it as `en` or `zh-CN`, with a hyphen.", "BCP 47"),
)


def judge(look: Look, line: int, where: str, text: str | None, *, web: bool = False, iri: bool = False) -> bool:
    """An address that must be absolute (and http or https); whether it is one is the answer."""
    text = (text or "").strip()
    if not values.is_absolute(text):
        look.note("url-characters" if _spoiled(text) else "url-relative", line, f"{where} {values.short(text)!r}")
        return False
    if web and not values.is_web(text):
        look.note("url-not-web", line, f"{where} {values.short(text)!r}")
        return False
    characters(look, line, where, text, iri)
    return True


def _spoiled(text: str) -> bool:
    """Whether nothing but white space in it keeps an address from being absolute."""
    return values.is_absolute("".join(text.split()))


def characters(look: Look, line: int, where: str, text: str, iri: bool = False) -> None:
    """The characters of an address: those of a URI, or of an IRI."""
    if values.is_uri(text):
        return
    fault = values.iri_fault(text)
    if fault or not iri:
        look.note("url-characters", line, f"{where} {values.short(text)!r}" + (f" ({fault})" if fault else ""))


def media_type(look: Look, line: int, where: str, text: str | None) -> None:
    """A media type that may be absent."""
    if text is not None and not values.is_media_type(text.strip()):
        look.note("media-type", line, f"{where} {values.short(text)!r}")


def language(look: Look, line: int, where: str, text: str | None) -> None:
    """A language tag that may be absent."""
    if text is not None and not values.is_language(text.strip()):
        look.note("language-tag", line, f"{where} {values.short(text)!r}")
