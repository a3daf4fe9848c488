"""What the configuration and data files of a Jekyll site say about the site itself.

In: the text of the files Jekyll would read. Out: Fields over the configuration, authors by slug, Facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from syndicate.content import frontmatter
from syndicate.content.dialects import Facts, Given
from syndicate.content.dialects._addresses import below, encoded, encoded_path
from syndicate.content.dialects._fields import Fields, as_text, shortened
from syndicate.content.dialects._jekyll_languages import languages
from syndicate.content.dialects._people import person
from syndicate.model import Author, FrontMatter, Problem, Severity, Value

CONFIG = ("_config.yml", "_config.yaml", "_config.toml")
AUTHORS = ("_data/authors.yml", "_data/authors.yaml", "_data/authors.json")
_SECOND_DOCUMENT = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def configuration(files: Mapping[str, str]) -> Fields:
    """The first configuration file there is, as Jekyll looks for it; its faults are among the problems."""
    name = next((name for name in CONFIG if name in files), CONFIG[0])
    matter, problems = _parsed(files.get(name, ""), name)
    fields = Fields(matter.fields if matter else {}, name, _line_finder(matter))
    fields.problems.extend(problems)
    return fields


def _line_finder(matter: FrontMatter | None) -> Callable[[str], int | None]:
    def line_of(key: str) -> int | None:
        line = matter.line_of(key) if matter else None
        return line - 1 if line else None  # the fence in front is ours

    return line_of


def _parsed(text: str, name: str) -> tuple[FrontMatter | None, list[Problem]]:
    """A YAML or TOML file, by the reader of front matter, which keeps scalars as they were written."""
    fence = "+++" if name.endswith(".toml") else "---"
    body = text.removeprefix("\ufeff")
    if fence == "---":
        # A leading `---` only says that YAML begins; what follows a second one Jekyll never reads.
        body = re.sub(r"\A((?:[ \t]*(?:#[^\n]*)?\r?\n|%[^\n]*\n)*)---[ \t]*(?=\r?\n|\Z)", r"\1", body)
        body = _SECOND_DOCUMENT.split(body, maxsplit=1)[0]
    if not body.strip():
        return None, []
    matter, problems = frontmatter.split(f"{fence}\n{body.rstrip()}\n{fence}\n", name, strict=True)
    # What of a post is read as a person would read it, is broken in a configuration: it decides too much.
    broken = matter is None or any(problem.code.startswith("front-matter") for problem in problems)
    return None if broken else matter, [_of_configuration(problem, broken) for problem in problems]


def _of_configuration(problem: Problem, broken: bool) -> Problem:
    line = problem.line - 1 if problem.line and problem.line > 1 else None
    message = problem.message.replace("The front matter", "The file").partition(" Until then it is read as")[0]
    severity = Severity.ERROR if broken else problem.severity
    return replace(problem, code="site-config", line=line, message=message, severity=severity)


def known_authors(files: Mapping[str, str]) -> tuple[dict[str, Author], list[Problem]]:
    """`_data/authors.*`: authors by their slug, with the problems of the file."""
    name = next((name for name in AUTHORS if name in files), "")
    if not name:
        return {}, []
    if name.endswith(".json"):
        values, problems = _parsed_json(files[name], name)
    else:
        matter, problems = _parsed(files[name], name)
        values = matter.fields if matter else {}
    people = ((slug, data) for slug, data in values.items() if isinstance(data, dict))
    found = ((slug, person(data, slug)) for slug, data in people)
    return {slug: author for slug, author in found if author}, problems


def _parsed_json(text: str, name: str) -> tuple[dict[str, Value], list[Problem]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as fault:
        message = f"cannot be read as JSON ({fault}); correct it, until then authors are shown by their slug"
        return {}, [Problem(name, Severity.ERROR, "site-config", message)]
    return (value, []) if isinstance(value, dict) else ({}, [])


def root_url(config: Fields, given: Given) -> str:
    """The URL of the site's root with baseurl, no slash at the end.

    The operator's URL wins over `url:`; `baseurl:` is put behind it unless it has a path of its own.
    """
    url = encoded((given.url or _address(config)).rstrip("/"))
    base = encoded_path(config.text("baseurl").strip("/"))
    if given.url and urlsplit(url).path:
        return url
    return f"{url}/{base}" if base else url


def template_variables(config: Fields, root: str) -> dict[str, Value]:
    """What templates know as `site`: the configuration, with the address that is in force, in its two parts."""
    base = "/" + encoded_path(config.text("baseurl").strip("/"))
    if base == "/" or not root.endswith(base):
        base = urlsplit(root).path
    return {**config.values, "url": root.removesuffix(base), "baseurl": base}


def _address(config: Fields) -> str:
    """`url:` of the configuration; without a scheme it is taken for https, and that is said."""
    written = config.text("url")
    if not written or re.match(r"https?://[^/]", written, re.IGNORECASE):
        return written
    address = "https://" + written.rpartition("//")[2]
    config.report("site-config", f"`url` is no web address; write it as `{shortened(address)}`", "url")
    return address


def facts(config: Fields, root: str, timezone: str) -> Facts:
    """What is known of the site; `root` and `timezone` as already decided."""
    feed = Fields(_mapping(config, "feed"), config.path)
    title, description = config.line("title", "name"), config.line("description", "tagline")
    language, further = languages(config)
    return Facts(
        title=title,
        url=root,
        description=description,
        language=language,
        timezone=timezone,
        author=person(config.values.get("author")),
        icon=below(root, feed.text("icon")),
        image=below(root, feed.text("logo")),
        limit=_limit(config, feed),
        feed_paths=tuple(_feed_paths(config, feed)),
        languages=further,
    )


def _mapping(config: Fields, key: str) -> Mapping[str, Value]:
    value = config.values.get(key)
    return value if isinstance(value, dict) else {}


def _limit(config: Fields, feed: Fields) -> int | None:
    written = feed.text("posts_limit")
    if re.fullmatch(r"[1-9][0-9]{0,5}", written):
        return int(written)
    if written:
        config.report("site-config", "`posts_limit` is no number above 0; write one such as `20`", "feed")
    return None


def _feed_paths(config: Fields, feed: Fields) -> list[tuple[str, str]]:
    """Where jekyll-feed was told to write: (kind, path template) pairs, see Facts."""
    tags = feed.values.get("tags")
    collections = feed.values.get("collections")
    named = collections if isinstance(collections, dict) else {}
    found = [("site", _path(named.get("posts")) or _path(feed.values))]
    if isinstance(tags, dict) and (folder := as_text(tags.get("path"))):
        found.append(("tag", folder.strip().lstrip("/") + "{name}.xml"))
    found += [(f"collection:{name}", _path(data)) for name, data in named.items() if name != "posts"]
    return [(kind, path) for kind, path in found if path and _stays_inside(path, config)]


def _stays_inside(path: str, config: Fields) -> bool:
    """Whether a path leads to a place below the output folder and holds no placeholder but ours."""
    parts = path.replace("\\", "/").split("/")
    inside = not {"", ".", ".."}.intersection(parts) and not set("{}\x00").intersection(path.replace("{name}", ""))
    if not inside:
        config.report("site-config", f"`{shortened(path)}` is no path below the site; the usual path is taken", "feed")
    return inside


def _path(settings: Value) -> str:
    """The `path` of a mapping of settings, without the slash in front; "" where it has none."""
    path = as_text(settings.get("path")) if isinstance(settings, Mapping) else None
    return (path or "").strip().lstrip("/")
