"""Astro 5: content collections and Markdown pages, at the addresses that most Astro sites give them.

In: `astro.config.*`, the file that declares the collections and the names of dynamic routes, as far as they are
plain literals, then one file at a time. Out: Posts. Routes are code: docs/dialects.md says which convention holds
where none can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, Self
from urllib.parse import unquote

from syndicate.content.dates import from_name
from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.content.dialects._addresses import below, encoded_path
from syndicate.content.dialects._astro_site import COLLECTIONS, CONFIG, POSTS, ROUTES, Site, read, slugged
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, as_text, language_tag, one_line, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._headings import first_heading
from syndicate.content.dialects._javascript_site import aliases, first_moment, is_below, leads_to, undated
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.content.frontmatter import truth
from syndicate.markup.excerpt import TITLE_LIMIT, summary
from syndicate.model import FrontMatter, Post, Problem, Stamp, Value, Visibility
from syndicate.model.records import NamedTuple, dataclass

_POSTS = re.compile(r"[^._].*\.(?:md|mdx|markdown)\Z", re.DOTALL)
_PUBLISHED = ("pubDate", "pubDatetime", "publishDate", "published", "publishedAt", "publishedDate", "date", "pubdate")
_UPDATED = ("updatedDate", "modDatetime", "updated", "updatedAt", "lastUpdated", "lastmod", "modified")
_IMAGES = ("image", "heroImage", "ogImage", "cover", "coverImage", "featuredImage", "thumbnail")
_WITH_IMAGES = frozenset(_IMAGES)
_INDEX = re.compile(r"(?:^|/)index\Z")


class _Place(NamedTuple):
    """Where a file lies: the collection ("" for a page), the path below its folder, whether a date makes it a post."""

    collection: str
    own: str
    needs_date: bool


@dataclass(frozen=True, slots=True)
class Astro(Dialect):
    """The dialect of an Astro site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "astro"
    config_files: ClassVar[tuple[str, ...]] = (*CONFIG, *COLLECTIONS, *ROUTES)

    facts: Facts
    site: Site

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """Its configuration has a name that nobody else uses."""
        return 0 if names.isdisjoint(CONFIG) else 95

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; what cannot be read as a plain literal has its default."""
        return cls(*read(files, given)), []

    @property
    def templates(self) -> str:
        """Bodies of `.mdx` files are MDX; the language leaves plain Markdown as it is."""
        return "mdx"

    @property
    def variables(self) -> Mapping[str, Value]:
        """Which files are MDX."""
        return {"mdx_endings": [".mdx"]}

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Collections and pages are walked; what leads there is entered."""
        name = path.rpartition("/")[2]
        if name.startswith((".", "_")) or "node_modules" in path.split("/"):
            return Folder(enter=False)
        homes = ("src/content", "src/data", "src/pages", *self.site.homes)
        if any(is_below(path, home) for home in homes):
            return Folder(enter=True, posts=_POSTS)
        return Folder(enter=any(leads_to(path, home) for home in homes))

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for pages, and for entries of other collections without a date."""
        place = _place(self.site, path)
        if place is None or path.startswith("_") or "/_" in path:
            return None, []
        if place.needs_date and all(matter.fields.get(key) in (None, "") for key in _PUBLISHED):
            return None, []
        fields = Fields(_as_usual(matter.fields), stamp.shown, matter.line_of)
        return _read(self.site, place, fields, stamp, path, matter), fields.problems

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """Files with an address of their own lie in `public/`."""
        root = f"{self.site.root}/"
        own = unquote(url[len(root) :].partition("?")[0].partition("#")[0])
        return (f"public/{own}",) if url.startswith(root) else ()


def _place(site: Site, path: str) -> _Place | None:
    for home, collection in site.homes.items():
        if path.startswith(f"{home}/"):
            return _Place(collection, path[len(home) + 1 :], collection not in POSTS)
    parts = path.split("/")
    if parts[:2] == ["src", "pages"]:
        return _Place("", "/".join(parts[2:]), needs_date=False) if POSTS.intersection(parts[2:-1]) else None
    if parts[:2] not in (["src", "content"], ["src", "data"]) or len(parts) < 4:
        return None
    if parts[1] == "data" and parts[2] not in POSTS:
        return None
    return _Place(parts[2], "/".join(parts[3:]), parts[2] not in POSTS)


def _as_usual(values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields with the picture under one name; one beside the post has an address that only the build knows."""
    if _WITH_IMAGES.isdisjoint(values):
        return dict(values)
    found = {key: value for key, value in values.items() if key not in _IMAGES}
    for key in _IMAGES:
        value = values.get(key)
        nested = value.get("src") or value.get("url") if isinstance(value, dict) else value
        written = (as_text(nested) or "").strip()
        if re.match(r"/|https?:", written):
            alt = values.get("heroImageAlt") or values.get("imageAlt") or values.get("coverAlt")
            found["image"] = value if isinstance(value, dict) else {"url": written, "alt": alt}
            break
    return found


