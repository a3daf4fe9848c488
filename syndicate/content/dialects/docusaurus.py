"""Docusaurus 3: the posts of its blogs, read as its blog plugin reads them.

In: `docusaurus.config.*` as far as it is plain literals, `authors.yml`, `tags.yml`, then one file at a
time. Out: Posts. docs/dialects.md says what is honoured.
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
from syndicate.content.dialects._docusaurus_site import CONFIG, Blog, Site, read
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, as_text, language_tag, one_line, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._headings import first_heading
from syndicate.content.dialects._javascript_site import first_moment, is_below, leads_to, mapping, undated
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people, person
from syndicate.content.frontmatter import truth
from syndicate.markup.excerpt import TITLE_LIMIT, summary
from syndicate.model import Author, FrontMatter, Post, Problem, Stamp, Value, Visibility
from syndicate.model.records import dataclass

_POSTS = re.compile(r"[^.].*\.mdx?\Z", re.DOTALL)
_NAME = re.compile(r"(.*)([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})[-/]?(.*?)(?:/index)?\.mdx?\Z", re.DOTALL)
_SLASHES = re.compile("/{2,}")
_ENDING = re.compile(r"(?:/index)?\.mdx?\Z")
_TRUNCATE = re.compile(r"<!--\s*+truncate\s*+-->|\{/\*\s*+truncate\s*+\*/\}")
_BEFORE_TITLE = re.compile(r"(?:\s++|import\b[^\n]*+|<!--[^>]*+-->|\{/\*[^}]*+\*/\})*+")
_CONTENT_TITLE = re.compile(r"# [^\n]++(?:\n|\Z)|[^\n]++\n=++[ \t]*+(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Docusaurus(Dialect):
    """The dialect of a Docusaurus site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "docusaurus"
    config_files: ClassVar[tuple[str, ...]] = (*CONFIG, "**/authors.yml", "**/tags.yml")

    facts: Facts
    site: Site

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """Its configuration has a name that nobody else uses."""
        return 0 if names.isdisjoint(CONFIG) else 95

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; what cannot be read as a plain literal has its default."""
        facts, site, problems = read(files, given)
        return cls(facts, site), problems

    @property
    def templates(self) -> str:
        """All Markdown of Docusaurus is MDX."""
        return "mdx"

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Blogs and their translations are walked; what leads there is entered."""
        if path.rpartition("/")[2].startswith(".") or "node_modules" in path.split("/"):
            return Folder(enter=False)
        homes = [home for _blog, _locale, home in _homes(self.site, path)]
        if any(is_below(path, home) for home in homes):
            return Folder(enter=True, posts=_POSTS)
        return Folder(enter=any(leads_to(path, home) for home in homes))

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for what the blog leaves out."""
        for blog, locale, home in _homes(self.site, path):
            own = path.removeprefix(f"{home}/")
            if own != path and blog.include.fullmatch(own) and not blog.exclude.fullmatch(own):
                fields = Fields(_as_docusaurus(matter.fields), stamp.shown, matter.line_of)
                return _read(self.site, blog, locale, own, fields, stamp, matter), fields.problems
        return None, []

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """Files with a plain address lie in `static/`; relative ones beside the post."""
        root = f"{self.site.root}/"
        if not url.startswith(root):
            return ()
        own = unquote(url[len(root) :].partition("?")[0].partition("#")[0])
        return (f"static/{own}", f"{path.rpartition('/')[0]}/{own.rpartition('/')[2]}".lstrip("/"))


def _homes(site: Site, path: str) -> Iterator[tuple[Blog, str, str]]:
    """Where posts may lie: each blog's own folder, and that of the locale the path is in ("" for the default)."""
    parts = path.split("/")
    for blog in site.blogs:
        yield blog, "", blog.folder
        locale = parts[1] if len(parts) > 1 and parts[0] == "i18n" else "*"
        if locale == "*" or not site.locales or locale in site.locales:
            yield blog, locale, f"i18n/{locale}/{blog.localized}"


