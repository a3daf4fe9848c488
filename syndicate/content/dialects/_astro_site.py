"""What an Astro site says of itself, as far as plain literals go: configuration, collections, routes.

In: the text of its configuration, of the file that declares its collections, and of its pages with a
parameter in their name. Out: a Site and Facts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo

from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._fields import as_text, language_tag
from syndicate.content.dialects._javascript import Script
from syndicate.content.dialects._javascript_site import (
    folder_path,
    listed,
    mapping,
    root_url,
    script,
    text_of,
    zone_of,
)
from syndicate.model import Value
from syndicate.model.records import dataclass, field

CONFIG = tuple(f"astro.config.{ending}" for ending in ("mjs", "ts", "js", "mts", "cjs"))
COLLECTIONS = tuple(f"src/content{name}.{ending}" for name in (".config", "/config") for ending in ("ts", "js", "mjs"))
ROUTES = ("src/pages/**/[*].astro", "src/pages/**/[*]/index.astro")

POSTS = frozenset("blog blogs post posts article articles news note notes writing journal".split())
"""Collections and folders of pages by these names hold posts, with a date or without."""

_ROUTE = re.compile(
    r"src/pages/(?:(.+)/)?\[(\.\.\.)?(?:slug|id|post|entry|article|path)\](?:/index)?\.astro", re.DOTALL
)
_LOCALE_PARAMETER = re.compile(r"\[(?:\.\.\.)?(?:lang|locale|language)\]/?")


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every post. `ending` is what stands behind an address: `/`, `.html` or nothing.

    `homes` are the folders of collections, by path, with the collection's name; `routes` the paths at which
    collections are served, where a page says so. `prefixed`: the default locale has its path, too.
    """

    root: str = ""
    zone: tzinfo = UTC
    ending: str = "/"
    homes: Mapping[str, str] = field(default_factory=dict)
    routes: Mapping[str, str] = field(default_factory=dict)
    locale: str = ""
    locales: tuple[str, ...] = ()
    prefixed: bool = False


def read(files: Mapping[str, str], given: Given) -> tuple[Facts, Site]:
    """The Facts and the Site that the files make."""
    source, _name = script(files, CONFIG)
    config = source.exported or source.returned
    root = root_url(given, text_of(config, "site"), text_of(config, "base"))
    zone, zone_name = zone_of(given)
    i18n = mapping(config.get("i18n"))
    site = Site(
        root,
        zone,
        _ending(config),
        dict(_homes(files)),
        dict(_routes(files)),
        text_of(i18n, "defaultLocale"),
        tuple(dict.fromkeys(_locales(i18n))),
        mapping(i18n.get("routing")).get("prefixDefaultLocale") is True,
    )
    further = (tag for each in site.locales if each != site.locale and (tag := language_tag(each)))
    language = language_tag(site.locale)
    return Facts(url=root, language=language, timezone=zone_name, languages=tuple((tag, "") for tag in further)), site


def _ending(config: Mapping[str, Value]) -> str:
    if text_of(mapping(config.get("build")), "format") == "file":
        return ".html"
    return "" if text_of(config, "trailingSlash") == "never" else "/"


def _locales(i18n: Mapping[str, Value]) -> Iterator[str]:
    """Locales as they stand in paths: texts, or mappings with a `path`."""
    for each in listed(i18n.get("locales")):
        if text := text_of(mapping(each), "path") or as_text(each):
            yield text


def _homes(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Folders that a `glob({ base: … })` names, called as their last part."""
    for name in COLLECTIONS:
        for arguments in Script(files.get(name, "")).calls("glob"):
            base = text_of(mapping(arguments[0]) if arguments else {}, "base")
            if base and (path := folder_path(base)):
                yield path, path.rpartition("/")[2]


def _routes(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Collections that a page such as `src/pages/blog/[...slug].astro` asks for, and its folder; the first counts."""
    seen: set[str] = set()
    for path in sorted(files):
        found = _ROUTE.fullmatch(path)
        folder = _LOCALE_PARAMETER.sub("", found[1] or "").rstrip("/") if found else "["
        if "[" in folder:
            continue
        head = files[path].removeprefix("---").partition("\n---")[0]
        for arguments in Script(head).calls("getCollection"):
            name = as_text(arguments[0]) if arguments else None
            if name and name not in seen:
                seen.add(name)
                yield name, folder


def slugged(segment: str) -> str:
    """One part of a path as Astro's glob loader makes it part of an id (github-slugger's rule)."""
    if _PLAIN.fullmatch(segment):
        return segment
    kept = (char for char in segment.lower() if char in "- " or unicodedata.category(char) in _KEPT)
    return "".join(kept).replace(" ", "-")


_PLAIN = re.compile(r"[a-z0-9_-]*")
_KEPT = frozenset("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl Pc".split())
