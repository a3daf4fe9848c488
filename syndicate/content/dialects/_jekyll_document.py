"""One document of a Jekyll site: its names, terms, permalink and id, as Jekyll works them out.

In: where the file lies, its front matter, the Site. Out: plain values for the Post. Jekyll's own words:
`Document`, `Collection#url_template`, `Renderer#output_ext`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.dialects._flags import hidden
from syndicate.content.dialects._jekyll_dates import FileName, file_name
from syndicate.content.dialects._jekyll_defaults import defaults, merged
from syndicate.content.dialects._jekyll_folders import Place, relative_path
from syndicate.content.dialects._jekyll_site import Site, checked_template
from syndicate.content.dialects._jekyll_urls import Named, id_of, needs_moment, path_of
from syndicate.model import FrontMatter, Value, Visibility
from syndicate.model.records import NamedTuple

SUMMARY = ("description", "excerpt", "summary")
"""The keys of a summary; the first that has a value counts."""

_WORDS = re.compile(r"[^ \t\n\v\f\r\0]+")  # what Ruby's split parts at: an ideographic space is none


class Document(NamedTuple):
    """`path` is relative to collections_dir; `ending` without dot; `scoped` what `defaults:` gave.

    `fields` are the front matter over those defaults.
    """

    site: Site
    place: Place
    path: str
    ending: str
    name: FileName
    scoped: Mapping[str, Value]
    front: Mapping[str, Value]
    fields: Fields

    @property
    def slug(self) -> str:
        """The `slug` of the front matter, or of the file name: part of the URL and of the id."""
        written = self.fields.raw("slug")
        return self.name.slug if written is None else written

    @property
    def visibility(self) -> Visibility:
        """Drafts are never shown, whatever `show_drafts` and `unpublished` say: those are for previews."""
        if self.place.special == "_drafts":
            return Visibility.DRAFT
        values = self.fields.values
        if self.place.label == "posts" and "published" in values and values["published"] is None:
            return Visibility.UNPUBLISHED  # an empty value is false to Jekyll, for posts
        return hidden(self.fields)


def document(site: Site, where: Place, path: str, shown: str, matter: FrontMatter) -> Document:
    """The document in the file at `path` (relative to the source), shown to a person as `shown`."""
    own = relative_path(site, path)
    stem, _dot, ending = own.rpartition("/")[2].rpartition(".")
    scoped = defaults(site.defaults, own, where.label)
    fields = Fields(merged(scoped, matter.fields), shown, matter.line_of)
    return Document(site, where, own, ending, file_name(stem), scoped, matter.fields, fields)


def unread_document(found: Document) -> Document:
    """The same file as Jekyll takes it when it does not see the front matter: defaults and the name are all."""
    return found._replace(front={}, fields=Fields(merged(found.scoped, {}), found.fields.path))


def categories(document: Document) -> list[str]:
    """The folders above the special one, `categories` of defaults and file, then `category`; as written."""
    fields = document.fields
    found = [
        *_folders(document.path.rpartition("/")[0], document.place.special),
        *_plural(fields, "categories", document.scoped.get("categories")),
        *_plural(fields, "categories", document.front.get("categories")),
        *fields.items("category", fields.values.get("category")),
    ]
    return list(dict.fromkeys(found)) if len(found) > 1 else found


@lru_cache(4096)
def _folders(folder: str, special: str) -> tuple[str, ...]:
    """`es/travel/_posts/…` is in `es` and `travel`; folders below `_posts` do not count."""
    if folder.startswith(special):
        return ()
    return tuple(part for part in folder.split(special, 1)[0].split("/") if part)


def tags(document: Document) -> list[str]:
    """`tag`, one term; only without it `tags`."""
    fields = document.fields
    single = fields.values.get("tag")
    if single is not None and single is not False:
        return fields.items("tag", single)
    return _plural(fields, "tags", fields.values.get("tags"))


def _plural(fields: Fields, key: str, value: Value) -> list[str]:
    """A string is split at white space, a list is not."""
    return list(_words(as_text(value) or "")) if isinstance(value, str) else fields.items(key, value)


@lru_cache(4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text))


def permalink(document: Document, local: datetime | None, names: Sequence[str]) -> tuple[str, str]:
    """The path of the document's page below the site's root, and its id.

    `local` is the date as Jekyll takes it, `names` the categories.
    """
    fields = document.fields
    template, own = template_of(document)
    if local is None and needs_moment(template) and document.visibility is Visibility.PUBLIC:
        fields.report(
            "permalink-without-date",
            "the permalink has the date in it and the file has none (Jekyll takes the time of its build, "
            "a new address each time); give it a `date`",
            "permalink",
        )
    slug = document.slug
    named = Named(
        path=_below_special(document) if ":path" in template else "",
        file=document.name.stem,
        slug=slug,
        collection=document.place.label,
        categories=tuple(names),
        ending=output_ending(document, own),
        at=local,
    )
    path = path_of(template, named)
    return path, id_of(path, slug)


def template_of(document: Document) -> tuple[str, str]:
    """The template of a document's address, and the one in its own front matter ("" for none)."""
    own = document.fields.raw("permalink")
    wanted = None if own is None else checked_template(document.fields, own, "permalink") or None
    return _template(document.site, document.place.label) if wanted is None else wanted, own or ""


@lru_cache(256)
def _template(site: Site, label: str) -> str:
    templates = {collection.label: collection.template for collection in site.collections}
    return templates.get(label, site.template)


def _below_special(document: Document) -> str:
    """The placeholder `:path`: the path without its ending and without the special folder."""
    return document.path.removesuffix(f".{document.ending}").replace(_home(document), "", 1).rstrip(".")


def _home(document: Document) -> str:
    return f"_{document.place.label}"


def output_ending(document: Document, own: str) -> str:
    """`.html`, except for a page that is HTML already or a permalink that says otherwise."""
    stem, _dot, ending = own.rpartition("/")[2].rpartition(".") if own else ("", "", "")
    if stem:
        return f".{ending}"
    return ".html" if document.ending.lower() in document.site.markdown else f".{document.ending}"
