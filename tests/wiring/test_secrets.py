"""What is secret in the settings is shown by nothing that shows settings."""

from __future__ import annotations

from pathlib import Path

from syndicate import wiring
from syndicate.project import find

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
