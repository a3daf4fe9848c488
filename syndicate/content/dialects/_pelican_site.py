"""What Pelican's settings mean for reading a site. In: Settings. Out: a Site, and Facts."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Any

from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._addresses import encoded
from syndicate.content.dialects._fields import language_tag, one_line, shortened
from syndicate.content.dialects._patterns import expression
from syndicate.content.dialects._pelican_settings import Settings
from syndicate.content.dialects._zones import zone_named
from syndicate.markup.slugs import PLAIN_RULES, Rule, rules
from syndicate.model import Author, Value
from syndicate.model.records import dataclass

KINDS = {"tags": "TAG", "categories": "CATEGORY", "authors": "AUTHOR"}
_ENDINGS = ("md", "markdown", "mkd", "mdown", "rst", "html", "htm")
_MOST_PATTERNS = 100
_FILENAME = r"(?P<date>\d{4}-\d{2}-\d{2}).*"


@dataclass(frozen=True, slots=True)
class Slugs:
    """How names become slugs: the rules of each kind of term, and of articles (`""`)."""

    by: Mapping[str, tuple[Rule, ...]]
    in_unicode: bool
    keep_case: bool


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """The settings that matter, with Pelican's own where none is given; equal to itself alone, so that what is found
    out for it can be kept.

    `content` is the folder of the content below the site's, "" for that itself; `certain` is False where the
    settings do not say. Paths are relative to it. `extra` is EXTRA_PATH_METADATA in order of application.
    """

    root: str
    zone: tzinfo
    content: str
    certain: bool
    articles: tuple[str, ...]
    excluded: frozenset[str]
    outside: frozenset[str]
    static: tuple[str, ...]
    names: re.Pattern[str]
    ignored: re.Pattern[str]
    url: str
    language_url: str
    language: str
    author: str
    slug_of_title: bool
    slug_of_name: bool
    slugs: Slugs
    from_name: re.Pattern[str] | None
    from_path: re.Pattern[str] | None
    extra: tuple[tuple[str, Mapping[str, Value]], ...]
    defaults: Mapping[str, Value]
    folders_are_categories: bool
    of_files: bool
    future: bool
    translation: tuple[str, ...]
    yaml: bool
    term_urls: Mapping[str, str]


def site(settings: Settings, root: str) -> Site:
    """The site that the settings describe, at the address `root`; faults are noted in the settings."""
    content, certain = _content(settings)
    pages = _paths(settings, "PAGE_PATHS", ("pages",))
    source = _text(settings, "SLUGIFY_SOURCE", "title")
    with_categories = bool(settings.values.get("CATEGORY_SAVE_AS", True))
    return Site(
        root=root,
        zone=zone_named(zone_name(settings)) or UTC,
        content=content,
        certain=certain,
        articles=_paths(settings, "ARTICLE_PATHS", ("",)),
        excluded=frozenset((*_paths(settings, "ARTICLE_EXCLUDES", ()), *pages)) - {""},
        outside=frozenset(_outside(settings)),
        static=_paths(settings, "STATIC_PATHS", ("images",)),
        names=_names(settings),
        ignored=re.compile(_ignored(settings), re.DOTALL),
        url=_text(settings, "ARTICLE_URL", "{slug}.html"),
        language_url=_text(settings, "ARTICLE_LANG_URL", "{slug}-{lang}.html"),
        language=_text(settings, "DEFAULT_LANG", "en").lower(),
        author=_text(settings, "AUTHOR", ""),
        slug_of_title=source == "title",
        slug_of_name=source == "basename",
        slugs=_slugs(settings),
        from_name=_pattern(settings, "FILENAME_METADATA", _FILENAME),
        from_path=_pattern(settings, "PATH_METADATA", ""),
        extra=_extra(settings),
        defaults=_defaults(settings, with_categories),
        folders_are_categories=with_categories and bool(settings.values.get("USE_FOLDER_AS_CATEGORY", True)),
        of_files=settings.values.get("DEFAULT_DATE") == "fs",
        future=bool(settings.values.get("WITH_FUTURE_DATES", True)),
        translation=_translation(settings.values.get("ARTICLE_TRANSLATION_ID", "slug")),
        yaml=any("yaml" in name.lower() for name in _texts(settings.values.get("PLUGINS"))),
        term_urls={kind: _term_url(settings, word) for kind, word in KINDS.items()},
    )


def zone_name(settings: Settings) -> str:
    """TIMEZONE where there is such a zone, else `UTC`, which Pelican takes as well."""
    name = _text(settings, "TIMEZONE", "UTC")
    if zone_named(name) is None:
        settings.fault("TIMEZONE", f"is no time zone: {shortened(name)}; write one such as `Europe/Berlin`")
        return "UTC"
    return name or "UTC"


def root_url(settings: Settings, given: Given) -> str:
    """The address of the site's root: the operator's, else SITEURL."""
    written = given.url or _text(settings, "SITEURL", "")
    if written and not re.match(r"https?://[^/]", written, re.IGNORECASE):
        written = "https://" + written.rpartition("//")[2].lstrip("/")
        settings.fault("SITEURL", f"is no web address; write it as `{shortened(written)}`")
    return encoded(written.rstrip("/"))


def facts(settings: Settings, root: str, timezone: str) -> Facts:
    """What is known of the site."""
    name = one_line(_text(settings, "AUTHOR", ""))
    feed = _text(settings, "FEED_ATOM", "") or _text(settings, "FEED_ALL_ATOM", "")
    return Facts(
        title=one_line(_text(settings, "SITENAME", "")),
        url=root,
        description=one_line(_text(settings, "SITESUBTITLE", "")),
        language=language_tag(_text(settings, "DEFAULT_LANG", "")),
        timezone=timezone,
        author=Author(name) if name else None,
        limit=_limit(settings),
        feed_paths=(("site", feed.lstrip("/")),) if _is_feed_path(feed) else (),
    )


def _is_feed_path(path: str) -> bool:
    return bool(re.fullmatch(r"/?(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.xml", path, re.ASCII))


def _limit(settings: Settings) -> int | None:
    limit = settings.values.get("FEED_MAX_ITEMS")
    return limit if isinstance(limit, int) and 0 < limit < 1_000_000 and limit is not True else None


def _text(settings: Settings, name: str, otherwise: str) -> str:
    value = settings.values.get(name)
    if value is not None and not isinstance(value, str):
        settings.fault(name, "is no text; write it in quotes")
    return value if isinstance(value, str) else otherwise


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()


def _paths(settings: Settings, name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    value = settings.values.get(name)
    if not isinstance(value, tuple):
        return otherwise
    return tuple(_plain_path(path) for path in _texts(value))


def _plain_path(path: str) -> str:
    plain = posixpath.normpath(path.strip("/")) if path.strip("/") else ""
    return "" if plain == "." else plain


def _content(settings: Settings) -> tuple[str, bool]:
    """The folder of the content, and whether the settings say so: else it is handed to Pelican when it is run."""
    written = _text(settings, "PATH", "")
    path = _plain_path(written)
    if written.startswith("/") or path.startswith(".."):
        settings.fault("PATH", "leads out of the site's folder; write the path below it, such as `content`")
        return "", False
    return path, bool(written)


def _outside(settings: Settings) -> Iterator[str]:
    """Folders of the site's own that hold no articles though they may lie in the content folder."""
    yield _plain_path(_text(settings, "OUTPUT_PATH", "output")) or "output"
    yield _plain_path(_text(settings, "THEME", "theme")) or "theme"
    yield from (path for path in _paths(settings, "PLUGIN_PATHS", ("plugins",)) if path)


