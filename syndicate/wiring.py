"""Settings → the parts of a run. The only place that constructs members of the families."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import syndicate
from syndicate import account, cycle, plugins
from syndicate.account import search
from syndicate.content import built, read
from syndicate.content.dialects import Facts
from syndicate.content.ingest import Reader
from syndicate.content.scan import Root
from syndicate.content.sites import Opened
from syndicate.cycle import Parts, Progress, Wish
from syndicate.delivery.publish import Press
from syndicate.engines import Engine
from syndicate.errors import StateError
from syndicate.feeds import entries
from syndicate.feeds.bodies import Bodies
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import Format
from syndicate.feeds.plan import PRESETS, Plan, adapted
from syndicate.feeds.write import Writer
from syndicate.index import Index
from syndicate.index.lock import held
from syndicate.markup.templates import TemplateSite
from syndicate.model import Image, Report
from syndicate.project import Project, Site, find, opened_folders, site_of
from syndicate.settings import Settings

WORTH_A_WORKER = 1500
"""Pieces of work below which starting worker processes costs more than it saves."""


@contextlib.contextmanager
def parts(the: Project, in_memory: bool = False) -> Iterator[Parts]:
    """The parts of a run, with the state locked and open while in the block.

    With `in_memory` nothing is read from or written to the state: for a look at the content.

    Raises:
        ConfigurationError, ContentMissing, StateError, LockHeld.
    """
    site = site_of(the)
    with contextlib.ExitStack() as stack:
        if not in_memory:
            _make_folder(the.state.parent)
            stack.enter_context(held(f"{the.state}.lock"))
        index = plugins.find("index", "sqlite").open(":memory:" if in_memory else str(the.state))
        stack.callback(index.close)
        with _told(index, the.state):
            yield _parts(the, site, index)


@contextlib.contextmanager
def published(the: Project) -> Iterator[tuple[Index, Plan, Channels]]:
    """The state as it stands, for a look at what is published; nothing is locked or changed.

    Raises:
        StateError: nothing has been built here yet.
    """
    site = site_of(the)
    if not the.state.is_file():
        raise StateError(f"{the.state}: nothing has been built here yet; run `syndicate build` first")
    index = plugins.find("index", "sqlite").open(str(the.state))
    with contextlib.closing(index), _told(index, the.state):
        yield index, _plan(the.settings, site.facts), _channels(the.settings, site)


def explained(the: Project, wanted: str, now: int) -> tuple[account.Account | None, list[str]]:
    """Everything that is thought of the post with this path, address or id; else None, and what is called alike.

    Raises:
        ConfigurationError, ContentMissing, StateError.
    """
    site = site_of(the)
    with contextlib.ExitStack() as stack:
        opened = plugins.find("index", "sqlite").open
        there = the.state.is_file()
        index = stack.enter_context(contextlib.closing(opened(str(the.state) if there else ":memory:")))
        stack.enter_context(_told(index, the.state))
        parts = _parts(the, site, index)
        path = search.file_at(wanted, the.base, parts.roots) or (search.known_as(wanted, index) if there else None)
        known = index if there else None
        if path is None:  # a build may not have seen it yet
            fresh = stack.enter_context(contextlib.closing(opened(":memory:")))
            cycle.look(_parts(the, site, fresh), now)
            path = search.known_as(wanted, fresh)
            if path is None:
                return None, search.near(wanted, fresh)
            known = known or fresh
        language = None if parts.mixed else parts.facts.language or index.fact("language")
        origin = the.origins["content.dialect"]
        how = "detected" if the.settings.content.dialect == "auto" else f"set by {origin}"
        reader = replace(parts.reader, language=language)
        scene = account.Scene(parts.roots, reader, parts.press, now, known, there, how, parts.barred)
        return account.of(path, scene), []


@contextlib.contextmanager
def _told(index: Index, state: Path) -> Iterator[None]:
    """A state that turns out to be damaged under way is an error with a remedy, not a traceback."""
    try:
        yield
    except index.faults as fault:
        raise StateError(
            f"{state}: the state cannot be used ({fault}); the published feeds are untouched. If the file is damaged, "
            "move it away: the feeds are then rebuilt from the content."
        ) from fault


def build(
    content: str | None = None,
    *,
    config: str | None = None,
    options: Mapping[str, Any] | None = None,
    wish: Wish | None = None,
    now: int | None = None,
    environ: Mapping[str, str] | None = None,
    progress: Progress = lambda *_: None,
) -> Report:
    """Bring the feeds of a folder of posts up to date, as `syndicate build` does.

    `options` are settings in the shape of the file (`{"site": {"url": ...}}`), `now` epoch
    seconds (the clock's by default).

    Raises:
        SyndicateError: see `syndicate.errors`; what was published before is still in place.
    """
    the = find(content, config, options, environ)
    with parts(the) as made:
        return cycle.run(made, wish or Wish(), int(time.time()) if now is None else now, progress)


def effective(the: Project) -> list[tuple[str, Any, str]]:
    """(dotted path, value, origin) of every setting, with what stands in for those left empty.

    Raises:
        ConfigurationError, ContentMissing.
    """
    instead = _instead(the)
    return [
        (path, *instead[path]) if path in instead and origin == "defaults" else (path, _value(the, path), origin)
        for path, origin in the.origins.items()
    ]


def _instead(the: Project) -> dict[str, tuple[Any, str]]:
    """What is in force where a setting is left at its default: value and origin by dotted path."""
    folders = opened_folders(the)
    dialect = folders[0].root.dialect
    own = f"the site's own configuration ({dialect.name})"
    keys = ("url", "title", "description", "language", "timezone", "image", "icon")
    found = {f"site.{key}": (getattr(dialect.facts, key), own) for key in keys if getattr(dialect.facts, key)}
    if dialect.facts.timezone == Facts().timezone:
        found["site.timezone"] = (dialect.facts.timezone, "defaults")
    found["content.dialect"] = (dialect.name, "detected")
    found["output.state"] = (str(the.state), "beside the output folder")
    if (limit := _limit(the, dialect.facts)) != the.settings.feed.limit:
        found["feed.limit"] = (limit, own)
    if (taxonomies := _taxonomies(the, dialect.facts)) != the.settings.feed.taxonomies:
        found["feed.taxonomies"] = (taxonomies, own)
    if the.settings.site.url or dialect.facts.url:
        plan = _plan(the.settings, site_of(the).facts)
        preset = f"preset {the.settings.feed.preset}"
        found["feed.url"] = (plan.base_url.rstrip("/"), preset)
        found["feed.paths.site"] = (plan.preset.site, preset)
        found["feed.paths.term"] = (plan.preset.term, preset)
    return found


def _value(the: Project, path: str) -> Any:
    value: Any = the.settings
    for key in path.split("."):
        value = getattr(value, key)
    return value


# -- the parts


def _by_label(site: Site) -> list[Opened]:
    """The longest label first, so that a path is never taken for one of an outer folder."""
    return sorted(site.folders, key=lambda each: -len(each.root.label))


def _roots(site: Site) -> list[Root]:
    return [each.root for each in _by_label(site)]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StateError(f"{folder}: the folder for the state cannot be made ({fault.strerror})") from fault


def _parts(the: Project, site: Site, index: Index) -> Parts:
    settings = the.settings
    roots = _roots(site)
    ids = PRESETS[settings.feed.preset].ids
    press = _press(the, site, index)
    mixed, built_to = _mixed(settings), _built(settings, roots)
    return Parts(
        where=str(the.base),
        roots=roots,
        barred=frozenset((os.fsencode(os.path.realpath(settings.output.folder)), *built.places(roots, built_to))),
        facts=site.facts,
        reader=Reader(tuple(roots), ids, settings.content.max_file_size, built=built_to),
        press=press,
        engine=lambda work: _engine(settings.build.workers, work),
        problems=(
            *(problem for each in site.folders for problem in each.problems),
            *built.missing(roots, built_to, settings.content.built),
        ),
        mixed=mixed,
        reading=_reading(the, site, ids, mixed),
        showing=_showing(settings, site.facts, press),
        spool=str(the.state.parent),
    )


def _press(the: Project, site: Site, index: Index) -> Press:
    settings, facts = the.settings, site.facts
    plan = _plan(settings, facts)
    formats: dict[str, Format] = {name: plugins.find("formats", name)() for name in settings.feed.formats}
    feed = settings.feed
    style = entries.Style(plan.base_url, feed.content, feed.summary_length, facts.language, feed.profile)
    shared = f"{syndicate.__version__} {entries.fingerprint()} {sorted(asdict(style).items())} {_templates(the, site)}"
    return Press(
        index=index,
        publisher=plugins.find("publishers", settings.output.publisher)(settings.output.folder),
        plan=plan,
        channels=_channels(settings, site),
        formats=formats,
        shapes={name: _digest(f"{form.fingerprint} {shared}") for name, form in formats.items()},
        writer=Writer(
            tuple(_bodies(settings, each) for each in _by_label(site)),
            settings.feed.formats,
            style,
            settings.content.max_file_size,
        ),
        taxonomies=_taxonomies(the, facts),
        limit=_limit(the, facts),
        now=0,
    )


def _limit(the: Project, facts: Facts) -> int:
    """Entries in a feed: a site that keeps its paths keeps what its own plugin was told, too."""
    feed = the.settings.feed
    said = the.origins.get("feed.limit", "defaults") != "defaults"
    return feed.limit if said or feed.preset == "syndicate" else facts.limit or feed.limit


def _taxonomies(the: Project, facts: Facts) -> tuple[str, ...]:
    """Whose terms have feeds: as the operator says, else as the site was told, else the usual ones."""
    said = the.origins.get("feed.taxonomies", "defaults") != "defaults"
    return the.settings.feed.taxonomies if said or not facts.taxonomies else facts.taxonomies


def _mixed(settings: Settings) -> bool:
    """Whether posts in all languages share their feeds."""
    wanted = settings.feed.languages
    return PRESETS[settings.feed.preset].mixed if wanted == "auto" else wanted == "mixed"


def _built(settings: Settings, roots: list[Root]) -> dict[bytes, str]:
    """The folders that hold built pages, by the label of their root, where bodies are to come from them."""
    if settings.content.body == "source":
        return {}
    return built.folders(roots, settings.content.built)


def _bodies(settings: Settings, opened: Opened) -> tuple[bytes, bytes, Bodies]:
    """A root as the writer wants it: label, folder, and what its bodies have in common."""
    root, dialect = opened.root, opened.root.dialect
    site = TemplateSite(
        url=dialect.facts.url,
        variables=dialect.variables if dialect.templates else {},
        files=opened.templates,
        timezone=dialect.facts.timezone,
        unknown=settings.content.unknown_templates,
    )
    bodies = Bodies(dialect, site, settings.feed.profile, tuple(settings.content.built_selectors))
    return root.label, root.path, bodies


def _templates(the: Project, site: Site) -> str:
    """A digest of what bodies are made with beside the posts themselves."""
    content = the.settings.content
    files = [
        [dialect.name, dialect.facts.url, dialect.facts.timezone, each.templates, each.texts]
        for each in site.folders
        if (dialect := each.root.dialect).templates
    ]
    return _hex([files, content.unknown_templates, content.body, content.built_selectors])


def _plan(settings: Settings, facts: Facts) -> Plan:
    preset = adapted(PRESETS[settings.feed.preset], dict(facts.feed_paths))
    return Plan(
        preset=preset,
        site_title=facts.title,
        site_url=facts.url,
        base_url=f"{settings.feed.url}/" if settings.feed.url else facts.url + preset.base,
        formats=tuple(settings.feed.formats),
        description=facts.description,
        slugs=settings.feed.slugs,
        site_path=settings.feed.paths.site,
        term_path=settings.feed.paths.term,
        languages=facts.languages,
    )


def _channels(settings: Settings, site: Site) -> Channels:
    facts = site.facts
    return Channels(
        language=facts.language,
        authors=(facts.author,) if facts.author else (),
        image=Image(facts.image, facts.title) if facts.image else None,
        icon=facts.icon,
        rights=settings.site.rights,
        media_types={name: plugins.find("formats", name).media_type for name in settings.feed.formats},
        term_url=site.folders[0].root.dialect.term_url,
    )


def _engine(workers: int, work: int) -> Engine:
    """Worker processes when asked for, or where there is work enough to be worth them."""
    count = workers or min(_processors(), work // WORTH_A_WORKER + 1)
    made: Engine = plugins.find("engines", "processes")(count) if count > 1 else plugins.find("engines", "serial")()
    return made


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# -- fingerprints


def _reading(the: Project, site: Site, ids: str, mixed: bool) -> str:
    """Changes whenever a file might be understood otherwise than at the last run."""
    roots = [[repr(each.root.label), each.root.dialect.name, each.texts] for each in site.folders]
    content = the.settings.content
    return _hex(
        [
            syndicate.__version__,
            read.VERSION,
            roots,
            asdict(site.facts),
            ids,
            mixed,
            sorted(_built(the.settings, _roots(site)).values()),
            content.model_dump(),
            the.settings.site.timezone,
        ]
    )


def _showing(settings: Settings, facts: Facts, press: Press) -> str:
    """Changes whenever a feed might look otherwise though its posts are the same."""
    shapes = {name: shape.hex() for name, shape in press.shapes.items()}
    return _hex([shapes, asdict(facts), settings.feed.model_dump(), settings.site.model_dump()])


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _hex(facts: Any) -> str:
    return _digest(json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)).hex()
