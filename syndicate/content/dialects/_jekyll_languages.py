"""Languages of a Jekyll site, as its plugins for several of them and their users write them down.

In: the configuration; a post's fields, path and permalink. Out: language tags, and the key that a post has in common
with its translations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from syndicate.content.dialects._fields import Fields, as_text, language_tag, tidy
from syndicate.model import Value

LANGUAGE = ("lang", "language", "locale")
_DEFAULT = ("default_lang", "default_language", "default_locale")
_LISTS = ("languages", "langs", "locales")
_CODES = ("code", "lang", "locale", "language", "id", "tag")
_TRANSLATION = ("ref", "translation_id", "translation_key", "lang-ref", "lang_ref", "page_id", "translationKey")
_MOST = 200


def languages(config: Fields) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The site's own language, and the further ones with the title of the site in them.

    Where a list does not say which language is the site's own, it is the first (as with
    jekyll-multiple-languages-plugin); but of a list of mappings it is English unless that is in the list, since
    such a list names what the site is translated into.
    """
    default = config.language("lang", "locale", "language") or config.language(*_DEFAULT)
    value: Value = next((config.values[key] for key in _LISTS if isinstance(config.values.get(key), list | dict)), [])
    listed = dict(_listed(value))
    if listed and not default:
        translated = isinstance(value, dict) or any(isinstance(item, dict) for item in value)
        default = "en" if translated and "en" not in listed else next(iter(listed))
    return default, tuple((tag, title) for tag, title in listed.items() if tag.lower() != default.lower())


def _listed(value: Value) -> Iterator[tuple[str, str]]:
    """`[en, fr]`, `[{code: fr, title: …}]` or `{fr: {title: …}}` → (tag, title) pairs."""
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for _number, (key, item) in zip(range(_MOST), pairs, strict=False):
        known = item if isinstance(item, dict) else {}
        written = key or (next((known[name] for name in _CODES if known.get(name)), "") if known else item)
        if tag := language_tag(as_text(written) or ""):
            yield tag, tidy(as_text(known.get("title")) or "")


def language_of(fields: Fields, path: str, known: Sequence[str]) -> str:
    """The language of a post: what it says, else a folder or the end of its name that is one of the site's."""
    stated = fields.language(*LANGUAGE)
    if stated or not known:
        return stated
    tags = {tag.lower(): tag for tag in known}
    return next((tags[part] for part in _places(path) if part in tags), "")


def _places(path: str) -> Iterator[str]:
    """Where a language may stand in a path: the first folder, the one below `_posts`, before the ending."""
    parts = path.lower().split("/")
    yield from parts[:1] if len(parts) > 1 else ()
    yield from (below for above, below in pairwise(parts[:-1]) if above.startswith("_"))
    yield from parts[-1].split(".")[-2:-1]


def translation_of(fields: Fields, path: str, permalink: str, known: Sequence[str]) -> str:
    """What a post has in common with its translations, "" where nothing is known of any.

    A key of its own; else, on a site of several languages, its permalink or its path without the language.
    """
    key, value = fields.first(*_TRANSLATION)
    named = (as_text(value) or "").strip() if key else ""
    if named and (known or fields.first(*LANGUAGE)[0]):
        return named
    if len(known) < 2:
        return ""
    tags = {tag.lower() for tag in known}
    own = (as_text(fields.values.get("permalink")) or "").strip()
    if own:
        return "/".join(
            part for number, part in enumerate(permalink.split("/")) if number != 1 or part.lower() not in tags
        )
    folder, _slash, name = path.rpartition("/")
    stem, ending = name.rpartition(".")[::2]
    before, _dot, suffix = stem.rpartition(".")
    name = f"{before}.{ending}" if before and suffix.lower() in tags else name
    return "/".join([*(part for part in folder.split("/") if part.lower() not in tags), name])
