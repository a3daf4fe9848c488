"""`[feeds.NAME]`: a feed of the operator's own, selected by a query."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator as After
from pydantic import Field

from syndicate.settings import _checks as check
from syndicate.settings._section import Content, Items, Profile, Prose, Section, Span
from syndicate.settings._words import Option, as_toml, field_type

_FORMAT = ("file", "format")
OwnPath = Annotated[str, After(check.template(("name", *_FORMAT), _FORMAT))]


class OwnFeed(Section):
    """One declared feed. What is left empty is as `[feed]` has it for all."""

    query: str = Field(default="", description="Which posts, as `tag:python and newer(30d)`. Empty: all of them.")
    title: Prose = Field(default="", description="Title. Empty: the name of the feed and of the site.")
    description: Prose = Field(default="", description="What the feed is about.")
    sort: Literal["newest", "oldest", "updated", "title"] = Field(
        default="newest", description="Order of the entries: by date, by last update, or by title."
    )
    limit: int | None = Field(
        default=None, ge=1, le=10_000, description="Entries that the feed holds: the first ones in its order."
    )
    max_age: Span = Field(default="", description="Entries older than this are left out, as `30d` or `12h`.")
    max_bytes: int | None = Field(default=None, ge=0, description="Byte budget of a document, 0 for none.")
    content: Content | None = Field(default=None, description="Whole posts, their summaries, or titles only.")
    profile: Profile | None = Field(default=None, description="What HTML entries hold.")
    digest: Literal["", "daily", "weekly"] = Field(
        default="", description="One entry a day or a week that lists its posts, instead of one for each post."
    )
    history: bool | None = Field(default=None, description="Whether older entries can be reached (RFC 5005).")
    path: OwnPath = Field(
        default="", description="Path of its documents, with `{file}` or `{format}`, and `{name}`. Empty: by preset."
    )
    aliases: Items = Field(default=(), description="Further paths below the output folder that lead to this feed.")


def own_options(name: str = "NAME") -> dict[str, Option]:
    """Every option of `[feeds.NAME]` by its dotted path; what has no default is as `[feed]` has it for all."""
    return {
        f"feeds.{name}.{key}": Option(
            f"feeds.{name}.{key}",
            field_type(field),
            "" if field.default is None else as_toml(field.default),
            field.description or "",
        )
        for key, field in OwnFeed.model_fields.items()
    }
