"""Settings: mappings in (of a file, of the environment, of the command line) → one frozen Settings out.

Nothing here reads a file or the environment: their text and variables are handed in. Every
mistake of every layer is reported at once, as a ConfigurationError with one line a mistake:
`origin: dotted.path: what is wrong; what to do`. The classes mirror the tables of
`config/syndicate.toml` one to one; `docs/configuration.md` is the reader's page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from syndicate.errors import ConfigurationError
from syndicate.model.records import NamedTuple
from syndicate.settings import _checks as check
from syndicate.settings import _words as words
from syndicate.settings._checks import seconds as seconds
from syndicate.settings._feeds import OwnFeed as OwnFeed
from syndicate.settings._feeds import own_options as own_options
from syndicate.settings._kinds import Kind, Wrong, choice, items, number, option, picture, switch, text
from syndicate.settings._podcast import PodcastOptions as PodcastOptions
from syndicate.settings._section import CONTENTS, FORMATS, PROFILES, Section, leaves, table, tables
from syndicate.settings._serve import Hub as Hub
from syndicate.settings._serve import Serve as Serve
from syndicate.settings._service import Alarm as Alarm
from syndicate.settings._service import Daemon as Daemon
from syndicate.settings._service import EndpointOptions as EndpointOptions
from syndicate.settings._service import Ping as Ping
from syndicate.settings._service import Schedule as Schedule
from syndicate.settings._service import endpoint_options as endpoint_options
from syndicate.settings._service import schedule_options as schedule_options
from syndicate.settings._words import Option as Option
from syndicate.settings._words import as_toml as as_toml
from syndicate.settings._words import variable as variable

PRESETS = (
    "syndicate", "jekyll", "hugo", "zola", "pelican", "nikola", "hexo", "eleventy", "docusaurus", "mkdocs", "wordpress",
    "ghost", "microblog", "blogger",
)  # fmt: skip
"""The known values of `feed.preset`: which paths, ids and public address the feeds have."""

_FORMAT = ("file", "format")
_TERM = ("slug", "name")
_SITE_PATH = check.template(_FORMAT, _FORMAT)
_TERM_PATH = check.template(("taxonomy", *_TERM, *_FORMAT), _TERM, _FORMAT)


class Person(Section):
    """Who writes the site."""

    name: str = text("", "Name of the author of posts that name none.", check.prose)
    email: str = text("", "Their e-mail address. It is published in the feeds.", check.email)
    url: str = text("", "Their own page.", check.page_url)


class Site(Section):
    """What the feeds say about the site. `url` has no slash at the end; with it, pictures are absolute."""

    url: str = text("", "Public address of the site. A build needs it: ids and links depend on it.", check.base_url)
    title: str = text("", "Name of the site, in the title of every feed.", check.prose)
    description: str = text("", "What the site is about, in a sentence.", check.prose)
    language: str = text("", "Language of the posts, as `en`, `zh-CN` or `pt-BR`.", check.language)
    timezone: str = text("", "Zone of dates that name none, as `Asia/Shanghai`. Empty: UTC.", check.timezone)
    author: Person = table(Person, "Who writes the site.")
    image: str = picture("", "Picture of the feeds: a URL, or a path below `site.url`.", check.picture_url)
    icon: str = picture("", "Small square picture: a URL, or a path below `site.url`.", check.picture_url)
    rights: str = text("", "Copyright line or licence of the feeds.", check.prose)


class Content(Section):
    """Where the posts are and how they are read. Paths count from the site's folder; sizes are bytes."""

    folders: tuple[str, ...] = items((".",), "Folders with posts.", check.distinct, check.some)
    dialect: str = text(
        "auto",
        "Whose conventions the posts follow: `jekyll`, `hugo`, `zola`, `pelican`, `eleventy`, `hexo`, "
        "`docusaurus`, `astro`, `obsidian` or `plain`; `auto` looks at the folder.",
        least=1,
    )
    deletions: Literal["guard", "rolling"] = choice(
        "guard",
        ("guard", "rolling"),
        "What many posts mean that are gone at once: `guard` holds until a second scan agrees; with `rolling` the "
        "oldest may go, as on sites whose posts leave the folder by age.",
    )
    exclude: tuple[str, ...] = items(
        (), "Globs of files and folders that are not read, as `drafts/**` or `*.bak.md`.", check.distinct
    )
    max_file_size: int = number(4_194_304, 1024, 1_073_741_824, "Largest post that is read, in bytes.")
    body: Literal["source", "built"] = choice(
        "source",
        ("source", "built"),
        "Where the text of a post comes from: its own file, or the page that the generator built of it, "
        "where there is one.",
    )
    built: str = text(
        "",
        "Folder that the generator builds the site into, below the site's folder. Empty: `_site`, "
        "`public`, `output`, `build` or `dist`, the first that is there.",
        check.folder,
    )
    built_selectors: tuple[str, ...] = items(
        (),
        "Where in a built page the post stands, as `.post-content` or `#article`. Empty: the usual places.",
        check.distinct,
    )
    days: Literal["midnight", "seen"] = choice(
        "midnight",
        ("midnight", "seen"),
        "When a post that is dated to a day alone was published: at its midnight, or when it was first "
        "seen, if that was on this day.",
    )
    unknown_templates: Literal["drop", "keep"] = choice(
        "drop",
        ("drop", "keep"),
        "What becomes of template code that is not known (a shortcode of the theme): it vanishes, or the "
        "addresses and captions in it are shown in its place.",
    )


