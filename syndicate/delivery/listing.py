"""The page of all feeds and the OPML, made anew when a feed's count, date or address changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from syndicate.delivery import pages as pages_of_others
from syndicate.delivery.beside import Extra, known, of_bytes
from syndicate.delivery.press import Press
from syndicate.feeds.plan import Plan
from syndicate.index import FeedRow, Index, LineRow
from syndicate.index.shelves import apart
from syndicate.model import Feed, Problem, Term

if TYPE_CHECKING:
    from syndicate.feeds import directory

LISTED = "listed"
"""A fact: what the page of all feeds was made by, "" when a feed has changed since."""

_MADE_BY = "lines made by"
"""A fact: what the lines of feeds were made by that are kept."""

_CHINESE = {"categories": "分类", "tags": "标签", "authors": "作者", "series": "系列", "topics": "主题"}


def published(
    index: Index, plan: Plan, home_url: Callable[[str, str], str], feeds: Sequence[FeedRow] | None = None
) -> list[tuple[FeedRow, Feed]]:
    """Every published feed (or these), the site first, at the addresses where its documents stand."""
    named = replace(plan, formats=())  # where the documents stand is known: the plan is asked for the names alone
    return [
        (row, _feed(row, index.paths(row.taxonomy, row.name), named, plan.formats, home_url))
        for row in (index.feeds() if feeds is None else feeds)
    ]


def _feed(
    row: FeedRow, paths: dict[str, str], plan: Plan, due: tuple[str, ...], home_url: Callable[[str, str], str]
) -> Feed:
    language, taxonomy = apart(row.taxonomy)
    term = Term(taxonomy, row.name, row.name if not taxonomy else "") if taxonomy or row.name else None
    formats = (*due, *sorted(paths.keys() - set(due)))
    feed = plan.feed(term, home_url(taxonomy, row.name), language)
    return replace(feed, paths=tuple((form, paths[form]) for form in formats if form in paths))


def lines(press: Press, settings: str, language: str) -> list[directory.Row | directory.Group]:
    """Every published feed for the directory, the site first; `settings` is a fingerprint of all that it is made by.

    What is said of a feed is kept, and made anew when it was published since: thousands of others cost next to nothing.
    """
    from syndicate.feeds import directory

    index, plan = press.index, press.plan
    made_by = f"{directory.EDITION} {language} {settings}"
    with index.transaction():
        if press.anew or press.wary or index.fact(_MADE_BY) != made_by:
            index.forget_lines()
            index.keep_fact(_MADE_BY, made_by)
        listed = published(index, plan, press.channels.home_url, index.unlisted())
        made = [(row, shown) for (row, _), shown in zip(listed, rows(listed, plan, language), strict=True)]
        index.keep_lines(
            LineRow(row.taxonomy, row.name, *_said(directory.item(shown, plan.site_url, language)))
            for row, shown in made
            if shown.taxonomy
        )
        cards = [shown for _, shown in made if not shown.taxonomy]
        return [*cards, *(directory.group(*each) for each in index.listed())]


def _said(item: directory.Item) -> tuple[str, str, str, str, str]:
    return item.section, item.heading, item.label, item.line, item.outline


def rows(listed: list[tuple[FeedRow, Feed]], plan: Plan, language: str) -> list[directory.Row]:
    """The feeds as the directory shows them."""
    chinese = language.casefold().startswith("zh")
    return [_row(row, feed, plan, chinese) for row, feed in listed]


def _row(row: FeedRow, feed: Feed, plan: Plan, chinese: bool) -> directory.Row:
    _language, taxonomy = apart(row.taxonomy)
    own = not taxonomy and bool(row.name)
    paths = dict(feed.paths)
    label = _CHINESE.get(taxonomy, taxonomy) if chinese else taxonomy.capitalize()
    from syndicate.feeds import directory  # here and below, as it is seldom that the page differs

    return directory.Row(
        key=feed.key,
        title=feed.title,
        label=feed.title if own else row.name or feed.title,
        taxonomy=directory.DECLARED if own else row.taxonomy if taxonomy else "",
        taxonomy_label=_group(label, feed, own, chinese),
        entries=row.posts,
        newest=None if row.newest is None else datetime.fromtimestamp(row.newest, UTC),
        urls=tuple((form, plan.url(path)) for form, path in feed.paths if form != "html"),
        page_url=plan.url(paths["html"]) if "html" in paths else "",
        home_url=feed.home_url,
        description=feed.description,
    )


def _group(label: str, feed: Feed, own: bool, chinese: bool) -> str:
    if own:
        from syndicate.feeds import directory

        return directory.declared_label("zh" if chinese else "en")
    return f"{label} · {feed.language}" if feed.language else label


def pages(press: Press) -> tuple[str, ...]:
    """The pages that there are to be."""
    return press.plan.pages[1:] if in_the_way(press) else press.plan.pages


def in_the_way(press: Press) -> list[Problem]:
    """The problem of a page that is not ours where the page of all feeds belongs."""
    page, _ = press.plan.pages
    _digest, size = known(press).get(page, ("", 0))
    if press.publisher.in_place(page, int(size)) or not pages_of_others.is_foreign(press.publisher, page):
        return []
    return [pages_of_others.in_the_way(page, "the page of all feeds")]


def extras(
    press: Press, listed: Sequence[directory.Row | directory.Group], description: str, language: str
) -> Iterator[Extra]:
    """The pages that are due."""
    from syndicate.feeds import directory

    plan = press.plan
    page, outline = plan.pages
    if page in pages(press):
        yield of_bytes(page, directory.page(listed, plan.site_title, plan.site_url, description, language))
    yield of_bytes(outline, directory.opml(listed, plan.site_title, plan.site_url))