def _names(settings: Settings) -> re.Pattern[str]:
    """The names of article files. Pelican would take hidden ones as well."""
    readers = settings.values.get("READERS")
    off = {name for name, reader in readers.items() if reader is None} if isinstance(readers, dict) else set()
    endings = "|".join(ending for ending in _ENDINGS if ending not in off) or "(?!)"
    return re.compile(rf"(?!{_ignored(settings)}).*\.(?:{endings})\Z", re.DOTALL)


def _ignored(settings: Settings) -> str:
    globs = _texts(settings.values.get("IGNORE_FILES"))[:_MOST_PATTERNS]
    return "|".join((r"\.", *(fnmatch.translate(glob) for glob in globs)))


def _pattern(settings: Settings, name: str, otherwise: str) -> re.Pattern[str] | None:
    written = _text(settings, name, otherwise)
    try:
        return expression(written) if written else None
    except ValueError as fault:
        settings.fault(name, f"is no pattern that can be used: {shortened(str(fault), 120)}; correct it")
        return None


def _slugs(settings: Settings) -> Slugs:
    article = _rules(settings, "SLUG_REGEX_SUBSTITUTIONS", rules(PLAIN_RULES))
    by = {kind: _rules(settings, f"{word}_REGEX_SUBSTITUTIONS", article) for kind, word in KINDS.items()}
    return Slugs(
        {"": article, **by},
        bool(settings.values.get("SLUGIFY_USE_UNICODE")),
        bool(settings.values.get("SLUGIFY_PRESERVE_CASE")),
    )


