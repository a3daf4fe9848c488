"""Settings → the parts of a run. The only place that constructs members of the families."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import syndicate
from syndicate import cycle, plugins
from syndicate.content import read, sites
from syndicate.content.dialects import Facts, Given
from syndicate.content.ingest import Reader
from syndicate.content.scan import Root
from syndicate.cycle import Parts, Progress, Wish
from syndicate.delivery.publish import Press
from syndicate.engines import Engine
from syndicate.errors import ConfigurationError, ContentMissing, StateError
from syndicate.feeds import entries
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import Format
from syndicate.feeds.plan import PRESETS, Plan, adapted
from syndicate.feeds.write import Writer
from syndicate.index import Index
from syndicate.index.lock import held
from syndicate.model import Author, Image, Report
from syndicate.settings import Layer, Settings, from_environment, from_toml, load

CONFIG_NAMES = ("config/syndicate.toml", "syndicate.toml")

WORTH_A_WORKER = 1500
"""Pieces of work below which starting worker processes costs more than it saves."""


@dataclass(frozen=True)
class Project:
    """Settings, where each came from, and the folder that content folders are relative to."""

    settings: Settings
    origins: Mapping[str, str]
    base: Path


def project(
    content: str | None = None,
    config: str | None = None,
    options: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Project:
    """Find and read the settings: defaults < file < environment < options (nested, as in the file).

    Raises:
        ConfigurationError: with every mistake of every layer.
        ContentMissing: CONTENT does not exist.
    """
    base = Path(content or ".")
    if not base.is_dir():
        raise ContentMissing(f"{base}: there is no such folder; name the folder your posts are in")
    file = Path(config) if config else _found(base)
    layers = [Layer(str(file), from_toml(_text(file), str(file)))] if file else []
    layers.append(Layer("environment", from_environment(environ or {})))
    layers.append(Layer("command line", options or {}))
    settings, origins = load(layers)
    return Project(settings, origins, base)


def _found(base: Path) -> Path | None:
    return next((base / name for name in CONFIG_NAMES if (base / name).is_file()), None)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError([f"{file}: cannot be read ({fault})"]) from fault


@contextlib.contextmanager
def parts(the: Project, in_memory: bool = False) -> Iterator[Parts]:
    """The parts of a run, with the state locked and open while in the block.

    With `in_memory` nothing is read from or written to the state: for a look at the content.

    Raises:
        ConfigurationError, ContentMissing, StateError, LockHeld.
    """
    opened = _folders(the)
    facts = _facts(the.settings, opened[0].root.dialect.facts)
    state = _state(the.settings)
    with contextlib.ExitStack() as stack:
        if not in_memory:
            _make_folder(state.parent)
            stack.enter_context(held(f"{state}.lock"))
        index = plugins.find("index", "sqlite").open(":memory:" if in_memory else str(state))
        stack.callback(index.close)
        yield _parts(the, opened, facts, index, state)


@contextlib.contextmanager
def published(the: Project) -> Iterator[tuple[Index, Plan, Channels]]:
    """The state as it stands, for a look at what is published; nothing is locked or changed.

    Raises:
        StateError: nothing has been built here yet.
    """
    opened = _folders(the)
    facts = _facts(the.settings, opened[0].root.dialect.facts)
    state = _state(the.settings)
    if not state.is_file():
        raise StateError(f"{state}: nothing has been built here yet; run `syndicate build` first")
    index = plugins.find("index", "sqlite").open(str(state))
    try:
        yield index, _plan(the.settings, facts), _channels(the.settings, facts, opened)
    finally:
        index.close()


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
    the = project(content, config, options, environ)
    with parts(the) as made:
        return cycle.run(made, wish or Wish(), int(time.time()) if now is None else now, progress)


def effective(the: Project) -> list[tuple[str, Any, str]]:
    """(dotted path, value, origin) of every setting, with what stands in for those left empty.

    Raises:
        ConfigurationError, ContentMissing.
    """
    opened = _folders(the)
    found, dialect = opened[0].root.dialect.facts, opened[0].root.dialect.name
    stand_in: dict[str, tuple[Any, str]] = {
        f"site.{key}": (getattr(found, key), f"the site's own configuration ({dialect})")
        for key in ("url", "title", "description", "language", "timezone", "image", "icon")
    }
    stand_in["content.dialect"] = (dialect, "detected")
    stand_in["output.state"] = (str(_state(the.settings)), "beside the output folder")
    if the.settings.site.url or found.url:
        base_url = _plan(the.settings, _facts(the.settings, found)).base_url
        stand_in["feed.url"] = (base_url.rstrip("/"), f"preset {the.settings.feed.preset}")
    return [_in_force(the, path, origin, stand_in) for path, origin in the.origins.items()]


def _in_force(the: Project, path: str, origin: str, stand_in: dict[str, tuple[Any, str]]) -> tuple[str, Any, str]:
    value: Any = the.settings
    for key in path.split("."):
        value = getattr(value, key)
    better = stand_in.get(path, (None, ""))
    return (path, *better) if better[0] and value in ("", "auto") else (path, value, origin)


# -- the site


def _folders(the: Project) -> list[sites.Opened]:
    """The content folders in the order of the settings; the first one's own configuration is the site's."""
    content = the.settings.content
    given = Given(the.settings.site.url, the.settings.site.timezone)
    opened: list[sites.Opened] = []
    for folder in content.folders:
        path = the.base / folder
        if not path.is_dir():
            raise ContentMissing(f"{path}: there is no such folder (content.folders)")
        label = b"" if folder == "." else os.fsencode(Path(folder).as_posix().strip("/") + "/")
        opened.append(sites.open_folder(str(path), label, content.dialect, given, content.exclude))
        given = replace(given, url=given.url or opened[0].root.dialect.facts.url)
    _apart(content.folders, [each.root.path for each in opened])
    return opened


def _apart(names: Sequence[str], paths: Sequence[bytes]) -> None:
    """Raises ConfigurationError when a folder lies in another: its posts would be there twice."""
    for (inner, below), (outer, above) in permutations(zip(names, paths, strict=True), 2):
        if f"{os.fsdecode(below)}/".startswith(f"{os.fsdecode(above).rstrip('/')}/"):
            raise ConfigurationError([f'content.folders: "{inner}" lies in "{outer}"; name only one of them'])


def _roots(opened: Sequence[sites.Opened]) -> list[Root]:
    """The longest label first, so that a path is never taken for one of an outer folder."""
    return sorted((each.root for each in opened), key=lambda root: -len(root.label))


def _facts(settings: Settings, found: Facts) -> Facts:
    """What the operator says, else what the site's own configuration says."""
    site = settings.site
    author = Author(site.author.name, site.author.email, site.author.url) if site.author.name else found.author
    url = site.url or found.url
    if not url:
        raise ConfigurationError(
            ["site.url: the address of the site is not known, and ids and links depend on it; "
             "use --url https://example.org or set site.url in syndicate.toml"]
        )  # fmt: skip
    return replace(
        found,
        url=url,
        title=site.title or found.title or urlsplit(url).hostname or url,
        description=site.description or found.description,
        language=site.language or found.language,
        author=author,
        icon=_absolute(site.icon or found.icon, url),
        image=_absolute(site.image or found.image, url),
    )


