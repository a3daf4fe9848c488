"""Secrets that are named by the place where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.project import find
from syndicate.settings import Layer, Settings, load
from syndicate.settings.references import fault, followed, is_reference

HOOK = {"kind": "webhook", "url": "https://hook.example/"}


def settings(secret: str, **more: str) -> Settings:
    tables = {"hook": {**HOOK, "secret": secret}, "plain": {"preset": "google"}, "search": {"preset": "bing", **more}}
    return load([Layer("test", {"endpoints": tables, "alarm": {"secret": secret}})])[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("whsec_cGxhbnRlZA==", "whsec_cGxhbnRlZA=="),
        ("env:HOOK", "from the environment"),
        ("env:NONE", "env:NONE"),
        ("env:EMPTY", "env:EMPTY"),
        ("env:", "env:"),
        ("file:/run/secrets/hook", "/run/secrets/hook"),
        ("file:beside", "beside"),
        ("file:away", "file:away"),
        ("credential:hook", "/run/credentials/unit/hook"),
        ("credential:../../hook", "credential:../../hook"),
        ("https://x.example/", "https://x.example/"),
        ("ENV:HOOK", "ENV:HOOK"),
    ],
)
def test_what_a_place_gives(written: str, expected: str) -> None:
    environ = {"HOOK": " from the environment\n", "EMPTY": " ", "CREDENTIALS_DIRECTORY": "/run/credentials/unit"}
    found = followed(settings(written, key=written), environ, lambda path: None if path == "away" else f"{path}\n")
    assert found.endpoints["hook"].secret == found.alarm.secret == found.endpoints["search"].key == expected
    assert found.endpoints["plain"] == settings("x").endpoints["plain"]
    assert bool(fault(expected)) == is_reference(expected)


def test_without_systemd_there_are_no_credentials() -> None:
    found = followed(settings("credential:hook"), {}, lambda path: path)
    assert fault(found.alarm.secret).startswith("credential:hook gives nothing here; it is for a service of systemd")


def test_nothing_is_read_where_nothing_is_named() -> None:
    def never(path: str) -> str:
        raise AssertionError(path)

    plain = settings("planted")
    assert followed(plain, {}, never) is plain


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert is_reference(text) == bool(fault(text))


def test_files_count_from_the_folder_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/hook").write_text("\ufeffplanted\n", "utf-8")
    (tmp_path / "secrets/binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "secrets/huge").write_text("x" * 20_000)

    def secret(written: str, environ: dict[str, str] | None = None) -> str:
        the = find(str(tmp_path), options={"endpoints": {"hook": {**HOOK, "secret": written}}}, environ=environ)
        assert "planted" not in repr(the)
        return str(the.settings.endpoints["hook"].secret)

    assert secret("file:secrets/hook") == secret(f"file:{tmp_path}/secrets/hook") == "planted"
    assert secret("credential:hook", {"CREDENTIALS_DIRECTORY": f"{tmp_path}/secrets"}) == "planted"
    assert secret("env:HOOK", {"HOOK": "planted"}) == "planted"
    for odd in ("file:secrets", "file:secrets/none", "file:secrets/binary", "file:secrets/huge", "file:a\0b"):
        assert secret(odd) == odd
