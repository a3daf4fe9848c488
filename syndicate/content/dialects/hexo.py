"""Hexo 8: `source/_posts` and `source/_drafts`, read as Hexo itself reads them.

In: `_config.yml`, then one post's front matter at a time. Out: Posts whose addresses and terms are those of the
built site. docs/dialects.md says what is honoured, and where we mean what the author meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, Self
from urllib.parse import unquote

from syndicate.content.dates import DateFault, Moment, read_moment
from syndicate.content.dialects import Dialect, Facts, Folder, Given
from syndicate.content.dialects._addresses import below, beside, encoded_path
from syndicate.content.dialects._feed_fields import with_feed_fields
from syndicate.content.dialects._fields import Fields, as_text, one_line, terms
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._globs import Glob
from syndicate.content.dialects._hexo_names import (
    filled,
    hash_of,
    name_parts,
    needs_moment,
    page_url,
    placeholders,
    slugized,
)
from syndicate.content.dialects._hexo_site import CONFIG, Site, opened
from syndicate.content.dialects._media import enclosures, image
from syndicate.content.dialects._own_ids import guid
from syndicate.content.dialects._people import people
from syndicate.model import FrontMatter, Post, Problem, Severity, Stamp, Value, Visibility
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple, dataclass

_PAGES = ("html", "htm")
_ENDINGS = ("md", "markdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext", *_PAGES)
_OWN_KEYS = regex(r"^(?:new_post_name|post_asset_folder|source_dir|skip_render|filename_case)[ \t]*:", re.MULTILINE)

# What YAML takes for a moment with a zone: Hexo then loses the zone.
_YAML_ZONED = regex(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?)"
)


class _When(NamedTuple):
    """`published` in UTC; `local` the same as Hexo's permalinks have it."""

    published: datetime | None
    local: datetime | None


