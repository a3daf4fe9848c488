"""Settings: mappings in (of a file, of the environment, of the command line) → one frozen Settings out.

Nothing here reads a file or the environment: their text and variables are handed in. Every
mistake of every layer is reported at once, as a ConfigurationError with one line a mistake:
`origin: dotted.path: what is wrong; what to do`. The classes mirror the tables of
`config/syndicate.toml` one to one; `docs/configuration.md` is the reader's page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator as After
from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from syndicate.errors import ConfigurationError
from syndicate.settings import _checks as check
from syndicate.settings import _words as words
from syndicate.settings._feeds import OwnFeed as OwnFeed
from syndicate.settings._feeds import own_options as own_options
from syndicate.settings._podcast import PodcastOptions as PodcastOptions
from syndicate.settings._section import (
    BaseUrl,
    Formats,
    Items,
    Named,
    PageUrl,
    Place,
    Profile,
    Prose,
    Section,
    Span,
    named,
)
from syndicate.settings._section import Content as Carried
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
SitePath = Annotated[str, After(check.template(_FORMAT, _FORMAT))]
TermPath = Annotated[str, After(check.template(("taxonomy", *_TERM, *_FORMAT), _TERM, _FORMAT))]


class Person(Section):
    """Who writes the site."""

    name: Prose = Field(default="", description="Name of the author of posts that name none.")
    email: Annotated[str, After(check.email)] = Field(
        default="", description="Their e-mail address. It is published in the feeds."
    )
    url: PageUrl = Field(default="", description="Their own page.")


class Site(Section):
    """What the feeds say about the site. `url` has no slash at the end; with it, pictures are absolute."""

    url: BaseUrl = Field(
        default="", description="Public address of the site. A build needs it: ids and links depend on it."
    )
    title: Prose = Field(default="", description="Name of the site, in the title of every feed.")
    description: Prose = Field(default="", description="What the site is about, in a sentence.")
    language: Annotated[str, After(check.language)] = Field(
        default="", description="Language of the posts, as `en`, `zh-CN` or `pt-BR`."
    )
    timezone: Annotated[str, After(check.timezone)] = Field(
        default="", description="Zone of dates that name none, as `Asia/Shanghai`. Empty: UTC."
    )
    author: Person = Field(default=Person(), description="Who writes the site.")
    image: str = Field(default="", description="Picture of the feeds: a URL, or a path below `site.url`.")
    icon: str = Field(default="", description="Small square picture: a URL, or a path below `site.url`.")
    rights: Prose = Field(default="", description="Copyright line or licence of the feeds.")

    @field_validator("image", "icon")
    @classmethod
    def _absolute(cls, text: str, info: ValidationInfo) -> str:
        return check.picture_url(text, info.data.get("url", ""))


class Content(Section):
    """Where the posts are and how they are read. Paths count from the site's folder; sizes are bytes."""

    folders: Annotated[Items, After(check.some)] = Field(default=(".",), description="Folders with posts.")
    dialect: str = Field(
        default="auto",
        min_length=1,
        description="Whose conventions the posts follow: `jekyll`, `hugo`, `zola`, `pelican`, `eleventy`, `hexo`, "
        "`docusaurus`, `astro`, `obsidian` or `plain`; `auto` looks at the folder.",
    )
    exclude: Items = Field(
        default=(), description="Globs of files and folders that are not read, as `drafts/**` or `*.bak.md`."
    )
    max_file_size: int = Field(
        default=4_194_304, ge=1024, le=1_073_741_824, description="Largest post that is read, in bytes."
    )
    body: Literal["source", "built"] = Field(
        default="source",
        description="Where the text of a post comes from: its own file, or the page that the generator built of it, "
        "where there is one.",
    )
    built: Place = Field(
        default="",
        description="Folder that the generator builds the site into, below the site's folder. Empty: `_site`, "
        "`public`, `output`, `build` or `dist`, the first that is there.",
    )
    built_selectors: Items = Field(
        default=(),
        description="Where in a built page the post stands, as `.post-content` or `#article`. Empty: the usual places.",
    )
    days: Literal["midnight", "seen"] = Field(
        default="midnight",
        description="When a post that is dated to a day alone was published: at its midnight, or when it was first "
        "seen, if that was on this day.",
    )
    unknown_templates: Literal["drop", "keep"] = Field(
        default="drop",
        description="What becomes of template code that is not known (a shortcode of the theme): it vanishes, or the "
        "addresses and captions in it are shown in its place.",
    )


class Paths(Section):
    """Templates of the documents' paths below the output folder; "" leaves them to the preset."""

    site: SitePath = Field(
        default="", description="Path of the site's feed, with `{file}` or `{format}`. Empty: by preset."
    )
    term: TermPath = Field(
        default="",
        description="Path of a term's feed, with `{slug}` or `{name}`, `{file}` or `{format}`, and "
        "`{taxonomy}` where there are several. Empty: by preset.",
    )


