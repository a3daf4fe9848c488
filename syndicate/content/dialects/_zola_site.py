"""What a Zola site's configuration says: of the site itself, and of how its pages are read.

In: the text of `zola.toml` or `config.toml` and of the sections. Out: a Site, Facts, and Problems of those files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, tzinfo

from syndicate.content import frontmatter
from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._addresses import encoded
from syndicate.content.dialects._datafiles import mapping_of
from syndicate.content.dialects._fields import Fields, as_text, language_tag, one_line, shortened
from syndicate.content.dialects._people import person
from syndicate.content.dialects._zola_names import slugified
from syndicate.content.dialects._zones import zone_named
from syndicate.content.frontmatter import truth
from syndicate.model import Problem, Value
from syndicate.model.records import dataclass

CONFIG = ("zola.toml", "config.toml")
SECTIONS = "content/**/_index*.md"

_NOTHING = re.compile(r"(?!)")
_STRATEGIES = ("on", "safe", "off")
_MOST_WILD = 20  # of one pattern: more is no glob that anybody writes
_GLOB = re.compile(r"(\*\*/|\*+|\?|\{[^{}]*\}|\[[^\[\]]+\])")


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every page. `zone` reads dates without one; `default` is the language of files without suffix.

    `languages` are the further ones; `paths` and `terms` the strategies for slugs; `taxonomies` those with pages,
    as (name, slug); `drafts` the folders of draft sections, with a slash at the end.
    """

    root: str = ""
    zone: tzinfo = UTC
    default: str = "en"
    languages: tuple[str, ...] = ()
    paths: str = "on"
    terms: str = "on"
    keep_dates: bool = False
    taxonomy_root: str = ""
    taxonomies: tuple[tuple[str, str], ...] = ()
    ignored: re.Pattern[str] = _NOTHING
    drafts: tuple[str, ...] = ()


def opened(files: Mapping[str, str], given: Given) -> tuple[Site, Facts, list[Problem]]:
    """A site and its facts; faults of its configuration are Problems, the rest of it holds."""
    name = next((name for name in CONFIG if name in files), CONFIG[-1])
    values, problems = mapping_of(files.get(name, ""), name)
    config = Fields(values, name)
    config.problems.extend(problems)
    named = given.timezone if given.timezone and zone_named(given.timezone) else "UTC"
    root = encoded((given.url or _address(config)).rstrip("/"))
    site = _site(config, root, zone_named(named) or UTC, tuple(_drafts(files)))
    return site, _facts(config, site, named, _top(files)), config.problems


def _site(config: Fields, root: str, zone: tzinfo, drafts: tuple[str, ...]) -> Site:
    slugs = Fields(table(config, "slugify"), config.path)
    default = config.text("default_language") or "en"
    terms = _strategy(config, slugs, "taxonomies")
    return Site(
        root=root,
        zone=zone,
        default=default,
        languages=tuple(code for code in table(config, "languages") if code != default),
        paths=_strategy(config, slugs, "paths"),
        terms=terms,
        keep_dates=truth(slugs.values.get("paths_keep_dates")) is True,
        taxonomy_root=config.text("taxonomy_root").strip("/"),
        taxonomies=tuple(
            (name, slugified(name, terms))
            for name, settings in _taxonomies(config)
            if settings.get("render") is not False
        ),
        ignored=_globs(list(config.items("ignored_content", config.values.get("ignored_content")))),
        drafts=drafts,
    )


def _address(config: Fields) -> str:
    written = config.text("base_url")
    if not written or re.match(r"https?://[^/]", written, re.IGNORECASE):
        return written
    message = f"`base_url = {shortened(written)}` is no web address; write one such as `https://example.org`"
    config.report("site-config", message, "base_url")
    return ""


def table(fields: Fields, key: str) -> dict[str, Value]:
    """A table of the fields; empty where there is none."""
    value = fields.values.get(key)
    return value if isinstance(value, dict) else {}


def _strategy(config: Fields, slugs: Fields, key: str) -> str:
    written = slugs.text(key) or "on"
    if written in _STRATEGIES:
        return written
    message = f"`slugify.{key}` is `{shortened(written)}`, which Zola does not know; write `on`, `safe` or `off`"
    config.report("site-config", message)
    return "on"


