"""Files that published entries name, in the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from syndicate.index._rows import Medium

_SHOWN = "state = 2 AND shown = 1 AND visible_from <= :now AND visible_until > :now"
# a look for the key costs a tenth of reading the text as JSON, and few posts have a file
_NAMING = f"SELECT path AS post, packed FROM posts WHERE {_SHOWN} AND instr(packed, '\"{{0}}\":')"
_PAGE, _TYPE = "coalesce(json_extract(packed, '$.url'), '')", "coalesce(json_extract(one.value, '$[1]'), '')"
_ENCLOSURES = (
    f"SELECT post, {_PAGE}, json_extract(one.value, '$[0]'), {_TYPE}"
    f" FROM ({_NAMING.format('enclosures')}), json_each(packed, '$.enclosures') AS one"
)
_RENDITIONS = (
    f"SELECT post, {_PAGE}, source.value, {_TYPE}"
    f" FROM ({_NAMING.format('renditions')}), json_each(packed, '$.episode.renditions') AS one,"
    " json_each(one.value, '$[0]') AS source"
)


class Media:
    """The part of `SqliteIndex` that knows media; see `Index` for what each call promises."""

    _db: sqlite3.Connection

    def media(self, now: int) -> Iterator[Medium]:
        for sql in (_ENCLOSURES, _RENDITIONS):
            for row in self._db.execute(sql, {"now": now}):
                yield Medium(*row)
