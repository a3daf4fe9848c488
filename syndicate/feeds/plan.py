"""Which feeds there are, what they are called, and where their documents stand. Pure.

In: what is known of the site, the preset, and a term with its slug. Out: Feeds and URLs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from syndicate.feeds.presets import ENDINGS, FILES, PRESETS, Preset, adapted
from syndicate.feeds.taxonomy import feed_key, singular
from syndicate.model import Feed, Term
from syndicate.settings import OwnFeed

__all__ = ["PRESETS", "Plan", "Preset", "adapted", "usual_tag"]

_PAGE_OF_HISTORY = re.compile(r"(?:.*/)?archive/[0-9]+/[^/]*", re.DOTALL)


def usual_tag(language: str) -> str:
    """A language tag in the usual letters: `zh-hant-tw` → `zh-Hant-TW` (RFC 5646, 2.1.1)."""
    first, *rest = language.lower().split("-")
    return "-".join([first, *({2: str.upper, 4: str.title}.get(len(part), str)(part) for part in rest)])


@dataclass(frozen=True, slots=True)
class Plan:
    """All about names and addresses of one site's feeds.

    `site_url` has no trailing slash, `base_url` (where the output folder is served) has one.
    `site_path` and `term_path` override the preset's templates. `languages` are the site's further
    languages, as (tag, title of the site in it); the feeds of each stand in a folder named by its tag.
    `own` are the feeds that the operator declares, by name.
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

    def rule(self, taxonomy: str) -> str:
        """The naming rule of a taxonomy's slugs: `raw` where its paths hold the bare name."""
        return "raw" if "{name}" in self._template(taxonomy) else self.slugs

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
        return self.base_url + quote(shown, safe="/~")

    def _template(self, taxonomy: str) -> str:
        if not taxonomy:
            return self.site_path or self.preset.site
        return self.term_path or self.preset.terms.get(taxonomy, self.preset.term)

    def _path(self, form: str, term: Term | None) -> str:
        preset = self.preset
        known = {
            "file": preset.files.get(form, FILES.get(form, form)),
            "ending": preset.endings.get(form, ENDINGS.get(form, f".{form}")),
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


def _is_index(path: str, ending: str) -> bool:
    """Whether a path ends in a whole index file: `feed/index.xml`, but not `feed/myindex.xml`."""
    return path.endswith(ending if ending.startswith("/") else f"/{ending}") or path == ending