class Paths(Section):
    """Templates of the documents' paths below the output folder; "" leaves them to the preset."""

    site: str = text("", "Path of the site's feed, with `{file}` or `{format}`. Empty: by preset.", _SITE_PATH)
    term: str = text(
        "",
        "Path of a term's feed, with `{slug}` or `{name}`, `{file}` or `{format}`, and "
        "`{taxonomy}` where there are several. Empty: by preset.",
        _TERM_PATH,
    )


class FeedOptions(Section):
    """Which feeds there are and what they hold. `url` has no slash at the end; lengths are characters."""

    preset: str = text(
        "syndicate",
        "Paths, ids and address of the feeds: `syndicate`, or as another program had them: "
        + ", ".join(f"`{name}`" for name in PRESETS[1:-1])
        + f" or `{PRESETS[-1]}`.",
        check.one_of(PRESETS),
    )
    url: str = text(
        "",
        "Public address of the output folder. Empty: `/feeds` below `site.url`; with any preset but "
        "`syndicate`, `site.url` itself.",
        check.base_url,
    )
    limit: int = number(20, 1, 10_000, "Newest entries that a feed holds.")
    formats: tuple[str, ...] = items(
        FORMATS, "Formats in which every feed is written.", check.distinct, check.some, choices=FORMATS
    )
    taxonomies: tuple[str, ...] = items(
        ("categories", "tags"),
        "Each term of these has a feed. Add `authors` for a feed of every author. Where this is not "
        "set and the site's own configuration names taxonomies, those.",
        check.distinct,
        check.taxonomies,
    )
    languages: Literal["auto", "apart", "mixed"] = choice(
        "auto",
        ("auto", "apart", "mixed"),
        "Posts in further languages of the site: in feeds of their own below `fr/` (`apart`), or in all "
        "feeds (`mixed`). `auto`: apart, or as the preset's generator does.",
    )
    profile: Literal["full", "safe", "plain"] = choice(
        "safe",
        PROFILES,
        "What HTML entries hold: `safe` for every reader, `full` also players of other sites, `plain` text with links.",
    )
    content: Literal["full", "summary", "titles"] = choice(
        "full", CONTENTS, "What an entry carries: the whole post, its summary, or its title alone."
    )
    summary_length: int = number(280, 1, 10_000, "Longest summary that is cut from a post, in characters.")
    slugs: Literal["unicode", "pinyin"] = choice(
        "unicode", ("unicode", "pinyin"), "Terms in addresses: as written, or Chinese ones in Latin letters."
    )
    history: Literal["auto", "off", "site", "all"] = choice(
        "auto",
        ("auto", "off", "site", "all"),
        "Whose older entries can be reached (RFC 5005): of no feed, of the site's, or of all. `auto`: the "
        "site's, where it has up to 5,000 posts when its history begins.",
    )
    max_bytes: int = number(
        1_000_000,
        0,
        1_000_000_000,
        "Byte budget of a document, met by shortening its oldest entries to summaries. 0: none.",
    )
    updated: Literal["content", "any", "lastmod"] = choice(
        "content",
        ("content", "any", "lastmod"),
        "What makes an entry an updated one: another title or text, any change of the file, or only what "
        "the post says itself.",
    )
    min_posts: int = number(1, 1, 1_000_000, "Posts that a term needs to have a feed.")
    active_within: str = text(
        "", "A term whose newest post is older than this gets no feed, as `365d`. Empty: any.", check.span
    )
    tombstones: str = text(
        "30d", "How long a feed tells of entries that were deleted (RFC 6721). Empty: never.", check.span
    )
    gone_after: str = text(
        "30d", "How long the feed of a vanished term stays, empty, before it is gone. Empty: for ever.", check.span
    )
    pages: bool = switch(True, "Whether every feed has an HTML page for people.")
    stylesheet: str = text("", "CSS file for browsers that show a feed: a URL, or a path below `site.url`.")
    hubs: tuple[str, ...] = items((), "WebSub hubs that the feeds name.", check.distinct, each=check.page_url)
    cloud: str = text("", "Where readers of RSS register to be told of news (rssCloud).", check.cloud_url)
    also: tuple[str, ...] = items(
        (), "Presets whose addresses lead to the same feeds.", check.distinct, check.presets(PRESETS)
    )
    copies: bool = switch(False, "Further addresses of a feed hold a copy of it, for hosts that cannot redirect.")
    paths: Paths = table(Paths, "Templates of paths.")


