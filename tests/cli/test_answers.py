"""What every command says of itself, and of what it does not understand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import syndicate as package
from syndicate.cli.options import _SETTINGS
from tests.cli.program import COMMANDS, a_site, environment, names, syndicate


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, tmp_path: Path) -> None:
    done = syndicate(tmp_path, command, "--help")
    assert done.code == 0 and done.err == ""
    assert f"{command} [OPTIONS] " in done.out
    if command == "validate":
        assert "FILE|URL|DIR...\n" in done.out and "--config" not in done.out, "it is about anybody's feeds"
        return
    assert (" URL|FILE...\n" if command == "adopt" else " [CONTENT]\n") in done.out
    options = ("--config", *(f"--{name.replace('_', '-')}" for name in _SETTINGS))
    assert [option for option in options if option not in done.out] == []
    assert names(tmp_path) == set()


def test_help_of_all(tmp_path: Path) -> None:
    for arguments in (["--help"], ["-h"]):
        done = syndicate(tmp_path, *arguments)
        assert done.code == 0
        assert [command for command in COMMANDS if f"\n  {command} " not in done.out] == []


def test_nothing_asked_for_is_no_success(tmp_path: Path) -> None:
    done = syndicate(tmp_path)
    assert done.code == 2 and "Commands:" in done.err and done.out == ""


def test_the_version(tmp_path: Path) -> None:
    assert syndicate(tmp_path, "--version").out == f"syndicate, version {package.__version__}\n"


def test_an_unknown_command(tmp_path: Path) -> None:
    done = syndicate(tmp_path, "biuld", "--url", "https://example.org")
    assert done.code == 2 and "no command 'biuld'; did you mean 'build'?" in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option(command: str, tmp_path: Path) -> None:
    wrong, right = ("--strickt", "--strict") if command == "validate" else ("--formart", "--formats")
    done = syndicate(tmp_path, command, wrong, "rss")
    assert done.code == 2 and wrong in done.err and f"'{right}'" in done.err


def test_a_number_that_is_none(tmp_path: Path) -> None:
    done = syndicate(a_site(tmp_path), "build", "--url", "https://example.org", "--limit", "many")
    assert done.code == 2 and "'many' is not a valid integer" in done.err


def test_several_mistakes_at_once(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "syndicate.toml").write_text('[site]\nurl = "example"\ntitel = "x"\n[feed]\nlimit = "20"\n')
    done = syndicate(tmp_path, "build", "site", "--preset", "yekyll", "--formats", "rss,rdf", SYNDICATE_FEED__SLUG="x")
    assert done.code == 2
    told = done.err.splitlines()
    wanted = (
        ("site/syndicate.toml", "site.url", "https://example.org"),
        ("site/syndicate.toml", "site.titel", "title"),
        ("site/syndicate.toml", "feed.limit", "20"),
        ("environment", "SYNDICATE_FEED__SLUG", "SYNDICATE_FEED__SLUGS"),
        ("command line", "feed.preset", "jekyll"),
        ("command line", "feed.formats", "rdf"),
    )
    for origin, path, hint in wanted:
        assert [line for line in told if origin in line and path in line and hint in line], (origin, path, done.err)
    assert len(told) == len(wanted)
    assert all(line.startswith("syndicate: ") for line in told)
    assert names(tmp_path) == {"site", "site/one.md", "site/two.md", "site/syndicate.toml"}


@pytest.mark.parametrize("command", ["build", "check", "feeds"])
def test_without_an_address_of_the_site_nothing_goes(command: str, tmp_path: Path) -> None:
    a_site(tmp_path)
    done = syndicate(tmp_path, command, "site")
    assert done.code == 2 and done.out == ""
    assert "the address of the site is not known" in done.err
    assert (
        "--url https://example.org" in done.err and "site.url" in done.err and "ids and links depend on it" in done.err
    )
    assert names(tmp_path) == {"site", "site/one.md", "site/two.md"}


def test_a_dialect_that_is_not_there(tmp_path: Path) -> None:
    done = syndicate(a_site(tmp_path), "build", "--url", "https://example.org", "--dialect", "hugi")
    assert done.code == 2 and "'hugi'" in done.err and "hugo, jekyll" in done.err


@pytest.mark.parametrize("command", ["build", "check", "config"])
def test_a_folder_that_is_not_there(command: str, tmp_path: Path) -> None:
    done = syndicate(tmp_path, command, "nowhere", "--url", "https://example.org")
    assert done.code == 2 and "nowhere: there is no such folder" in done.err


def test_a_settings_file_that_is_not_there(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = syndicate(tmp_path, "build", "site", "--config", "mine.toml", "--url", "https://example.org")
    assert done.code == 2 and "mine.toml" in done.err


def test_a_settings_file_that_is_no_toml(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "syndicate.toml").write_text("[site]\nurl = https://example.org\n")
    done = syndicate(tmp_path, "build", "site")
    assert done.code == 2 and "syndicate.toml" in done.err and "line 2" in done.err
    assert "Traceback" not in done.err


def test_regenerate_is_build(tmp_path: Path) -> None:
    a_site(tmp_path)
    first = syndicate(tmp_path, "build", "site", "--url", "https://example.org", "--out", "a/feeds", "--json")
    second = syndicate(tmp_path, "regenerate", "site", "--url", "https://example.org", "--out", "b/feeds", "--json")
    assert (first.code, second.code) == (0, 0)
    assert names(tmp_path / "a/feeds") == names(tmp_path / "b/feeds")
    assert first.report["documents"] == second.report["documents"]


def test_what_is_to_be_done_at_the_end_is_done(tmp_path: Path) -> None:
    """The process ends without being taken apart, but not without what others asked for, nor without their threads."""
    for more in ("", "threading.Thread(target=slow).start();"):
        program = f"""
import atexit, sys, threading, time
from syndicate.cli import main

def slow():
    threading.main_thread().join()
    print("waited for")

atexit.register(print, "at the end")
sys.argv = ["syndicate", "biuld"]
{more}
main()
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment())
        assert done.returncode == 2
        assert done.stdout == ("waited for\n" if more else "") + "at the end\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes a stream")
def test_nobody_has_to_hear_the_report(tmp_path: Path) -> None:
    a_site(tmp_path)
    line = [sys.executable, "-m", "syndicate", "build", "site", "--url", "https://example.org", "--json"]
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *line]
    done = subprocess.run(closed, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=environment())
    assert (done.returncode, done.stderr) == (0, "")
