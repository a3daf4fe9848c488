"""Hugo: the regular pages of `content`, read as Hugo itself reads them.

In: the configuration in all its files, `_index` files, then one file's front matter at a time. Out: Posts whose URLs,
terms and moments are those of the built site. docs/dialects.md says what is honoured, and names the few places where we
mean what the author meant rather than what Hugo does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Self
from urllib.parse import unquote

from syndicate.content.dialects import Alike, Dialect, Differs, Facts, Folder, Given
from syndicate.content.dialects._addresses import encoded_path
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, terms
from syndicate.content.dialects._headings import first_heading
from syndicate.content.dialects._hugo_config import FILES, IN_FOLDERS, configuration, mapping
from syndicate.content.dialects._hugo_dates import Dates, dates
from syndicate.content.dialects._hugo_document import (
    Document,
    absolute,
    address,
    aliases,
    document,
    has_cascades,
    terms_of,
    visibility,
    wants_date,
)
from syndicate.content.dialects._hugo_facts import AUTHORS, SECTIONS, facts, site
from syndicate.content.dialects._hugo_places import (
    HTML,
    MARKDOWN,
    POSTS,
    Mount,
    Place,
    bundle_files,
    hidden_name,
    leads_to,
    mount_of,
    normal,
    place,
)
from syndicate.content.dialects._hugo_site import Site
from syndicate.content.dialects._hugo_urls import Page, link, permalink
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.markup.excerpt import TITLE_LIMIT, plain_title, summary
from syndicate.model import FrontMatter, Post, Problem, Severity, Stamp, Value, Visibility
from syndicate.model.records import dataclass, field

_CERTAIN = re.compile(r"hugo\.(?:toml|ya?ml|json)")
_KEYS = re.compile(
    r"""^[ \t]*["']?(?:baseurl|languagecode|defaultcontentlanguage|contentdir|publishdir|disablekinds|rsslimit"""
    r"""|sectionpagesmenu|enablegitinfo|buildfuture|builddrafts|uglyurls|enablerobotstxt|theme)["']?[ \t]*[:=]""",
    re.IGNORECASE | re.MULTILINE,
)
_ZOLA = re.compile(r"^[ \t]*base_url[ \t]*=", re.MULTILINE)
_SUMMARY = ("summary", "description", "excerpt")
_PEOPLE = ("author", "authors")
_DEFAULTS = tuple(f"config/_default/{name}" for name in FILES)


@dataclass(frozen=True, slots=True)
class Hugo(Dialect):
    """The dialect of a Hugo site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "hugo"
    config_files: ClassVar[tuple[str, ...]] = (*FILES, *IN_FOLDERS, *AUTHORS, *SECTIONS)

    facts: Facts
    site: Site
    params: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """`hugo.*` is certain; `config.*` is looked into, since other generators have one, too."""
        if any(_CERTAIN.fullmatch(name) for name in names):
            return 95
        if "config" in names and any(text(name) for name in _DEFAULTS):
            return 90
        named = next((name for name in FILES if name in names), "")
        found = text(named) if named else ""
        if not _KEYS.search(found) or _ZOLA.search(found):
            return 0
        return 85 if "content" in names else 60

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; faults of its configuration are Problems, the rest of it holds."""
        config = configuration(files)
        made = site(config, files, given)
        return cls(facts(config, made, given), made, mapping(config.values, "params")), config.problems

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Pages lie in the content folders; what lies beside and below a bundle's page belongs to it."""
        if hidden_name(path.rpartition("/")[2]):
            return Folder(enter=False)
        mount = mount_of(self.site.mounts, path)
        if mount is None:
            return Folder(enter=leads_to(self.site.mounts, path))
        bundle = bundle_files(names)
        return Folder(enter=False, posts=bundle) if bundle else Folder(enter=True, posts=POSTS)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for what Hugo would not list, with a Problem if that is a fault."""
        where = self._place(path)
        language = self.site.languages.get((where.language or self.site.main) if where else "")
        if where is None or language is None or (where.ending in HTML and matter.format == "none"):
            return None, []
        if where.ending not in MARKDOWN and where.ending not in HTML:
            return None, [_unsupported(stamp, where)]
        found = document(self.site, where, language, stamp.shown, matter)
        return _read(found, stamp, matter), found.fields.problems

    def alike(self, path: str, matter: FrontMatter) -> Alike | None:
        """Pages of one section of a site in one language that no cascade is for."""
        where, language = self._place(path), self.site.languages.get(self.site.main)
        if where is None or where.leaf or language is None or len(self.site.languages) > 1:
            return None
        found = document(self.site, where, language, "", matter)
        if has_cascades(found) or "params" in found.fields.values:
            return None
        zone, chains = language.zone, self.site.chains
        same = dates(found.fields, where.base, chains, zone)
        authors = [author.name for author in people(found.fields, self.site.authors, "author", "authors")]
        own = (key for key in matter.fields if key in language.taxonomies and key not in _PEOPLE)
        summaries = [key for key in _SUMMARY if key in found.fields.values]
        keys = (*own, *(key for key in summaries if len(summaries) == 1 and key in matter.fields))

        def differs(path: str, title: str, date: str, parts: tuple[Any, ...]) -> Differs | None:
            where = self._place(path)
            if where is None or where.leaf or where.language:
                return None
            values = {**found.fields.values, "title": title, "date": date, **dict(zip(keys, parts, strict=True))}
            fields = Fields(values, "")
            when = dates(fields, where.base, chains, zone)
            if when.published is None or (when.changed, when.until) != (same.changed, same.until):
                return None
            its = found._replace(place=where, fields=fields)
            url = language.root + encoded_path(address(its, title, when))
            shown = None if language.future else when.shown
            labels, summary = terms(fields, _labels(its, authors)), fields.text(*_SUMMARY)
            if fields.problems:
                return None
            return Differs(url, fields.title(), when.published, shown, "", labels, summary)

        def all_of(
            paths: Sequence[str], titles: Sequence[str], dates: Sequence[str], _quoted: object, parts: Sequence[Any]
        ) -> list[Differs | None]:
            return list(map(differs, paths, titles, dates, parts))

        return Alike(keys, lambda _key, value: value, all_of)

    def _place(self, path: str) -> Place | None:
        folder, _slash, name = path.rpartition("/")
        site = self.site
        mount = _mount(site, folder)
        if mount is None or not POSTS.match(name) or (site.ignored and any(each.search(path) for each in site.ignored)):
            return None
        return place(mount, path, _languages(site))

    @property
    def templates(self) -> str:
        """Shortcodes."""
        return "hugo"

    @property
    def variables(self) -> Mapping[str, Value]:
        """What the shortcode `param` may ask for."""
        return {"params": self.params}

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """A bundle's own files, `static`, `assets`, and files beside pages in the content folders."""
        root = f"{self.facts.url}/"
        clean = url.partition("?")[0].partition("#")[0]
        found = []
        where = self._place(path)
        if where and where.leaf and clean.startswith(page):
            found.append(f"{path.rpartition('/')[0]}/{unquote(clean[len(page) :])}")
        if clean.startswith(root):
            inside = unquote(clean[len(root) :])
            sources = [mount.source for mount in self.site.mounts if not mount.target]
            found += [f"{folder}/{inside}" for folder in (*self.site.statics, "assets", *sources)]
        return tuple(dict.fromkeys(each for each in found if each.rstrip("/")))

    def term_url(self, taxonomy: str, name: str) -> str:
        """The page of a term, in the default language."""
        language = self.site.languages.get(self.site.main)
        if language is None or not language.root or taxonomy not in language.taxonomies:
            return ""
        if "term" in self.site.kinds_off:
            return ""
        section = f"/{taxonomy}/{normal(name)}"
        rules = (rule.pattern for rule in language.rules if rule.target.means("term", section, language.key))
        ugly = bool(language.ugly & {"*", taxonomy})
        pattern, style = next(rules, ""), self.site.style
        own = name if style.keep_case else normal(name)
        page = Page(title=name, file=name, base=name, section=taxonomy, sections=(taxonomy, normal(name)))
        path = permalink(pattern, page, style, ugly=ugly) if pattern else link([taxonomy, own], style, ugly=ugly)
        return language.root + encoded_path(f"/{language.prefix}{path}" if language.prefix else path)


