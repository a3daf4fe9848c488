"""A document that would break a rule is not published: the last good one stays, and the report says why.

Our own formats write nothing unsound that we know of, so one of another package is added to them: `shaky`, whose
documents have a control character where a file beside it says so.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from syndicate import cycle, plugins, project, wiring
from syndicate.cycle import Parts, Wish
from syndicate.model import Report, Severity
from tests.faults.site import DAY, NOW, URL, Site
from tests.flow.site import atom_errors

SHAKY = """
from pathlib import Path
from syndicate.model import Envelope

FLAG = Path(__file__).with_name("flag")


def shaken(what):
    return "\\x00" if FLAG.read_text() == what else ""


class Shaky:
    name = media_type = "text/x-shaky"
    fingerprint = "1"

    def fragment(self, entry):
        return f"- {entry.title}{shaken(entry.title)}: {entry.updated}".encode()

    def html(self, fragment):
        return ""

    def envelope(self, channel):
        return Envelope(f"{channel.title}{shaken('envelope')}\\n".encode(), b"\\n", b"\\n.\\n")
"""


@dataclass
class Shaken(Site):
    """A site with the formats that it has, and `shaky`."""

    package: Path = Path()

    def shake(self, what: str) -> None:
        """Let something be unsound: the envelopes, or the entry with this title; "" for nothing."""
        (self.package / "flag").write_text(what)

    def run(self, now: int) -> Report:
        options = {"site": {"url": URL, "title": "The Sea"}, "output": {"folder": str(self.out)}}
        with wiring.parts(project.find(str(self.content), options=options)) as parts:
            return cycle.run(_with_shaky(parts), Wish(accept_deletions=True), now)

    def read(self, at: str) -> str:
        return (self.out / at).read_text("utf-8")


def _with_shaky(parts: Parts) -> Parts:
    press = parts.press
    desk, form = press.desk, plugins.find("formats", "shaky")()
    more = replace(
        desk,
        formats={**desk.formats, "shaky": form},
        plan=replace(desk.plan, formats=(*desk.plan.formats, "shaky")),
        channels=replace(desk.channels, media_types={**desk.channels.media_types, "shaky": form.media_type}),
        shape=lambda name, look: b"shaky 1" if name == "shaky" else desk.shape(name, look),
    )
    writer = replace(press.writer, formats=(*press.writer.formats, "shaky"))
    return replace(parts, press=replace(press, desk=more, writing=lambda: writer))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    package = tmp_path / "package"
    info = package / "shaky-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shaky\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[syndicate.formats]\nshaky = shaky:Shaky\n")
    (package / "shaky.py").write_text(SHAKY)
    monkeypatch.syspath_prepend(str(package))
    importlib.invalidate_caches()
    plugins._foreign.cache_clear()
    plugins._may_be_any.cache_clear()
    made = Shaken(tmp_path, package=package)
    made.shake("")
    for number in (1, 2):
        made.post(f"{number}.md", title=f"P{number}", tags=["t"], date=f"2026-05-0{number}")
    yield made
    plugins._foreign.cache_clear()
    plugins._may_be_any.cache_clear()
    plugins.find.cache_clear()
    sys.modules.pop("shaky", None)


def told(report: Report) -> list[tuple[str, str]]:
    return sorted((each.path, each.code) for each in report.problems if each.severity is Severity.ERROR)


def test_a_format_of_another_package_is_published_with_the_others(site: Shaken) -> None:
    assert told(site.run(NOW)) == []
    assert site.read("shaky").startswith("The Sea\n- P2: 2026-05-02")
    assert (site.out / "tag/t/shaky").is_file() and len(site.feed("atom").items) == 2


def test_an_unsound_document_is_not_published_and_the_last_good_one_stays(site: Shaken) -> None:
    site.run(NOW)
    before = site.read("shaky")
    site.post("3.md", title="P3", date="2026-05-03")
    site.shake("envelope")
    (site.out / "shaky.syndicate-new").write_text("half of a document, as a worker that died leaves it behind")
    report = site.run(NOW + DAY)
    assert not list(site.out.rglob("*.syndicate-new"))
    assert report.exit_code == 1
    assert told(report) == [("shaky", "document-invalid")]
    (problem,) = [each for each in report.problems if each.code == "document-invalid"]
    assert "U+0000" in problem.message and "the last good one stays" in problem.message
    assert site.read("shaky") == before
    assert [feed.titles for feed in site.each()] == [["P3", "P2", "P1"]] * 3, "the sound ones are published"
    assert atom_errors(site.out / "atom.xml") == ""
    files = site.files()
    assert told(site.run(NOW + 2 * DAY)) == [("shaky", "document-invalid")], "it is told at every run"
    assert site.files() == files
    site.shake("")
    assert told(site.run(NOW + 3 * DAY)) == []
    assert "- P3: " in site.read("shaky")


def test_an_unsound_document_that_was_never_published_is_not_there(site: Shaken) -> None:
    site.shake("envelope")
    report = site.run(NOW)
    assert told(report) == [("shaky", "document-invalid"), ("tag/t/shaky", "document-invalid")]
    assert not list(site.out.rglob("shaky")) and len(site.feed("rss").items) == 2


def test_an_unsound_entry_is_left_out_and_the_others_are_published(site: Shaken) -> None:
    site.run(NOW)
    site.post("3.md", title="P3", tags=["t"], date="2026-05-03")
    site.post("4.md", title="P4", tags=["t"], date="2026-05-04")
    site.shake("P3")
    for moment in (NOW + DAY, NOW + 2 * DAY):
        report = site.run(moment)
        assert told(report) == [("3.md", "entry-invalid")]
        assert [feed.titles for feed in site.each()] == [["P4", "P2", "P1"]] * 3, "all formats say the same"
        assert "P3" not in site.read("shaky") and "- P4: " in site.read("tag/t/shaky")
    site.shake("")
    assert told(site.run(NOW + 3 * DAY)) == []
    assert [feed.titles for feed in site.each("tag:t")] == [["P4", "P3", "P2", "P1"]] * 3
