"""What is secret in the settings is shown by nothing that shows settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syndicate import wiring
from syndicate.daemon.channels import channels
from syndicate.daemon.clock import Clock
from syndicate.errors import ConfigurationError
from syndicate.project import Project, find
from syndicate.wiring import pings

PLANTED = {
    "site": {"url": "https://example.org"},
    "endpoints": {
        "hook": {"kind": "webhook", "url": "https://hook.example/", "secret": "planted"},
        "search": {"preset": "indexnow", "key": "planted"},
    },
    "alarm": {"secret": "planted"},
}


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n", encoding="utf-8")
    the = find(str(tmp_path), options=PLANTED)
    assert the.settings.alarm.secret == the.settings.endpoints["hook"].secret == "planted"
    assert "planted" not in repr(the.settings)
    rows = {path: value for path, value, _origin in wiring.effective(the)}
    assert rows["alarm.secret"] == "…" and "planted" not in repr(rows)


SECRET = "whsec_cGxhbnRlZHBsYW50ZWRwbGFudGVkcGxhbnRlZA=="


def site(folder: Path, environ: dict[str, str], **hook: str) -> Project:
    (folder / "a.md").write_text("---\ntitle: A\n---\n", encoding="utf-8")
    tables: dict[str, Any] = {"hook": {"kind": "webhook", "url": "https://hook.example/", **hook}}
    alarm = {"url": "https://alarm.example/", "secret": "env:ALARM"}
    options = {"site": {"url": "https://example.org"}, "endpoints": tables, "alarm": alarm}
    return find(str(folder), options=options, environ=environ)


def test_a_secret_that_is_not_at_its_place_is_missed_by_who_sends(tmp_path: Path) -> None:
    the = site(tmp_path, {}, secret="env:HOOK")
    (offer,) = pings.offered_by(the).all
    assert offer.endpoint.secret == "env:HOOK", "who only looks does not need it"
    with pytest.raises(ConfigurationError) as raised:
        pings.courier(the, Clock())
    (mistake,) = raised.value.mistakes
    assert mistake.startswith("endpoints.hook.secret: env:HOOK gives nothing here; set this variable")
    with pytest.raises(ConfigurationError, match=r"alarm\.secret: env:ALARM gives nothing here"):
        channels(the.settings)


def test_a_secret_is_taken_from_its_place_and_judged_as_any_other(tmp_path: Path) -> None:
    the = site(tmp_path, {"HOOK": SECRET, "ALARM": SECRET}, secret="env:HOOK")
    assert pings.offered_by(the).all[0].endpoint.secret == SECRET
    assert pings.courier(the, Clock()) is not None and list(channels(the.settings)) == ["webhook"]
    with pytest.raises(ConfigurationError) as raised:
        pings.offered_by(site(tmp_path, {"HOOK": "planted"}, secret="env:HOOK"))
    assert "is not whsec_" in str(raised.value) and "planted" not in str(raised.value)


def test_a_key_is_needed_by_a_build_as_well(tmp_path: Path) -> None:
    there = {"preset": "indexnow", "kind": "", "url": "", "key": "env:KEY"}
    with pytest.raises(ConfigurationError, match=r"endpoints\.hook.key: env:KEY gives nothing here"):
        pings.offered_by(site(tmp_path, {}, **there))
    (offer,) = pings.offered_by(site(tmp_path, {"KEY": "0123456789abcdef"}, **there)).all
    assert offer.endpoint.key_url == "https://example.org/0123456789abcdef.txt"
