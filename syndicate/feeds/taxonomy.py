"""Slugs: a safe, distinct and lasting name for every term. Pure.

In: a term as written, the naming rule, and what is taken already. Out: one path segment that
is legal on every common file system and needs no thought in a URL. The ledger (the index)
freezes what comes out of here, so a better rule never moves a feed that exists.

Rules: `unicode` keeps letters of every script, `pinyin` spells Chinese in Latin letters, `raw`
keeps the term as written wherever that is safe (what jekyll-feed does).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from syndicate.index.shelves import apart
from syndicate.model.patterns import regex

MAX_BYTES = 120
"""Longest slug in UTF-8 bytes: with an extension and a suffix it stays below every limit (255)."""

# Fillers and variation selectors count as letters and marks, and yet nobody can see or type them.
_UNSEEN_LETTERS = regex(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# What emoji and words of some scripts are joined by.
_GLUE = regex(r"[\u200c\u200d\ufe0f]")
_RESERVED = regex(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|con(in|out)\$)(\..*)?")
_UNSAFE_RAW = regex(r'[/\\:*?"<>|]|^[.\s~-]|[.\s]$')
_SPOKEN = (
    (regex(r"(?<=[\w+])\+"), " plus "),
    (regex(r"(?<=\w)#"), " sharp "),
    (regex(r"^\.(?=\w)"), "dot "),
)

_IRREGULAR = {"categories": "category", "movies": "movie", "news": "news", "series": "series"}


def singular(taxonomy: str) -> str:
    """The word for one term of a taxonomy, as in feed keys and paths: `tags` → `tag`."""
    if taxonomy in _IRREGULAR:
        return _IRREGULAR[taxonomy]
    if taxonomy.endswith("ies"):
        return taxonomy[:-3] + "y"
    return taxonomy[:-1] if taxonomy.endswith("s") and not taxonomy.endswith("ss") else taxonomy


def feed_key(taxonomy: str, name: str) -> str:
    """The key of a feed, as a person types it: `site`, `tag:金融`, `fr/site`, `fr/tag:finance`, `feed:weekly`.

    `taxonomy` as the index has it, with the language's shelf before it (see `index.shelves`); a name without a
    taxonomy is that of a feed that the operator declared.
    """
    language, taxonomy = apart(taxonomy)
    shelf = f"{language}/" if language else ""
    if not taxonomy:
        return f"{shelf}feed:{name}" if name else f"{shelf}site"
    return f"{shelf}{singular(taxonomy)}:{name}"


def scheme(base_url: str, taxonomy: str) -> str:
    """The IRI that names a taxonomy in the feeds served below `base_url` (RFC 4287 4.2.2.2)."""
    return f"{base_url}{singular(taxonomy)}/"


def slug(name: str, taxonomy: str, rule: str, taken: Callable[[str], bool], peer: str = "") -> str:
    """A slug for a term that has none yet; `peer` is the one that the site's own generator gave it, where it is safe.

    `taken(slug)` tells whether another term of the taxonomy has it, letters' case aside; then,
    and wherever nothing safe is left of the name, a digest of the name makes it distinct.
    """
    wanted = _raw(name) if rule == "raw" else _raw(peer)
    wanted = wanted or _shortened(_safe(_words(name, rule)), name)
    if not wanted:
        wanted = f"{singular(taxonomy)}-{_digest(name, 4)}"
    if not taken(wanted):
        return wanted
    return next(candidate for size in range(3, 17) if not taken(candidate := f"{wanted}-{_digest(name, size)}"))


def is_slug(text: str) -> bool:
    """Whether a text may be part of a path as it is: for slugs that somebody else says were ours."""
    return bool(text) and _raw(text) == text


def _raw(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    seen = _GLUE.sub("", name)
    clear = bool(seen) and seen.isprintable() and not _UNSEEN_LETTERS.search(seen)
    safe = clear and not _UNSAFE_RAW.search(name) and not _RESERVED.fullmatch(name)
    return name if safe and len(name.encode()) <= MAX_BYTES else ""


def _words(name: str, rule: str) -> str:
    text = unicodedata.normalize("NFKC", name).strip()
    for sign, word in _SPOKEN:
        text = sign.sub(word, text)
    return _pinyin(text) if rule == "pinyin" else text


def _pinyin(text: str) -> str:
    # imported here: it takes longer to load than most sites take to build
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(text, errors=_folded))


def _folded(text: str) -> str:
    """Latin letters without their marks: é → e. In other scripts a mark makes another letter."""
    plain = (unicodedata.normalize("NFKD", c) for c in text)
    return "".join(base[0] if base[0].isascii() else c for c, base in zip(text, plain, strict=True))


def _safe(text: str) -> str:
    """Letters, marks and digits in lower case, everything else one hyphen."""
    kept = "".join(_kept(c) for c in _UNSEEN_LETTERS.sub("", text.lower()))
    found = re.sub("-+", "-", unicodedata.normalize("NFC", kept)).strip("-")
    while found and unicodedata.category(found[0])[0] == "M":  # a mark without its letter
        found = found[1:].lstrip("-")
    return found if any(unicodedata.category(c)[0] in "LN" for c in found) else ""


def _kept(character: str) -> str:
    return character if unicodedata.category(character)[0] in "LMN" or character == "_" else "-"


def _shortened(text: str, name: str) -> str:
    if _RESERVED.fullmatch(text):
        return f"{text}-{_digest(name, 3)}"
    if len(text.encode()) <= MAX_BYTES:
        return text
    cut = text.encode()[: MAX_BYTES - 10].decode("utf-8", "ignore").rstrip("-")
    return f"{cut}-{_digest(name, 4)}"


def _digest(name: str, size: int) -> str:
    # slugs are for ever, so this one stays; imported late, since it loads OpenSSL and few names need it
    from hashlib import blake2b

    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
