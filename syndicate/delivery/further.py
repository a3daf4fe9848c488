"""Further addresses of feeds: copies for hosts that cannot redirect, and maps for web servers that can.

And the files that prove to search engines that a site may tell them of its pages (IndexNow).
"""

from __future__ import annotations

from collections.abc import Iterator

from syndicate.delivery.beside import Extra, of_bytes
from syndicate.delivery.codings import SUFFIXES
from syndicate.delivery.forwarding import feed_as_published, forwarding, published_paths, slugs
from syndicate.delivery.press import Press
from syndicate.feeds.redirects import SERVERS
from syndicate.index import DocumentRow
from syndicate.index.shelves import page_of

FILES = {"nginx": "redirects.nginx.conf", "caddy": "redirects.caddy", "netlify": "_redirects"}
"""What the map for each server is called in the output folder."""


def extras(press: Press) -> Iterator[Extra]:
    """The copies, maps and key files that are due."""
    for key in press.keys:
        yield of_bytes(f"{key}.txt", key.encode("ascii"))
    if press.copies and press.has_further_addresses:
        yield from _copies(press)
    if press.servers:
        known = forwarding(press.index, press.plan, press.now, copies=press.copies)
        for server in press.servers:
            rules = SERVERS[server](known.rules, known.live).encode("utf-8", "replace")
            yield of_bytes(FILES[server], rules, served=False)


def _copies(press: Press) -> Iterator[Extra]:
    """A copy of a feed's document at each of its further addresses, unless a document of its own stands there."""
    documents = (path for _, _, _, path in press.index.addresses())
    taken = {path.casefold() for path in (*documents, *press.plan.pages)}
    taken |= {path + SUFFIXES[coding] for path in taken for coding in press.codings}
    for (taxonomy, name), paths in published_paths(press.index).items():
        if page_of(taxonomy)[0]:
            continue
        rows = {row.format: row for row in press.index.documents(taxonomy, name)}
        feed = feed_as_published(press.plan, taxonomy, name, paths)
        for address in press.plan.addresses(feed, slugs(press.index, taxonomy, name)):
            if address.path and address.path.casefold() not in taken and address.form in rows:
                taken.add(address.path.casefold())
                yield _copy(press, address.path, rows[address.form])


def _copy(press: Press, path: str, row: DocumentRow) -> Extra:
    """The bytes are read when they are needed, and are none where somebody has changed the document."""
    return Extra(path, row.digest.hex(), row.size, lambda: press.publisher.read(row.path, row.digest))
