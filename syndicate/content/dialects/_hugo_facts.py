"""What the files of a Hugo site say about the site itself.

In: the text of the files Hugo would read. Out: a Site and Facts, with the problems met.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from syndicate.content import frontmatter
from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._addresses import below, encoded
from syndicate.content.dialects._datafiles import mapping_of
from syndicate.content.dialects._fields import Fields, as_text, one_line, shortened
from syndicate.content.dialects._hugo_cascade import cascades
from syndicate.content.dialects._hugo_config import lower_keys, mapping
from syndicate.content.dialects._hugo_places import mount_of, normal, place
from syndicate.content.dialects._hugo_site import (
    Language,
    Section,
    Site,
    date_chains,
    default_key,
    disabled_keys,
    ignored,
    kinds_off,
    language,
    language_settings,
    locale,
    mounts,
    statics,
    style,
    texts,
)
from syndicate.content.dialects._people import person
from syndicate.content.dialects._zones import zone_named
from syndicate.content.frontmatter import truth
from syndicate.markup.excerpt import plain_title
from syndicate.model import Author, Problem, Value

_DATA = tuple(f".{ending}" for ending in ("toml", "yaml", "yml", "json"))
AUTHORS = tuple(f"data/authors{rest}{ending}" for rest in ("", "/*") for ending in _DATA)
SECTIONS = tuple(
    f"content/**/_index.{middle}{ending}" for middle in ("", "*.") for ending in ("md", "markdown", "mdown", "html")
)
"""The `_index` files that are read; those of content that lies elsewhere are not."""


def site(config: Fields, files: Mapping[str, str], given: Given) -> Site:
    """The Site of a configuration, with what its `_index` and data files say."""
    settings = language_settings(config)
    off = disabled_keys(config, settings)
    main = default_key(config, tuple(key for key in settings if key not in off))
    zone = zone_named(given.timezone) if given.timezone else None
    live = {key: language(key, values, config, zone) for key, values in settings.items() if key not in off}
    made = Site(
        languages=_addressed(config, live, settings, main, given),
        main=main,
        mounts=mounts(config, {key: settings[key] for key in live}),
        disabled=off,
        style=style(config),
        chains=date_chains(config),
        ignored=ignored(config),
        kinds_off=kinds_off(config),
        statics=statics(config),
    )
    found = _sections(made, files, config.problems)
    return replace(made, sections=found, authors=_authors(made, found, files, config.problems))


def _addressed(
    config: Fields, live: Mapping[str, Language], settings: Mapping[str, Mapping[str, Value]], main: str, given: Given
) -> dict[str, Language]:
    """The languages with their roots, and below these their folders where several share one host."""
    own = mapping(config.values, "languages")
    hosts = any("baseurl" in mapping(own, key) for key in live)
    everywhere = truth(config.values.get("defaultcontentlanguageinsubdir")) is True
    made = {}
    for key, each in live.items():
        fields = Fields(settings[key], config.path)
        tag = (locale(settings[key]) or key) if key == main else key
        made[key] = replace(
            each,
            root=root_url(fields, given if key == main or not hosts else Given()),
            prefix="" if hosts or (key == main and not everywhere) else key,
            tag=tag if len(live) > 1 else "",
        )
        config.problems.extend(problem for problem in fields.problems if problem not in config.problems)
    return made


def root_url(fields: Fields, given: Given) -> str:
    """The URL of the site's root, no slash at the end.

    The operator's wins over `baseURL`; the path of that stays where the operator names the same host without one.
    """
    own = encoded(_address(fields).rstrip("/"))
    if not given.url:
        return own
    url = encoded(given.url.rstrip("/"))
    asked, configured = urlsplit(url), urlsplit(own)
    return url + configured.path if not asked.path and asked.netloc == configured.netloc else url


def _address(fields: Fields) -> str:
    """`baseURL`; without a scheme it is taken for https, and that is said; a bare `/` is none."""
    written = fields.text("baseurl")
    if not written.strip("/") or re.match(r"https?://[^/]", written, re.IGNORECASE):
        return written.rstrip("/") if written.strip("/") else ""
    address = "https://" + written.rpartition("//")[2]
    fields.report("site-config", f"`baseURL` is no web address; write it as `{shortened(address)}`")
    return address


# --- sections and authors ---


def _sections(of: Site, files: Mapping[str, str], problems: list[Problem]) -> dict[tuple[str, str], Section]:
    found = {}
    known = {*of.languages, *of.disabled}
    for name, text in files.items():
        mount = mount_of(of.mounts, name.rpartition("/")[0])
        if mount is None or not name.rpartition("/")[2].startswith("_index."):
            continue
        matter, more = frontmatter.split(text, name)
        problems += more
        values = lower_keys(matter.fields) if matter else {}
        where = place(mount, name, known)
        path = normal("/" + "/".join(where.above))
        found[where.language or of.main, path] = Section(
            plain_title(as_text(values.get("title")) or ""),
            (as_text(values.get("slug")) or "").strip("-"),
            cascades(values.get("cascade")),
        )
    return found


def _authors(
    of: Site, sections: Mapping[tuple[str, str], Section], files: Mapping[str, str], problems: list[Problem]
) -> dict[str, Author]:
    """Authors by their slugs: pages of the taxonomy `authors`, then `data/authors.*`, `data/authors/`."""
    found = {}
    for (key, path), section in sections.items():
        if path.startswith("/authors/") and section.title and (key == of.main or path[9:] not in found):
            found[path[9:]] = Author(section.title)
    for name, text in files.items():
        if name.startswith("data/authors"):
            values, more = mapping_of(text, name)
            problems += more
            stem = name.rpartition("/")[2].rpartition(".")[0]
            people = {stem: values} if name.startswith("data/authors/") else values
            written = ((slug, person(data, slug)) for slug, data in people.items() if isinstance(data, dict))
            found.update((slug, author) for slug, author in written if author)
    return found


# --- facts ---


def facts(config: Fields, of: Site, given: Given) -> Facts:
    """What is known of the site, in its default language."""
    main = of.languages.get(of.main) or Language(of.main)
    fields = Fields(language_settings(config).get(of.main, config.values), config.path)
    params = Fields(mapping(fields.values, "params"), config.path)
    images = texts(params.values.get("images")) or [""]
    made = Facts(
        title=main.title,
        url=main.root,
        description=params.line("description") or fields.line("description") or params.line("subtitle"),
        language=main.tag or locale(fields.values) or _key_as_tag(fields),
        timezone=_zone_name(fields, given),
        author=person(params.values.get("author")) or person(fields.values.get("author")),
        image=below(main.root, images[0]),
        limit=_limit(fields),
        taxonomies=_taxonomies(of),
        languages=tuple((each.tag, each.title) for key, each in of.languages.items() if key != of.main),
    )
    config.problems.extend(problem for problem in params.problems + fields.problems if problem not in config.problems)
    return made


def _key_as_tag(fields: Fields) -> str:
    """The default language where somebody named it; Hugo's own default says nothing about the site."""
    return fields.language("defaultcontentlanguage")


def _zone_name(fields: Fields, given: Given) -> str:
    if given.timezone and zone_named(given.timezone):
        return given.timezone
    own = one_line(as_text(fields.values.get("timezone")) or "")
    return own if own and zone_named(own) else "UTC"


def _taxonomies(of: Site) -> tuple[str, ...]:
    """Those of all languages, the default one's first."""
    ordered = sorted(of.languages.values(), key=lambda each: each.key != of.main)
    return tuple(dict.fromkeys(name for each in ordered for name in each.taxonomies))


def _limit(fields: Fields) -> int | None:
    written = as_text(mapping(mapping(fields.values, "services"), "rss").get("limit")) or fields.text("rsslimit")
    return int(written) if re.fullmatch(r"[1-9][0-9]{0,5}", written) else None
