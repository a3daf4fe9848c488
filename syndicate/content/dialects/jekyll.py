"""Jekyll 4.3: `_posts`, `_drafts` and collections, read as Jekyll itself reads them.

In: `_config.yml`, `_data/authors.*`, then one file's front matter at a time. Out: Posts whose URLs, ids,
terms and visibility are those of the built site. docs/dialects.md says what is honoured, and names the few
places where we mean what the author meant rather than what Jekyll does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, Self

from syndicate.content.dialects import Alike, Dialect, Facts, Folder, Given
from syndicate.content.dialects._addresses import below, encoded_path
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, one_line, terms
from syndicate.content.dialects._jekyll_alike import alike
from syndicate.content.dialects._jekyll_dates import Dating, dating
from syndicate.content.dialects._jekyll_document import (
    SUMMARY,
    Document,
    categories,
    document,
    permalink,
    tags,
    unread_document,
)
from syndicate.content.dialects._jekyll_facts import (
    AUTHORS,
    CONFIG,
    configuration,
    facts,
    known_authors,
    root_url,
    template_variables,
)
from syndicate.content.dialects._jekyll_folders import file_excluded, inside, place
from syndicate.content.dialects._jekyll_languages import language_of, translation_of
from syndicate.content.dialects._jekyll_media import included_audio
from syndicate.content.dialects._jekyll_site import PAGES, Site, site, zones
from syndicate.content.dialects._jekyll_urls import titleized
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.model import Enclosure, FrontMatter, Post, Problem, Severity, Stamp, Value, Visibility
from syndicate.model.records import dataclass

_UPDATED = ("last_modified_at", "updated", "modified", "lastmod")
_HEXO = frozenset({"source", "themes", "scaffolds"})


@dataclass(frozen=True, slots=True)
class Jekyll(Dialect):
    """The dialect of a Jekyll site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "jekyll"
    config_files: ClassVar[tuple[str, ...]] = (*CONFIG, *AUTHORS)
    template_files: ClassVar[tuple[str, ...]] = ("_includes/**/*", "_data/**/*")

    facts: Facts
    site: Site
    config: Mapping[str, Value]

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """A configuration and `_posts` make it nearly certain; Hexo has such a file and no `_posts`."""
        configured = not names.isdisjoint(CONFIG)
        if "_posts" in names:
            return 90 if configured else 70
        if not configured:
            return 0
        return 10 if "source" in names and len(names & _HEXO) > 1 else 50

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; faults of its configuration are Problems, the rest of it holds."""
        config = configuration(files)
        authors, problems = known_authors(files)
        within = zones(config, given.timezone)
        root = root_url(config, given)
        opened = cls(
            facts(config, root, within.name), site(config, root, within, authors), template_variables(config, root)
        )
        return opened, config.problems + problems

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Post files lie in `_posts`, `_drafts` and collections; other folders are walked through."""
        where = place(self.site, path)
        if where is None:
            return Folder(enter=False)
        return Folder(enter=True, posts=self.site.posts) if where.label else Folder(enter=True)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for what Jekyll would not publish, with a Problem if that is a fault."""
        where = place(self.site, path.rpartition("/")[0])
        if where is None or not where.label:
            return None, []
        within = inside(self.site, path)
        if within is None or file_excluded(self.site, within):
            return None, []
        if where.label != "posts" and matter.format == "none":
            return None, []  # a static file of the collection
        found = document(self.site, where, within, stamp.shown, matter)
        if found.ending.lower() not in (*self.site.markdown, *PAGES):
            return None, [_unsupported(found)]
        return _read(found, stamp, matter, _known(self.facts)), found.fields.problems

    def alike(self, path: str, matter: FrontMatter) -> Alike | None:
        """Posts of a folder whose addresses come of their names and dates."""
        return alike(self.site, path, matter) if not self.facts.languages else None

    @property
    def templates(self) -> str:
        """Liquid, in every body, whatever `render_with_liquid` says: code that is left would be shown."""
        return "liquid"

    @property
    def variables(self) -> Mapping[str, Value]:
        """The configuration, with `url` and `baseurl` as they are in force."""
        return self.config

    def term_url(self, taxonomy: str, name: str) -> str:
        """Jekyll itself makes no pages for terms."""
        return ""


def _unsupported(found: Document) -> Problem:
    message = f"`.{found.ending.lower()}` is not supported; convert the file to Markdown or HTML"
    return Problem(found.fields.path, Severity.WARNING, "post-format-unsupported", message)


def _known(about: Facts) -> tuple[str, ...]:
    """The languages of a site that says it has several."""
    return (about.language, *(tag for tag, _title in about.languages)) if about.languages else ()


def _read(found: Document, stamp: Stamp, matter: FrontMatter, known: tuple[str, ...]) -> Post | None:
    """The Post, its problems among those of `found`; None where a post has no date."""
    seen = found.visibility
    when = dating(found.fields, found.name, found.site, matter)
    if not _dated(found, when, seen):
        return None
    fields, absolute = found.fields, partial(below, found.site.root)
    names = categories(found)
    path, own_id = _placed(found, when, names, matter)
    authors = people(fields, found.site.authors, "author", "authors")
    labels = (("categories", names), ("tags", tags(found)), ("authors", [author.name for author in authors]))
    post = Post(
        path=stamp.path,
        url=_page(found.site, path),
        title=_title(found),
        published=when.published,
        visibility=seen,
        updated=_updated(found),
        visible_from=None if found.site.future else when.published,
        terms=terms(fields, labels),
        authors=authors,
        language=language_of(fields, found.path, known),
        summary=fields.text(*SUMMARY),
        separator=fields.raw("excerpt_separator") or found.site.separator,
        image=image(fields, absolute),
        enclosures=_media(fields, absolute, matter.body),
        guid=guid(fields),
        generator_id=own_id,
        aliases=tuple(_aliases(found)),
        translation=translation_of(fields, found.path, path, known),
        markup="html" if found.ending.lower() in PAGES else "markdown",
        body_at=matter.body_at,
    )
    return with_feed_fields(post, fields, absolute)


def _placed(found: Document, when: Dating, names: Sequence[str], matter: FrontMatter) -> tuple[str, str]:
    """The path of the page and its id, as Jekyll has them: links have to meet the page that is there."""
    unread = matter.format == "yaml" and matter.head_line > 2  # a blank line above the fence makes it text
    if not unread or found.name.day is None:
        return permalink(found, when.local, names)
    seen = unread_document(found)
    return permalink(seen, dating(seen.fields, seen.name, seen.site, matter).local, categories(seen))


def _media(fields: Fields, absolute: Callable[[str], str], body: str) -> tuple[Enclosure, ...]:
    """The enclosures that the fields name, else the audio file that the body hands to an include."""
    named = enclosures(fields, absolute)
    if named or "{%" not in body or not (url := included_audio(body)):
        return named
    return enclosures(Fields({"podcast_file": url}, fields.path), absolute)


def _page(of: Site, path: str) -> str:
    return of.root + encoded_path(path)


def _dated(found: Document, when: Dating, seen: Visibility) -> bool:
    """Whether there is a date where a post needs one; a collection's document does not."""
    fields = found.fields
    if found.place.label != "posts" or seen is not Visibility.PUBLIC:
        return True
    if when.published is None:
        fields.report(
            "post-without-date",
            "neither the front matter nor the file name has a date that can be read; add `date: 2022-02-22` "
            "or name the file `2022-02-22-title.md`",
            "date",
            Severity.ERROR,
        )
    elif found.name.day is None:
        fields.report(
            "post-name-without-date",
            "the file name does not begin with a date, so Jekyll itself leaves the post out; "
            "name it `2022-02-22-title.md`",
        )
    return when.published is not None


def _title(found: Document) -> str:
    """The `title`, even an empty one; without it a title made of the file name."""
    written = found.fields.raw("title")
    if written is None or found.fields.values["title"] is False:
        return one_line(titleized(found.name.slug))
    return found.fields.title()


def _updated(found: Document) -> datetime | None:
    key, _value = found.fields.first(*_UPDATED)
    moment = found.fields.moment(key, found.site.zone) if key else None
    return moment.at if moment else None


def _aliases(found: Document) -> Iterable[str]:
    """Former addresses, as jekyll-redirect-from reads them: below the site's root."""
    values = found.fields.items("redirect_from", found.fields.values.get("redirect_from"))
    return dict.fromkeys(url for value in values if (url := below(found.site.root, value)))
