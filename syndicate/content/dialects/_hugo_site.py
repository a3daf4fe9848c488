"""What the configuration of a Hugo site decides about each of its pages, ready for use.

In: the configuration with keys in lower case, the `_index` files. Out: a Site, an immutable value that travels to
worker processes. What is wrong in the configuration becomes a Problem; what can be understood of it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo

from syndicate.content.dialects._fields import Fields, as_text, language_tag, one_line, shortened
from syndicate.content.dialects._hugo_cascade import Cascade, cascades
from syndicate.content.dialects._hugo_config import mapping, mappings, merged
from syndicate.content.dialects._hugo_dates import DEFAULTS, Chains, chains
from syndicate.content.dialects._hugo_places import Mount
from syndicate.content.dialects._hugo_targets import Target, section_target, target
from syndicate.content.dialects._hugo_urls import Style, unknown_placeholders
from syndicate.content.dialects._patterns import expression
from syndicate.content.dialects._zones import zone_named
from syndicate.content.frontmatter import truth
from syndicate.model import Author, Value
from syndicate.model.records import dataclass, field

_KINDS = ("page", "term", "section", "taxonomy", "home")
_TAXONOMIES = {"tag": "tags", "category": "categories"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One permalink: the pages that are meant, and the pattern of their addresses."""

    target: Target
    pattern: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a site: what holds for its pages.

    `tag` is what its posts say they are in ("" where the site has one language only); `root` its URL,
    `prefix` the folder its pages lie in below that; `ugly` are sections with `.html` addresses, `*` means all.
    """

    key: str
    tag: str = ""
    title: str = ""
    root: str = ""
    prefix: str = ""
    zone: tzinfo = UTC
    taxonomies: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    ugly: frozenset[str] = frozenset()
    cascades: tuple[Cascade, ...] = ()
    drafts: bool = False
    future: bool = False
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What an `_index` file says: it makes its folder a section."""

    title: str = ""
    slug: str = ""
    cascades: tuple[Cascade, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """What holds for every page; equal to itself alone, so that what is found out for it can be kept.

    `sections` are keyed by language and Hugo's path (`("fr", "/posts")`).
    `disabled` are languages that are switched off, `statics` the folders that are published as they are.
    """

    languages: Mapping[str, Language] = field(default_factory=dict)
    main: str = "en"
    mounts: tuple[Mount, ...] = (Mount("content"),)
    disabled: frozenset[str] = frozenset()
    style: Style = field(default_factory=Style)
    chains: Chains = DEFAULTS
    ignored: tuple[re.Pattern[str], ...] = ()
    kinds_off: frozenset[str] = frozenset()
    statics: tuple[str, ...] = ("static",)
    sections: Mapping[tuple[str, str], Section] = field(default_factory=dict)
    authors: Mapping[str, Author] = field(default_factory=dict)


def texts(value: Value) -> list[str]:
    """A text or a list of texts → the texts; anything else is none."""
    return [text for item in (value if isinstance(value, list) else [value]) if (text := as_text(item))]


# --- languages ---


def language_settings(config: Fields) -> dict[str, dict[str, Value]]:
    """The configuration as each language sees it: its own values over those of the site, by key, by weight."""
    own = {key: value for key, value in mapping(config.values, "languages").items() if isinstance(value, dict)}
    if not own:
        own = {default_key(config, ()): {}}
    ordered = sorted(own, key=lambda key: (_weight(own[key]), key))
    return {key: merged(config.values, own[key]) for key in ordered}


def default_key(config: Fields, keys: tuple[str, ...]) -> str:
    """The key of the default language: as configured, else English, else the first."""
    written = config.line("defaultcontentlanguage").lower()
    if written and (written in keys or not keys):
        return written
    return "en" if "en" in keys or not keys else keys[0]


def _weight(values: Mapping[str, Value]) -> float:
    written = as_text(values.get("weight")) or ""
    weight = int(written) if re.fullmatch(r"-?[0-9]{1,9}", written) else 0
    return weight or float("inf")


def disabled_keys(config: Fields, settings: Mapping[str, Mapping[str, Value]]) -> frozenset[str]:
    """The languages that are switched off."""
    named = {text.lower() for text in texts(config.values.get("disablelanguages"))}
    own = mapping(config.values, "languages")
    return frozenset(key for key in settings if key in named or truth(mapping(own, key).get("disabled")))


def language(key: str, values: Mapping[str, Value], config: Fields, zone: tzinfo | None) -> Language:
    """What holds for the pages of one language; `zone` is the one the operator gave."""
    fields = Fields(values, config.path)
    made = Language(
        key=key,
        title=fields.line("title"),
        zone=zone or _zone(fields),
        taxonomies=_taxonomies(values),
        rules=_rules(fields),
        ugly=_ugly(values.get("uglyurls")),
        cascades=cascades(values.get("cascade")),
        drafts=truth(values.get("builddrafts")) is True,
        future=truth(values.get("buildfuture")) is True,
        expired=truth(values.get("buildexpired")) is True,
    )
    config.problems.extend(problem for problem in fields.problems if problem not in config.problems)
    return made


def locale(values: Mapping[str, Value]) -> str:
    """The language tag a configuration names for itself, "" where it names none."""
    tags = (language_tag(as_text(values.get(key)) or "") for key in ("locale", "languagecode"))
    return next(filter(None, tags), "")


def _zone(fields: Fields) -> tzinfo:
    written = fields.text("timezone")
    found = zone_named(written)
    if found is None:
        fields.report(
            "site-config",
            f"`timeZone: {shortened(written)}` is no known time zone, UTC is used; "
            "write an IANA name such as `Asia/Shanghai`",
        )
    return found or UTC


def _taxonomies(values: Mapping[str, Value]) -> tuple[str, ...]:
    """The plural names, lower case, as configured; tags and categories where nothing is."""
    written = values.get("taxonomies", values.get("indexes"))
    named = written if isinstance(written, dict) else _TAXONOMIES
    return tuple(dict.fromkeys(one_line(plural).lower() for plural in map(as_text, named.values()) if plural))


def _ugly(value: Value) -> frozenset[str]:
    if isinstance(value, dict):
        return frozenset(section for section, flag in value.items() if truth(flag))
    return frozenset("*") if truth(value) else frozenset()


def _rules(fields: Fields) -> tuple[Rule, ...]:
    """`permalinks`: a pattern a section, a mapping of them a kind, or a list of targets with their patterns."""
    written = fields.values.get("permalinks")
    found = list(_of_list(written)) if isinstance(written, list) else list(_of_mapping(fields))
    return tuple(rule for rule in found if _sound(fields, rule.pattern))


def _of_list(written: Value) -> Iterator[Rule]:
    for each in mappings(written):
        if pattern := as_text(each.get("pattern")):
            yield Rule(target(each.get("target")), pattern)


def _of_mapping(fields: Fields) -> list[Rule]:
    """The rules of sections; those of sections within sections come first."""
    sections = []
    for key, value in mapping(fields.values, "permalinks").items():
        if isinstance(value, dict) and key in _KINDS:
            sections += [(section, key, as_text(pattern)) for section, pattern in value.items()]
        elif isinstance(value, str):
            sections.append((key, "{page,term}", value))
    ordered = sorted(sections, key=lambda each: -len(each[0].strip(" /")))
    return [Rule(section_target(section, kind), pattern) for section, kind, pattern in ordered if pattern]


def _sound(fields: Fields, pattern: str) -> bool:
    unknown = unknown_placeholders(pattern)
    if unknown:
        fields.report(
            "permalink-unreadable",
            f"`{shortened(pattern)}` has {', '.join(map(shortened, unknown))}, which Hugo does not know; "
            "the default address is used: take one of https://gohugo.io/configuration/permalinks/",
        )
    return not unknown


# --- folders ---


def mounts(config: Fields, settings: Mapping[str, Mapping[str, Value]]) -> tuple[Mount, ...]:
    """The folders with content: the mounts of `module`, else `contentDir` of the site and of each language."""
    named = [
        Mount(_folder(each.get("source")), target[len("content/") :].strip("/"), _mount_language(each))
        for each in _mounts(config)
        if f"{(target := _folder(each.get('target')))}/".startswith("content/")
    ]
    if named:
        return tuple(dict.fromkeys(named))
    base = _folder(config.values.get("contentdir")) or "content"
    folders = ((_folder(values.get("contentdir")) or base, key) for key, values in settings.items())
    return tuple(dict.fromkeys(Mount(folder, "", "" if folder == base else key) for folder, key in folders))


def statics(config: Fields) -> tuple[str, ...]:
    """The folders whose files are published as they are."""
    named = [_folder(each.get("source")) for each in _mounts(config) if _folder(each.get("target")) == "static"]
    keys = ("staticdir", *(f"staticdir{number}" for number in range(11)))
    written = named or [text for key in keys for text in texts(config.values.get(key))]
    return tuple(dict.fromkeys(_folder(each) for each in written)) or ("static",)


def _mounts(config: Fields) -> list[dict[str, Value]]:
    return list(mappings(mapping(config.values, "module").get("mounts")))


def _mount_language(mount: Mapping[str, Value]) -> str:
    named = texts(mount.get("lang")) or texts(mapping(mapping(mount, "sites"), "matrix").get("languages"))
    return named[0].lower() if len(named) == 1 else ""


def _folder(value: Value) -> str:
    """A folder of the site; one outside is none."""
    parts = [part for part in (as_text(value) or "").replace("\\", "/").split("/") if part not in ("", ".")]
    return "" if ".." in parts else "/".join(parts)


def ignored(config: Fields) -> tuple[re.Pattern[str], ...]:
    """`ignoreFiles`: expressions, searched for in the paths of files."""
    found = []
    for written in texts(config.values.get("ignorefiles")):
        try:
            found.append(expression(written))
        except ValueError as fault:
            message = f"`ignoreFiles` has `{shortened(written)}`, which cannot be used: {shortened(str(fault), 120)}"
            config.report("site-config", f"{message}; write it more plainly")
    return tuple(found)


def style(config: Fields) -> Style:
    """How paths are spelled."""
    keys = ("disablepathtolower", "removepathaccents")
    return Style(*(truth(config.values.get(key)) is True for key in keys))


def date_chains(config: Fields) -> Chains:
    """`[frontmatter]`: which fields say the dates."""
    return chains({key: texts(value) for key, value in mapping(config.values, "frontmatter").items()})


def kinds_off(config: Fields) -> frozenset[str]:
    """`disableKinds`: kinds of pages that are not made."""
    older = {"taxonomyterm": "taxonomy"}
    return frozenset(older.get(kind.lower(), kind.lower()) for kind in texts(config.values.get("disablekinds")))
