"""Which language a site is in where nobody says it: that of most of its posts, from the first build on."""

from __future__ import annotations

from dataclasses import replace

from syndicate.delivery.press import Press
from syndicate.feeds.plan import usual_tag
from syndicate.index import Index
from syndicate.index.shelves import shelf
from syndicate.model import Problem, Severity

LANGUAGE = "language"
"""A fact: the language that a site is taken to be in where nobody says it."""


def settle(index: Index, unsaid: bool) -> None:
    """Decide it, unless it is said or was decided before."""
    if not unsaid or index.fact(LANGUAGE):
        return
    if languages := index.languages():
        language, _posts = max(languages, key=lambda each: each[1])
        with index.transaction():
            for each, _posts in languages:
                if not shelf(each, language):
                    index.unshelve(each)
            index.keep_fact(LANGUAGE, language)
            index.touch_all()


def in_its_language(press: Press, where: str, unsaid: bool) -> tuple[Press, list[Problem]]:
    """The press with the language that was decided on, of which a site with several is told; `where` is its folder."""
    language = press.index.fact(LANGUAGE) if unsaid else ""
    if not language:
        return press, []
    problems = []
    if others := [each for each, _posts in press.index.languages()]:
        message = (
            f"no configuration says what language the site is in; {language} is taken for it, as most posts were in "
            f"it, and {', '.join(others)} have feeds of their own. Set site.language."
        )
        problems.append(Problem(where, Severity.INFO, "language-assumed", message))
    channels = replace(press.channels, language=usual_tag(language))
    return replace(press, desk=replace(press.desk, channels=channels)), problems
