"""What is left unasked to save time says nothing: readers of fields without their keys, members without tell-tales."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import plugins
from syndicate.content.dialects import ALIENS, TELL_TALES
from syndicate.content.dialects import _names as names
from syndicate.content.dialects._addresses import below
from syndicate.content.dialects._elsewhere import external_url
from syndicate.content.dialects._fields import Fields
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._media import image
from syndicate.content.dialects._own_ids import guid
from syndicate.model import Visibility

absolute = partial(below, "https://example.org")
FURTHER = {
    "image": (absolute,),
    "enclosures": (absolute,),
    "external_url": (absolute, "https://example.org/a/"),
    "origin": (absolute,),
    "comments": (absolute,),
}
ALL = sorted({name for wanted, _otherwise, _read in names.READERS.values() for name in wanted})
KEYS = st.sampled_from(
    [
        spelled
        for name in (*ALL, "title", "date", "tags", "categories", "slug", "summary", "lang", "status", "number", "url")
        for plain in (name.replace("*", "number"),)
        for spelled in (plain, plain.upper(), f"{plain[:4]}_{plain[4:]}", f"{plain[:4]}-{plain[4:]}")
    ]
)
VALUES = st.recursive(
    st.sampled_from(
        ["", "a.mp3", "/a.png", "https://other.example/a", "true", "false", "3", "episode", "members", "x", None, True]
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("called", sorted(names.READERS))
@given(values=st.dictionaries(KEYS, VALUES, max_size=6))
def test_a_reader_says_nothing_without_the_keys_that_it_declares(called: str, values: dict[str, object]) -> None:
    wanted, otherwise, read = names.READERS[called]
    fields = Fields(
        {key: value for key, value in values.items() if wanted.isdisjoint(names.keys_of((key,)).names)}, "a"
    )

    assert read(fields, *FURTHER.get(called, ())) == otherwise
    assert fields.problems == []


def test_a_reader_is_asked_where_one_of_its_keys_is_there_in_any_spelling() -> None:
    said = Fields({"Draft": "true", "Cover-Image": "/a.png", "UUID": "urn:x:1", "linkUrl": "https://b.example/"}, "a")

    assert hidden(said) is Visibility.DRAFT
    assert image(said, absolute) is not None
    assert guid(said) == "urn:x:1"
    assert external_url(said, absolute, "https://example.org/a/") == "https://b.example/"


def test_the_keys_of_a_file_are_known_by_all_their_spellings() -> None:
    keys = names.keys_of(("Podcast-File", "podcast_file", "title"))

    assert keys.spelled == {"podcastfile": ["Podcast-File", "podcast_file"], "title": ["title"]}
    assert keys.names == {"podcastfile", "title", "podcast*"}


def test_values_that_are_put_in_place_of_others_are_read_by_their_own_keys() -> None:
    fields = Fields({"title": "A"}, "a.md")
    assert "draft" not in fields.keys.names and "draft" not in fields.named

    fields.put({"draft": "yes"})

    assert "draft" in fields.keys.names and fields.named["draft"] == ("draft", "yes")


# written out, so that a tell-tale that is missing above is found
NAMES = {*frozenset[str]().union(*TELL_TALES.values()), "source", "themes", "content", "_posts", "_drafts", "config"}
NAMES |= {"package.json", ".eleventyignore", ".obsidian", "pelicanconf.py", "publishconf.py", "hugo.yml", "_config.yml"}


@pytest.mark.parametrize("member", sorted(TELL_TALES))
@given(others=st.frozensets(st.sampled_from(sorted(NAMES))))
def test_a_member_without_any_of_its_tell_tales_is_sure_that_it_is_not_meant(
    member: str, others: frozenset[str]
) -> None:
    dialect = plugins.find("dialects", member)

    assert dialect.detect(others - TELL_TALES[member], lambda _name: '"hexo" "@11ty/eleventy" base_url = 1\n') == 0


@pytest.mark.parametrize(("member", "alien"), [(member, alien) for member in ALIENS for alien in ALIENS[member]])
@given(others=st.frozensets(st.sampled_from(sorted(NAMES))))
def test_a_member_with_an_alien_is_sure_that_it_is_not_meant(member: str, alien: str, others: frozenset[str]) -> None:
    dialect = plugins.find("dialects", member)

    assert dialect.detect(others | {alien}, lambda _name: '"hexo" "@11ty/eleventy" base_url = 1\n') == 0


@pytest.mark.parametrize(("members", "asked"), [(("_posts", "_config.yml"), False), (("source", "_config.yml"), True)])
def test_only_members_that_may_be_meant_are_imported(tmp_path: Path, members: tuple[str, ...], asked: bool) -> None:
    for name in members:
        (tmp_path / name).touch() if "." in name else (tmp_path / name).mkdir()
    code = "import sys; from syndicate.content.sites import _detected; _detected(sys.argv[1], ''); print(*sys.modules)"

    found = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert ("syndicate.content.dialects.hexo" in found.stdout.split()) is asked


def test_every_file_of_a_configuration_at_the_top_is_a_tell_tale() -> None:
    from syndicate.content.dialects import _astro_site, _docusaurus_site, _eleventy_site, _hugo_config, _zola_site

    assert TELL_TALES["astro"].issuperset(_astro_site.CONFIG)
    assert TELL_TALES["docusaurus"].issuperset(_docusaurus_site.CONFIG)
    assert TELL_TALES["eleventy"].issuperset(_eleventy_site.CONFIG)
    assert TELL_TALES["hugo"].issuperset(_hugo_config.FILES)
    assert TELL_TALES["zola"].issuperset(_zola_site.CONFIG)
