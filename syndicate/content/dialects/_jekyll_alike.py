"""Posts of a Jekyll site that differ in title, date and file name alone.

In: one of them. Out: what makes of the three what reading such a post in full would make of them; where it would have
anything else to say, the post is read in full.
"""

from __future__ import annotations

from syndicate.content.dates import DateFault, read_moment
from syndicate.content.dialects import Alike, Differs
from syndicate.content.dialects._addresses import encoded_path
from syndicate.content.dialects._jekyll_dates import file_name
from syndicate.content.dialects._jekyll_document import categories, document, output_ending, template_of
from syndicate.content.dialects._jekyll_folders import file_excluded, inside, place
from syndicate.content.dialects._jekyll_site import Site
from syndicate.content.dialects._jekyll_urls import Named, id_of, path_of
from syndicate.markup.excerpt import plain_title
from syndicate.model import FrontMatter


def alike(site: Site, path: str, matter: FrontMatter) -> Alike | None:
    """See `Dialect.alike`; only posts, since documents of other collections have rules of their own."""
    within, where = inside(site, path), place(site, path.rpartition("/")[0])
    if within is None or where is None or where.label != "posts":
        return None
    found = document(site, where, within, "", matter)
    template, own = template_of(found)
    if ":path" in template or site.defaults or found.fields.problems:
        return None  # defaults may be for some files only
    slug = found.fields.raw("slug")
    of_all = Named("", "", "", where.label, tuple(categories(found)), output_ending(found, own), None)

    def differs(path: str, title: str, date: str) -> Differs | None:
        of_site = inside(site, path)
        name = file_name(path.rpartition("/")[2].rpartition(".")[0])
        if of_site is None or file_excluded(site, of_site) or name.day is None:
            return None
        try:
            moment = read_moment(date.strip(), site.zone)
        except DateFault:
            return None
        if not moment.zone_given or not moment.time_given:
            return None  # Jekyll and the author may mean different days
        local = moment.at.astimezone(site.jekyll_zone)
        own = name.slug if slug is None else slug
        at = path_of(template, of_all._replace(file=name.stem, slug=own, at=local))
        url = site.root + encoded_path(at)
        return Differs(url, plain_title(title), moment.at, None if site.future else moment.at, id_of(at, own))

    return differs