def _as_docusaurus(values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields; an image beside the post is left out, since its address has a digest that only the build knows."""
    found = dict(values)
    if (as_text(found.get("image")) or "").lstrip().startswith("."):
        del found["image"]
    return found


def _read(
    site: Site, blog: Blog, locale: str, own: str, fields: Fields, stamp: Stamp, matter: FrontMatter
) -> Post | None:
    day, slug, text = _named(own)
    published = first_moment(fields, site.zone, "date") or _at(site, day)
    visibility = _visibility(fields)
    if undated(fields, published) and visibility is Visibility.PUBLIC:
        return None
    authors = _authors(fields, blog)
    root = site.root if locale in ("", site.locale) else f"{site.root}/{encoded_path(locale)}"
    absolute = partial(below, site.root)
    title, body_at = _title(fields, matter, text)
    labels = (("tags", list(_tags(fields, blog))), ("authors", [author.name for author in authors]))
    spoken = locale or (site.locale if len(site.locales) > 1 else "")
    post = Post(
        path=stamp.path,
        url=_url(site, root, blog, fields.text("slug") or slug),
        title=title,
        published=published,
        visibility=visibility,
        updated=_updated(site, fields),
        terms=terms(fields, labels),
        authors=authors,
        language=language_tag(spoken),
        summary=fields.text("description"),
        separator=_separator(matter.body),
        image=image(fields, absolute),
        enclosures=enclosures(fields, absolute),
        guid=guid(fields, doubtful=()),  # `id` is what Docusaurus calls a document
        translation=f"{blog.folder}/{own}" if len(site.locales) > 1 or locale else "",
        markup="markdown",
        body_at=body_at,
    )
    return with_feed_fields(post, fields, absolute)


def _named(own: str) -> tuple[str, str, str]:
    """What a path in the blog says: the date as written ("" for none), the slug, and what the post is called."""
    found = _NAME.match(own)
    if found is None:
        text = _ENDING.sub("", own)
        return "", f"/{text}", text
    folder, day, text = found.groups()
    return day, f"/{day.replace('-', '/')}/{folder}{text}", text


def _at(site: Site, day: str) -> datetime | None:
    named = from_name(day.replace("/", "-"))
    moment = Fields({"date": "-".join(map(str, named[:3]))}, "").moment("date", site.zone) if named else None
    return moment.at if moment else None


def _visibility(fields: Fields) -> Visibility:
    seen = hidden(fields)
    unlisted = seen is Visibility.PUBLIC and truth(fields.values.get("unlisted")) is True
    return Visibility.UNPUBLISHED if unlisted else seen


def _url(site: Site, root: str, blog: Blog, slug: str) -> str:
    """The route and the slug, with the slash at the end that `trailingSlash` wants; without it as written."""
    path = _SLASHES.sub("/", encoded_path(f"/{blog.route}/{slug}").replace("?", "%3F").replace("#", "%23"))
    if site.slash is not None:
        path = path.rstrip("/") + ("/" if site.slash else "")
    return f"{root}{path}" if path else f"{root}/"


def _title(fields: Fields, matter: FrontMatter, text: str) -> tuple[str, int]:
    """The title, and where the body begins: a heading on top is the title of the page and no part of its text."""
    begin = _BEFORE_TITLE.match(matter.body)
    at = begin.end() if begin else 0
    heading = _CONTENT_TITLE.match(matter.body, at)
    found = summary(first_heading(heading[0], markdown=True), TITLE_LIMIT) if heading else ""
    alone = heading is not None and not matter.body[:at].strip()
    body_at = matter.body_at + heading.end() if heading and alone else matter.body_at
    written = fields.title() if fields.raw("title") is not None else ""
    return written or found or one_line(text), body_at


def _separator(body: str) -> str:
    """The mark below which a post goes on; the form `{/* truncate */}` is a comment once MDX is read."""
    found = _TRUNCATE.search(body)
    if found is None:
        return ""
    return found[0] if found[0].startswith("<") else "<!-- truncate -->"


def _updated(site: Site, fields: Fields) -> datetime | None:
    if "last_update" not in fields.values:
        return None
    given = Fields({"last_update": mapping(fields.values.get("last_update")).get("date")}, fields.path)
    found = first_moment(given, site.zone, "last_update")
    fields.problems.extend(given.problems)
    return found


def _tags(fields: Fields, blog: Blog) -> Iterator[str]:
    """Tags by their label: a key of `tags.yml`, a mapping with a `label`, or plain text."""
    value = fields.values.get("tags")
    for item in value if isinstance(value, list) else [value]:
        label = as_text(item.get("label")) if isinstance(item, dict) else None
        for text in [label] if label else fields.items("tags", item):
            yield blog.tags.get(text, text)


def _authors(fields: Fields, blog: Blog) -> tuple[Author, ...]:
    """`authors` as keys of `authors.yml`, names or mappings (over the author of their `key`); else the old keys."""
    value = fields.values.get("authors")
    if value is None:
        url = as_text(fields.first("author_url", "authorURL")[1]) or ""
        named = fields.line("author") if not isinstance(fields.values.get("author"), list | dict) else ""
        if named and named not in blog.authors and url:
            return tuple(filter(None, [person({"name": named, "url": url})]))
        return people(fields, blog.authors, "author")
    items = [_merged(item, blog) for item in (value if isinstance(value, list) else [value])]
    return people(Fields({"authors": items}, fields.path), blog.authors, "authors")


def _merged(item: Value, blog: Blog) -> Value:
    known = blog.authors.get((as_text(item.get("key")) or "").strip()) if isinstance(item, dict) else None
    return {"name": known.name, "email": known.email, "url": known.url, **item} if known else item
