"""`syndicate build`: exit codes, the report, what is said where."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from syndicate.index.lock import held
from tests.cli.program import BROKEN, POST, a_site, environment, names, on_a_terminal, syndicate
from tests.flow.site import ROOT

URL = ("--url", "https://example.org")


def build(folder: Path, *more: str, **environ: str):
    return syndicate(folder, "build", "site", *URL, *more, **environ)


def test_what_is_adopted_is_all_or_nothing(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = build(tmp_path, "--adopt", "--feed", "site")
    assert done.code == 2 and "leave --feed out" in done.err
    assert not (tmp_path / "feeds").exists()


def test_config_judges_what_only_the_daemon_would_ask_for(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "syndicate.toml").write_text('[daemon]\ncron = "61 * * * *"\n[endpoints.hub]\nkind = "websub"\n')
    done = syndicate(tmp_path, "config", "site")
    assert done.code == 2
    assert [line.split(": ")[2] for line in done.err.splitlines()] == ["daemon.cron", "endpoints.hub.url"]


# -- exit codes


def test_done(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = build(tmp_path)
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "feeds/tag/金融/rss.xml").is_file()
    assert (tmp_path / ".syndicate/feeds.db").is_file()


def test_done_with_an_error_in_a_post(tmp_path: Path) -> None:
    a_site(tmp_path, bad=BROKEN)
    done = build(tmp_path)
    assert done.code == 1
    assert done.err.startswith("error: bad.md:2:") and "Traceback" not in done.err
    assert (tmp_path / "feeds/rss.xml").is_file()
    assert build(tmp_path).code == 1, "as long as it is so"


def test_done_with_a_warning_is_healthy(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "out.md").symlink_to("/etc/hostname")
    done = build(tmp_path)
    assert done.code == 0 and done.err.startswith("warning: out.md: ")


def test_another_run_holds_the_lock(tmp_path: Path) -> None:
    a_site(tmp_path)
    (tmp_path / "state").mkdir()
    lock = tmp_path / "state/x.db.lock"
    with held(str(lock)):
        done = build(tmp_path, "--state", "state/x.db", "--wait", "0")
        assert done.code == 3
        assert "another run works on this state: process " in done.err and " since " in done.err
        assert not (tmp_path / "feeds").exists()
        assert syndicate(tmp_path, "check", "site", *URL).code == 0, "who only looks waits for nobody"
    assert build(tmp_path, "--state", "state/x.db").code == 0


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    a_site(tmp_path)
    (tmp_path / ".syndicate").mkdir()
    script = (
        "import sys\nfrom syndicate.index.lock import held\nwith held(sys.argv[1]): print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / ".syndicate/feeds.db.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        assert build(tmp_path, "--wait", "0").code == 3
        holder.kill()
    assert build(tmp_path).code == 0


def test_many_at_once(tmp_path: Path) -> None:
    a_site(tmp_path)
    line = [sys.executable, "-m", "syndicate", "build", "site", *URL]
    running = [
        subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=tmp_path, env=environment())
        for _ in range(6)
    ]
    ends = [(each.communicate()[1].decode(), each.returncode) for each in running]
    assert {code for _, code in ends} <= {0, 3} and 0 in {code for _, code in ends}
    assert all("another run works on this state" in told for told, code in ends if code == 3)
    assert build(tmp_path, "--json").report["documents"]["written"] == 0


def test_no_posts_are_left_where_there_were_some(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    build(tmp_path)
    for path in site.iterdir():
        path.unlink()
    done = build(tmp_path)
    assert done.code == 2 and "--accept-deletions" in done.err
    assert build(tmp_path, "--accept-deletions").code == 0


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    a_site(tmp_path)
    (tmp_path / "feeds").write_text("mine")
    done = build(tmp_path)
    assert done.code == 2 and done.err.startswith("syndicate: ") and "Traceback" not in done.err
    assert (tmp_path / "feeds").read_text() == "mine"


def test_a_state_that_is_no_state(tmp_path: Path) -> None:
    a_site(tmp_path)
    (tmp_path / "mine.db").write_text("mine" * 1000)
    done = build(tmp_path, "--state", "mine.db")
    assert done.code == 2 and "mine.db: the state cannot be used" in done.err
    assert (tmp_path / "mine.db").read_text() == "mine" * 1000


# -- the report


def test_the_shape_of_the_report(tmp_path: Path) -> None:
    a_site(tmp_path, bad=BROKEN, draft="---\ntitle: D\ndraft: true\n---\n")
    report = build(tmp_path, "--json").report
    assert list(report) == [
        "seen", "added", "changed", "removed", "skipped", "parsed", "rendered", "feeds", "documents", "problems",
        "seconds", "enrolled",
    ]  # fmt: skip
    assert {key: report[key] for key in ("seen", "added", "changed", "removed", "skipped", "feeds")} == {
        "seen": 4, "added": 4, "changed": 0, "removed": 0, "skipped": 2, "feeds": 3,
    }  # fmt: skip
    assert report["documents"] == {"written": 3 * 4 + 2, "unchanged": 0, "removed": 0}
    (problem,) = report["problems"]
    assert set(problem) == {"path", "line", "severity", "code", "message"}
    assert (problem["path"], problem["line"], problem["severity"]) == ("bad.md", 2, "error")
    assert set(report["seconds"]) == {"scan", "read", "select", "publish", "list"}
    assert all(isinstance(seconds, float) for seconds in report["seconds"].values())


def test_the_report_is_all_there_is_on_standard_output(tmp_path: Path) -> None:
    a_site(tmp_path, bad=BROKEN)
    done = build(tmp_path, "--json")
    json.loads(done.out)
    assert done.err == ""


def test_a_report_in_a_locale_without_chinese_letters(tmp_path: Path) -> None:
    a_site(tmp_path, 坏=BROKEN)
    plain = {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    done = build(tmp_path, "--json", **plain)
    assert done.out.isascii() and json.loads(done.out)["problems"][0]["path"] == "坏.md"
    told = build(tmp_path, **plain)
    assert told.code == 1 and r"\u574f.md" in told.err


# -- what is said


def test_quiet_says_nothing_but_errors(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    (site / "out.md").symlink_to("/etc/hostname")
    assert (build(tmp_path, "-q").out, build(tmp_path, "-q").err) == ("", "")
    (site / "bad.md").write_text(BROKEN)
    done = build(tmp_path, "--quiet")
    assert done.out == ""
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["error"]


def test_problems_worst_first_and_only_some_of_them(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    for number in range(12):
        (site / f"a{number:02}.md").symlink_to("/etc/hostname")
    (site / "zz.md").write_text(BROKEN)
    told = build(tmp_path).err.splitlines()
    assert told[0].startswith("error: zz.md")
    assert told[1].startswith("warning: a00.md")
    assert len(told) == 11 and told[-1] == "... and 3 more problems; -v shows them all"
    wordy = build(tmp_path, "-v")
    assert len(wordy.err.splitlines()) == 13
    assert "scan 0." in wordy.out and "publish 0." in wordy.out


def test_the_table(tmp_path: Path) -> None:
    a_site(tmp_path)
    out = build(tmp_path, "--out", "[b]feeds[/b]").out
    assert "2 new, 0 changed, 0 gone; 0 not shown" in out
    assert "in [b]feeds[/b]/" in out, "what looks like markup is shown as it is"
    assert re.search("documents +0 +written, 14 unchanged", build(tmp_path, "--out", "[b]feeds[/b]").out)


def test_a_pipe_has_no_bar_and_no_colours(tmp_path: Path) -> None:
    site = a_site(tmp_path, bad=BROKEN)
    for number in range(600):
        (site / f"{number}.md").write_text("Words.")
    done = build(tmp_path, "-v")
    assert "\x1b" not in done.out + done.err and "\r" not in done.out + done.err
    forced = build(tmp_path, "--full", FORCE_COLOR="1")
    assert "\x1b[2K" not in forced.err, "nobody can ask for a bar in a pipe"


def test_a_terminal_has_both(tmp_path: Path) -> None:
    site = a_site(tmp_path, bad=BROKEN)
    for number in range(600):
        (site / f"{number}.md").write_text("Words.")
    seen = on_a_terminal(tmp_path, "build", "site", *URL)
    assert "\x1b[" in seen and "read" in seen and "603/603" in seen
    assert "bad.md" in seen
    short = on_a_terminal(tmp_path, "build", "site", *URL)
    assert "603/603" not in short, "no bar where nothing takes long"
    assert "603/603" not in on_a_terminal(tmp_path, "build", "site", *URL, "--full", "-q")


@pytest.mark.parametrize(
    "command", [["build", "site", "--json"], ["build", "site"], ["feeds", "site"], ["config", "site"]]
)
def test_nobody_reads_to_the_end(command: list[str], tmp_path: Path) -> None:
    a_site(tmp_path)
    build(tmp_path)
    line = [sys.executable, "-m", "syndicate", *command, *URL]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment()
    ) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


# -- which feed


def test_one_feed(tmp_path: Path) -> None:
    a_site(tmp_path)
    done = build(tmp_path, "--feed", "tag:red", "--json")
    assert (done.code, done.report["documents"]["written"]) == (0, 4 + 2)
    assert not (tmp_path / "feeds/rss.xml").exists()
    assert build(tmp_path, "--json").report["documents"]["written"] == 8 + 2


def test_a_feed_that_these_posts_make_is_known_before_it_was_ever_built(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    build(tmp_path)
    (site / "three.md").write_text(POST.format(title="Three", day=3, tags="new"))
    assert build(tmp_path, "--feed", "tag:new").code == 0
    assert (tmp_path / "feeds/tag/new/rss.xml").is_file()


@pytest.mark.parametrize("built", [True, False])
def test_a_feed_that_is_not_there(tmp_path: Path, built: bool) -> None:
    a_site(tmp_path)
    if built:
        build(tmp_path)
    done = build(tmp_path, "--feed", "tag:rde")
    assert done.code == 2 and "there is no feed 'tag:rde'; did you mean tag:red" in done.err
    assert "`syndicate feeds` lists them" in build(tmp_path, "--feed", "xyz").err


# -- formats


def test_the_formats_asked_for(tmp_path: Path) -> None:
    a_site(tmp_path)
    build(tmp_path, "--formats", " json , rss ")
    assert {name for name in names(tmp_path / "feeds") if "/" not in name and "." in name} == {
        "rss.xml", "feed.json", "site.html", "index.html", "opml.xml",
    }  # fmt: skip


@pytest.mark.parametrize("formats", ["", ",", "rss,rss"])
def test_formats_that_are_none(formats: str, tmp_path: Path) -> None:
    a_site(tmp_path)
    done = build(tmp_path, "--formats", formats)
    assert done.code == 2 and "feed.formats" in done.err
