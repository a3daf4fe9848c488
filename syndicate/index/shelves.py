"""Feeds of several languages in one index: the set of each further language stands on a shelf of its own. Pure.

The index knows feeds by a pair (taxonomy, name). For a language beside the site's default one, the language
stands before the taxonomy: `("fr/tags", "bitcoin")`, and its site feed is a term of no name and no
taxonomy: `("fr/", "")`. So a post of another language is in the feeds of its shelf and in no other, and
nothing but this module has to know how that is written.
"""

from __future__ import annotations

from collections.abc import Iterable

Pair = tuple[str, str]


def shelved(language: str, terms: Iterable[Pair]) -> tuple[Pair, ...]:
    """The feeds of a post on the shelf of `language` ("" for the default one), the site's own feed aside."""
    if not language:
        return tuple(terms)
    return ((f"{language}/", ""), *((f"{language}/{taxonomy}", name) for taxonomy, name in terms))


def apart(taxonomy: str) -> Pair:
    """A taxonomy of the index → the language of its shelf ("" for the default one), and the taxonomy."""
    language, slash, rest = taxonomy.partition("/")
    return (language, rest) if slash else ("", taxonomy)


def shelf(language: str, default: str) -> str:
    """Where a post in `language` stands: "" for the default language, or where no language is known.

    `en` and `en-GB` are one language here, `zh-CN` and `zh-TW` are two (RFC 4647, 3.4, in either direction).
    """
    mine, site = language.casefold(), default.casefold()
    same = not mine or mine == site or mine.startswith(f"{site}-") or site.startswith(f"{mine}-")
    return "" if same else language.lower()


def paged(taxonomy: str, page: int) -> str:
    """The taxonomy of page `page` (from 1, the oldest) of the history of a feed of this taxonomy.

    A page is a feed of its own to the index: `("3@fr/tags", "bitcoin")` is the third page of `("fr/tags", "bitcoin")`.
    """
    return f"{page}@{taxonomy}"


def page_of(taxonomy: str) -> tuple[int, str]:
    """A taxonomy of the index → which page of history it means (0: the feed itself), and the feed's taxonomy."""
    number, at, rest = taxonomy.partition("@")
    return (int(number), rest) if at else (0, taxonomy)
