"""Eleventy 3: pages that are collected as posts, at the addresses Eleventy gives them.

In: the configuration as far as it is plain literals, data files, then one file at a time. Out: Posts. Eleventy
knows pages and collections, but no posts: docs/dialects.md says which pages are taken for posts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar, Self
from urllib.parse import unquote

from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.content.dialects._addresses import below, beside, encoded_path
from syndicate.content.dialects._eleventy_data import beside as data_beside
from syndicate.content.dialects._eleventy_data import merge, tags_of
from syndicate.content.dialects._eleventy_permalinks import default_path, href, page_data, rendered
from syndicate.content.dialects._eleventy_site import CONFIG, FILES, Site, opened
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, as_text, language_tag, shortened, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._headings import first_heading
from syndicate.content.dialects._javascript_site import aliases, first_moment, is_below, leads_to, undated
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.content.frontmatter import truth
from syndicate.markup.excerpt import TITLE_LIMIT, summary
from syndicate.model import FrontMatter, Post, Problem, Stamp, Value, Visibility
from syndicate.model.records import dataclass

_POSTS = re.compile(r"[^.].*\.(?:md|html|njk|liquid)\Z", re.DOTALL)
_COLLECTS = frozenset(("post", "posts", "blog", "article", "articles"))
_FOLDERS = frozenset(("post", "posts", "_posts", "blog", "article", "articles", "news", "notes"))
_NO_TOPICS = frozenset(("all", "nav", "post", "posts"))
_NO_DATES = frozenset(("last modified", "created", "git last modified", "git created"))
_IN_PATH = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UPDATED = ("updated", "modified", "lastmod", "last_modified_at", "dateModified", "updatedDate")


@dataclass(frozen=True, slots=True)
class Eleventy(Dialect):
    """The dialect of an Eleventy site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "eleventy"
    config_files: ClassVar[tuple[str, ...]] = FILES

    facts: Facts
    site: Site

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """Its configuration has a name that nobody else uses; without one, its package is asked for."""
        if not names.isdisjoint(CONFIG):
            return 95
        if ".eleventyignore" in names:
            return 80
        return 80 if "package.json" in names and '"@11ty/eleventy"' in text("package.json") else 0

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; what cannot be read as a plain literal has its default."""
        facts, site, problems = opened(files, given)
        return cls(facts, site), problems

    @property
    def templates(self) -> str:
        """The language that Markdown passes through: Liquid, unless the configuration says otherwise."""
        return self.site.engine

    @property
    def variables(self) -> Mapping[str, Value]:
        """The global data, as templates know it."""
        return self.site.shared

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """All of the input folder, without includes, data, output and what is ignored."""
        if any(part.startswith(".") or part == "node_modules" for part in path.split("/")):
            return Folder(enter=False)
        source = self.site.source
        if path and source and leads_to(path, source):
            return Folder(enter=True)
        if any(is_below(path, each) for each in self.site.left_out) or (path and self.site.ignored.fullmatch(path)):
            return Folder(enter=False)
        if is_below(path, self.site.source):
            return Folder(enter=True, posts=_POSTS)
        return Folder(enter=leads_to(path, self.site.source))

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for pages that are no posts."""
        if not is_below(path, self.site.source) or self.site.ignored.fullmatch(path):
            return None, []
        above, alone = data_beside(self.site.data, self.site.source, path)
        own = dict(alone)
        merge(own, matter.fields)
        values = dict(above)
        merge(values, alone)
        merge(values, matter.fields)
        fields = Fields(values, stamp.shown, matter.line_of)
        if not _is_post(self.site, path, fields):
            return None, []
        tags = _topics(tags_of(above.get("tags")), tags_of(values.get("tags")), tags_of(own.get("tags")))
        return _read(self.site, path, fields, tags, stamp, matter), fields.problems

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """Beside the post, and where people have files passed through from: the input folder, the top, `public`."""
        root = f"{self.site.root}/"
        clean = url.partition("?")[0].partition("#")[0]
        if not clean.startswith(root):
            return ()
        above, inside = page[: page.rfind("/") + 1], unquote(clean[len(root) :])
        tail = unquote(clean[len(above) :]) if clean.startswith(above) else ""
        sources = (f"{self.site.source}/" if self.site.source else "", "", "public/", "static/")
        found = [f"{path.rpartition('/')[0]}/{tail}"] if tail else []
        return tuple(dict.fromkeys([*found, *(f"{source}{inside}" for source in sources)]))


def _below_source(site: Site, path: str) -> str:
    return path[len(site.source) + 1 :] if site.source else path