class FeedOptions(Section):
    """Which feeds there are and what they hold. `url` has no slash at the end; lengths are characters."""

    preset: Annotated[str, After(check.one_of(PRESETS))] = Field(
        default="syndicate",
        description="Paths, ids and address of the feeds: `syndicate`, or as another program had them: "
        + ", ".join(f"`{name}`" for name in PRESETS[1:-1])
        + f" or `{PRESETS[-1]}`.",
    )
    url: BaseUrl = Field(
        default="",
        description="Public address of the output folder. Empty: `/feeds` below `site.url`; with any preset but "
        "`syndicate`, `site.url` itself.",
    )
    limit: int = Field(default=20, ge=1, le=10_000, description="Newest entries that a feed holds.")
    formats: Formats = Field(default=("rss", "atom", "json"), description="Formats in which every feed is written.")
    taxonomies: Annotated[Items, After(check.taxonomies)] = Field(
        default=("categories", "tags"),
        description="Each term of these has a feed. Add `authors` for a feed of every author. Where this is not "
        "set and the site's own configuration names taxonomies, those.",
    )
    languages: Literal["auto", "apart", "mixed"] = Field(
        default="auto",
        description="Posts in further languages of the site: in feeds of their own below `fr/` (`apart`), or in all "
        "feeds (`mixed`). `auto`: apart, or as the preset's generator does.",
    )
    profile: Profile = Field(
        default="safe",
        description="What HTML entries hold: `safe` for every reader, `full` also players of other sites, `plain` "
        "text with links.",
    )
    content: Carried = Field(
        default="full", description="What an entry carries: the whole post, its summary, or its title alone."
    )
    summary_length: int = Field(
        default=280, ge=1, le=10_000, description="Longest summary that is cut from a post, in characters."
    )
    slugs: Literal["unicode", "pinyin"] = Field(
        default="unicode", description="Terms in addresses: as written, or Chinese ones in Latin letters."
    )
    history: Literal["auto", "off", "site", "all"] = Field(
        default="auto",
        description="Whose older entries can be reached (RFC 5005): of no feed, of the site's, or of all. `auto`: the "
        "site's, where it has up to 5,000 posts when its history begins.",
    )
    max_bytes: int = Field(
        default=1_000_000,
        ge=0,
        le=1_000_000_000,
        description="Byte budget of a document, met by shortening its oldest entries to summaries. 0: none.",
    )
    updated: Literal["content", "any", "lastmod"] = Field(
        default="content",
        description="What makes an entry an updated one: another title or text, any change of the file, or only what "
        "the post says itself.",
    )
    min_posts: int = Field(default=1, ge=1, le=1_000_000, description="Posts that a term needs to have a feed.")
    active_within: Span = Field(
        default="", description="A term whose newest post is older than this gets no feed, as `365d`. Empty: any."
    )
    tombstones: Span = Field(
        default="30d", description="How long a feed tells of entries that were deleted (RFC 6721). Empty: never."
    )
    gone_after: Span = Field(
        default="30d",
        description="How long the feed of a vanished term stays, empty, before it is gone. Empty: for ever.",
    )
    pages: bool = Field(default=True, description="Whether every feed has an HTML page for people.")
    stylesheet: str = Field(
        default="", description="CSS file for browsers that show a feed: a URL, or a path below `site.url`."
    )
    hubs: Annotated[tuple[PageUrl, ...], Field(strict=False), After(check.distinct)] = Field(
        default=(), description="WebSub hubs that the feeds name."
    )
    also: Annotated[Items, After(check.presets(PRESETS))] = Field(
        default=(), description="Presets whose addresses lead to the same feeds."
    )
    copies: bool = Field(
        default=False, description="Further addresses of a feed hold a copy of it, for hosts that cannot redirect."
    )
    paths: Paths = Field(default=Paths(), description="Templates of paths.")


class Output(Section):
    """Where the feeds, and what must survive between runs, are kept. Paths count from the current folder."""

    folder: Place = Field(default="feeds", min_length=1, description="Folder that the feeds are written to.")
    state: Place = Field(
        default="",
        description="File of what must survive between runs (ids, addresses). Empty: `.syndicate/NAME.db` "
        "beside the output folder, NAME being its name.",
    )
    publisher: str = Field(default="local", min_length=1, description="Who puts the feeds in place.")
    redirects: Annotated[
        tuple[Literal["nginx", "caddy", "netlify"], ...], Field(strict=False), After(check.distinct)
    ] = Field(
        default=(), description="Web servers for which a map of moved and gone addresses is written with the feeds."
    )


class Build(Section):
    """How a build uses the machine."""

    workers: int = Field(default=0, ge=0, le=1024, description="Worker processes. 0: as many as are useful.")


class Settings(Section):
    """All settings of a run."""

    site: Site = Site()
    content: Content = Content()
    feed: FeedOptions = FeedOptions()
    feeds: Annotated[dict[Annotated[str, After(check.feed_name)], OwnFeed], After(named)] = Named()
    podcast: PodcastOptions = PodcastOptions()
    output: Output = Output()
    build: Build = Build()


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
    return Settings.model_validate(merged), origins


def _given(values: Mapping[str, Any], levels: int = 4) -> dict[str, Any]:
    """What was given, as plain dicts; below the deepest section everything is a mistake anyway."""
    return {
        str(key): _given(value, levels - 1) if isinstance(value, Mapping) and levels else value
        for key, value in values.items()
        if value is not None
    }


def _mistakes(origin: str, values: dict[str, Any]) -> list[str]:
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        known = dict(_options())
        for name in values["feeds"] if isinstance(values.get("feeds"), dict) else ():
            known |= own_options(name)
        return [words.mistake(origin, dict(fault), known) for fault in error.errors(include_url=False)]
    return []


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
            _put(values, path.split("."), words.parsed(environ[name], _fields()[path].annotation))
        else:
            values[name] = environ[name]
    return values


def _put(values: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
    values[keys[-1]] = value


def documented() -> list[Option]:
    """Every option in the order of the settings file, for the documentation and `syndicate config`."""
    return list(_options().values())


@cache
def _options() -> dict[str, Option]:
    return {
        path: Option(path, words.field_type(field), as_toml(field.default), field.description or "")
        for path, field in _fields().items()
    }


@cache
def _fields() -> dict[str, FieldInfo]:
    return dict(_walk(Settings, ""))


def _walk(section: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _walk(kind, f"{prefix}{name}.")
        elif prefix + name != "feeds":  # as many as somebody declares
            yield prefix + name, field
