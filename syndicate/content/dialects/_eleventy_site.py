"""The configuration and global data of an Eleventy site. Text in, a Site and Facts out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo

from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._eleventy_data import SCRIPTS, local_files, merge, read
from syndicate.content.dialects._fields import as_text, language_tag, one_line
from syndicate.content.dialects._javascript import Script
from syndicate.content.dialects._javascript_site import (
    folder_path,
    globs,
    mapping,
    root_url,
    script,
    text_of,
    zone_of,
)
from syndicate.content.dialects._people import person
from syndicate.model import Problem, Value
from syndicate.model.records import dataclass, field

CONFIG = (".eleventy.js", *(f"eleventy.config.{ending}" for ending in ("js", "mjs", "cjs", "ts")))
IGNORES = (".eleventyignore", ".gitignore", "*/.eleventyignore")
_DATA = tuple(f"{start}_data/**/*.{end}" for start in ("", "*/") for end in ("json", "yaml", "yml", *SCRIPTS))
_ALONE = tuple(f"**/*.11tydata.{ending}" for ending in ("json", "yaml", "yml", *SCRIPTS))
_FOLDERS = tuple(f"**/{name}.{end}" for name in ("posts", "blog", "articles") for end in ("yaml", "yml"))
FILES = (*CONFIG, *IGNORES, *_DATA, *_ALONE, *_FOLDERS, "**/*.json")

_ABOUT = ("site", "metadata", "meta", "config", "globals")


@dataclass(frozen=True, slots=True)
class Site:
    """What holds for every post. `source` is the input folder, `left_out` folders no page comes from.

    `data` are the data files of folders and files, by path; `shared` the global data. `engine` is the template
    language of Markdown files; `language` what the plugin for languages takes pages without a folder of one to be in.
    """

    root: str = ""
    zone: tzinfo = UTC
    source: str = ""
    left_out: tuple[str, ...] = ()
    ignored: re.Pattern[str] = globs(())
    data: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    shared: Mapping[str, Value] = field(default_factory=dict)
    engine: str = "liquid"
    language: str = ""


def opened(files: Mapping[str, str], given: Given) -> tuple[Facts, Site, list[Problem]]:
    """The Facts and the Site that the files make, with the problems met in them."""
    source, _name = script(files, CONFIG)
    config = _configuration(source)
    folders = _folders(config, source)
    problems: list[Problem] = []
    shared = _global_data(files, folders["data"], problems)
    about = next((shared[name] for name in _ABOUT if text_of(mapping(shared.get(name)), "title", "url")), shared)
    about = mapping(about)
    root = root_url(given, text_of(about, "url", "baseUrl", "siteUrl"), text_of(config, "pathPrefix"))
    zone, zone_name = zone_of(given)
    site = Site(
        root,
        zone,
        folders["input"],
        tuple(dict.fromkeys(folders[each] for each in ("includes", "layouts", "data", "output") if folders[each])),
        globs(tuple(_ignores(files, source, folders["input"]))),
        _local_data(files, folders["input"], problems),
        shared,
        _engine(config),
        _default_language(source),
    )
    return _facts(about, site, zone_name), site, problems


def _configuration(source: Script) -> dict[str, Value]:
    """What the exported function returns, and what is exported as `config`, merged."""
    found: dict[str, Value] = {}
    for part in (source.exported, mapping(source.constants.get("config")), source.returned):
        merge(found, part)
    return found


def _folders(config: Mapping[str, Value], source: Script) -> dict[str, str]:
    """The folders `input`, `includes`, `layouts`, `data` and `output`, relative to the site ("": the site itself)."""
    written = dict(mapping(config.get("dir")))
    for key in ("input", "includes", "layouts", "data", "output"):
        for arguments in source.calls(f"set{key.capitalize()}Directory"):
            written[key] = arguments[0] if arguments else None
    home = folder_path(text_of(written, "input")) or ""
    below = {"includes": "_includes", "layouts": "", "data": "_data"}
    found = {key: folder_path(text_of(written, key) or otherwise, home) or "" for key, otherwise in below.items()}
    if not text_of(written, "layouts"):
        found["layouts"] = ""
    found["output"] = folder_path(text_of(written, "output") or "_site") or ""
    outside = {
        key: path for key, path in found.items() if path != home
    }  # a folder that is all of it leaves nothing out
    return {"includes": "", "layouts": "", "data": "", "output": "", **outside, "input": home}


def _engine(config: Mapping[str, Value]) -> str:
    """The template language that Markdown files pass through: a member of the family `templates`, "" for none."""
    if config.get("markdownTemplateEngine") is False:
        return ""
    return {"njk": "nunjucks", "nunjucks": "nunjucks"}.get(text_of(config, "markdownTemplateEngine"), "liquid")


def _default_language(source: Script) -> str:
    """`defaultLanguage` of the plugin for languages; "" where it is not in use."""
    for arguments in source.calls("addPlugin"):
        options = mapping(arguments[1]) if len(arguments) > 1 else {}
        if language := text_of(options, "defaultLanguage"):
            return language_tag(language)
    return ""


def _ignores(files: Mapping[str, str], source: Script, home: str) -> Iterator[str]:
    """Globs that leave files out: lines of the ignore files, and `ignores.add(…)` of the configuration."""
    names = [".gitignore", ".eleventyignore", *([f"{home}/.eleventyignore"] if home else [])]
    lines = [(line, name.rpartition("/")[0]) for name in names for line in files.get(name, "").splitlines()]
    lines += [(as_text(arguments[0]) or "", "") for arguments in source.calls("add") if arguments]
    for line, folder in lines:
        written = line.strip().removeprefix("./").strip("/")
        if not written or written.startswith(("#", "!")):
            continue
        written = f"{folder}/{written}" if folder else written
        written = written.removesuffix("/**")
        yield written
        yield f"{written}/**/*"


def _global_data(files: Mapping[str, str], folder: str, problems: list[Problem]) -> dict[str, Value]:
    """`_data/site.json` is `site`, `_data/nav/top.json` is `nav.top`; scripts win over JSON, that over YAML."""
    endings = ("yml", "yaml", "json", *SCRIPTS)
    inside = [path for path in files if folder and path.startswith(f"{folder}/") and path.rpartition(".")[2] in endings]
    shared: dict[str, Value] = {}
    for path in sorted(inside, key=lambda path: (endings.index(path.rpartition(".")[2]), path)):
        values, more = read(files[path], path)
        problems.extend(more)
        for part in reversed(path[len(folder) + 1 :].rpartition(".")[0].split("/")[-8:]):
            values = {part: values}
        merge(shared, values, 1)
    return shared


def _local_data(files: Mapping[str, str], home: str, problems: list[Problem]) -> dict[str, dict[str, Value]]:
    found = {}
    for path in local_files(files, home):
        found[path], more = read(files[path], path)
        problems.extend(more)
    return found


def _facts(about: Mapping[str, Value], site: Site, zone: str) -> Facts:
    author = about.get("author")
    title = one_line(text_of(about, "title", "name"))
    language = language_tag(text_of(about, "language", "lang", "locale")) or site.language
    return Facts(
        title=title,
        url=site.root,
        description=one_line(text_of(about, "description", "tagline", "subtitle")),
        language=language,
        timezone=zone,
        author=person(author),
    )