@lru_cache(4096)
def _mount(of: Site, folder: str) -> Mount | None:
    return mount_of(of.mounts, folder)


@lru_cache(16)
def _languages(of: Site) -> frozenset[str]:
    return frozenset((*of.languages, *of.disabled))


def _unsupported(stamp: Stamp, where: Place) -> Problem:
    message = f"`.{where.ending}` is not supported; convert the file to Markdown or HTML"
    return Problem(stamp.shown, Severity.WARNING, "post-format-unsupported", message)


def _read(found: Document, stamp: Stamp, matter: FrontMatter) -> Post | None:
    """The Post, its problems among those of `found`; None for a page without a date."""
    fields, language, where = found.fields, found.language, found.place
    when = dates(fields, where.base, found.site.chains, language.zone)
    seen = visibility(found)
    if when.published is None:
        _tell_undated(found, when, seen)
        return None
    url = language.root + encoded_path(address(found, fields.raw("title") or "", when))
    meant = absolute(found, url)
    authors = people(fields, found.site.authors, "author", "authors")
    several = len(found.site.languages) > 1
    post = Post(
        path=stamp.path,
        url=url,
        title=_title(fields, matter, where),
        published=when.published,
        visibility=seen,
        updated=when.changed,
        visible_from=None if language.future else when.shown,
        visible_until=None if language.expired else when.until,
        terms=terms(fields, _labels(found, [author.name for author in authors])),
        authors=authors,
        language=language.tag or fields.language("lang", "language", "locale"),
        summary=fields.text(*_SUMMARY),
        separator="<!--more-->",
        guid=guid(fields),
        aliases=aliases(found, url),
        image=image(fields, meant),
        enclosures=enclosures(fields, meant),
        translation=(fields.line("translationkey") or where.page) if several else "",
        markup="html" if where.ending in HTML else "markdown",
        body_at=matter.body_at,
    )
    return with_feed_fields(post, fields, meant)


def _tell_undated(found: Document, when: Dates, seen: Visibility) -> None:
    """Pages without a date are no posts; that is worth saying only where a date was meant to be there."""
    if seen is not Visibility.PUBLIC:
        return
    fields = found.fields
    if when.written and any(problem.code == "date-unreadable" for problem in fields.problems):
        message = "the date cannot be read, and no other field has one; mend the date"
        fields.report("post-without-date", message, severity=Severity.ERROR)
    elif wants_date(found):
        message = "the page has no date, and its address is made of one; add `date: 2022-02-22`, or it is in no feed"
        fields.report("post-without-date", message)


def _labels(found: Document, authors: list[str]) -> list[tuple[str, list[str]]]:
    """The terms as the site has them; authors are terms where it does not say so itself."""
    named = terms_of(found)
    return named if "authors" in found.language.taxonomies else [*named, ("authors", authors)]


def _title(fields: Fields, matter: FrontMatter, where: Place) -> str:
    """The `title`, even an empty one; without it the link's, else the first heading."""
    if fields.raw("title") is not None:
        return fields.title()
    linked = plain_title(fields.raw("linktitle") or "")
    return linked or summary(first_heading(matter.body, markdown=where.ending in MARKDOWN), TITLE_LIMIT)
