"""Liquid in bodies: the cases in tests/cases/templates/liquid/, what no body may do, and the real samples.

about = "one line"
body = "…"                 # and `expected`, what comes of it; a line break at their start does not count
faults = ["subject", …]    # of the faults told, in any order; none by default
peer = false               # Jekyll itself does otherwise, or stops (tests/markup/test_templates_liquid_peer.py)
unknown = "keep"
[files]                    # of the site, by path
[variables]                # of the configuration
[links]                    # of other posts, by how they are written
[page]                     # fields of Page
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.content import frontmatter
from syndicate.content.dialects import Given
from syndicate.content.dialects.jekyll import Jekyll
from syndicate.markup.samples import code_spans, inside
from syndicate.markup.templates import Expanded, Page, TemplateSite
from syndicate.markup.templates.liquid import Liquid
from syndicate.model import Stamp
from tests.flow.site import SAMPLES
from tests.growth import is_linear

CASES = sorted((Path(__file__).parent.parent / "cases" / "templates" / "liquid").glob("*.toml"))
URL = "https://example.org"


def load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def page_of(case: dict[str, Any]) -> Page:
    known = {"path": "_posts/2020-01-02-hello.md", "url": f"{URL}{base(case)}/2020/01/02/hello.html"}
    return Page(**{**known, "links": case.get("links", {}), **case.get("page", {})})


def base(case: dict[str, Any]) -> str:
    return str(case.get("variables", {}).get("baseurl", ""))


def expanded(case: dict[str, Any]) -> Expanded:
    site = TemplateSite(
        url=URL + base(case),
        variables=case.get("variables", {}),
        files=case.get("files", {}),
        timezone=case.get("timezone", "UTC"),
        unknown=case.get("unknown", "drop"),
    )
    return Liquid.open(site).expand(case["body"], page_of(case))


def expand(body: str, **files: str) -> Expanded:
    return expanded({"body": body, "files": files})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_runs_as_expected(path: Path) -> None:
    case = load(path)
    done = expanded(case)
    assert done.text.lstrip("\n") == case["expected"].lstrip("\n")
    assert sorted(fault.subject for fault in done.faults) == case.get("faults", [])
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", fault.code) for fault in done.faults)


def test_tells_the_line_and_the_reason() -> None:
    (fault,) = expand("one\n\n{% for %}\n{% endfor %}").faults
    assert "line 3 of the body" in fault.message
    assert fault.code == "template-broken"


def test_the_site_is_read_once_and_serves_every_page() -> None:
    site = Liquid.open(TemplateSite(url=URL, files={"_includes/a": "{{ page.title }}{% assign x = 1 %}"}))
    bodies = [site.expand("{% include a %}{{ x }}", Page("a.md", f"{URL}/a", title=title)) for title in ("A", "B")]
    assert [body.text for body in bodies] == ["A1", "B1"]
    assert site.expand("{{ x }}", Page("a.md", f"{URL}/a")).text == ""


def test_references() -> None:
    body = "{% post_url 2020-01-01-A %} {%- link _posts/2020-01-01-a.md -%} {% post_url sub/2020-01-01-a %}"
    found = Liquid.references(body + body + "{% link a/b.pdf %} {% link {{ x }} %}", "_posts/x.md")
    assert [each.written for each in found] == [
        "post_url 2020-01-01-A",
        "link _posts/2020-01-01-a.md",
        "post_url sub/2020-01-01-a",
        "link a/b.pdf",
    ]
    assert found[0].candidates[0] == "_posts/2020-01-01-A.md"
    assert found[0].candidates[-1] == "name:2020-01-01-a"
    assert found[1].candidates == ("_posts/2020-01-01-a.md", "name:2020-01-01-a")
    assert "_posts/sub/2020-01-01-a.md" in found[2].candidates
    assert "sub/_posts/2020-01-01-a.md" in found[2].candidates
    assert found[3].candidates == ("a/b.pdf",)


def grown(text: str, size: int = 1_000_000) -> str:
    return text * (size // len(text))


HUGE = [
    "{% for i in (1..1000000000) %}x{% endfor %}",
    "{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for i in (1..100000) %}" + "{% if false %}{% endif %}" * 9_000 + "{% endfor %}",
    "{% for i in (1..100000) %}{% case i %}" + "{% when 'x' %}" * 9_000 + "{% endcase %}{% endfor %}",
    "{% include twice.md %}",
    "{% assign x = 'aaaaaaaa' %}" + "{% assign x = x | append: x %}" * 60,
    "{% assign x = 'aaaaaaaa' %}" + "{% assign x = x | append: x %}" * 14 + "{{ x | replace: 'a', x }}",
    "{% assign x = 99999 %}" + "{% assign x = x | times: x %}" * 60,
    "{% assign x = 'a,b' | split: ',' %}" + "{% assign x = x | push: x %}" * 60 + "{{ x | jsonify }}",
    "{% capture x %}" + "a" * 900_000 + "{% endcapture %}" + "{{ x | upcase | size }}" * 2_000,
    "{% assign r = (1..1000000000) %}{% if r contains 'a' %}{% endif %}",
    "{{ (1..1000000000) | join }}",
]


@pytest.mark.parametrize("body", HUGE, ids=range(len(HUGE)))
def test_too_much_work_ends_soon_and_the_text_stays(body: str) -> None:
    done = expand(f"before {body} after", **{"_includes/twice.md": "{% include twice.md %}" * 2})
    assert "template-too-costly" in {fault.code for fault in done.faults}
    assert done.text.startswith("before")
    assert done.text.endswith("after")


ODD = ["{%", "{{", "{{ x }}", "{% raw %}", "{% if a %}", "{% comment %}", "`{{ x }}", "{{ }", "{% x ", "{% endif %}"]
ODD += ["{% post_url  ", "{% highlight x %}", "{% include a b='", "{% else %}", "{{ a | b: 'c", "{% foo %}{% endfoo %}"]


@pytest.mark.parametrize("part", ODD)
def test_much_of_what_is_broken_costs_no_squared_time(part: str) -> None:
    def read(size: int) -> None:
        body = grown(part, size)
        Liquid.references(body, "a.md")
        expand(body)

    assert is_linear(read, 50_000)
    assert expand(grown(part)).faults


@pytest.mark.parametrize(
    "body", ["{% if true %}" * 500 + "x" + "{% endif %}" * 500, "{{ a" + "[a" * 3_000 + "]" * 3_000]
)
def test_depth_is_bounded(body: str) -> None:
    assert expand(f"{body} after").text.endswith("after")


def test_a_range_is_not_searched() -> None:
    assert "in a range" in expand("{% if (1..1000000000) contains 'a' %}{% endif %}").faults[0].message


def test_aliases_do_not_multiply() -> None:
    names = "abcdefghijkl"
    lines = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    done = expand("{{ site.data.b | jsonify | size }}", **{"_data/b.yml": "a: &a [1]\n" + "\n".join(lines)})
    assert [fault.subject for fault in done.faults] == ["data _data/b.yml"]


SYNTAX = st.sampled_from(
    "{{ }} {% %} | : , . ' \" ( ) [ ] .. - if endif for in endfor x page site.data.p raw endraw comment endcomment"
    " include a.md capture endcapture case when endcase assign = == contains and or"
    " highlight endhighlight upcase join where"
    " sort date post_url 1 9999999999 ` ``` \n".split(" ")
)


@given(parts=st.lists(SYNTAX | st.text(max_size=3), max_size=30))
def test_nothing_makes_it_raise(parts: list[str]) -> None:
    body = " ".join(parts)
    Liquid.references(body, "a.md")
    done = expand(body, **{"_includes/a.md": "{{ include.x }}", "_data/p.yml": "[{x: 1}, {x: b}]"})
    assert all(fault.message.isprintable() for fault in done.faults)


@given(text=st.text(st.characters(exclude_characters="{", exclude_categories=("Cs",)), max_size=200))
def test_text_without_template_code_is_left_alone(text: str) -> None:
    assert expand(text) == Expanded(text)
    assert expand(f"{{% raw %}}{text}{{% endraw %}}").text == text


@pytest.mark.parametrize("sample", ["jekyll-multilang", "finews"])
def test_no_template_code_is_left_in_the_bodies_of_real_sites(sample: str) -> None:
    root = SAMPLES / sample
    if not root.is_dir():
        pytest.skip(f"the sample {sample} is not there")
    dialect, _problems = Jekyll.open({"_config.yml": (root / "_config.yml").read_text("utf-8")}, Given(URL))
    site = Liquid.open(TemplateSite(url=dialect.facts.url, variables=dialect.variables))
    bodies = 0
    for path in sorted(root.glob("_posts/**/*.md")):
        place = path.relative_to(root).as_posix()
        matter, _problems = frontmatter.split(path.read_text("utf-8"), place)
        post = dialect.post(Stamp(place.encode(), 1, 0, 0, 0), place, matter)[0] if matter else None
        if matter is None or post is None:
            continue
        bodies += 1
        done = site.expand(matter.body, Page(place, post.url, title=post.title, fields=matter.fields))
        spans = code_spans(done.text)
        left = [found[0] for found in re.finditer(r"\{[{%].{0,30}", done.text) if not inside(spans, found.start())]
        assert not left, place
    assert bodies > 40
