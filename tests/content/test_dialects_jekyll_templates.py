"""What the dialect of Jekyll hands to the templates, and what it makes of a hostile body."""

from __future__ import annotations

import pytest

from syndicate.content.dialects import Given
from syndicate.content.dialects._jekyll_media import included_audio
from syndicate.content.dialects.jekyll import Jekyll
from tests.growth import is_linear


@pytest.mark.parametrize(
    ("written", "given", "url", "baseurl"),
    [
        ("url: https://a.example\nbaseurl: /b", "", "https://a.example", "/b"),
        ("url: https://a.example/x\nbaseurl: b/", "", "https://a.example/x", "/b"),
        ("url: https://a.example\nbaseurl: /b", "https://c.example", "https://c.example", "/b"),
        ("url: https://a.example\nbaseurl: /b", "https://c.example/d", "https://c.example", "/d"),
        ("url: https://a.example/x", "", "https://a.example", "/x"),
        ("title: x", "", "", ""),
    ],
)
def test_templates_know_the_address_in_force(written: str, given: str, url: str, baseurl: str) -> None:
    dialect = Jekyll.open({"_config.yml": written}, Given(url=given))[0]
    assert (dialect.variables["url"], dialect.variables["baseurl"]) == (url, baseurl)
    assert dialect.facts.url == url + baseurl


def test_templates_know_the_configuration() -> None:
    dialect = Jekyll.open({"_config.yml": "title: x\nown: [1, no]"}, Given())[0]
    assert dialect.variables["own"] == ["1", "no"]
    assert dialect.templates == "liquid"


@pytest.mark.parametrize("part", ["{%", "{% include '", "{% include a='https://", '{% include a="https://a/b.mp" %}'])
def test_looking_for_audio_costs_no_squared_time(part: str) -> None:
    def look(size: int) -> None:
        assert included_audio(part * (size // len(part))) == ""

    assert is_linear(look, 200_000)