class Output(Section):
    """Where the feeds, and what must survive between runs, are kept. Paths count from the current folder."""

    folder: str = text("feeds", "Folder that the feeds are written to.", check.folder, least=1)
    state: str = text(
        "",
        "File of what must survive between runs (ids, addresses). Empty: `.syndicate/NAME.db` "
        "beside the output folder, NAME being its name.",
        check.folder,
    )
    publisher: str = text("local", "Who puts the feeds in place.", least=1)
    redirects: tuple[str, ...] = items(
        (),
        "Web servers for which a map of moved and gone addresses is written with the feeds.",
        check.distinct,
        choices=("nginx", "caddy", "netlify"),
    )
    precompress: tuple[str, ...] = items(
        (),
        "Codings in which each document stands beside itself, for servers that send such files as they are.",
        check.distinct,
        choices=("gzip", "br", "zstd"),
    )


class Build(Section):
    """How a build uses the machine."""

    workers: int = number(0, 0, 1024, "Worker processes. 0: as many as are useful.")


class Settings(Section):
    """All settings of a run."""

    site: Site = table(Site)
    content: Content = table(Content)
    feed: FeedOptions = table(FeedOptions)
    feeds: dict[str, OwnFeed] = tables(OwnFeed)
    podcast: PodcastOptions = table(PodcastOptions)
    output: Output = table(Output)
    build: Build = table(Build)
    daemon: Daemon = table(Daemon)
    ping: Ping = table(Ping)
    endpoints: dict[str, EndpointOptions] = tables(EndpointOptions)
    alarm: Alarm = table(Alarm)
    serve: Serve = table(Serve)
    hub: Hub = table(Hub)


class Layer(NamedTuple):
    """Settings of one origin (`config/syndicate.toml`, `environment` ...); None is a value not given."""

    origin: str
    values: Mapping[str, Any]


def load(layers: Sequence[Layer]) -> tuple[Settings, dict[str, str]]:
    """Layers, later ones winning → the settings, and the origin of each dotted path.

    A mistake counts even where a later layer overrides it. Raises ConfigurationError with all of them.
    """
    origins = dict.fromkeys(_fields(), "defaults")
    merged: dict[str, Any] = {}
    mistakes: list[str] = []
    for origin, given in layers:
        values = _given(given)
        mistakes += _mistakes(origin, values)
        _merge(merged, values)
        origins.update({path: origin for path in _fields() if _holds(values, path)})
    if mistakes:
        raise ConfigurationError(mistakes)
    return Settings(**merged), origins


def _given(values: Mapping[str, Any], levels: int = 4) -> dict[str, Any]:
    """What was given, as plain dicts; below the deepest section everything is a mistake anyway."""
    return {
        str(key): _given(value, levels - 1) if isinstance(value, Mapping) and levels else value
        for key, value in values.items()
        if value is not None
    }


def _mistakes(origin: str, values: dict[str, Any]) -> list[str]:
    try:
        Settings(**values)
    except Wrong as wrong:
        known = [*_fields(), *_declared(values)]
        return [words.mistake(origin, fault.path, fault.text(known)) for fault in wrong.faults]
    return []


def _declared(values: dict[str, Any]) -> Iterator[str]:
    """The settings of tables that somebody named, of which a misspelled one may be meant."""
    daemon = values.get("daemon")
    schedules = daemon.get("schedules") if isinstance(daemon, dict) else None
    for named, options in (
        (values.get("feeds"), own_options),
        (values.get("endpoints"), endpoint_options),
        (schedules, schedule_options),
    ):
        for name in named if isinstance(named, dict) else ():
            yield from options(name)


def _merge(into: dict[str, Any], values: dict[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _holds(values: Any, path: str) -> bool:
    for key in path.split("."):
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def from_toml(text: str, origin: str) -> dict[str, Any]:
    """The text of a settings file → nested values; ConfigurationError, with line and column, for no TOML."""
    import tomllib  # here, as many sites have no settings file

    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ConfigurationError([words.syntax_mistake(origin, text, error)]) from None


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Variables such as SYNDICATE_SITE__URL → nested values; lists are separated by commas.

    What is no setting, or no number where one is due, is handed on as it is: `load` reports it
    together with all other mistakes.
    """
    values: dict[str, Any] = {}
    known = {variable(path): path for path in _fields()}
    for name in sorted(name for name in environ if name.startswith(words.PREFIX)):
        if path := known.get(name):
            _put(values, path.split("."), _fields()[path].parsed(environ[name]))
        else:
            values[name] = environ[name]
    return values


def _put(values: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
    values[keys[-1]] = value


def documented() -> list[Option]:
    """Every option in the order of the settings file, for the documentation and `syndicate config`."""
    return [option(path, kind) for path, kind in _fields().items()]


@cache
def _fields() -> dict[str, Kind]:
    return leaves(Settings)
