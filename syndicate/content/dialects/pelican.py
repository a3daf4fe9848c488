"""Pelican 4.12: articles in Markdown, reST and HTML, read as Pelican itself reads them.

In: `pelicanconf.py` and `publishconf.py`, as text; then one file's front matter at a time. Out: Posts whose
URLs, terms and visibility are those of the built site. docs/dialects.md says what is honoured.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import ClassVar, Self

from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.content.dialects._addresses import below, encoded_path
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, as_text, one_line, shortened, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._pelican_metadata import listed, metadata, wall_clock
from syndicate.content.dialects._pelican_settings import CONFIG, read
from syndicate.content.dialects._pelican_site import Site, facts, root_url, site, zone_name
from syndicate.content.dialects._pelican_urls import filled
from syndicate.content.dialects._people import person
from syndicate.content.dialects._zones import zone_named
from syndicate.markup.render import to_html
from syndicate.markup.slugs import slugify
from syndicate.model import Author, FrontMatter, Post, Problem, Severity, Stamp, Value, Visibility
from syndicate.model.records import dataclass

_NEVER = frozenset(("node_modules", "__pycache__"))
_STATUSES = {"": Visibility.PUBLIC, "published": Visibility.PUBLIC, "draft": Visibility.DRAFT}
_LINKED = re.compile(r"[{|](?:filename|static|attach)[|}](.*)", re.DOTALL)
_FORMS = {"rst": ("rest",), "html": ("meta",), "htm": ("meta",)}


@dataclass(frozen=True, slots=True)
class Pelican(Dialect):
    """The dialect of a Pelican site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "pelican"
    config_files: ClassVar[tuple[str, ...]] = CONFIG

    facts: Facts
    site: Site

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """Nothing else has a `pelicanconf.py`."""
        return 95 if CONFIG[0] in names else 0

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; faults of its configuration are Problems, the rest of it holds."""
        settings = read(files)
        if zone_named(given.timezone) and given.timezone:
            settings.values["TIMEZONE"] = given.timezone
        root = root_url(settings, given)
        opened = site(settings, root)
        found = cls(facts(settings, root, zone_name(settings)), opened)
        return found, list(dict.fromkeys(settings.problems))

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Articles lie below PATH, but not where pages, the theme or the output do."""
        parts = path.split("/") if path else []
        if any(self.site.ignored.match(part) or part in _NEVER for part in parts) or path in self.site.outside:
            return Folder(enter=False)
        content = self.site.content
        if not self.site.certain and not path and "content" in names:
            return Folder(enter=True)
        if content and not f"{path}/".startswith(f"{content}/"):
            return Folder(enter=f"{content}/".startswith(f"{path}/") or not path)
        return self._below(_within(self.site, path))

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for what Pelican would not publish, with a Problem if that is a fault."""
        within = _within(self.site, path)
        if self.site.content and within == path:
            return None, []
        fields = metadata(self.site, within, matter, stamp.shown, _line_finder(matter))
        if fields.text("status") == "skip":
            return None, []
        return _Article(self.site, within, path, fields, matter).post(stamp), fields.problems

    def forms(self, path: str) -> Sequence[str]:
        """The forms Pelican knows; a plugin may have Markdown files begin with YAML."""
        ending = path.rpartition(".")[2]
        return _FORMS.get(ending, () if self.site.yaml else ("lines",))

    @property
    def templates(self) -> str:
        return "pelican"

    @property
    def variables(self) -> Mapping[str, Value]:
        """What links in bodies need: where the content lies, patterns of addresses, rules of slugs."""
        slugs = self.site.slugs
        by = {kind: [[rule.pattern, text] for rule, text in pairs] for kind, pairs in slugs.by.items()}
        return {
            "content": self.site.content if self.site.certain else "content",
            "terms": dict(self.site.term_urls),
            "rules": by,
            "in_unicode": slugs.in_unicode,
            "keep_case": slugs.keep_case,
            "moved": {path: data["path"] for path, data in self.site.extra if "path" in data},
        }

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """Below the content folder, where the settings moved it from, or beside the article (`{attach}`)."""
        named = Dialect.assets(self, path, page, url)
        content = f"{self.site.content}/" if self.site.content else "" if self.site.certain else "content/"
        beside = path.rpartition("/")[0]
        start = page[len(self.facts.url) + 1 :].rpartition("/")[0]
        found = []
        for name in named:
            moved = [source for source, data in self.site.extra if data.get("path") == name]
            tail = name[len(start) :].lstrip("/") if name.startswith(start) else name.rpartition("/")[2]
            found += [*(content + source for source in moved), content + name, posixpath.join(beside, tail)]
        return tuple(dict.fromkeys(found))

    def term_url(self, taxonomy: str, name: str) -> str:
        """The page of a tag, a category or an author."""
        pattern = self.site.term_urls.get(taxonomy, "")
        slug = _slug(self.site, name, taxonomy)
        path = filled(pattern, {"slug": slug, "name": name}, None) if pattern and slug else None
        return below(self.site.root, encoded_path(path)) if path else ""

    def _below(self, within: str) -> Folder:
        above = within.split("/")
        if any("/".join(above[: depth + 1]) in self.site.excluded for depth in range(len(above))):
            return Folder(enter=False)
        if any(not each or f"{within}/".startswith(f"{each}/") for each in self.site.articles):
            return Folder(enter=True, posts=self.site.names)
        return Folder(enter=not within or any(f"{each}/".startswith(f"{within}/") for each in self.site.articles))


def _within(of: Site, path: str) -> str:
    """A path of the site → the path below the content folder; unchanged where it is not there."""
    content = of.content or ("" if of.certain else "content")
    if path == content:
        return ""
    return path[len(content) + 1 :] if content and path.startswith(f"{content}/") else path


def _line_finder(matter: FrontMatter) -> Callable[[str], int | None]:
    """The line of a field: in fields of reST and meta elements, a key does not begin the line."""
    patterns = {"rest": r"[ \t]*:{}:", "meta": r".*\bname\s*=\s*[\"']?{}\b"}
    if matter.format not in patterns:
        return matter.line_of

    def line_of(key: str) -> int | None:
        wanted = re.compile(patterns[matter.format].format(re.escape(key)), re.IGNORECASE)
        lines = enumerate(matter.head.splitlines(), matter.head_line)
        return next((number for number, line in lines if wanted.match(line[:500])), None)

    return line_of


@lru_cache(4096)
def _term_slug(of: Site, text: str, kind: str) -> str:
    """The slug of a category or an author: a site has few of them, and many posts of each."""
    return _slug(of, text, kind)


def _slug(of: Site, text: str, kind: str = "") -> str:
    by = of.slugs.by.get(kind, of.slugs.by[""])
    return slugify(text, by, in_unicode=of.slugs.in_unicode, keep_case=of.slugs.keep_case)


@dataclass(frozen=True, slots=True)
class _Article:
    """One file: where it lies below the content folder, and its metadata."""

    site: Site
    within: str
    path: str
    fields: Fields
    matter: FrontMatter

    def post(self, stamp: Stamp) -> Post | None:
        fields = self.fields
        seen, published = self._visibility(), self._date("date")
        if seen is Visibility.PUBLIC and not self._is_complete(published):
            return None
        authors = self._authors()
        slug, category = self._slug(), one_line(as_text(fields.values.get("category")) or "")
        labels = (("categories", [category]), ("tags", listed(fields.values.get("tags"))))
        absolute = partial(_absolute, self.site, self.within)
        post = Post(
            path=stamp.path,
            url=self._url(slug, category, authors, published),
            title=fields.title(),
            published=published,
            visibility=seen,
            updated=self._date("modified"),
            visible_from=None if self.site.future else published,
            terms=terms(fields, (*labels, ("authors", [author.name for author in authors]))),
            authors=authors,
            language=fields.language("lang"),
            summary=self._summary(),
            image=image(_with_picture(fields), absolute),
            enclosures=enclosures(fields, absolute),
            guid=guid(fields),
            aliases=tuple(self._aliases()),
            translation=self._translation(slug),
            markup=_markup(self.path),
            body_at=self.matter.body_at,
        )
        return with_feed_fields(post, fields, absolute)

    def _visibility(self) -> Visibility:
        """`published` is the only word that shows an article; what Pelican does not know it leaves out."""
        written = self.fields.text("status")
        if written in _STATUSES:
            return _STATUSES[written] if written == "draft" else hidden(self.fields)
        if written != "hidden":
            message = f"`status: {shortened(written)}` is none of published, draft, hidden and skip: correct it"
            self.fields.report("field-unreadable", f"{message}; Pelican leaves the article out", "status")
        return Visibility.DRAFT if written.casefold() == "draft" else Visibility.UNPUBLISHED

    def _date(self, key: str) -> datetime | None:
        moment = self.fields.moment(key, self.site.zone)
        return moment.at if moment else None

    def _is_complete(self, published: datetime | None) -> bool:
        """Without a title or a date Pelican skips an article; a file that it copies as well is none."""
        if not self.fields.values.keys() & {"date", "title"} and self._is_copied():
            return False
        if published is None and not self.site.of_files:
            message = "there is no date that can be read, so Pelican skips the article; add `Date: 2022-02-22`"
            self.fields.report("post-without-date", message, "date", Severity.ERROR)
            return False
        if "title" not in self.fields.values:
            message = "there is no title, so Pelican skips the article; add `Title: …`"
            self.fields.report("post-without-title", message, "", Severity.ERROR)
            return False
        return True

    def _is_copied(self) -> bool:
        return any(each and f"{self.within}/".startswith(f"{each}/") for each in self.site.static)

    def _authors(self) -> tuple[Author, ...]:
        """`authors`, else `author`, which is one name whatever it holds, else the site's."""
        names = listed(self.fields.values.get("authors"))
        if not names:
            names = [(as_text(self.fields.values.get("author")) or "").strip() or self.site.author]
        return tuple(dict.fromkeys(author for name in names if (author := person(name))))

    def _slug(self) -> str:
        if written := self.fields.text("slug"):
            return written
        title = as_text(self.fields.values.get("title"))
        if self.site.slug_of_title and title is not None:
            return _slug(self.site, title)
        name = self.within.rpartition("/")[2].rpartition(".")[0]
        return _slug(self.site, name) if self.site.slug_of_name or title is None else ""

    def _url(self, slug: str, category: str, authors: tuple[Author, ...], published: datetime | None) -> str:
        if written := self.fields.text("url"):
            if found := below(self.site.root, written):
                return found
            self.fields.report("permalink-unreadable", "`url` is no address; write a path such as `a/b/`", "url")
        own = {key: text for key, value in self.fields.values.items() if (text := as_text(value)) is not None}
        language = (as_text(self.fields.values.get("lang")) or self.site.language).strip()
        writer = as_text(self.fields.values.get("author")) or (authors[0].name if authors else "")
        own |= {
            "slug": slug,
            "lang": language,
            "path": own.get("path", self.within),
            "category": _term_slug(self.site, category, "categories"),
            "author": _term_slug(self.site, writer, "authors"),
        }
        pattern = self.site.url if language == self.site.language else self.site.language_url
        own.pop("date", None)
        path = filled(pattern, own, self._local(published))
        if path is None:
            message = f"the pattern `{shortened(pattern)}` names what the article does not have; its slug is taken"
            self.fields.report("permalink-unreadable", f"{message}: correct ARTICLE_URL")
            path = f"{slug}.html"
        return f"{self.site.root}/{encoded_path(one_line(path).lstrip('/'))}"

    def _local(self, published: datetime | None) -> datetime | None:
        written = as_text(self.fields.values.get("date")) or ""
        return wall_clock(written, published, self.site.zone) if published else None

    def _summary(self) -> str:
        written = self.fields.text("summary", "description")
        return to_html(written, "rest") if self.matter.format == "rest" and written else written

    def _aliases(self) -> Iterator[str]:
        """Former addresses, as the plugin pelican-alias reads them: split at commas."""
        if not (alias := as_text(self.fields.values.get("alias"))):
            return
        written = alias.split(",")
        yield from dict.fromkeys(url for each in written[:100] if (url := below(self.site.root, each)))

    def _translation(self, slug: str) -> str:
        """Articles with the same slug, or whatever the site takes for that, are translations of each other."""
        values = [
            slug if key == "slug" else as_text(self.fields.values.get(key)) or "" for key in self.site.translation
        ]
        return one_line("/".join(values)) if all(values) else ""


def _with_picture(fields: Fields) -> Fields:
    if "og_image" in fields.values and not fields.values.get("image"):
        fields.put({**fields.values, "image": fields.values["og_image"]})
    return fields


def _absolute(of: Site, within: str, written: str) -> str:
    """An address in the metadata: below the root, and `{static}a.png` beside the article's file."""
    linked = _LINKED.match(written.strip())
    if not linked:
        return below(of.root, written)
    target = linked[1]
    path = target if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(within), target))
    return below(of.root, path)


def _markup(path: str) -> str:
    return {"rst": "rest", "html": "html", "htm": "html"}.get(path.rpartition(".")[2], "markdown")
