"""The same posts give the same bytes, whatever the machine, and a second run writes nothing."""

from __future__ import annotations

import locale
import os
from pathlib import Path

import pytest

from tests.flow.site import NEWSROOM, SAMPLES, Site

WAYS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "one worker": (("--workers", "1"), {}),
    "two workers": (("--workers", "2"), {}),
    "full": (("--full",), {}),
    "another hash seed": ((), {"PYTHONHASHSEED": "1"}),
    "a Chinese locale": ((), {"LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}),
    "another time zone": ((), {"TZ": "America/St_Johns"}),
    "no UTF-8 mode": ((), {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}),
}

SITES = {"newsroom": (NEWSROOM, ()), "finews": (SAMPLES / "finews", ("--url", "https://finews.withounder.com"))}


def need_chinese_locale() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "zh_CN.UTF-8")
    except locale.Error:
        assert "CI" not in os.environ, "the locale zh_CN.UTF-8 has to be there: see .ci/run"
        pytest.skip("SKIPPED: no locale zh_CN.UTF-8 on this machine; .ci/run makes it")
    finally:
        locale.setlocale(locale.LC_ALL, before)


@pytest.fixture(scope="module", params=list(SITES))
def where(request: pytest.FixtureRequest) -> tuple[Path, tuple[str, ...]]:
    if not SITES[request.param][0].is_dir():
        pytest.skip(f"SKIPPED: the sample {request.param} is not here")
    return SITES[request.param]


@pytest.fixture(scope="module")
def plain(where: tuple[Path, tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The tree of a plain build from an empty state."""
    site = Site(where[0], tmp_path_factory.mktemp("plain") / "feeds", where[1])
    site.build()
    return site.tree()


@pytest.mark.parametrize("way", list(WAYS))
def test_from_an_empty_state(
    way: str, where: tuple[Path, tuple[str, ...]], plain: dict[str, str], tmp_path: Path
) -> None:
    options, environ = WAYS[way]
    if "LC_ALL" in environ and "zh" in environ["LC_ALL"]:
        need_chinese_locale()
    site = Site(where[0], tmp_path / "feeds", where[1])
    site.build(*options, **environ)
    assert site.tree() == plain
    again = site.build(**environ)
    assert again.written == 0
    assert site.tree() == plain


def test_building_anew_over_what_is_there_changes_no_byte(
    where: tuple[Path, tuple[str, ...]], plain: dict[str, str], tmp_path: Path
) -> None:
    site = Site(where[0], tmp_path / "feeds", where[1])
    site.build()
    full = site.build("--full")
    assert full.report["documents"]["unchanged"] == 0
    assert site.tree() == plain


def test_posts_that_came_one_by_one_give_what_a_build_at_once_gives(tmp_path: Path, plain: dict[str, str]) -> None:
    posts = sorted((NEWSROOM / "_posts").iterdir())[::7]
    slow = Site(tmp_path / "slow", tmp_path / "a" / "feeds")
    quick = Site(tmp_path / "quick", tmp_path / "b" / "feeds")
    for site in (slow, quick):
        site.post("_config.yml", (NEWSROOM / "_config.yml").read_text(encoding="utf-8"))
    for path in reversed(posts):
        slow.post(f"_posts/{path.name}", path.read_text(encoding="utf-8"))
        slow.build()
        quick.post(f"_posts/{path.name}", path.read_text(encoding="utf-8"))
    quick.build()
    assert slow.tree() == quick.tree()