def _absolute(address: str, url: str) -> str:
    return urljoin(f"{url}/", address.lstrip("/") if "://" not in address else address) if address else ""


def _state(settings: Settings) -> Path:
    out = Path(settings.output.folder)
    name = out.resolve().name or "feeds"
    return Path(settings.output.state) if settings.output.state else out.parent / ".syndicate" / f"{name}.db"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StateError(f"{folder}: the folder for the state cannot be made ({fault.strerror})") from fault


# -- the parts


def _parts(the: Project, opened: Sequence[sites.Opened], facts: Facts, index: Index, state: Path) -> Parts:
    settings = the.settings
    roots = _roots(opened)
    ids = PRESETS[settings.feed.preset].ids
    press = _press(the, facts, opened, index)
    return Parts(
        where=str(the.base),
        roots=roots,
        barred=frozenset(os.fsencode(os.path.realpath(path)) for path in (settings.output.folder, state.parent)),
        facts=facts,
        reader=Reader(tuple(roots), ids, settings.content.max_file_size),
        press=press,
        engine=lambda work: _engine(settings.build.workers, work),
        problems=tuple(problem for each in opened for problem in each.problems),
        reading=_reading(the, opened, facts, ids),
        showing=_showing(settings, facts, press),
        spool=str(state.parent),
    )


def _press(the: Project, facts: Facts, opened: Sequence[sites.Opened], index: Index) -> Press:
    settings = the.settings
    plan = _plan(settings, facts)
    formats: dict[str, Format] = {name: plugins.find("formats", name)() for name in settings.feed.formats}
    style = entries.Style(plan.base_url, settings.feed.content, settings.feed.summary_length, facts.language)
    shared = f"{syndicate.__version__} {entries.fingerprint()} {sorted(asdict(style).items())}"
    return Press(
        index=index,
        publisher=plugins.find("publishers", settings.output.publisher)(settings.output.folder),
        plan=plan,
        channels=_channels(settings, facts, opened),
        formats=formats,
        shapes={name: _digest(f"{form.fingerprint} {shared}") for name, form in formats.items()},
        writer=Writer(
            tuple((root.label, root.path) for root in _roots(opened)),
            settings.feed.formats,
            style,
            settings.content.max_file_size,
        ),
        taxonomies=tuple(settings.feed.taxonomies),
        limit=_limit(the, facts),
        now=0,
    )


def _limit(the: Project, facts: Facts) -> int:
    """Entries in a feed: a site that keeps its paths keeps what its own plugin was told, too."""
    feed = the.settings.feed
    said = the.origins.get("feed.limit", "defaults") != "defaults"
    return feed.limit if said or feed.preset == "syndicate" else facts.limit or feed.limit


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
    )


def _channels(settings: Settings, facts: Facts, opened: Sequence[sites.Opened]) -> Channels:
    return Channels(
        language=facts.language,
        authors=(facts.author,) if facts.author else (),
        image=Image(facts.image, facts.title) if facts.image else None,
        icon=facts.icon,
        rights=settings.site.rights,
        media_types={name: plugins.find("formats", name).media_type for name in settings.feed.formats},
        term_url=opened[0].root.dialect.term_url,
    )


def _engine(workers: int, work: int) -> Engine:
    """Worker processes when asked for, or where there is work enough to be worth them."""
    count = workers or min(_processors(), work // WORTH_A_WORKER + 1)
    made: Engine = plugins.find("engines", "processes")(count) if count > 1 else plugins.find("engines", "serial")()
    return made


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# -- fingerprints


def _reading(the: Project, opened: Sequence[sites.Opened], facts: Facts, ids: str) -> str:
    """Changes whenever a file might be understood otherwise than at the last run."""
    roots = [[repr(each.root.label), each.root.dialect.name, each.texts] for each in opened]
    content = the.settings.content
    return _hex(
        [
            syndicate.__version__,
            read.VERSION,
            roots,
            asdict(facts),
            ids,
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
