"""What a command is about: the settings as they were found, and the site's folders, opened.

In: the folder, a settings file, options and the environment. Out: a Project, and from it a Site.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from syndicate.content import sites
from syndicate.content.dialects import Facts, Given
from syndicate.errors import ConfigurationError, ContentMissing
from syndicate.model import Author, Problem, Severity
from syndicate.model.records import NamedTuple, dataclass
from syndicate.settings import Layer, Settings, from_environment, from_toml, load

_LONGEST_SECRET = 10_000
"""Characters of a file with a secret."""

CONFIG_NAMES = ("config/syndicate.toml", "syndicate.toml")


@dataclass(frozen=True)
class Project:
    """Settings, where each came from, and the folder that content folders are relative to."""

    settings: Settings
    origins: Mapping[str, str]
    base: Path
    file: str = ""
    """The settings file, "" where there is none."""

    @property
    def state(self) -> Path:
        """The file of what must survive between runs."""
        if self.settings.output.state:
            return Path(self.settings.output.state)
        out = Path(self.settings.output.folder)
        return out.parent / ".syndicate" / f"{out.resolve().name or 'feeds'}.db"


class Site(NamedTuple):
    """The content folders in the order of the settings, and what is known of the site as a whole."""

    folders: list[sites.Opened]
    facts: Facts


def find(
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
    file = Path(config) if config else next((base / name for name in CONFIG_NAMES if (base / name).is_file()), None)
    layers = [Layer(str(file), from_toml(_text(file), str(file)))] if file else []
    layers.append(Layer("environment", from_environment(environ or {})))
    layers.append(Layer("command line", options or {}))
    settings, origins = load(layers)
    if settings.endpoints or settings.alarm.secret or settings.serve.token:
        from syndicate.settings import references  # here, as most sites have no secret

        settings = references.followed(settings, environ or {}, partial(_secret, base))
    return Project(settings, origins, base, str(file or ""))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError([f"{file}: cannot be read ({fault})"]) from fault


def _secret(base: Path, name: str) -> str | None:
    """The text of a file with a secret, as far as it is one."""
    try:
        with (base / name).open("rb") as file:
            text = file.read(_LONGEST_SECRET + 1).decode("utf-8-sig")
    except (OSError, ValueError):
        return None
    return text if len(text) <= _LONGEST_SECRET else None


def site_of(the: Project) -> Site:
    """Open the content folders; what the operator says of the site stands before what they say.

    Raises:
        ConfigurationError: nobody says what the site's address is, or its own configuration is
            broken: titles, zones and addresses would all turn out otherwise.
        ContentMissing: a folder is not there.
    """
    folders = opened_folders(the)
    return Site(folders, _facts(the.settings, folders[0].root.dialect.facts))


def opened_folders(the: Project) -> list[sites.Opened]:
    """The content folders, whether or not the site's address is known; the first one's configuration is the site's."""
    content = the.settings.content
    given = Given(the.settings.site.url, the.settings.site.timezone)
    opened: list[sites.Opened] = []
    for folder in content.folders:
        path = the.base / folder
        if not path.is_dir():
            raise ContentMissing(f"{path}: there is no such folder (content.folders)")
        below = "" if folder == "." else Path(folder).as_posix().strip("/")
        label = os.fsencode(f"{below}/") if below else b""
        given = replace(given, folder=below)
        opened.append(sites.open_folder(str(path), label, content.dialect, given, content.exclude))
        given = replace(given, url=given.url or opened[0].root.dialect.facts.url)
    _sound(problem for each in opened for problem in each.problems)
    _apart(content.folders, [each.root.path for each in opened])
    return opened


def _sound(problems: Any) -> None:
    """Raises ConfigurationError where a site's own configuration is broken, rather than merely odd."""
    broken = [problem for problem in problems if problem.severity is Severity.ERROR]
    if broken:
        raise ConfigurationError([_told(problem) for problem in broken])


def _told(problem: Problem) -> str:
    place = "".join(f":{number}" for number in (problem.line, problem.column) if number)
    return f"{problem.path}{place}: {problem.message}"


def _apart(names: Sequence[str], paths: Sequence[bytes]) -> None:
    """Raises ConfigurationError when a folder lies in another: its posts would be there twice."""
    for (inner, below), (outer, above) in permutations(zip(names, paths, strict=True), 2):
        if f"{os.fsdecode(below)}/".startswith(f"{os.fsdecode(above).rstrip('/')}/"):
            raise ConfigurationError([f'content.folders: "{inner}" lies in "{outer}"; name only one of them'])


def _facts(settings: Settings, found: Facts) -> Facts:
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
