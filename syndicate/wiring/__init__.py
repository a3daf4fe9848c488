"""Settings → the parts of a run. The only place that constructs members of the families."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import syndicate
from syndicate import cycle, plugins
from syndicate.content import READING, built
from syndicate.content.dialects import Facts
from syndicate.content.scan import Root
from syndicate.cycle import Parts, Progress, Wish
from syndicate.delivery.press import Press
from syndicate.engines import Engine
from syndicate.errors import StateError
from syndicate.feeds.channel import Channels
from syndicate.feeds.plan import Plan
from syndicate.feeds.presets import PRESETS
from syndicate.index import Index
from syndicate.index.lock import held
from syndicate.index.remedies import remedy
from syndicate.model import Report
from syndicate.model.delivery import HIDDEN
from syndicate.project import Project, Site, find, opened_folders, site_of
from syndicate.settings import Settings
from syndicate.wiring import _press
from syndicate.wiring._noted import note_failure as note_failure
from syndicate.wiring._noted import noted as noted

if TYPE_CHECKING:  # these are imported where they are used: most runs find that nothing has changed
    from syndicate.account import Account
    from syndicate.content.ingest import Reader
    from syndicate.delivery.announce import Offer
    from syndicate.feeds.apple import Cover

WORTH_A_WORKER = 400
"""Pieces of work below which starting worker processes costs more than it saves; while they are at the first ones, this
process loads what comes later."""


@contextlib.contextmanager
def parts(
    the: Project, in_memory: bool = False, wait: float = 0.0, told: Callable[[str], None] = lambda _: None
) -> Iterator[Parts]:
    """The parts of a run, with the state locked and open while in the block.

    With `in_memory` nothing is read from or written to the state: for a look at the content. The end of another run is
    waited for `wait` seconds, and who is waited for is `told`.

    Raises:
        ConfigurationError, ContentMissing, StateError, LockHeld.
    """
    site = site_of(the)
    with contextlib.ExitStack() as stack:
        if not in_memory:
            _make_folder(the.state.parent)
            stack.enter_context(held(f"{the.state}.lock", wait, told))
        index = plugins.find("index", "sqlite").open(":memory:" if in_memory else str(the.state))
        stack.callback(index.close)
        with _told(index, the.state):
            yield _parts(the, site, index)


@contextlib.contextmanager
def sole(the: Project) -> Iterator[None]:
    """Be the one daemon that looks after this state while in the block.

    Raises:
        StateError.
        LockHeld: there is another.
    """
    _make_folder(the.state.parent)
    # who looks whether there is a daemon holds it for an instant
    with held(f"{the.state}.daemon", 1.0, whose="another daemon looks after this state"):
        yield


@contextlib.contextmanager
def published(the: Project) -> Iterator[tuple[Index, Plan, Channels]]:
    """The state as it stands, for a look at what is published; nothing is locked or changed.

    Raises:
        StateError: nothing has been built here yet.
    """
    site = site_of(the)
    with state(the) as index:
        yield index, _press.plan(the.settings, site), _press.channels(the.settings, site)


@contextlib.contextmanager
def state(the: Project) -> Iterator[Index]:
    """The state alone, for what can be told without a look at the content.

    Raises:
        StateError: nothing has been built here yet.
    """
    if not the.state.is_file():
        raise StateError(f"{the.state}: nothing has been built here yet; run `syndicate build` first")
    index = plugins.find("index", "sqlite").open(str(the.state))
    with contextlib.closing(index), _told(index, the.state):
        yield index


def explained(the: Project, wanted: str, now: int) -> tuple[Account | None, list[str]]:
    """Everything that is thought of the post with this path, address or id; else None, and what is called alike.

    Raises:
        ConfigurationError, ContentMissing, StateError.
    """
    from syndicate import account
    from syndicate.account import search

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
        scene = account.Scene(parts.roots, parts.reader(language), parts.press, now, known, there, how, parts.barred)
        return account.of(path, scene), []


@contextlib.contextmanager
def _told(index: Index, state: Path) -> Iterator[None]:
    """A state that turns out to be damaged under way is an error with a remedy, not a traceback."""
    try:
        yield
    except index.faults as fault:
        raise StateError(
            f"{state}: the state cannot be used ({fault}), the published feeds are untouched: {remedy(fault)}"
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

    Of feeds of the operator's own, what is said of them.

    Raises:
        ConfigurationError, ContentMissing.
    """
    instead = _instead(the)
    rows = [
        (path, *instead[path]) if path in instead and origin == "defaults" else (path, _value(the, path), origin)
        for path, origin in the.origins.items()
    ]
    for name, own in the.settings.feeds.items():
        rows += [(f"feeds.{name}.{key}", getattr(own, key), the.file or "options") for key in own.given()]
    return rows


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
    if (limit := _press.limit(the, dialect.facts)) != the.settings.feed.limit:
        found["feed.limit"] = (limit, own)
    if (taxonomies := _press.taxonomies(the, dialect.facts)) != the.settings.feed.taxonomies:
        found["feed.taxonomies"] = (taxonomies, own)
    if the.settings.site.url or dialect.facts.url:
        plan = _press.plan(the.settings, site_of(the))
        preset = f"preset {the.settings.feed.preset}"
        found["feed.url"] = (plan.base_url.rstrip("/"), preset)
        found["feed.paths.site"] = (plan.preset.site, preset)
        found["feed.paths.term"] = (plan.preset.term, preset)
    return found


def _value(the: Project, path: str) -> Any:
    value: Any = the.settings
    for key in path.split("."):
        value = getattr(value, key)
    return HIDDEN if value and path.endswith(".secret") else value


