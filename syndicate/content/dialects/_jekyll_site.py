"""What a Jekyll site's configuration decides about each of its files, ready for use.

In: the mapping of `_config.yml`. Out: a Site, an immutable value that travels to worker processes. What is
wrong in the configuration becomes a Problem; what can be understood of it holds.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

from syndicate.content.dialects._fields import Fields, as_text, shortened
from syndicate.content.dialects._jekyll_defaults import Scope, scopes
from syndicate.content.dialects._jekyll_urls import STYLES, suffixed, unknown_placeholders
from syndicate.content.dialects._zones import zone_named
from syndicate.content.frontmatter import truth
from syndicate.model import Author, Value
from syndicate.model.patterns import regex
from syndicate.model.records import dataclass, field

MARKDOWN = "markdown,mkdown,mkdn,mkd,md"
PAGES = ("html", "htm")
UNSUPPORTED = ("textile", "adoc", "asciidoc", "asc", "org", "rst")
"""Formats that Jekyll reads with a plugin, and we do not."""

_ALWAYS_EXCLUDED = (
    ".sass-cache .jekyll-cache gemfiles Gemfile Gemfile.lock node_modules"
    " vendor/bundle/ vendor/cache/ vendor/gems/ vendor/ruby/"
).split()
_NOTHING = regex(r"(?!)")
_SPECIAL = ("posts", "drafts", "data")  # folders Jekyll reads by other rules than a collection's


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection whose documents have pages of their own; `template` is their permalink."""

    label: str
    template: str


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """What holds for every post; equal to itself alone, so that what is found out for it can be kept.

    `zone` reads dates, `jekyll_zone` is the one Jekyll runs in (permalinks).
    `root` is the URL of the site's root with baseurl; `source` is a folder of the content ("": the
    content itself), `destination` and `collections_dir` are folders of the source.
    """

    root: str = ""
    zone: tzinfo = UTC
    jekyll_zone: tzinfo = UTC
    template: str = STYLES["date"]
    collections: tuple[Collection, ...] = ()
    source: str = ""
    destination: str = "_site"
    collections_dir: str = ""
    excluded: re.Pattern[str] = _NOTHING
    included: re.Pattern[str] = _NOTHING
    markdown: frozenset[str] = frozenset(MARKDOWN.split(","))
    posts: re.Pattern[str] = _NOTHING
    defaults: tuple[Scope, ...] = ()
    separator: str = ""
    future: bool = False
    authors: Mapping[str, Author] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Zones:
    """`name` and `author`: where dates are written; `jekyll`: where Jekyll runs, which decides permalinks."""

    name: str
    author: tzinfo
    jekyll: tzinfo


def zones(config: Fields, given: str) -> Zones:
    """The time zones of a site; the operator's wins for the author's dates, not for Jekyll's permalinks."""
    own = config.text("timezone")
    jekyll = zone_named(own)
    if jekyll is None:
        config.report(
            "site-config",
            f"`timezone: {shortened(own)}` is no known time zone, UTC is used; "
            "write an IANA name such as `Asia/Shanghai`",
            "timezone",
        )
        own = ""
    named = given if given and zone_named(given) else own or "UTC"
    author = zone_named(named) or UTC
    return Zones(named, author, jekyll if own and jekyll else author)


def site(config: Fields, root: str, within: Zones, authors: Mapping[str, Author]) -> Site:
    """The Site for a configuration at the URL `root`."""
    source, folder = _folder(config, "source"), _folder(config, "collections_dir")
    markdown = _endings(config)
    metadata = _metadata(config)
    return Site(
        root=root,
        zone=within.author,
        jekyll_zone=within.jekyll,
        template=_template(config, metadata.get("posts", {})),
        collections=_collections(config, metadata),
        source=source,
        destination=(_folder(config, "destination") or "_site").removeprefix(f"{source}/"),
        collections_dir=folder,
        excluded=_globs(_excludes(config)),
        included=_globs(_texts(config, "include")),
        markdown=markdown,
        posts=_names((*markdown, *PAGES, *UNSUPPORTED)),
        defaults=scopes(config, folder),
        separator=config.raw("excerpt_separator") or "",
        future=truth(config.values.get("future")) is True,
        authors=authors,
    )


def _template(config: Fields, posts: Mapping[str, Value]) -> str:
    """The permalink of posts: a collection setting, a built-in style, or a template."""
    style = as_text(posts.get("permalink")) or STYLES.get(_style(config), _style(config))
    return checked_template(config, style, "permalink") or STYLES["date"]


def _style(config: Fields) -> str:
    return config.raw("permalink") or "date"


def checked_template(fields: Fields, template: str, key: str) -> str:
    """The template, or "" with a Problem where it has placeholders Jekyll does not know."""
    unknown = unknown_placeholders(template)
    if not unknown:
        return template
    fields.report(
        "permalink-unreadable",
        f"`{shortened(template)}` has {', '.join(map(shortened, unknown))}, which Jekyll does not know; "
        "the default permalink is used: take one of https://jekyllrb.com/docs/permalinks/",
        key,
    )
    return ""


def _metadata(config: Fields) -> dict[str, Mapping[str, Value]]:
    """`collections:` as a mapping of name to settings, from either of its forms."""
    value = config.values.get("collections")
    if isinstance(value, list):
        return {name: {} for item in value if (name := as_text(item))}
    if isinstance(value, dict):
        return {name: data if isinstance(data, dict) else {} for name, data in value.items()}
    if value is not None:
        config.misshapen("collections", "a mapping of names", value)
    return {}


def _collections(config: Fields, metadata: Mapping[str, Mapping[str, Value]]) -> tuple[Collection, ...]:
    default = suffixed("/:collection/:path", _style(config))
    found = []
    for name, data in metadata.items():
        label = re.sub(r"[^A-Za-z0-9_.-]", "", name)
        if label and label not in _SPECIAL and truth(data.get("output")):
            template = as_text(data.get("permalink")) or default
            found.append(Collection(label, checked_template(config, template, "collections") or default))
    return tuple(found)


def _texts(config: Fields, key: str) -> list[str]:
    return list(config.items(key, config.values.get(key)))


def _excludes(config: Fields) -> list[str]:
    included = _texts(config, "include")
    return [glob for glob in (*_texts(config, "exclude"), *_ALWAYS_EXCLUDED) if glob not in included]


def _globs(patterns: Sequence[str]) -> re.Pattern[str]:
    """Jekyll's EntryFilter: a path is meant that matches the glob or begins with its text."""
    wanted = [pattern.removeprefix("./").lstrip("/") for pattern in patterns]
    parts = [f"{fnmatch.translate(glob)}|(?s:{re.escape(glob)}.*)" for glob in wanted if glob]
    return re.compile("|".join(parts)) if parts else _NOTHING


def _folder(config: Fields, key: str) -> str:
    """A folder of the configuration, relative to the content; "" for the content itself."""
    parts = config.text(key).split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _endings(config: Fields) -> frozenset[str]:
    written = config.text("markdown_ext") or MARKDOWN
    return frozenset(part.strip().lower().lstrip(".") for part in written.split(",")) - {""}


def _names(endings: Sequence[str]) -> re.Pattern[str]:
    """File names with one of the endings that are neither hidden, nor special, nor a back-up."""
    known = "|".join(sorted(map(re.escape, endings)))
    return re.compile(rf"[^._#~].*\.(?:{known})\Z", re.IGNORECASE | re.DOTALL)