def _rules(settings: Settings, name: str, otherwise: tuple[Rule, ...]) -> tuple[Rule, ...]:
    value = settings.values.get(name)
    if not isinstance(value, tuple):
        return otherwise
    pairs = [(pair[0], pair[1]) for pair in value if len(_texts(pair)) == 2]
    try:
        for pattern, _replacement in pairs[:_MOST_PATTERNS]:
            expression(pattern)
        return rules(pairs[:_MOST_PATTERNS])
    except ValueError as fault:
        settings.fault(name, f"holds a pattern that cannot be used: {shortened(str(fault), 120)}; correct it")
        return otherwise


def _extra(settings: Settings) -> tuple[tuple[str, Mapping[str, Value]], ...]:
    value = settings.values.get("EXTRA_PATH_METADATA")
    pairs = value.items() if isinstance(value, dict) else ()
    return tuple(sorted((path, _plain(data)) for path, data in pairs if isinstance(path, str) and data))


def _plain(data: Any) -> dict[str, Value]:
    """Metadata of the settings as front matter has it: texts."""
    pairs = data.items() if isinstance(data, dict) else data if isinstance(data, tuple) else ()
    found = (pair for pair in pairs if isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str))
    return {key.lower(): str(value) for key, value in found if isinstance(value, str | int | float)}


def _defaults(settings: Settings, with_categories: bool) -> dict[str, Value]:
    found = _plain(settings.values.get("DEFAULT_METADATA"))
    if with_categories:
        found["category"] = _text(settings, "DEFAULT_CATEGORY", "misc")
    date = settings.values.get("DEFAULT_DATE")
    if isinstance(date, tuple) and len(date) >= 3 and all(isinstance(part, int) for part in date):
        clock = (*date[3:6], 0, 0, 0)[:3]
        found["date"] = "{:04}-{:02}-{:02} ".format(*date[:3]) + "{:02}:{:02}:{:02}".format(*clock)
    elif isinstance(date, str) and date not in ("", "fs"):
        found["date"] = date
    return found


def _translation(value: Any) -> tuple[str, ...]:
    """The fields that translations of each other have in common; none where nothing is a translation."""
    names = (value,) if isinstance(value, str) else _texts(value)
    return tuple(sorted(name for name in names if name))


def _term_url(settings: Settings, word: str) -> str:
    """The pattern of the addresses of a kind of term; "" where no pages are made for it."""
    if not settings.values.get(f"{word}_SAVE_AS", True):
        return ""
    return _text(settings, f"{word}_URL", f"{word.lower()}/{{slug}}.html")
