"""What every section of the settings has in common, and the types that several of them use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator as After
from pydantic import BaseModel, ConfigDict, Field

from syndicate.settings import _checks as check

Prose = Annotated[str, After(check.prose)]
BaseUrl = Annotated[str, After(check.base_url)]
PageUrl = Annotated[str, After(check.page_url)]
Place = Annotated[str, After(check.folder)]
Span = Annotated[str, After(check.span)]
# TOML's lists are taken as tuples, so that the settings stay immutable.
Items = Annotated[tuple[str, ...], Field(strict=False), After(check.distinct)]
Formats = Annotated[
    tuple[Literal["rss", "atom", "json"], ...], Field(strict=False), After(check.distinct), After(check.some)
]
Content = Literal["full", "summary", "titles"]
Profile = Literal["full", "safe", "plain"]


class Section(BaseModel):
    """A table of the settings file: frozen, strict, and nothing in it that is not known."""

    # A bound on text makes pydantic look at it: lone surrogates (bytes that were no UTF-8) are then refused.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, str_max_length=10_000)


class Named(dict[str, Any]):
    """A table of tables that, like every other value of the settings, cannot be changed and can be hashed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("settings cannot be changed")


def named(tables: Mapping[str, Any]) -> Named:
    """The same tables, for good."""
    return Named(tables)
