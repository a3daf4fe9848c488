"""What the configuration and data files of a Docusaurus site say. Text in, a Site and Facts out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, tzinfo

from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._addresses import below
from syndicate.content.dialects._datafiles import mapping_of
from syndicate.content.dialects._fields import as_text, language_tag, one_line
from syndicate.content.dialects._javascript_site import (
    folder_path,
    globs,
    listed,
    mapping,
    root_url,
    script,
    text_of,
    zone_of,
)
from syndicate.content.dialects._people import person
from syndicate.model import Author, Problem, Value
from syndicate.model.records import dataclass, field

CONFIG = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs"))
_INCLUDE = ("**/*.{md,mdx}",)
_EXCLUDE = ("**/_*.{md,mdx}", "_*/**/*", "**/_*/**/*")


@dataclass(frozen=True, slots=True)
class Blog:
    """One blog of the site: its folder, the route it is served at, which files in it are posts.

    `localized` is the name of its folder below `i18n/LOCALE/`. `authors` and `tags` are those of its data files.
    """

    folder: str
    route: str
    localized: str
    include: re.Pattern[str]
    exclude: re.Pattern[str]
    authors: Mapping[str, Author] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every post. `slash` is `trailingSlash`, None where it is not set."""

    root: str = ""
    zone: tzinfo = UTC
    slash: bool | None = None
    blogs: tuple[Blog, ...] = ()
    locale: str = "en"
    locales: tuple[str, ...] = ()


def read(files: Mapping[str, str], given: Given) -> tuple[Facts, Site, list[Problem]]:
    """The Facts and the Site that the files make, with the problems met in them."""
    source, _name = script(files, CONFIG)
    config = source.exported or source.returned
    root = root_url(given, text_of(config, "url"), text_of(config, "baseUrl"))
    zone, zone_name = zone_of(given)
    options = list(_blogs(config))
    problems: list[Problem] = []
    blogs = tuple(_with_data(_blog(each), each, files, problems) for each in options)
    i18n = mapping(config.get("i18n"))
    locales = tuple(dict.fromkeys(text for each in listed(i18n.get("locales")) if (text := as_text(each))))
    slash = config.get("trailingSlash")
    locale = text_of(i18n, "defaultLocale") or "en"
    site = Site(root, zone, slash if isinstance(slash, bool) else None, blogs, locale, locales)
    first = options[0] if options else {}
    return _facts(config, first, site, zone_name), site, problems


def _blogs(config: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    """The options of each blog: that of the preset, unless it is switched off, and those of further plugins."""
    presets = [listed(each) for each in listed(config.get("presets"))]
    options = [mapping(each[1]) for each in presets if len(each) > 1]
    preset: Value = next((each["blog"] for each in options if "blog" in each), {})
    if preset is not False:
        yield mapping(preset)
    for each in map(listed, listed(config.get("plugins"))):
        if len(each) > 1 and "content-blog" in (as_text(each[0]) or ""):
            yield mapping(each[1])


def _blog(options: Mapping[str, Value]) -> Blog:
    own = text_of(options, "id")
    route = as_text(options.get("routeBasePath"))
    return Blog(
        folder_path(text_of(options, "path") or "blog") or "blog",
        "blog" if route is None else route.strip("/ "),
        "docusaurus-plugin-content-blog" + (f"-{own}" if own and own != "default" else ""),
        _patterns(options, "include", _INCLUDE),
        _patterns(options, "exclude", _EXCLUDE),
    )


def _patterns(options: Mapping[str, Value], key: str, otherwise: tuple[str, ...]) -> re.Pattern[str]:
    written = [text for each in listed(options.get(key)) if (text := as_text(each))]
    return globs(written if key in options else otherwise)


def _with_data(blog: Blog, options: Mapping[str, Value], files: Mapping[str, str], problems: list[Problem]) -> Blog:
    """The blog with its `authors.yml` and `tags.yml`."""

    def data(name: str) -> dict[str, Value]:
        path = f"{blog.folder}/{name}"
        values, more = mapping_of(files.get(path, ""), path)
        problems.extend(more)
        return values

    people = data(text_of(options, "authorsMapPath") or "authors.yml")
    labels = data(text_of(options, "tags") or "tags.yml")
    authors = {slug: found for slug, value in people.items() if (found := person(value, slug))}
    tags = {key: one_line(text_of(mapping(value), "label") or key) for key, value in labels.items()}
    return replace(blog, authors=authors, tags=tags)


def _facts(config: Mapping[str, Value], blog: Mapping[str, Value], site: Site, zone: str) -> Facts:
    feed = mapping(blog.get("feedOptions"))
    limit = text_of(feed, "limit")
    icon, image = text_of(config, "favicon"), text_of(mapping(config.get("themeConfig")), "image")
    further = (tag for each in site.locales if each != site.locale and (tag := language_tag(each)))
    title = one_line(text_of(feed, "title") or text_of(config, "title"))
    return Facts(
        title=title,
        url=site.root,
        description=one_line(text_of(feed, "description") or text_of(blog, "blogDescription") or _tagline(config)),
        language=language_tag(text_of(feed, "language") or site.locale),
        timezone=zone,
        icon=below(site.root, icon),
        image=below(site.root, image),
        limit=int(limit) if re.fullmatch(r"[1-9][0-9]{0,5}", limit) else None,
        languages=tuple((tag, title) for tag in further),
    )


def _tagline(config: Mapping[str, Value]) -> str:
    return text_of(config, "tagline")