# -- the parts


def _roots(site: Site) -> list[Root]:
    return [each.root for each in _press.by_label(site)]


def _reader(the: Project, site: Site, roots: list[Root], built_to: dict[bytes, str], language: str | None) -> Reader:
    from syndicate.content.ingest import Reader

    settings = the.settings
    keys, counted = _asked_for(the, site)
    ids = PRESETS[settings.feed.preset].ids
    return Reader(
        tuple(roots),
        ids,
        settings.content.max_file_size,
        language=language,
        built=built_to,
        updated=settings.feed.updated,
        whole_days=settings.content.days == "seen",
        keys=keys,
        counted=counted,
    )


def _cover(root: Root, url: str) -> Cover | None:
    """What the file of a show's picture says of itself, where it is in the site's folder."""
    from syndicate.content import media
    from syndicate.feeds.apple import Cover

    found = media.probe(root.path, root.dialect.assets("", root.dialect.facts.url, url)) if url else None
    return Cover(found.type, found.width, found.height, found.colours) if found else None


def _asked_for(the: Project, site: Site) -> tuple[tuple[str, ...], bool]:
    """The keys of front matter that some feed asks for, and whether one, or anybody, may ask for numbers of words."""
    trees = _press.chosen(the, site.facts).values()
    live = the.settings.serve.queries
    if not trees:
        return (), live
    from syndicate.feeds.selection import needs

    asked = [needs(tree) for tree in trees]
    return tuple(sorted({key for each in asked for key in each.keys})), live or any(each.words for each in asked)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StateError(f"{folder}: the folder for the state cannot be made ({fault.strerror})") from fault


def _parts(the: Project, site: Site, index: Index) -> Parts:
    settings = the.settings
    roots = _roots(site)
    press = _press.press(the, site, index)
    mixed, built_to = _mixed(settings), _built(settings, roots)
    return Parts(
        where=str(the.base),
        settings=the.file or str(the.base),
        roots=roots,
        barred=frozenset((os.fsencode(os.path.realpath(settings.output.folder)), *built.places(roots, built_to))),
        facts=site.facts,
        reader=lambda language: _reader(the, site, roots, built_to, language),
        asked=_asked_for(the, site)[0],
        press=press,
        engine=lambda work, apart=False: _engine(settings.build.workers, work, apart, f"{the.state}.alone"),
        problems=(
            *(problem for each in site.folders for problem in each.problems),
            *built.missing(roots, built_to, settings.content.built),
        ),
        mixed=mixed,
        reading=_reading(the, site, mixed),
        showing=_showing(settings, site.facts, press),
        spool=f"{the.state}.work",
        cover=lambda url: _cover(roots[0], url),
        rolling=settings.content.deletions == "rolling",
        offers=_offers(settings, press.plan),
        full_text=settings.serve.queries,
    )


def _offers(settings: Settings, plan: Plan) -> tuple[Offer, ...]:
    """Who is told of what is published."""
    if not settings.endpoints:
        return ()
    from syndicate.wiring import pings

    return pings.offers(settings, plan)


def _mixed(settings: Settings) -> bool:
    """Whether posts in all languages share their feeds."""
    wanted = settings.feed.languages
    return PRESETS[settings.feed.preset].mixed if wanted == "auto" else wanted == "mixed"


def _built(settings: Settings, roots: list[Root]) -> dict[bytes, str]:
    """The folders that hold built pages, by the label of their root, where bodies are to come from them."""
    if settings.content.body == "source":
        return {}
    return built.folders(roots, settings.content.built)


def _engine(workers: int, work: int, apart: bool, mark: str) -> Engine:
    """Worker processes when asked for, where there is work enough to be worth them, and where it may kill.

    That is where a post is to be read that was lost before, and after a run that died in the middle of its work.
    """
    from syndicate.engines.serial import take_away  # a run in which nothing changed has no use for it

    count = workers or min(_processors(), work // WORTH_A_WORKER + 1)
    died = take_away(mark)
    several = count > 1 or (not workers and (apart or died))
    made: Engine = plugins.find("engines", "processes")(count) if several else plugins.find("engines", "serial")(mark)
    return made


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# -- fingerprints


def _reading(the: Project, site: Site, mixed: bool) -> str:
    """Changes whenever a file might be understood otherwise than at the last run."""
    ids, asked_for = PRESETS[the.settings.feed.preset].ids, _asked_for(the, site)
    roots = [[repr(each.root.label), each.root.dialect.name, each.texts] for each in site.folders]
    content = the.settings.content
    return _press.hexadecimal(
        [
            syndicate.__version__,
            READING,
            roots,
            asdict(site.facts),
            ids,
            mixed,
            sorted(_built(the.settings, _roots(site)).values()),
            {name: value for name, value in content.plain().items() if name != "deletions"},
            the.settings.site.timezone,
            the.settings.feed.updated,
            asked_for,
        ]
    )


def _showing(settings: Settings, facts: Facts, press: Press) -> str:
    """Changes whenever a feed might look otherwise though its posts are the same."""
    look = press.desk.holdings.usual.look
    shapes = {name: press.desk.shape(name, look).hex() for name in press.formats}
    return _press.hexadecimal(
        [
            shapes,
            asdict(facts),
            settings.feed.plain(),
            settings.output.redirects,
            settings.podcast.plain(),
            settings.site.plain(),
            {name: own.plain() for name, own in settings.feeds.items()},
            [(hub.url, hub.feeds) for hub in press.channels.pushed],
            press.channels.hubs,
            press.channels.cloud,
            press.keys,
        ]
    )