def _read(site: Site, place: _Place, fields: Fields, stamp: Stamp, path: str, matter: FrontMatter) -> Post | None:
    published = first_moment(fields, site.zone, *_PUBLISHED) or _of_name(site, path)
    visibility = _visibility(fields)
    if undated(fields, published) and visibility is Visibility.PUBLIC:
        return None
    locale, own = _localized(site, place, fields)
    absolute = partial(below, site.root)
    authors = people(fields, {}, "author", "authors")
    labels = (*_labels(fields), ("authors", [author.name for author in authors]))
    post = Post(
        path=stamp.path,
        url=_url(site, place, fields, locale, own),
        title=_title(fields, path, matter.body),
        published=published,
        visibility=visibility,
        updated=first_moment(fields, site.zone, *_UPDATED),
        visible_from=published,
        terms=terms(fields, labels),
        authors=authors,
        language=fields.language("lang", "language", "locale") or language_tag(locale),
        summary=fields.text("description", "excerpt", "summary"),
        image=image(fields, absolute),
        enclosures=enclosures(fields, absolute),
        guid=guid(fields),
        aliases=tuple(
            dict.fromkeys(url for each in aliases(fields, "aliases", "redirect_from") if (url := absolute(each)))
        ),
        translation=f"{place.collection}/{own}" if site.locales else "",
        markup="markdown",
        body_at=matter.body_at,
    )
    return with_feed_fields(post, fields, absolute)


def _of_name(site: Site, path: str) -> datetime | None:
    parts = path.rpartition(".")[0].split("/")
    called = parts[-2] if parts[-1] == "index" and len(parts) > 1 else parts[-1]
    named = from_name(called)
    moment = Fields({"date": "-".join(map(str, named[:3]))}, "").moment("date", site.zone) if named else None
    return moment.at if moment else None


def _visibility(fields: Fields) -> Visibility:
    seen = hidden(fields)
    if seen is Visibility.PUBLIC and truth(fields.values.get("isDraft")) is True:
        return Visibility.DRAFT
    unlisted = seen is Visibility.PUBLIC and truth(fields.values.get("unlisted")) is True
    return Visibility.UNPUBLISHED if unlisted else seen


def _labels(fields: Fields) -> Iterator[tuple[str, list[str]]]:
    for taxonomy, keys in (("categories", ("category", "categories")), ("tags", ("tag", "tags"))):
        yield taxonomy, [name for key in keys for name in fields.items(key, fields.values.get(key))]


def _localized(site: Site, place: _Place, fields: Fields) -> tuple[str, str]:
    """The locale that begins the path in its collection, and the path without it; "" where there is none."""
    first, slash, rest = place.own.partition("/")
    if slash and first in site.locales:
        return first, rest
    return (site.locale if site.locales and not fields.raw("lang", "language", "locale") else ""), place.own


def _url(site: Site, place: _Place, fields: Fields, locale: str, own: str) -> str:
    if (written := fields.text("permalink")) and (found := below(site.root, written)):
        return found
    spoken = locale if locale and (locale != site.locale or site.prefixed) else ""
    if place.collection:
        path = f"{site.routes.get(place.collection, place.collection)}/{_id(fields, own)}"
    else:
        spoken = locale if place.own != own else ""
        path = _INDEX.sub("", own.rpartition(".")[0])
    parts = [part for part in f"{spoken}/{path}".split("/") if part]
    address = encoded_path("/".join(parts)).replace("?", "%3F").replace("#", "%23")
    return f"{site.root}/{address}{site.ending}" if address else f"{site.root}/"


def _id(fields: Fields, own: str) -> str:
    """The id of an entry: `slug`, else its path, each part made lower case and plain, without `index`."""
    if slug := fields.text("slug").strip("/"):
        return slug
    return "/".join(map(slugged, own.rpartition(".")[0].split("/"))).removesuffix("/index")


def _title(fields: Fields, path: str, body: str) -> str:
    if fields.raw("title") is not None:
        return fields.title()
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return summary(first_heading(body, markdown=True), TITLE_LIMIT) or one_line(stem)
