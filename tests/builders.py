"""Small builders of the values that tests are about: say what matters, the rest is ordinary.

Moments are epoch seconds in rows and aware datetimes in Posts, as in the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from syndicate.index import DocumentRow, FeedRow, Part, PostRow
from syndicate.index.packing import pack
from syndicate.index.shelves import shelved
from syndicate.model import Post, Problem, Severity, Visibility
from syndicate.model.digest import digest as digest_of

SITE_URL = "https://example.org"
DAY = 86_400
THEN = 1_600_000_000
"""When posts are published unless they say otherwise."""
NOW = 1_700_000_000
"""When runs happen unless they say otherwise."""


def moment(seconds: int | None) -> datetime | None:
    """Epoch seconds → aware datetime."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def digest(text: str) -> bytes:
    """16 bytes that stand for a content."""
    return digest_of(text.encode("utf-8", "surrogatepass"))


def a_post(path: str = "a.md", **fields: Any) -> Post:
    """A public post at `path`, whose URL is the path with `.html`."""
    stem = path.rpartition(".")[0]
    ordinary = Post(
        path=path.encode(), url=f"{SITE_URL}/{stem}.html", title=f"The title of {stem}", published=moment(THEN)
    )
    return replace(ordinary, **fields)


def a_row(
    path: str = "a.md", text: str = "one", *, tags: Iterable[str] = (), shelf: str = "", **fields: Any
) -> PostRow:
    """The row of a file whose bytes are `text`. Fields of Post and of PostRow may be given.

    `shelf` is the further language whose feeds it stands in.
    `published`, `updated`, `visible_from` and `visible_until` are epoch seconds; `draft=True` is a draft.
    """
    seconds = {name: fields.pop(name) for name in ("updated", "visible_from", "visible_until") if name in fields}
    published = fields.pop("published", THEN)
    of_row = {name: fields.pop(name) for name in ("mtime", "default_id", "problems", "needs") if name in fields}
    post = a_post(
        path,
        published=moment(published),
        terms=tuple(("tags", tag) for tag in tags),
        visibility=Visibility.DRAFT if fields.pop("draft", False) else Visibility.PUBLIC,
        **{name: moment(value) for name, value in seconds.items()},
        **fields,
    )
    row = PostRow(
        path.encode(),
        digest(text),
        mtime=THEN,
        packed=pack(post),
        public=post.visibility is Visibility.PUBLIC,
        published=published,
        guid=post.guid,
        default_id=post.url,
        terms=shelved(shelf, post.terms),
        language=shelf,
        translation=post.translation,
        references=tuple(candidate for each in post.references for candidate in each.candidates),
        **seconds,
    )
    return row._replace(**of_row)


def a_broken_row(path: str = "a.md", text: str = "broken", **fields: Any) -> PostRow:
    """The row of a file that cannot be understood."""
    return PostRow(path.encode(), digest(text), THEN, problems=(a_problem(path),), broken=True)._replace(**fields)


def a_problem(path: str = "a.md", code: str = "front-matter-broken", **fields: Any) -> Problem:
    """A fault in a file."""
    return replace(Problem(path, Severity.ERROR, code, "mend it", 3, 7), **fields)


def a_feed(taxonomy: str = "", name: str = "", **fields: Any) -> FeedRow:
    """A feed as published; the site's by default."""
    ordinary = FeedRow(taxonomy, name, f"{SITE_URL}/feeds/{taxonomy}{name}", 1, THEN, digest(f"{taxonomy} {name}"))
    return ordinary._replace(**fields)


def a_document(path: str = "rss.xml", **fields: Any) -> DocumentRow:
    """A document of two parts."""
    parts = (Part(1, digest("k1"), 10, 20), Part(2, digest("k2"), 31, 1 << 40))
    ordinary = DocumentRow(path, "rss", digest(path), 1234, digest("shape"), digest("envelope"), parts)
    return ordinary._replace(**fields)
