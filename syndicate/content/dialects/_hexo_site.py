"""What `_config.yml` of a Hexo site says: of the site itself, and of how its posts are read.

In: the text of the configuration. Out: a Site, Facts, and Problems.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from urllib.parse import urlsplit

from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._addresses import encoded, encoded_path
from syndicate.content.dialects._datafiles import mapping_of
from syndicate.content.dialects._fields import Fields, as_text, language_tag, shortened
from syndicate.content.dialects._globs import Glob, glob
from syndicate.content.dialects._people import person
from syndicate.content.dialects._zones import zone_named
from syndicate.content.frontmatter import truth
from syndicate.model import Problem, Value
from syndicate.model.records import dataclass, field

CONFIG = ("_config.yml", "_config.yaml", "_config.json")

PERMALINK = ":year/:month/:day/:title/"
NEW_POST = ":title.md"


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every post. `root` is the site's URL with its base path; `source` the folder of the content.

    `ending` is the only one posts may have, where a post's own files lie beside it (`own_files`); `case` how slugs
    are written (1 lower, 2 upper); `trailing_index` and `trailing_html` as in `pretty_urls`.
    """

    root: str = ""
    zone: tzinfo = UTC
    source: str = "source"
    permalink: str = PERMALINK
    defaults: Mapping[str, str] = field(default_factory=dict)
    new_post_name: str = NEW_POST
    own_files: bool = False
    ending: str = ""
    trailing_index: bool = True
    trailing_html: bool = True
    default_category: str = "uncategorized"
    categories: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_dir: str = "tags"
    case: int = 0
    future: bool = True
    named_by_slug: bool = False
    skipped: tuple[Glob, ...] = ()
    ignored: tuple[Glob, ...] = ()


def opened(files: Mapping[str, str], given: Given) -> tuple[Site, Facts, list[Problem]]:
    """A site and its facts; faults of its configuration are Problems, the rest of it holds."""
    name = next((name for name in CONFIG if name in files), CONFIG[0])
    values, problems = mapping_of(files.get(name, ""), name)
    config = Fields(values, name)
    config.problems.extend(problems)
    named = _zone_name(config, given.timezone)
    site = _site(config, _root(config, given), zone_named(named) or UTC)
    return site, _facts(config, site, named), config.problems


def _zone_name(config: Fields, given: str) -> str:
    if given and zone_named(given):
        return given
    own = config.text("timezone")
    if zone_named(own):
        return own or "UTC"
    message = f"`timezone: {shortened(own)}` is no known time zone, UTC is used; write one such as `Asia/Shanghai`"
    config.report("site-config", message, "timezone")
    return "UTC"


def _root(config: Fields, given: Given) -> str:
    """The site's URL: what was given wins; `root` is put behind an address that has no path of its own."""
    url = encoded((given.url or _address(config)).rstrip("/"))
    base = encoded_path(config.text("root").strip("/"))
    return f"{url}/{base}" if url and base and not urlsplit(url).path else url


def _address(config: Fields) -> str:
    written = config.text("url")
    if not written or re.match(r"https?://[^/]", written, re.IGNORECASE):
        return written
    config.report("site-config", f"`url: {shortened(written)}` is no web address; write one with `https://`", "url")
    return ""


def _site(config: Fields, root: str, zone: tzinfo) -> Site:
    pretty = _mapping(config, "pretty_urls")
    new_post_name = config.text("new_post_name") or NEW_POST
    own_files = _on(config.values, "post_asset_folder", otherwise=False)
    case = config.text("filename_case")
    return Site(
        root=root,
        zone=zone,
        source=config.text("source_dir").strip("/").removeprefix("./") or "source",
        permalink=config.text("permalink") or PERMALINK,
        defaults=_texts(_mapping(config, "permalink_defaults")),
        new_post_name=new_post_name,
        own_files=own_files,
        ending=new_post_name.rpartition(".")[2].lower() if own_files and "." in new_post_name else "",
        trailing_index=_on(pretty, "trailing_index", otherwise=True),
        trailing_html=_on(pretty, "trailing_html", otherwise=True),
        default_category=config.text("default_category") or "uncategorized",
        categories=_texts(_mapping(config, "category_map")),
        tags=_texts(_mapping(config, "tag_map")),
        tag_dir=config.text("tag_dir").strip("/") or "tags",
        case=int(case) if case in ("1", "2") else 0,
        future=_on(config.values, "future", otherwise=True),
        named_by_slug=_on(config.values, "use_slug_as_post_title", otherwise=False),
        skipped=_globs(config, "skip_render"),
        ignored=_globs(config, "ignore"),
    )


def _mapping(config: Fields, key: str) -> Mapping[str, Value]:
    value = config.values.get(key)
    return value if isinstance(value, dict) else {}


def _texts(values: Mapping[str, Value]) -> dict[str, str]:
    return {key: text for key, value in values.items() if (text := as_text(value)) is not None}


def _on(values: Mapping[str, Value], key: str, *, otherwise: bool) -> bool:
    found = truth(values.get(key))
    return otherwise if found is None else found


def _globs(config: Fields, key: str) -> tuple[Glob, ...]:
    return tuple(found for text in config.items(key, config.values.get(key)) if (found := glob(text)))


def _facts(config: Fields, site: Site, timezone: str) -> Facts:
    feed = Fields(_mapping(config, "feed"), config.path)
    written = config.items("language", config.values.get("language"))
    languages = [tag for text in written if text != "default" and (tag := language_tag(text))]
    return Facts(
        title=config.line("title"),
        url=site.root,
        description=config.line("description") or config.line("subtitle"),
        language=languages[0] if languages else "",
        timezone=timezone,
        author=person(config.values.get("author")),
        limit=_limit(config, feed),
        feed_paths=_feed_paths(feed),
        languages=tuple((tag, "") for tag in dict.fromkeys(languages[1:]) if tag != languages[0]),
    )


def _limit(config: Fields, feed: Fields) -> int | None:
    """The `limit` of hexo-generator-feed; 0 and false are none."""
    written = feed.text("limit")
    if re.fullmatch(r"[1-9][0-9]{0,5}", written):
        return int(written)
    if written not in ("", "0", "false"):
        config.report("site-config", "`limit` of `feed` is no number; write one such as `20`", "feed")
    return None


def _feed_paths(feed: Fields) -> tuple[tuple[str, str], ...]:
    """Where hexo-generator-feed was told to write its first document."""
    paths = feed.items("path", feed.values.get("path"))
    safe = (path.lstrip("/") for path in paths if re.fullmatch(r"/?(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.xml", path))
    first = next(safe, "")
    return (("site", first),) if first else ()
