"""One page of a Hugo site before it becomes a Post: where it stands, what its fields say with all cascades.

In: a file's place and front matter. Out: a Document, and what can be asked of it: its address, its terms, its flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from posixpath import normpath
from urllib.parse import unquote

from syndicate.content.dialects._addresses import beside, encoded_path
from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._hugo_cascade import Cascade, inherited
from syndicate.content.dialects._hugo_config import lower_keys, mapping
from syndicate.content.dialects._hugo_dates import Dates
from syndicate.content.dialects._hugo_places import Place
from syndicate.content.dialects._hugo_site import Language, Rule, Site
from syndicate.content.dialects._hugo_urls import (
    Page,
    expanded,
    link,
    needs_moment,
    own_link,
    permalink,
    sanitized,
    unknown_placeholders,
)
from syndicate.content.dialects._media import Absolute
from syndicate.content.frontmatter import truth
from syndicate.model import FrontMatter, Value, Visibility
from syndicate.model.records import NamedTuple

_OWN = frozenset(
    "title linktitle summary description slug url type draft published headless layout weight aliases build _build"
    " translationkey params".split()
)
"""Fields of Hugo's own: of the same name in `params` they are another thing."""


class Document(NamedTuple):
    """A page: `place` and `language` as its path says them, `fields` with the values of all cascades."""

    site: Site
    place: Place
    language: Language
    fields: Fields


def document(site: Site, place: Place, language: Language, shown: str, matter: FrontMatter) -> Document:
    """The page a file is; `shown` is its path for a person."""
    values: dict[str, Value] = {key.lower(): value for key, value in reversed(matter.fields.items())}
    if above := _above(site, language.key, place.page.rpartition("/")[0] if place.page != "/" else None):
        values = {**inherited(above, "page", place.page, language.key), **values}
    if "params" in values:
        more = {key.lower(): value for key, value in mapping(values, "params").items()}
        values.update((key, value) for key, value in more.items() if key not in _OWN)
    return Document(site, place, language, Fields(values, shown, matter.line_of))


def has_cascades(found: Document) -> bool:
    """Whether fields of sections above the page, or of the site, hold for it."""
    return bool(_above(found.site, found.language.key, found.place.page.rpartition("/")[0]))


@lru_cache(4096)
def _above(site: Site, language: str, folder: str | None) -> tuple[Cascade, ...]:
    """The cascades above the pages in a folder, the nearest section's first; None for the page of the site itself."""
    return tuple(_upwards(site, site.languages[language], "/" if folder is None else f"{folder}/-"))


def _upwards(site: Site, language: Language, path: str) -> Iterator[Cascade]:
    while path not in ("", "/"):
        path = path.rpartition("/")[0]
        if section := site.sections.get((language.key, path or "/")):
            yield from section.cascades
    yield from language.cascades


# --- flags ---


def visibility(found: Document) -> Visibility:
    """Drafts, and pages that Hugo does not list or does not write."""
    values = found.fields.values
    if truth(values.get("headless")) or "page" in found.site.kinds_off or not _built(values):
        return Visibility.UNPUBLISHED
    return Visibility.PUBLIC if found.language.drafts else hidden(found.fields)


def _built(values: Mapping[str, Value]) -> bool:
    """Whether `build` (or `_build`) leaves a page among those of the site."""
    if "build" not in values and "_build" not in values:
        return True
    options = lower_keys(mapping(values, "_build" if "_build" in values else "build"))
    wanted = ((as_text(options.get(key, "always")) or "").lower() for key in ("list", "render"))
    return all(each in ("always", "true", "") for each in wanted)


# --- terms ---


def terms_of(found: Document) -> list[tuple[str, list[str]]]:
    """The names in each taxonomy of the site; a text is one name."""
    fields = found.fields
    return [(plural, fields.items(plural, fields.values.get(plural))) for plural in found.language.taxonomies]


# --- addresses ---


def slug_of(found: Document, when: Dates) -> str:
    """The `slug`; without one the rest of a file name that has the date."""
    written = found.fields.raw("slug")
    return when.slug if written is None else written.strip("-")


