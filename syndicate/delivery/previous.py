"""The ledger read back from feeds that we published: for builds whose state does not survive.

In: where they are, a folder or an address (of the OPML or of the site's feed). Ids, dates, feed ids and the slugs
of terms come back as they were, before anything is published anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urljoin
from xml.parsers import expat

from syndicate.delivery import adopt as taking
from syndicate.delivery.adopt import Adopted
from syndicate.delivery.codings import SUFFIXES
from syndicate.delivery.jobs import Desk
from syndicate.delivery.sources import MOST, Ask, Collected, asking, collect, from_file, is_address
from syndicate.errors import ConfigurationError, FetchError
from syndicate.feeds.foreign import Foreign, Unreadable
from syndicate.feeds.taxonomy import is_slug
from syndicate.index.shelves import apart, page_of
from syndicate.model import Term

_MARK = "\0"
_PREFERRED = ("json", "rss", "atom")
"""Atom alone changes ids that are no IRIs; but it has the id of the feed, and tells more dates than RSS."""

_MOST_FILES = 50_000
_NO_FEEDS = (".html", ".css", *SUFFIXES.values())


def read_back(desk: Desk, where: str, ask: Ask | None = None) -> Adopted:
    """Take over what the published feeds at `where` say; to be called after an intake into an empty index.

    A folder or address without a feed is no error, since the first build has none; what cannot be read is told in
    `faults` of what is given back.

    Raises:
        ConfigurationError: `where` is neither an address nor a folder.
        FetchError: there is no answer. To go on without the ids would show subscribers everything anew.
    """
    found = _from_address(where, ask or asking([where])) if is_address(where) else _from_folder(desk, Path(where))
    with desk.index.transaction():
        _slugs(desk, found.feeds)
    done = taking.adopt(desk, found.feeds)
    done.faults += found.faults
    return done


def _from_folder(desk: Desk, folder: Path) -> Collected:
    if not folder.is_dir():
        raise ConfigurationError([f"--previous {folder}: is neither an address nor a folder with published feeds"])
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(_NO_FEEDS))
    read = [feed for each in files[:_MOST_FILES] if isinstance(feed := from_file(each), Foreign)]
    ours = [each for each in read if each.self_url.startswith(desk.plan.base_url)]
    # the site may have had another address
    return Collected(_sorted(ours or read))


def _sorted(feeds: Sequence[Foreign]) -> list[Foreign]:
    """By how well a format keeps ids, pages of history behind the feeds themselves, which are newer."""
    return sorted(feeds, key=lambda each: (_PREFERRED.index(each.format), bool(each.current)))


def _from_address(where: str, ask: Ask) -> Collected:
    answer = ask(where)
    if answer.status == 404:
        return Collected(faults=[Unreadable(where, "is not there (404): taken for a first build")])
    if answer.status != 200:
        raise FetchError(f"{where}: the host answers with {answer.status}; is the address right?")
    named = _subscriptions(answer.body, answer.url) or [where]
    found = collect(named, ask, MOST)
    others = [other for each in found.feeds if not each.current for other in each.others]
    more = collect(list(dict.fromkeys(others)), ask, MOST)
    faults = found.faults + more.faults
    _answered(faults)
    return Collected(_sorted(found.feeds + more.feeds), faults)


def _answered(faults: Sequence[Unreadable]) -> None:
    """Raises FetchError where a feed of the list gave no answer: without it ids would be lost."""
    if silent := [each for each in faults if "404" not in each.reason]:
        raise FetchError(f"{silent[0].url}: {silent[0].reason}; nothing has been published without its ids")


def _subscriptions(data: bytes, url: str) -> list[str]:
    """The addresses in an OPML document, none where it is no OPML."""
    found: list[str] = []
    names: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        names.append(name)
        if name == "outline" and names[0] == "opml" and attributes.get("xmlUrl"):
            found.append(urljoin(url, attributes["xmlUrl"]))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError):
        return []
    return list(dict.fromkeys(found))


# -- slugs


def _slugs(desk: Desk, feeds: Sequence[Foreign]) -> None:
    """Give every term the slug that its published feed has."""
    names = {(taxonomy, name) for taxonomy, name in _terms(desk)}
    patterns = [
        (taxonomy, re.compile(pattern)) for taxonomy in desk.taxonomies for pattern in _patterns(desk, taxonomy)
    ]
    for feed in feeds:
        name = feed.title.rpartition(" · ")[0]
        for taxonomy, pattern in patterns:
            found = pattern.fullmatch(feed.self_url)
            slug = unquote(found[1]) if found else ""
            # what was read may be anybody's: a slug is part of the paths that are written to
            if is_slug(slug) and (taxonomy, name) in names:
                desk.index.adopt_slug(taxonomy, desk.plan.rule(taxonomy), name, slug)
                break


def _terms(desk: Desk) -> Iterator[tuple[str, str]]:
    for taxonomy, name in desk.index.touched():
        if not page_of(taxonomy)[0]:
            yield apart(taxonomy)[1], name


def _patterns(desk: Desk, taxonomy: str) -> Iterator[str]:
    """Which addresses the feeds of a taxonomy have, as regular expressions with the slug as their group."""
    shelves = {apart(of)[0] for of, _name in desk.index.touched() if not page_of(of)[0]}
    for language in sorted(shelves):
        for _form, path in desk.plan.feed(Term(taxonomy, _MARK, _MARK), "", language).paths:
            yield re.escape(desk.plan.url(path)).replace("%00", "([^/]+)")
