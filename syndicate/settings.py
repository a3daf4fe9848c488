"""Settings: mappings in (of a file, of the environment, of the command line) → one frozen Settings out.

Nothing here reads a file or the environment: their text and variables are handed in. Every
mistake of every layer is reported at once, as a ConfigurationError with one line a mistake.
The classes mirror the tables of `config/syndicate.toml` one to one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PRESETS = ("syndicate", "jekyll")
"""The known values of `feed.preset`: which paths, ids and public address the feeds have."""

Lines = Annotated[tuple[str, ...], Field(strict=False)]
"""A list of text: TOML's lists are taken as tuples, so that the settings stay immutable."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Person(_Section):
    """Who writes the site."""

    name: str = Field(default="", description="Name of the site's author, for posts that name none.")
    email: str = Field(default="", description="Their e-mail address; it is published in the feeds.")
    url: str = Field(default="", description="Their own page.")


class Site(_Section):
    """What the feeds say about the site. URLs have no slash at the end."""

    url: str = Field(default="", description="Public address of the site. Needed: ids and links depend on it.")
    title: str = Field(default="", description="Name of the site, shown as the title of its feeds.")
    description: str = Field(default="", description="What the site is about, in a sentence.")
    language: str = Field(default="", description="Language of the posts, as `en`, `zh-CN` or `pt-BR`.")
    timezone: str = Field(default="", description="Time zone of dates that name none, as `Asia/Shanghai`.")
    author: Person = Field(default=Person(), description="Who writes the site.")
    image: str = Field(default="", description="Picture of the feeds: a URL, or a path below `site.url`.")
    icon: str = Field(default="", description="Small square picture: a URL, or a path below `site.url`.")
    rights: str = Field(default="", description="Copyright line or licence of the feeds.")


class Content(_Section):
    """Where the posts are and how they are read."""

    folders: Lines = Field(default=(".",), description="Folders with posts.")
    dialect: str = Field(default="auto", description="Whose conventions the posts follow.")
    exclude: Lines = Field(default=(), description="Globs of files and folders that are not read.")
    max_file_size: int = Field(default=4_194_304, ge=1024, description="Largest post that is read, in bytes.")


class Paths(_Section):
    """Templates of the documents' paths below the output folder; "" leaves them to the preset."""

    site: str = Field(default="", description="Path of the site's feed.")
    term: str = Field(default="", description="Path of the feed of a term.")


class FeedOptions(_Section):
    """Which feeds there are and what they hold."""

    preset: str = Field(default="syndicate", description="Paths and ids of the feeds.")
    url: str = Field(default="", description="Public address of the output folder.")
    limit: int = Field(default=20, ge=1, le=10_000, description="Entries in a feed.")
    formats: Annotated[tuple[Literal["rss", "atom", "json"], ...], Field(strict=False)] = Field(
        default=("rss", "atom", "json"), min_length=1, description="Formats in which each feed is written."
    )
    taxonomies: Lines = Field(default=("categories", "tags"), description="Each of their terms has a feed.")
    content: Literal["full", "summary"] = Field(default="full", description="What an entry carries.")
    summary_length: int = Field(default=280, ge=1, le=10_000, description="Longest summary, in characters.")
    slugs: Literal["unicode", "pinyin"] = Field(default="unicode", description="Letters of a term's address.")
    paths: Paths = Field(default=Paths(), description="Templates of paths, instead of the preset's.")


class Output(_Section):
    """Where the feeds and what must survive between runs are kept."""

    folder: str = Field(default="feeds", min_length=1, description="Folder that the feeds are written to.")
    state: str = Field(default="", description="The state file.")
    publisher: str = Field(default="local", min_length=1, description="Who puts the feeds in place.")


class Build(_Section):
    """How a build uses the machine."""

    workers: int = Field(default=0, ge=0, le=1024, description="Worker processes; 0 is as many as are useful.")


class Settings(_Section):
    """All settings of a run."""

    site: Site = Site()
    content: Content = Content()
    feed: FeedOptions = FeedOptions()
    output: Output = Output()
    build: Build = Build()