def address(found: Document, title: str, when: Dates) -> str:
    """The path of the page below the root of its language's site, not percent-encoded."""
    site, place, language = found.site, found.place, found.language
    if (own := _own_address(found, title, when)) is not None:
        return own
    ugly = bool(language.ugly) and bool(language.ugly & {"*", place.section})
    pattern = pattern_of(found)
    if pattern:
        path = permalink(pattern, _page(found, title, when), site.style, ugly=ugly)
    else:
        parts = ["/".join(place.above), slug_of(found, when) or place.base]
        made = parts if site.style.keep_case else [part.replace(" ", "-") for part in parts]
        index = not place.leaf and made[-1] == "index"
        path = link(made[:-1], site.style) if index else link(made, site.style, ugly=ugly)
    return f"/{language.prefix}{path}" if language.prefix else path


def pattern_of(found: Document) -> str:
    """The pattern of `permalinks` that holds for the page, "" where none does."""
    page = found.place.page
    rules = _rules(found.site, found.language.key)
    return next((rule.pattern for rule in rules if rule.target.lies(page)), "") if rules else ""


@lru_cache(256)
def _rules(site: Site, language: str) -> tuple[Rule, ...]:
    """The rules of a language that hold for pages, wherever these lie."""
    return tuple(rule for rule in site.languages[language].rules if rule.target.among("page", language))


def wants_date(found: Document) -> bool:
    """Whether the address of the page is made of its date."""
    return needs_moment(pattern_of(found))


def _own_address(found: Document, title: str, when: Dates) -> str | None:
    """The `url` of the front matter; None where there is none that can be used."""
    written = found.fields.text("url")
    if not written:
        return None
    if written.lower().startswith(("http://", "https://")) or unknown_placeholders(written):
        found.fields.report("permalink-unreadable", "`url` is no path; write one such as `/a/b/`", "url")
        return None
    path = expanded(written, _page(found, title, when), found.site.style) if ":" in written else written
    return own_link(path, found.language.prefix)


def _page(found: Document, title: str, when: Dates) -> Page:
    place = found.place
    sections = _sections(found)
    paths = ["/" + "/".join(sections[:depth]) for depth in range(1, len(sections) + 1)]
    return Page(
        title=title,
        slug=slug_of(found, when),
        file=place.base if place.leaf else place.name,
        base=place.base,
        section=place.section,
        sections=sections,
        section_slugs=tuple(_section_slug(found, path) for path in paths),
        at=when.local,
    )


def _sections(found: Document) -> tuple[str, ...]:
    """The folders above the page down to the last that is a section: it has an `_index` file, or is at the top."""
    parts = tuple(part for part in found.place.page.split("/")[1:-1] if part)
    for depth in range(len(parts), 1, -1):
        if (found.language.key, "/" + "/".join(parts[:depth])) in found.site.sections:
            return parts[:depth]
    return parts[:1]


def _section_slug(found: Document, path: str) -> str:
    section = found.site.sections.get((found.language.key, path))
    named = (section.slug or section.title) if section else path.rpartition("/")[2]
    return sanitized(named, found.site.style)


def absolute(found: Document, url: str) -> Absolute:
    """How addresses in the front matter are meant: beside a bundle's page, for any other page below the site's root."""
    if found.place.leaf:
        return partial(beside, url)
    return partial(beside, f"{found.language.root}/")


def aliases(found: Document, url: str) -> tuple[str, ...]:
    """Former addresses: from the language's root, without a slash in front from the folder of the page."""
    root, prefix = found.language.root, found.language.prefix
    if not root or found.fields.values.get("aliases") is None:
        return ()
    home = f"/{prefix}/" if prefix else "/"
    folder = unquote(url.removeprefix(root)).rstrip("/").rpartition("/")[0] + "/"
    written = found.fields.items("aliases", found.fields.values.get("aliases"))
    paths = (_cleaned((home if each.startswith("/") else folder) + each) for each in written)
    return tuple(dict.fromkeys(root + encoded_path(path) for path in paths if path != "/"))


def _cleaned(path: str) -> str:
    """A path from the root without `.`, `..` and doubled slashes; a slash at its end stays."""
    end = "/" if path.endswith("/") else ""
    return ("/" + normpath("/" + path.lstrip("/")).strip("/") + end).replace("//", "/")