@dataclass(frozen=True, slots=True)
class Hexo(Dialect):
    """The dialect of a Hexo site; see syndicate.content.dialects.Dialect for the contract."""

    name: ClassVar[str] = "hexo"
    config_files: ClassVar[tuple[str, ...]] = CONFIG

    facts: Facts
    site: Site

    @classmethod
    def detect(cls, names: frozenset[str], text: Callable[[str], str]) -> int:
        """A configuration with `source`, and Hexo among the packages or its other folders beside it."""
        config = next((name for name in CONFIG if name in names), "")
        if not config or "_posts" in names:
            return 0
        if "package.json" in names and '"hexo"' in text("package.json"):
            return 95
        if _OWN_KEYS.search(text(config)):
            return 80
        return (70 if names & {"scaffolds", "themes"} else 40) if "source" in names else 0

    @classmethod
    def open(cls, files: Mapping[str, str], given: Given) -> tuple[Self, list[Problem]]:
        """The dialect for a site; faults of its configuration are Problems, the rest of it holds."""
        site, facts, problems = opened(files, given)
        return cls(facts, site), problems

    def folder(self, path: str, names: Collection[str] = ()) -> Folder:
        """Posts lie in `_posts` and `_drafts` of the source folder and below."""
        within = _within(self.site, path)
        if within is None:
            return Folder(enter=f"{self.site.source}/".startswith(f"{path}/") or not path)
        if not within:
            return Folder(enter=True)
        special, _slash, rest = within.partition("/")
        enter = special in ("_posts", "_drafts") and not _is_hidden(rest) and "node_modules" not in rest.split("/")
        return Folder(enter, _names(self.site)) if enter else Folder(enter=False)

    def post(self, stamp: Stamp, path: str, matter: FrontMatter) -> tuple[Post | None, list[Problem]]:
        """What the file means; None for what Hexo does not take as a post."""
        within = _within(self.site, path) or path
        special, _slash, rest = within.partition("/")
        if _any(self.site.skipped, within) or _any(self.site.ignored, path, f"/{path}"):
            return None, []
        fields = Fields(matter.fields, stamp.shown, matter.line_of)
        parts = name_parts(self.site.new_post_name, rest)
        when = _when(fields, parts, self.site, matter)
        if when.published is None and any(problem.code == "date-unreadable" for problem in fields.problems):
            message = "the date cannot be read, and the file name has none; mend the date"
            fields.report("post-without-date", message, severity=Severity.ERROR)
            return None, fields.problems
        draft = special == "_drafts"
        return self._read(stamp, path, matter, fields, parts, when, draft=draft), fields.problems

    @property
    def templates(self) -> str:
        """Tag plugins."""
        return "hexo"

    @property
    def variables(self) -> Mapping[str, Value]:
        """What its tags ask for: whether a post's own files lie in a folder of its own."""
        return {"post_asset_folder": self.site.own_files, "source_dir": self.site.source}

    def assets(self, path: str, page: str, url: str) -> Sequence[str]:
        """In the post's own folder where it has one, or in the source folder."""
        plain = url.partition("?")[0].partition("#")[0]
        root = f"{self.facts.url}/"
        if not plain.startswith(root):
            return ()
        folder = page[: page.rfind("/") + 1]
        own = f"{path.rpartition('.')[0]}/{unquote(plain[len(folder) :])}"
        beside_post = (own,) if self.site.own_files and plain.startswith(folder) else ()
        return (*beside_post, f"{self.site.source}/{unquote(plain[len(root) :])}")

    def forms(self, path: str) -> Sequence[str]:
        """Hexo needs no fence above the front matter."""
        return ("unfenced",)

    def term_url(self, taxonomy: str, name: str) -> str:
        """The page of a tag. Those of categories lie below their parents', which a name alone does not tell."""
        if taxonomy != "tags":
            return ""
        slug = slugized(self.site.tags.get(name) or name, self.site.case)
        return f"{self.site.root}/{encoded_path(f'{self.site.tag_dir}/{slug}')}/" if slug else ""

    def _read(
        self,
        stamp: Stamp,
        path: str,
        matter: FrontMatter,
        fields: Fields,
        parts: Mapping[str, str],
        when: _When,
        *,
        draft: bool,
    ) -> Post:
        categories = list(_categories(fields))
        visibility = Visibility.DRAFT if draft else hidden(fields)
        url = self._url(fields, parts, when.local, categories, public=visibility is Visibility.PUBLIC)
        absolute = partial(_absolute, self.site, url)
        authors = people(fields, {}, "author", "authors")
        labels = (
            ("categories", [name for line in categories for name in line]),
            ("tags", _plural(fields, "tags", "tag")),
            ("authors", [author.name for author in authors]),
        )
        updated = fields.moment("updated", self.site.zone)
        post = Post(
            path=stamp.path,
            url=url,
            title=self._title(fields, parts),
            published=when.published,
            visibility=visibility,
            updated=updated.at if updated else None,
            visible_from=None if self.site.future else when.published,
            terms=terms(fields, labels),
            authors=authors,
            language=_language(fields, parts),
            summary=fields.text("excerpt", "description"),
            separator="<!-- more -->",
            image=image(fields, absolute),
            enclosures=enclosures(fields, absolute),
            guid=guid(fields),
            aliases=tuple(_aliases(fields, self.site.root)),
            translation=parts["title"] if "lang" in parts else "",
            markup="html" if path.rpartition(".")[2].lower() in _PAGES else "markdown",
            body_at=matter.body_at,
        )
        return with_feed_fields(post, fields, absolute)

    def _title(self, fields: Fields, parts: Mapping[str, str]) -> str:
        if fields.raw("title") is None and self.site.named_by_slug:
            return one_line(parts["title"])
        return fields.title()

    def _url(
        self,
        fields: Fields,
        parts: Mapping[str, str],
        local: datetime | None,
        categories: Sequence[Sequence[str]],
        *,
        public: bool,
    ) -> str:
        own = fields.text("permalink")
        if public and not own and local is None and needs_moment(self.site.permalink):
            message = (
                "the address has the date in it and the post has none (Hexo takes the time at which the file was "
                "made, another one on each machine); give it a `date`"
            )
            fields.report("permalink-without-date", message)
        path = own or filled(self.site.permalink, local, self._values(fields, parts, local, categories))
        if self.site.own_files and not path.endswith(("/", ".html")):
            path += "/"
        return page_url(self.site.root, path, index=self.site.trailing_index, html=self.site.trailing_html)

    def _values(
        self, fields: Fields, parts: Mapping[str, str], local: datetime | None, categories: Sequence[Sequence[str]]
    ) -> dict[str, str]:
        """The placeholders that the address has: Hexo's own, else any field of the post, else the site's defaults."""
        slug, wanted = parts["title"], placeholders(self.site.permalink)
        for key in ("id", "title"):
            fields.raw(key)  # a wrong shape is told even if nobody asks
        values = {
            "layout": "post",
            **self.site.defaults,
            **{key: text for key in wanted if (text := as_text(fields.values.get(key))) is not None},
            **{key: text for key, text in parts.items() if key not in ("title", "hash")},
            "title": slug,
            "slug": slug,
            "name": slug.rpartition("/")[2],
        }
        if "id" in wanted:
            values["id"] = fields.text("id") or "undefined"
        if "post_title" in wanted:
            values["post_title"] = slugized(fields.text("title"), 1)
        if "hash" in wanted:
            values["hash"] = hash_of(slug, local)
        if "category" in wanted:
            line = categories[-1] if categories else ()
            named = (slugized(self.site.categories.get(name) or name, self.site.case) for name in line)
            values["category"] = "/".join(named) if line else self.site.default_category
        return values


