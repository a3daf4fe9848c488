"""Which texts a setting takes, and the form in which it keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.settings import (
    Layer,
    Settings,
    _checks,
    load,
)

Says = Callable[[str, Any], str]


def settings(**sections: Any) -> Settings:
    return load([Layer("file", sections)])[0]


def value_at(found: Settings, path: str) -> Any:
    value: Any = found
    for key in path.split("."):
        value = getattr(value, key)
    return value


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG/", "https://example.org"),
        ("http://example.org:8080/Blog/", "http://example.org:8080/Blog"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.org/%E4%BD%A0", "https://example.org/%E4%BD%A0"),
    ],
)
@pytest.mark.parametrize("section", ["site", "feed"])
def test_addresses_have_one_form(section: str, text: str, kept: str) -> None:
    assert value_at(settings(**{section: {"url": text}}), f"{section}.url") == kept


@given(
    st.lists(st.text("aZ0-", max_size=3) | st.integers(55, 65).map("a".__mul__), min_size=1, max_size=4).map(".".join),
    st.just("") | st.integers(0, 65_535).map(":{}".format),
)
@example("a" * 57, ":65535")
@example("a" * 58, ":65535")
def test_a_host_that_is_known_at_a_glance_is_what_idna_makes_of_it(host: str, port: str) -> None:
    try:
        expected = (host + port).lower().encode("idna").decode("ascii")
    except UnicodeError:
        expected = ""
    try:
        found = _checks._host(host + port)
    except ValueError:
        found = ""
    assert found == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("example.org", 'did you mean "https://example.org"?'),
        ("example.org:8080/x", 'did you mean "https://example.org:8080/x"?'),
        ("ftp://example.org", "no absolute web address"),
        ("//example.org", "no absolute web address"),
        ("https:///x", "no absolute web address"),
        ("/blog", "no absolute web address"),
        ("https://example.org/?a=1", "query or a fragment"),
        ("https://example.org/?", "query or a fragment"),
        ("https://example.org/#top", "query or a fragment"),
        ("https://jane:secret@example.org", "user name"),
        ("https://example.org:99999", "impossible host or port"),
        ("https://[::1", "impossible host or port"),
        ("https://exa mple.org", "no URL may hold"),
        ("https://example.org/\n", "no URL may hold"),
        ("https://example.org/50%", "no URL may hold"),
        ("https://a..b", "is no host name"),
    ],
)
def test_what_is_no_address_is_refused(text: str, part: str, mistake: Says) -> None:
    assert part in mistake("site.url", text)
    assert part in mistake("feed.url", text)


def test_a_secret_in_an_address_is_not_repeated(mistake: Says) -> None:
    assert "secret" not in mistake("site.url", "https://jane:secret@example.org")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("images/logo.png", "https://example.org/blog/images/logo.png"),
        ("/images/logo.png?v=2", "https://example.org/blog/images/logo.png?v=2"),
        ("https://cdn.example.org/Logo.png?v=2", "https://cdn.example.org/Logo.png?v=2"),
    ],
)
@pytest.mark.parametrize("key", ["image", "icon"])
def test_pictures_become_absolute_with_the_address_of_any_layer(key: str, text: str, kept: str) -> None:
    layers = [
        Layer("file", {"site": {key: text}}),
        Layer("command line", {"site": {"url": "https://example.org/blog/"}}),
    ]
    assert value_at(load(layers)[0], f"site.{key}") == kept


@pytest.mark.parametrize("text", ["//example.org/a.png", "data:image/png;base64,AA", "a b.png"])
def test_what_is_no_picture_is_refused(text: str, mistake: Says) -> None:
    assert "; " in mistake("site.image", text)


def test_a_page_of_the_author_may_have_a_query(mistake: Says) -> None:
    assert settings(site={"author": {"url": "https://example.org/?who=jane"}}).site.author.url.endswith("?who=jane")
    assert "no absolute web address" in mistake("site.author.url", "jane")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("EN", "en"),
        ("zh_cn", "zh-CN"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("pt-br", "pt-BR"),
        ("de-CH-1901", "de-CH-1901"),
        ("en-us-x-twain", "en-US-x-twain"),
        ("en-a-bb-us", "en-a-bb-us"),
        ("x-klingon", "x-klingon"),
    ],
)
def test_languages_have_one_form(text: str, kept: str) -> None:
    assert settings(site={"language": text}).site.language == kept


@pytest.mark.parametrize("text", ["english", "e", "x", "en_US.UTF-8", "en ", "zh--cn", "-", "中文"])
def test_what_is_no_language_is_refused(text: str, mistake: Says) -> None:
    assert mistake("site.language", text).endswith("is no language tag; write it as en, zh-CN or pt-BR")


@pytest.mark.parametrize("text", ["", "UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires"])
def test_time_zones_are_those_of_iana(text: str) -> None:
    assert settings(site={"timezone": text}).site.timezone == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Asia/Shangai", 'did you mean "Asia/Shanghai"?'),
        ("shanghai", 'did you mean "Asia/Shanghai"?'),
        ("new york", 'did you mean "America/New_York"?'),
        ("Asia", "write it as Europe/Berlin or Asia/Shanghai"),
        ("+08:00", "write it as Europe/Berlin or Asia/Shanghai"),
        ("localtime", "write it as Europe/Berlin or Asia/Shanghai"),
        ("posix/UTC", "write it as Europe/Berlin or Asia/Shanghai"),
        ("/etc/localtime", "write it as Europe/Berlin or Asia/Shanghai"),
        ("../UTC", "write it as Europe/Berlin or Asia/Shanghai"),
        ("x" * 300, "write it as Europe/Berlin or Asia/Shanghai"),
    ],
)
def test_what_is_no_time_zone_is_refused(text: str, advice: str, mistake: Says) -> None:
    assert mistake("site.timezone", text).endswith(f"is no time zone of the IANA database; {advice}")


def test_titles_are_one_line_in_nfc() -> None:
    assert settings(site={"title": " Cafe\u0301\n Noir "}).site.title == "Caf\u00e9 Noir"


@pytest.mark.parametrize("text", ["", "{file}", "all.{format}", "a/b/{file}"])
def test_templates_of_the_site_path(text: str) -> None:
    assert settings(feed={"paths": {"site": text}}).feed.paths.site == text


@pytest.mark.parametrize("text", ["", "{taxonomy}/{slug}/{file}", "t/{name}.{format}", "{slug}-{name}/{file}"])
def test_templates_of_the_term_path(text: str) -> None:
    assert settings(feed={"paths": {"term": text}}).feed.paths.term == text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("../{slug}/{file}", "an empty, . or .. part"),
        ("{slug}/../{file}", "an empty, . or .. part"),
        ("./{slug}/{file}", "an empty, . or .. part"),
        ("{slug}//{file}", "an empty, . or .. part"),
        ("{slug}/{file}/", "an empty, . or .. part"),
        ("/{slug}/{file}", "is absolute"),
        ("c:/{slug}/{file}", "is absolute"),
        (r"a\{slug}\{file}", "backslash"),
        ("{slug}\0{file}", "control character"),
        ("{taxonomy}/{file}", "add {slug} or {name}"),
        ("{taxonomy}/{slug}.xml", "add {file} or {format}"),
        ("{slug}/{lang}/{file}", "unknown placeholder {lang}"),
        ("{slug.x}/{slug}/{file}", "a brace that is no placeholder"),
        ("{slug!r}/{slug}/{file}", "a brace that is no placeholder"),
        ("{slug:>9}/{slug}/{file}", "a brace that is no placeholder"),
        ("{{x}}/{slug}/{file}", "unknown placeholder {x}"),
        ("{/{slug}/{file}", "a brace that is no placeholder"),
    ],
)
def test_templates_that_lead_astray_are_refused(text: str, part: str, mistake: Says) -> None:
    assert part in mistake("feed.paths.term", text)


@pytest.mark.parametrize("text", ["{slug}/{file}", "feed.xml", "../{file}"])
def test_the_site_path_has_placeholders_of_its_own(text: str, mistake: Says) -> None:
    assert "; " in mistake("feed.paths.site", text)
