"""What the pages tell people to type works, and their links lead somewhere.

Every line `$ syndicate …` of a ```console block, and every line `syndicate …` of a ```sh block, is run, page
by page and from top to bottom, in a folder that holds a copy of `examples`. PATH stands for `examples/newsroom`.
The exit code has to be 0 or 1, and nothing may go wrong in the program itself. A comment before a block asks
for more:

    <!-- example: exit 1, makes feeds/rss.xml feeds/atom.xml -->

A block below `<!-- file: PATH -->` shows that file, to the letter.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKING = [*PAGES, ROOT / "feeds/README.md", ROOT / "examples/newsroom/README.md", ROOT / "examples/dialect/README.md"]

_BLOCK = re.compile(
    r"^(?:<!-- example: (?P<wish>[^>]*) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMAND = {
    "console": re.compile(r"^\$ (syndicate .*)$", re.MULTILINE),
    "sh": re.compile(r"^(syndicate (?!--version).*)$", re.MULTILINE),
}
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^<!-- file: (?P<path>\S+) -->\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.*?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """The commands of one block, the exit codes they may have, and the files that are there afterwards."""

    commands: list[str]
    exits: set[int]
    makes: list[str]


def examples(text: str) -> Iterator[Example]:
    """The examples of a page, in order."""
    for block in _BLOCK.finditer(text):
        pattern = _COMMAND.get(block["kind"])
        if pattern and (commands := pattern.findall(block["text"])):
            exit_code, makes = wished(block["wish"] or "")
            yield Example(commands, exit_code, makes)
        else:
            assert not block["wish"], f"an example without a command: {block[0][:200]}"


def wished(text: str) -> tuple[set[int], list[str]]:
    exits, makes = {0, 1}, []
    for part in filter(None, map(str.strip, text.split(","))):
        word, *rest = part.split()
        assert word in ("exit", "makes"), f"an example can wish for an exit code and files, not for {part!r}"
        if word == "exit":
            exits = {int(rest[0])}
        else:
            makes = rest
    return exits, makes


def run(command: str) -> int:
    """The exit code of the command line; anything but an orderly end is raised."""
    from syndicate.cli import main

    with pytest.raises(SystemExit) as end:
        main([word.replace("PATH", "examples/newsroom") for word in shlex.split(command)[1:]])
    return int(end.value.code or 0)


def prose(path: Path) -> str:
    """A page without its code: what looks like a link or a heading in there is none."""
    return re.sub(r"`[^`\n]*`", "", _FENCED.sub("", path.read_text("utf-8")))


def anchors(path: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCED.sub("", path.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_examples_are_found() -> None:
    page = "<!-- example: exit 2, makes a b -->\n```console\n$ syndicate build x\nout\n$ ls\n```\n\n```sh\nmake\n```\n"
    assert list(examples(page)) == [Example(["syndicate build x"], {2}, ["a", "b"])]
    assert list(examples("```sh\nsyndicate check\n```\n")) == [Example(["syndicate check"], {0, 1}, [])]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_examples_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("newsroom", "hugo", "podcast"):
        shutil.copytree(ROOT / "examples" / name, tmp_path / "examples" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYNDICATE_BUILD__WORKERS", "1")  # to start workers takes longer than the work
    for example in examples(path.read_text("utf-8")):
        for command in example.commands:
            code = run(command)
            assert code in example.exits, f"{path.name}: `{command}` ended with {code}"
        for name in example.makes:
            assert (tmp_path / name).is_file(), f"{path.name}: {example.commands} did not make {name}"


def test_files_that_are_shown_are_what_they_are() -> None:
    shown = [found for page in PAGES for found in _FILE.finditer(page.read_text("utf-8"))]
    assert "examples/dialect/syndicate_diary.py" in [found["path"] for found in shown]
    for found in shown:
        assert found["text"] == (ROOT / found["path"]).read_text("utf-8"), found["path"]


@pytest.mark.parametrize("path", LINKING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    faults = []
    for link in _LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            faults.append(f"{link}: there is no such file")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            faults.append(f"{link}: the page has no such heading")
    assert not faults, f"{path.name}:\n" + "\n".join(faults)


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, pending = set(), [ROOT / "README.md"]
    while pending:
        path = pending.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        links = (link.partition("#")[0] for link in _LINK.findall(prose(path)) if not re.match(r"[a-z]+:", link))
        pending += [(path.parent / link).resolve() for link in links if link]
    assert set(PAGES) <= reached


def test_the_rooms_are_drawn_as_they_are() -> None:
    drawn = (ROOT / "docs/architecture.md").read_text("utf-8").partition("## The rooms")[2].partition("\n## ")[0]
    package = ROOT / "syndicate"
    rooms = {path.name for path in package.rglob("*.py") if not path.name.startswith("_")}
    folders = {f"{path.name}/" for path in package.rglob("*") if path.is_dir() and path.name[0] not in "_."}
    tree = "\n".join(line for line in drawn.splitlines() if line.startswith("    "))
    named = set(re.findall(r"(?<![\w`])[a-z]+\.py\b", tree)) - {"__init__.py", "__main__.py"}
    assert rooms - named == set(), "docs/architecture.md does not draw these"
    assert named - rooms == set(), "docs/architecture.md draws these, which are not there"
    assert folders - {"__pycache__/"} <= set(re.findall(r"\b[a-z]+/", tree)), "a folder is not drawn"
