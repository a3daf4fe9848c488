"""`[feeds.NAME]`: a feed of the operator's own, selected by a query."""

from __future__ import annotations

from typing import Literal

from syndicate.settings import _checks as check
from syndicate.settings._kinds import choice, items, number, option, switch, text
from syndicate.settings._section import CONTENTS, PROFILES, Section
from syndicate.settings._words import Option

_FORMAT = ("file", "format")
_PATH = check.template(("name", *_FORMAT), _FORMAT)


class OwnFeed(Section):
    """One declared feed. What is left empty is as `[feed]` has it for all."""

    query: str = text("", "Which posts, as `tag:python and newer(30d)`. Empty: all of them.")
    title: str = text("", "Title. Empty: the name of the feed and of the site.", check.prose)
    description: str = text("", "What the feed is about.", check.prose)
    sort: Literal["newest", "oldest", "updated", "title"] = choice(
        "newest",
        ("newest", "oldest", "updated", "title"),
        "Order of the entries: by date, by last update, or by title.",
    )
    limit: int | None = number(None, 1, 10_000, "Entries that the feed holds: the first ones in its order.")
    max_age: str = text("", "Entries older than this are left out, as `30d` or `12h`.", check.span)
    max_bytes: int | None = number(None, 0, None, "Byte budget of a document, 0 for none.")
    content: Literal["full", "summary", "titles"] | None = choice(
        None, CONTENTS, "Whole posts, their summaries, or titles only."
    )
    profile: Literal["full", "safe", "plain"] | None = choice(None, PROFILES, "What HTML entries hold.")
    digest: Literal["", "daily", "weekly"] = choice(
        "",
        ("", "daily", "weekly"),
        "One entry a day or a week that lists its posts, instead of one for each post.",
    )
    history: bool | None = switch(None, "Whether older entries can be reached (RFC 5005).")
    path: str = text("", "Path of its documents, with `{file}` or `{format}`, and `{name}`. Empty: by preset.", _PATH)
    aliases: tuple[str, ...] = items(
        (), "Further paths below the output folder that lead to this feed.", check.distinct
    )


def own_options(name: str = "NAME") -> dict[str, Option]:
    """Every option of `[feeds.NAME]` by its dotted path; what has no default is as `[feed]` has it for all."""
    return {f"feeds.{name}.{key}": option(f"feeds.{name}.{key}", kind) for key, kind in OwnFeed.kinds.items()}
