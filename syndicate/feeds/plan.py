"""Which feeds there are, what they are called, and where their documents stand. Pure.

In: what is known of the site, the preset, and a term with its slug. Out: Feeds and URLs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from syndicate.feeds.presets import ENDINGS, FILES, PRESETS, Preset, adapted
from syndicate.feeds.taxonomy import feed_key, singular
from syndicate.feeds.taxonomy import slug as made_slug
from syndicate.model import Feed, Term
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple, dataclass, field
from syndicate.settings import OwnFeed

__all__ = ["PRESETS", "Address", "Plan", "Preset", "adapted", "usual_tag"]

_PLAIN_PATH = regex(r"(?!\.{1,2}(?:/|\Z))[^/\\\x00-\x1f\x7f]+(?:/(?!\.{1,2}(?:/|\Z))[^/\\\x00-\x1f\x7f]+)*")
_PAGE_OF_HISTORY = regex(r"(?:.*/)?archive/[0-9]+/[^/]*", re.DOTALL)


def usual_tag(language: str) -> str:
    """A language tag in the usual letters: `zh-hant-tw` → `zh-Hant-TW` (RFC 5646, 2.1.1)."""
    first, *rest = language.lower().split("-")
    return "-".join([first, *({2: str.upper, 4: str.title}.get(len(part), str)(part) for part in rest)])


class Address(NamedTuple):
    """A further address of a feed: it leads to the document in `form`.

    `path` is where a copy of the document stands below the output folder, "" where the address is outside of it.
    """

    form: str
    url: str
    path: str


def _no_page(_taxonomy: str, _name: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All about names and addresses of one site's feeds.

    `site_url` has no trailing slash, `base_url` (where the output folder is served) has one.
    `site_path` and `term_path` override the preset's templates. `languages` are the site's further
    languages, as (tag, title of the site in it); the feeds of each stand in a folder named by its tag.
    `own` are the feeds that the operator declares, by name; `also` presets whose addresses lead to the same feeds.
    `generator` names the site's dialect, and `term_url` gives the page of a term on it, "" where there is none.
    """

    preset: Preset
    site_title: str
    site_url: str
    base_url: str
    formats: tuple[str, ...]
    description: str = ""
    slugs: str = "unicode"
    site_path: str = ""
    term_path: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    own: Mapping[str, OwnFeed] = field(default_factory=dict)
    also: tuple[Preset, ...] = ()
    generator: str = ""
    term_url: Callable[[str, str], str] = _no_page

    def rule(self, taxonomy: str) -> str:
        """The naming rule of a taxonomy's slugs, under which the ledger keeps them.

        `raw` where its paths hold the bare name, the generator's name where terms are called as on the site.
        """
        if "{name}" in self._template(taxonomy):
            return "raw"
        as_on_site = self.slugs == "unicode" and self.generator and self.preset.slugs == self.generator
        return self.generator if as_on_site else self.slugs

    def slug(self, taxonomy: str, name: str, taken: Callable[[str], bool]) -> str:
        """A slug for a term that has none by `rule` yet; see `taxonomy.slug`."""
        rule = self.rule(taxonomy)
        peer = _last_part(self.term_url(taxonomy, name)) if rule == self.generator and "/" not in name else ""
        return made_slug(name, taxonomy, rule, lambda each: taken(each) or self.reserves(taxonomy, each), peer)

    def feed(self, term: Term | None, home_url: str = "", language: str = "") -> Feed:
        """The feed of a term, or of the site where there is none; `language` as on its shelf, "" for the site's own.

        A term of no taxonomy means the feed that the operator declared under its name.
        """
        if term and not term.taxonomy:
            return self._declared(term.name, home_url)
        taxonomy, name = (term.taxonomy, term.name) if term else ("", "")
        folder = f"{language}/" if language else ""
        site = self._title_in(language)
        return Feed(
            key=feed_key(folder + taxonomy, name),
            title=f"{name} · {site}" if term else site,
            paths=tuple((form, folder + self._path(form, term)) for form in self.formats),
            term=term,
            description=self.description if term is None else f"{site}: {singular(taxonomy)} {name}",
            home_url=home_url or f"{self.site_url}/",
            language=self._tag(language),
        )

    def _declared(self, name: str, home_url: str) -> Feed:
        """The feed `[feeds.NAME]`; one that is declared no more is called as one without settings."""
        own = self.own.get(name, OwnFeed())
        title = own.title or f"{name} · {self.site_title}"
        term = Term("", name, name)
        return Feed(
            key=feed_key("", name),
            title=title,
            paths=tuple((form, self._path(form, term)) for form in self.formats),
            description=own.description or title,
            home_url=home_url or f"{self.site_url}/",
        )

    def _title_in(self, language: str) -> str:
        """What the site is called in a language; where nobody said, its tag tells the feeds apart."""
        if not language:
            return self.site_title
        titles = {tag.lower(): title for tag, title in self.languages}
        return titles.get(language) or f"{self.site_title} · {self._tag(language)}"

    def _tag(self, language: str) -> str:
        """The language as the site writes it (`pt-BR`), or as it is usually written."""
        tags = {tag.lower(): tag for tag, _title in self.languages}
        return tags.get(language) or usual_tag(language)

    @property
    def pages(self) -> tuple[str, str]:
        """Where the page of all feeds and the OPML stand."""
        return f"{self.preset.directory}index.html", f"{self.preset.directory}opml.xml"

    def reserves(self, taxonomy: str, slug: str) -> bool:
        """Whether a feed with this slug would stand where one of our pages or a page of some history does."""
        paths = [self._path(form, Term(taxonomy, slug, slug)).casefold() for form in self.formats]
        return any(path in self.pages or _PAGE_OF_HISTORY.fullmatch(path) for path in paths)

    def page_path(self, path: str, number: int) -> str:
        """Where page `number` (from 1, the oldest) of the history of the document at `path` stands.

        Beside it, in a folder that no feed's own document can have: `tag/x/archive/1/rss.xml`.
        """
        folder, slash, name = path.rpartition("/")
        return f"{folder}{slash}archive/{number}/{name}"

    def url(self, path: str) -> str:
        """The public address of a document."""
        shown = next((path.removesuffix(end) for end in self.preset.unsaid if _is_index(path, end)), path)
        return self.base_url + _quoted(shown)

    def file_url(self, path: str) -> str:
        """Where the file itself is served: another address than `url` where that leaves out an index file."""
        return self.base_url + _quoted(path)

    def addresses(self, feed: Feed, slug: Callable[[Plan], str]) -> tuple[Address, ...]:
        """The further addresses of a feed: those of the presets `also`, and the aliases of a declared feed.

        `slug(plan)` is the slug of the feed's term by `plan.rule`, from the ledger; it is asked for terms only. Where
        the feed has no document in a format, the address leads to the first there is.
        """
        main = dict(feed.paths)
        taken = {self.url(path) for path in main.values()}
        found: dict[str, Address] = {}
        for address in self._further(feed, slug):
            if main and address.url not in taken:
                form = address.form if address.form in main else next(iter(main))
                found.setdefault(address.url, address._replace(form=form))
        return tuple(found.values())

    def _further(self, feed: Feed, slug: Callable[[Plan], str]) -> Iterator[Address]:
        _kind, colon, name = feed.key.partition(":")
        declared = name if colon and feed.term is None else ""
        for preset in self.also:
            base = self.site_url + preset.base
            other = replace(self, preset=preset, base_url=base, site_path="", term_path="", also=())
            term = replace(feed.term, slug=slug(other)) if feed.term else None
            twin = other.feed(Term("", declared, declared) if declared else term, language=feed.language.lower())
            for form, path in twin.paths:
                if form != "html":
                    yield Address(form, other.url(path), self._below(other.file_url(path)))
        for alias in self.own[declared].aliases if declared in self.own else ():
            if _PLAIN_PATH.fullmatch(alias):
                yield Address(_form_of(alias), self.url(alias), alias)

    def _below(self, url: str) -> str:
        return unquote(url.removeprefix(self.base_url)) if url.startswith(self.base_url) else ""

    def _template(self, taxonomy: str) -> str:
        if not taxonomy:
            return self.site_path or self.preset.site
        return self.term_path or self.preset.terms.get(taxonomy, self.preset.term)

    def _path(self, form: str, term: Term | None) -> str:
        preset = self.preset
        known = {
            "file": preset.files.get(form, FILES.get(form, form)),
            "ending": preset.endings.get(form, ENDINGS.get(form, f".{form}")),
            "plain": ENDINGS.get(form, f".{form}"),
            "format": form,
        }
        if term:
            known |= {"taxonomy": singular(term.taxonomy), "taxonomies": term.taxonomy}
            known |= {"slug": term.slug, "name": term.slug}
        return self._page(term) if form == "html" else self._wanted(term).format_map(known)

    def _wanted(self, term: Term | None) -> str:
        """The template of a feed's documents."""
        if term is None or term.taxonomy:
            return self._template(term.taxonomy if term else "")
        own = self.own.get(term.name)
        return own.path if own and own.path else self.preset.own

    def _page(self, term: Term | None) -> str:
        """A feed's page for people: below our own folder, since elsewhere the site's own pages may stand."""
        if term is None:
            return f"{self.preset.directory}site.html"
        kind = f"{singular(term.taxonomy)}/" if term.taxonomy else ""
        return f"{self.preset.directory}{kind}{term.slug}/index.html"


def _quoted(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{_quoted_part(folder)}{slash}{_quoted_part(name)}"


@lru_cache(maxsize=4096)
def _quoted_part(part: str) -> str:
    # the documents of a feed share its folder, and those of a format their name; each names all the others
    return quote(part, safe="/~")


def _is_index(path: str, ending: str) -> bool:
    """Whether a path ends in a whole index file: `feed/index.xml`, but not `feed/myindex.xml`."""
    return path.endswith(ending if ending.startswith("/") else f"/{ending}") or path == ending


def _last_part(url: str) -> str:
    """What a site calls a term: the last part of the address of its page, "" where there is no page."""
    last = unquote(urlsplit(url).path).strip("/").rpartition("/")[2]
    return last.removesuffix(".html")


def _form_of(path: str) -> str:
    """The format that an address promises by its name."""
    name = path.casefold()
    if name.endswith(".json"):
        return "json"
    return "rss" if "rss" in name else "atom"
