"""What every template language promises, held over every member. A new member is found by itself.

What each of them expands is in its own cases, tests/cases/templates/.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate import plugins
from syndicate.markup.templates import Expanded, Page, Templates, TemplateSite
from syndicate.model import Reference

NAMES = plugins.names("templates")
CASES = Path(__file__).parent.parent / "cases" / "templates"
SITE = TemplateSite(
    "https://example.org",
    {"title": "A site", "list": ["a", {"b": "c"}], "deep": {"x": None, "on": True}},
    {"_includes/a.html": "{% include a.html %}", "_data/x.yml": "a: [1, 2]"},
    "Asia/Shanghai",
)
PAGE = Page("posts/a.md", "https://example.org/posts/a/", "markdown", "A", "en", {"title": "A", "n": "1.10"})

TOKENS = (
    "{% {%- %} -%} {{ }} {{< >}} {{% %}} {# #} [[ ]] ![[ | # ` ``` ~~~ \n \n\n raw endraw include a.html if endif for"
    " x in (1..9) end figure src= \" ' :::note ::: <A> </A> <A/> { } import export {filename} {static} ( ) ] [ @/a.md"
    " %% == > [!note] codeblock endcodeblock youtube( ) id= post_url ref /* */ \\ é 金融"
).split(" ")


def bodies() -> st.SearchStrategy[str]:
    pieces = st.sampled_from(TOKENS) | st.text(max_size=5)
    return (
        st.lists(pieces, max_size=25).map(" ".join) | st.lists(pieces, max_size=25).map("".join) | st.text(max_size=80)
    )


def member(name: str) -> Templates:
    made: Templates = plugins.find("templates", name).open(SITE)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_has_a_name_and_cases(name: str) -> None:
    assert plugins.find("templates", name).name == name
    assert list((CASES / name).iterdir())


@pytest.mark.parametrize("name", NAMES)
@given(body=bodies())
def test_no_body_makes_it_raise(name: str, body: str) -> None:
    found = plugins.find("templates", name)
    references = found.references(body, "posts/a.md")
    assert isinstance(found.concerns(body), bool)
    assert all(isinstance(each, Reference) and each.written and each.candidates for each in references)
    assert len({each.written for each in references}) == len(references)
    known = {each.written: "https://example.org/b/" for each in references}
    opened = member(name)
    for page in (PAGE, Page(PAGE.path, PAGE.url, "html", links=known)):
        done = opened.expand(body, page)
        assert isinstance(done, Expanded)
        for fault in done.faults:
            assert fault.message.isprintable() and fault.subject
        assert opened.expand(body, page) == done, "the same body gives the same"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_of_no_concern_stays_as_it_is(name: str) -> None:
    body = "# A heading\n\nWords with *emphasis* and a [link](https://example.org/), 100 % of them.\n\n- a list\n"
    assert not plugins.find("templates", name).concerns(body)
    assert member(name).expand(body, PAGE) == Expanded(body)


@pytest.mark.parametrize("name", NAMES)
def test_a_member_that_is_open_still_travels(name: str) -> None:
    """The writer keeps it, and the writer goes to the workers."""
    opened = member(name)
    opened.expand("{{ x }} {% raw %}a{% endraw %} {{< figure src=a >}} [[a]]", PAGE)
    pickle.dumps(SITE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "piece",
    ["{% ", "{{ ", "{{< a >}}", "{{% a %}}", "[[", "![[a|", "{% if x %}", "{% for i in (1..1000000000) %}x", "{# ",
     "`", "```\n", "<A>", "<A ", ":::note\n", "{%raw%}", "{% raw %}{% endraw %}", "> [!note] \n", "%%", "==", "(",
     "{% x(", "{{ x(a=\"", "` ```", "{/*", "export const a = {\n\n", "<script>", "{{/* a */}}"],
)  # fmt: skip
def test_a_great_deal_of_anything_comes_to_an_end(name: str, piece: str) -> None:
    """Not a matter of seconds on any machine, but of minutes where time grows with the square."""
    body = piece * (400_000 // len(piece))
    plugins.find("templates", name).references(body, "a.md")
    member(name).expand(body, PAGE)