def _is_post(site: Site, path: str, fields: Fields) -> bool:
    """Collected as a post, or in a folder of posts, or dated; and no list of pages, and not left out by a flag."""
    values = fields.values
    excluded = values.get("eleventyExcludeFromCollections")
    if truth(excluded) is True or _no_page(values.get("permalink")) or values.get("pagination"):
        return False
    tags = set(tags_of(values.get("tags")))
    left = tags_of(excluded)
    if tags.intersection(_COLLECTS).difference(left):
        return True
    if not path.endswith((".md", ".html")):
        return False
    if _written_date(fields) or _IN_PATH.search(path):
        return True
    folders = _below_source(site, path).split("/")
    return bool(_FOLDERS.intersection(folders[:-1])) and not (
        folders[-1].startswith("index.") and folders[-2] in _FOLDERS
    )


def _no_page(permalink: Value) -> bool:
    """`permalink: false`, also of its member `build`: a page that is not written."""
    value = permalink.get("build", False) if isinstance(permalink, dict) and permalink else permalink
    return value is False


def _written_date(fields: Fields) -> bool:
    written = (as_text(fields.values.get("date")) or "").strip()
    return bool(written) and written.casefold() not in _NO_DATES


def _topics(above: list[str], tags: list[str], own: list[str]) -> list[str]:
    """The tags of a post without those that merely collect: the usual ones, and names of posts given by a folder."""
    collecting = _NO_TOPICS | (_COLLECTS.intersection(above) - set(own))
    return [tag for tag in tags if tag not in collecting]


def _read(site: Site, path: str, fields: Fields, tags: list[str], stamp: Stamp, matter: FrontMatter) -> Post | None:
    published = _published(site, path, fields)
    visibility = hidden(fields)
    if undated(fields, published) and visibility is Visibility.PUBLIC:
        return None
    url = _url(site, path, fields, published)
    absolute = partial(_absolute, site.root, url)
    authors = people(fields, {}, "author", "authors")
    categories = [name for key in ("category", "categories") for name in fields.items(key, fields.values.get(key))]
    labels = (("categories", categories), ("tags", tags), ("authors", [author.name for author in authors]))
    post = Post(
        path=stamp.path,
        url=url,
        title=_title(fields, path, matter),
        published=published,
        visibility=visibility,
        updated=first_moment(fields, site.zone, *_UPDATED),
        terms=terms(fields, labels),
        authors=authors,
        language=_language(site, path, fields),
        summary=fields.text("description", "excerpt", "summary"),
        image=image(fields, absolute),
        enclosures=enclosures(fields, absolute),
        guid=guid(fields),
        aliases=_aliases(site, fields),
        translation=_translation(site, path),
        markup="markdown" if path.endswith(".md") else "html",
        body_at=matter.body_at,
    )
    return with_feed_fields(post, fields, absolute)


def _absolute(root: str, url: str, written: str) -> str:
    """Paths from the root are below the site's address, others beside the page."""
    return below(root, written) if written.lstrip().startswith("/") else beside(url, written)


def _published(site: Site, path: str, fields: Fields) -> datetime | None:
    if _written_date(fields) and (moment := fields.moment("date", site.zone)):
        return moment.at
    named = _IN_PATH.search(path)
    found = Fields({"date": named[0]}, "").moment("date", site.zone) if named else None
    return found.at if found else None


def _url(site: Site, path: str, fields: Fields, published: datetime | None) -> str:
    """The permalink, else the default address; one that cannot be worked out is told of."""
    own = _below_source(site, path)
    permalink: Any = fields.values.get("permalink")
    written = as_text(permalink.get("build") if isinstance(permalink, dict) else permalink)
    found = default_path(own)
    if written:
        page = page_data(own, published.astimezone(UTC) if published else None)
        filled = rendered(written, {**site.shared, **fields.values, "page": page})
        if filled is not None and filled.strip():
            found = href(filled)
        else:
            fields.report(
                "permalink-unreadable",
                f"`{shortened(written)}` cannot be worked out without running it; the default address is used: "
                "write plain lookups such as `/blog/{{ page.fileSlug }}/`",
                "permalink",
            )
    return site.root + encoded_path(found).replace("?", "%3F").replace("#", "%23")


def _title(fields: Fields, path: str, matter: FrontMatter) -> str:
    if fields.raw("title") is not None:
        return fields.title()
    return summary(first_heading(matter.body, markdown=path.endswith(".md")), TITLE_LIMIT)


def _language(site: Site, path: str, fields: Fields) -> str:
    """The key, else the folder of a language where the site uses the plugin for them."""
    written = fields.language("lang", "language", "locale")
    return written or (_spoken(site, path) or site.language if site.language else "")


def _spoken(site: Site, path: str) -> str:
    first, slash, _rest = _below_source(site, path).partition("/")
    return language_tag(first) if slash and re.fullmatch("[a-z]{2}(?:-[A-Za-z]{2,4})?", first) else ""


def _translation(site: Site, path: str) -> str:
    """Pages at the same path below folders of languages belong together."""
    if not site.language:
        return ""
    own = _below_source(site, path)
    return own.partition("/")[2] if _spoken(site, path) else own


def _aliases(site: Site, fields: Fields) -> tuple[str, ...]:
    found = (below(site.root, each) for each in aliases(fields, "aliases", "redirect_from"))
    return tuple(dict.fromkeys(url for url in found if url))
