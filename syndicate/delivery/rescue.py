"""When a post's file breaks, its last good version is taken out of a published document.

The index keeps no bodies, and the file no longer has the good one; but every entry that is
shown stands in a document, and nowhere else does it have to.
"""

from __future__ import annotations

from collections.abc import Iterator

from syndicate import plugins
from syndicate.delivery.press import Press
from syndicate.index import DocumentRow


def keep_last_good_versions(press: Press) -> None:
    """Keep the HTML of every post whose file has just broken; "" where none is published."""
    index = press.index
    broken = index.standing_in()
    if not broken:
        return
    with index.transaction():
        for post in broken:
            index.keep_last_good(post, _rescued(index.shown_in(post), post, press))


def _rescued(rows: list[DocumentRow], post: int, press: Press) -> str:
    """The fullest that any document has of the post: some show summaries, or titles only."""
    found = [html for row in rows if row.format != "html" for html in _shown_by(row, post, press)]
    return max(found, key=len, default="")


def _shown_by(row: DocumentRow, post: int, press: Press) -> Iterator[str]:
    from syndicate.feeds.write import NO_BODY

    for part in row.parts:
        document = press.publisher.read(row.path, row.digest) if part.id == post else None
        if document is not None:
            # found by its name: it may be a format that the settings no longer ask for
            form = plugins.find("formats", row.format)()
            yield form.html(document[part.offset : part.offset + part.length]) or NO_BODY
