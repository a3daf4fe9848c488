"""What people install from config/ works: units of systemd, a plist, a container recipe, a line of cron, a workflow.

Each is looked at by those who know it, where they are installed (`.ci/run`); every command line in them by our own.
"""

from __future__ import annotations

import json
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from syndicate.cli import Commands, program
from syndicate.errors import ConfigurationError
from syndicate.settings import Layer, load
from tests.peers import peer

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "config"
UNITS = sorted((CONFIG / "systemd").iterdir())
PLIST = CONFIG / "launchd" / "local.syndicate.plist"
RECIPE = CONFIG / "container" / "Containerfile"
CRON = CONFIG / "cron" / "syndicate"
WORKFLOW = CONFIG / "github" / "feeds.yml"
PROGRAM = "/opt/syndicate/bin/syndicate"


def plist() -> dict[str, Any]:
    read: dict[str, Any] = plistlib.loads(PLIST.read_bytes())
    return read


def workflow() -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    return read


def instructions() -> list[tuple[str, str]]:
    """The recipe's instructions, each with its lines joined."""
    text = re.sub(r"^#.*\n", "", RECIPE.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def cron_line() -> tuple[str, str, str]:
    """When, as whom, and what."""
    (line,) = [each for each in CRON.read_text("utf-8").splitlines() if re.match(r"[*\d]", each)]
    *when, user, command = line.split(None, 6)
    return " ".join(when), user, command


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Every call of the program: where it stands, and its arguments."""
    for path in UNITS:
        for line in re.findall(rf"^ExecStart={PROGRAM} (.*)$", path.read_text("utf-8"), re.MULTILINE):
            yield path.name, shlex.split(line)
    first, *arguments = plist()["ProgramArguments"]
    assert first == PROGRAM
    yield PLIST.name, arguments
    recipe = dict(instructions())
    assert json.loads(recipe["ENTRYPOINT"]) == ["syndicate"]
    yield RECIPE.name, json.loads(recipe["CMD"])
    health = json.loads(recipe["HEALTHCHECK"].partition("CMD ")[2])[-1]
    runs = [each["run"] for each in workflow()["jobs"]["feeds"]["steps"] if "run" in each]
    for place, text in [(RECIPE.name, health), (CRON.name, cron_line()[2]), *((WORKFLOW.name, run) for run in runs)]:
        for line in text.splitlines():
            if found := re.match(rf"(?:{PROGRAM}|syndicate) (.*?)(?: >\S+)?(?: \|\| .*)?$", line):
                yield place, shlex.split(found[1])


def test_every_command_line_is_one_of_ours() -> None:
    """No command and no option is in them that the program does not have."""
    commands = program
    assert isinstance(commands, Commands)
    found = list(command_lines())
    assert [place for place, _ in found] == [
        "syndicate-build.service",
        "syndicate.service",
        "local.syndicate.plist",
        "Containerfile",
        "Containerfile",
        "syndicate",
        "feeds.yml",
    ]
    for place, (name, *arguments) in found:
        command = commands.get_command(click.Context(commands), name)
        assert command is not None, f"{place}: no command {name}"
        command.make_context(name, list(arguments))


def test_a_wrong_option_would_be_seen() -> None:
    command = program.get_command(click.Context(program), "build")
    assert command is not None
    with pytest.raises(click.UsageError):
        command.make_context("build", ["--no-such-option"])


# systemd


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units, with this program in place of the one they call: systemd looks whether it is there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("SKIPPED: no systemd-analyze; the units are not looked at")
    stands_in = tmp_path / "syndicate"
    stands_in.write_text(f"#!/bin/sh\nexec {sys.executable} -m syndicate\n")
    stands_in.chmod(0o755)
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace(PROGRAM, str(stands_in)))
    return [str(tmp_path / path.name) for path in UNITS]


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)


def test_systemd_takes_the_units(units: list[str]) -> None:
    done = analyze("verify", "--man=no", *units)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_would_tell_of_a_mistake(units: list[str]) -> None:
    unit = Path(next(each for each in units if each.endswith("syndicate.service")))
    unit.write_text(unit.read_text().replace("WatchdogSec=", "WatchdogSeconds="))
    assert "WatchdogSeconds" in analyze("verify", "--man=no", str(unit)).stderr


def test_the_services_may_do_little(units: list[str]) -> None:
    """By systemd's own measure, in which 100 is everything."""
    for unit in (each for each in units if each.endswith(".service")):
        done = analyze("security", "--offline=true", "--threshold=20", unit)
        assert done.returncode == 0, done.stdout


def test_the_watchdog_and_the_end_leave_time_enough() -> None:
    text = (CONFIG / "systemd" / "syndicate.service").read_text("utf-8")
    assert "\nType=notify\n" in text and "\nWatchdogSec=" in text
    (stop,) = re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert int(stop) > 30 and plist()["ExitTimeOut"] > 30


# launchd


def test_the_plist_says_what_launchd_asks_for() -> None:
    read = plist()
    assert read["Label"] == PLIST.stem
    assert all(isinstance(each, str) for each in read["ProgramArguments"])
    assert read["RunAtLoad"] is True and read["KeepAlive"] == {"SuccessfulExit": False}


# cron


def test_the_line_of_cron() -> None:
    when, user, command = cron_line()
    settings, _origins = load([Layer("a test", {"daemon": {"cron": when}})])
    assert settings.daemon.cron == when
    with pytest.raises(ConfigurationError):
        load([Layer("a test", {"daemon": {"cron": f"{when} *"}})])
    assert user == "syndicate"
    assert "%" not in command, "cron makes a line end of it"
    assert subprocess.run(["sh", "-n", "-c", command]).returncode == 0
    assert CRON.read_text("utf-8").endswith("\n"), "cron leaves out a last line that does not end"


@pytest.mark.parametrize(("ends", "told"), [(0, False), (1, False), (2, True), (3, True)])
def test_cron_tells_of_what_failed_and_not_of_problems(ends: int, told: bool, tmp_path: Path) -> None:
    stands_in = tmp_path / "syndicate"
    stands_in.write_text(f"#!/bin/sh\necho said; exit {ends}\n")
    stands_in.chmod(0o755)
    command = cron_line()[2].replace(PROGRAM, str(stands_in))
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (done.returncode != 0, done.stdout) == (told, "")


# the container


def test_the_recipe_copies_what_is_there_and_runs_as_nobody_much() -> None:
    found = instructions()
    for word, rest in found:
        if word == "COPY" and "--from=" not in rest:
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest
    assert dict(found)["USER"] == "10001"
    assert [word for word, _ in found].index("USER") < [word for word, _ in found].index("ENTRYPOINT")


def test_the_recipe_installs_as_the_readme_says() -> None:
    readme = re.findall(r"^pip (install .*)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    recipe = re.findall(
        r"/bin/pip (install [^&\n]*?) *(?:&&|$)", "\n".join(rest for _, rest in instructions()), re.MULTILINE
    )
    assert [each.replace(" --no-cache-dir", "") for each in recipe] == readme[: len(recipe)]
    assert len(recipe) == 3


def linted(name: str, path: Path, *options: str) -> str:
    linter = peer(name)
    if linter is None:
        pytest.skip(f"SKIPPED: no {name}; {path.name} is not looked at")
    return subprocess.run([linter, *options, path], capture_output=True, text=True).stdout


# GitHub Actions


def test_the_workflow_is_one(tmp_path: Path) -> None:
    options = ("--builtin-schema", "vendor.github-workflows", "--output-format", "json")
    assert json.loads(linted("check-jsonschema", WORKFLOW, *options))["status"] == "ok"
    (wrong := tmp_path / "wrong.yml").write_text(WORKFLOW.read_text("utf-8").replace("runs-on:", "runs_on:"))
    assert "runs_on" in linted("check-jsonschema", wrong, *options), "and would tell"


def test_the_workflow_keeps_the_state_and_lets_problems_pass() -> None:
    steps = workflow()["jobs"]["feeds"]["steps"]
    (kept,) = [each["with"]["path"] for each in steps if each.get("uses", "").startswith("actions/cache@")]
    (built,) = [each["run"] for each in steps if "syndicate build" in each.get("run", "")]
    assert f"--state {kept}/" in built and built.rstrip().endswith("|| test $? -eq 1")
    assert re.search(r'--previous "\$SITE/feeds/(opml|atom|rss)\.xml"', built), "a feed: no page has the ids"
    assert workflow()["concurrency"]["cancel-in-progress"] is False


# the page about them


def test_the_page_names_all_of_them() -> None:
    page = (ROOT / "docs" / "daemon.md").read_text("utf-8")
    for path in (*UNITS, PLIST, RECIPE, CRON, WORKFLOW):
        assert f"config/{path.relative_to(CONFIG)}" in page
