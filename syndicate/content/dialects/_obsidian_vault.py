"""What a vault's own settings say: where templates and attachments lie. Text of `.obsidian/*.json` in, values out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from syndicate.model import Problem, Severity, Value
from syndicate.model.records import dataclass

APP = ".obsidian/app.json"
TEMPLATES = ".obsidian/templates.json"
TEMPLATER = ".obsidian/plugins/templater-obsidian/data.json"


@dataclass(frozen=True, slots=True)
class Vault:
    """`templates` are folders without notes; `attachments` is where files go: `/` the top, `./` beside the note."""

    templates: frozenset[str] = frozenset()
    attachments: str = "/"


def vault(files: Mapping[str, str]) -> tuple[Vault, list[Problem]]:
    """The settings of a vault; a file that cannot be read is told of and counts as missing."""
    read = {name: _object(text) for name, text in files.items() if text.strip()}
    problems = [_unreadable(name) for name, value in read.items() if value is None]
    found = {name: value or {} for name, value in read.items()}
    attachments = _text(found, APP, "attachmentFolderPath")
    return Vault(frozenset(_template_folders(found)), attachments or "/"), problems


def _template_folders(found: Mapping[str, dict[str, Value]]) -> Iterator[str]:
    for name, key in ((TEMPLATES, "folder"), (TEMPLATER, "templates_folder")):
        if folder := _text(found, name, key).strip("/").casefold():
            yield folder


def _text(found: Mapping[str, dict[str, Value]], name: str, key: str) -> str:
    value = found.get(name, {}).get(key)
    # JSON may hold half of a surrogate pair, which is no text
    return value.encode("utf-8", "ignore").decode().strip() if isinstance(value, str) else ""


def _object(text: str) -> dict[str, Value] | None:
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unreadable(name: str) -> Problem:
    message = (
        "This is no JSON object, so what it says of the vault is not known. Open the vault in Obsidian to mend it."
    )
    return Problem(name, Severity.WARNING, "site-config", message)