def _within(site: Site, path: str) -> str | None:
    """A path below the source folder; None where it is not."""
    if path == site.source:
        return ""
    start = f"{site.source}/"
    return path[len(start) :] if path.startswith(start) else None


def _is_hidden(path: str) -> bool:
    """Names with `_` or `.` in front are no posts, nor is what lies in such folders."""
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def _names(site: Site) -> re.Pattern[str]:
    endings = [ending for ending in _ENDINGS if not site.ending or ending == site.ending]
    return re.compile(rf"[^._].*\.(?:{'|'.join(endings) or '(?!)'})\Z", re.DOTALL)


def _any(globs: Iterable[Glob], *paths: str) -> bool:
    return bool(globs) and any(each.matches(path) for each in globs for path in paths)


def _when(fields: Fields, parts: Mapping[str, str], site: Site, matter: FrontMatter) -> _When:
    """The `date`, else the day in the file name; without either there is none."""
    if moment := fields.moment("date", site.zone):
        return _When(moment.at, _local(fields, moment, site, matter))
    month, day = parts.get("month") or parts.get("i_month"), parts.get("day") or parts.get("i_day")
    if not (parts.get("year") and month and day):
        return _When(None, None)
    try:
        at = read_moment(f"{parts['year']}-{month}-{day}", site.zone).at
    except DateFault as fault:
        fields.report("date-unreadable", f"the file name cannot be used as a date: {fault}")
        return _When(None, None)
    return _When(at, at.astimezone(site.zone))


def _local(fields: Fields, moment: Moment, site: Site, matter: FrontMatter) -> datetime:
    """The moment as Hexo's permalinks have it: of one that YAML reads with its zone, Hexo keeps the hour in UTC."""
    written = (as_text(fields.values.get("date")) or "").strip()
    if matter.format == "yaml" and _YAML_ZONED.fullmatch(written) and not _quoted(matter, "date"):
        return moment.at.astimezone(UTC)
    return moment.at.astimezone(site.zone)


def _quoted(matter: FrontMatter, key: str) -> bool:
    line = matter.line_of(key)
    lines = matter.head.splitlines()
    at = line - matter.head_line if line else -1
    written = lines[at].partition(":")[2].lstrip() if 0 <= at < len(lines) else ""
    return written[:1] in ("'", '"')


def _categories(fields: Fields) -> Iterator[list[str]]:
    """Each line of categories from the top down: `[a, b]` is one line, `[[a, b], c]` are two."""
    value = fields.values.get("categories") or fields.values.get("category")
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        lines = [list(fields.items("categories", item)) for item in value]
    else:
        lines = [list(fields.items("categories", value))]
    yield from (line for line in lines if line)


def _plural(fields: Fields, *keys: str) -> list[str]:
    """A string is one term; a list has one in each of its items."""
    key, value = next(((key, value) for key in keys if (value := fields.values.get(key))), ("", None))
    return list(fields.items(key, value))


def _language(fields: Fields, parts: Mapping[str, str]) -> str:
    named = Fields({"lang": parts["lang"]}, fields.path).language("lang") if "lang" in parts else ""
    return named or fields.language("lang", "language")


def _absolute(site: Site, page: str, written: str) -> str:
    """A post's own files are beside its page, where it has a folder for them; all else is below the root."""
    own = site.own_files and "/" not in written.strip().removeprefix("./")
    return beside(page, written) if own else below(site.root, written)


def _aliases(fields: Fields, root: str) -> Iterable[str]:
    """Former addresses, as hexo-generator-alias reads them."""
    key, value = fields.first("alias", "aliases", "redirect_from")
    if value is None:
        return ()
    return dict.fromkeys(url for item in fields.items(key, value) if (url := below(root, item)))