def _taxonomies(config: Fields) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """The taxonomies of the default language, with their settings."""
    of_language = table(config, "languages").get(config.text("default_language") or "en")
    places = (config.values, of_language if isinstance(of_language, dict) else {})
    for item in (item for place in places for item in _list(place.get("taxonomies"))):
        name = one_line(as_text(item.get("name")) or "") if isinstance(item, dict) else ""
        if name:
            yield name, item


def _list(value: Value) -> Sequence[Value]:
    return value if isinstance(value, list) else ()


def _top(files: Mapping[str, str]) -> Fields:
    """The section that is the home page: its title is the site's where the configuration has none."""
    path = "content/_index.md"
    matter, _problems = frontmatter.split(files.get(path, ""), path)
    return Fields(matter.fields if matter else {}, path)


def _facts(config: Fields, site: Site, timezone: str, top: Fields) -> Facts:
    languages = table(config, "languages")
    own = languages.get(site.default)
    default = Fields(own if isinstance(own, dict) else {}, config.path)
    return Facts(
        title=config.line("title") or default.line("title") or top.line("title"),
        url=site.root,
        description=config.line("description") or default.line("description") or top.line("description"),
        language=config.language("default_language") or (language_tag(site.default) if languages else ""),
        timezone=timezone,
        author=person(config.values.get("author")),
        limit=_limit(config),
        feed_paths=_feed_paths(config),
        taxonomies=tuple(dict.fromkeys(name for name, _settings in _taxonomies(config))),
        languages=tuple(_titled(languages, site.languages)),
    )


def _titled(languages: Mapping[str, Value], codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    for code in codes:
        settings = languages[code]
        if tag := language_tag(code):
            yield tag, one_line(as_text(settings.get("title")) or "") if isinstance(settings, dict) else ""


def _limit(config: Fields) -> int | None:
    written = config.text("feed_limit")
    if re.fullmatch(r"[1-9][0-9]{0,5}", written):
        return int(written)
    if written:
        config.report("site-config", "`feed_limit` is no number above 0; write one such as `20`", "feed_limit")
    return None


def _feed_paths(config: Fields) -> tuple[tuple[str, str], ...]:
    """The first document of the site's feed, where it has a name of the site's own."""
    names = config.items("feed_filenames", config.values.get("feed_filenames"))
    xml = (name for name in names if re.fullmatch(r"[\w.-]+\.xml", name))
    first = next(xml, "") if truth(config.values.get("generate_feeds")) else ""
    return (("site", first),) if first else ()


def _drafts(files: Mapping[str, str]) -> Iterator[str]:
    """The folders whose section is a draft, in any of its languages: Zola then passes by all below."""
    for path, text in files.items():
        folder, _slash, file = path.rpartition("/")
        if file.startswith("_index.") and file.endswith(".md") and _is_draft(text, path):
            yield f"{folder}/"


def _is_draft(text: str, path: str) -> bool:
    matter, _problems = frontmatter.split(text, path)
    if matter is None:
        return frontmatter.withdrawn(text)
    return truth(matter.fields.get("draft")) is True


def _globs(patterns: Sequence[str]) -> re.Pattern[str]:
    """`ignored_content`: globs on the whole path, in which a star goes across folders."""
    parts = [_expression(glob) for glob in patterns if len(_GLOB.findall(glob)) <= _MOST_WILD]
    try:
        return re.compile("|".join(f"(?:{part})" for part in parts), re.DOTALL) if parts else _NOTHING
    except re.error:
        return _NOTHING


def _expression(glob: str) -> str:
    return "".join(_piece(piece) for piece in _GLOB.split(glob))


def _piece(piece: str) -> str:
    if piece == "**/":
        return "(?:.*/)?"
    if piece.startswith("*"):
        return ".*"
    if piece == "?":
        return "."
    if piece.startswith("{") and piece.endswith("}"):
        return "(?:" + "|".join(map(_expression, piece[1:-1].split(","))) + ")"
    if re.fullmatch(r"\[[^\[\]]+\]", piece):
        inside = piece[1:-1]
        sign, rest = ("^", inside[1:]) if inside.startswith("!") and len(inside) > 1 else ("", inside)
        return f"[{sign}{re.escape(rest).replace(re.escape('-'), '-')}]"
    return re.escape(piece)
