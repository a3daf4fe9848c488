"""What a vault's settings tell its templates and the finding of files; how sure a vault is beside a generator."""

from __future__ import annotations

import json

import pytest

from syndicate import plugins
from syndicate.content.dialects import Given
from syndicate.content.dialects.obsidian import Obsidian

SITE = Given("https://example.org")


@pytest.mark.parametrize(
    ("written", "attachments"),
    [("Files", "Files"), ("./", "./"), ("", "/"), (None, "/"), (["x"], "/"), ("\ud800x", "x")],
)
def test_templates_are_told_where_attachments_lie(written: object, attachments: str) -> None:
    text = json.dumps({"attachmentFolderPath": written})
    vault, problems = Obsidian.open({".obsidian/app.json": text}, SITE)
    assert (vault.variables, vault.templates, problems) == ({"attachments": attachments}, "wiki", [])


def test_a_file_may_lie_in_a_folder_with_blanks() -> None:
    vault = Obsidian.open({}, SITE)[0]
    page = "https://example.org/My+Folder/Note"
    found = vault.assets("My Folder/Note.md", page, "https://example.org/My+Folder/a%20b.png")
    assert found == ("My+Folder/a b.png", "My Folder/a b.png")
    assert vault.assets("Note.md", page, "https://example.com/a+b.png") == ()


@pytest.mark.parametrize("config", ["hugo.toml", "_config.yml", "pelicanconf.py", "astro.config.mjs"])
def test_a_generator_beside_the_settings_wins(config: str) -> None:
    names = frozenset({".obsidian", "content", "_posts", config})
    sure = {name: plugins.find("dialects", name).detect(names, lambda _name: "") for name in plugins.names("dialects")}
    assert 1 < sure["obsidian"] < max(sure.values())
