"""Which feeds there are, what they are called, and where their documents stand. Pure.

In: what is known of the site, the preset, and a term with its slug. Out: Feeds and URLs. A
preset is a table of paths and the rule for ids; a site that moves to us keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from syndicate.feeds.taxonomy import feed_key, singular
from syndicate.model import Feed, Term

_FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
_ENDINGS = {"rss": ".rss", "atom": ".xml", "json": ".json"}


@dataclass(frozen=True, slots=True)
class Preset:
    """Where documents stand, and which id a post gets.

    Templates know `{file}` (rss.xml, atom.xml, feed.json), `{ending}` (.rss, .xml, .json),
    `{format}`, `{taxonomy}` (singular), `{slug}` and `{name}` (the term as written, where
    that is safe). `base` is where the output folder is served below the site. `ids` is
    `url` (the permalink) or `generator` (the site's address and the generator's own id). `mixed` says that
    posts in all languages share their feeds.
    """

    name: str
    base: str
    site: str
    term: str
    ids: str
    directory: str
    terms: Mapping[str, str] = field(default_factory=dict)
    mixed: bool = False


PRESETS: Mapping[str, Preset] = {
    "syndicate": Preset(
        "syndicate", base="/feeds/", site="{file}", term="{taxonomy}/{slug}/{file}", ids="url", directory=""
    ),
    "jekyll": Preset(
        "jekyll",
        base="/",
        site="feed{ending}",
        term="feed/by_{taxonomy}/{name}{ending}",
        terms={"categories": "feed/{name}{ending}"},
        ids="generator",
        mixed=True,
        # the site's own index.html stands in the root of this output
        directory="feed/",
    ),
}


def adapted(preset: Preset, feed_paths: Mapping[str, str]) -> Preset:
    """The preset with the paths that the site's own feed plugin was told to use.

    `feed_paths` are paths of Atom documents by kind: `site`, and `tag` with `{name}` in it.
    """
    if preset.ids != "generator" or not feed_paths:
        return preset
    paths = {kind: path.removesuffix(".xml") + "{ending}" for kind, path in feed_paths.items()}
    tags = {"tags": paths["tag"]} if "tag" in paths else {}
    return replace(preset, site=paths.get("site", preset.site), terms={**preset.terms, **tags})


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

    def rule(self, taxonomy: str) -> str:
        """The naming rule of a taxonomy's slugs: `raw` where its paths hold the bare name."""
        return "raw" if "{name}" in self._template(taxonomy) else self.slugs

    def feed(self, term: Term | None, home_url: str = "", language: str = "") -> Feed:
        """The feed of a term, or of the site where there is none; `language` as on its shelf, "" for the site's own."""
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
        """Whether a feed with this slug would stand where one of the pages does."""
        paths = (self._path(form, Term(taxonomy, slug, slug)).casefold() for form in self.formats)
        return any(path in self.pages for path in paths)

    def url(self, path: str) -> str:
        """The public address of a document."""
        return self.base_url + quote(path, safe="/~")

    def _template(self, taxonomy: str) -> str:
        if not taxonomy:
            return self.site_path or self.preset.site
        return self.term_path or self.preset.terms.get(taxonomy, self.preset.term)

    def _path(self, form: str, term: Term | None) -> str:
        known = {"file": _FILES.get(form, form), "ending": _ENDINGS.get(form, f".{form}"), "format": form}
        if term:
            known |= {"taxonomy": singular(term.taxonomy), "slug": term.slug, "name": term.slug}
        return self._template(term.taxonomy if term else "").format_map(known)
