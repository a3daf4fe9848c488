"""Flags that hide a post, and ids that authors set. Fields in, values out."""

from __future__ import annotations

import re

from syndicate.content.dialects._fields import Fields
from syndicate.content.frontmatter import truth
from syndicate.model import Visibility


def hidden(fields: Fields) -> Visibility:
    """`draft: true` and `published: false`, in any case: a post hidden in error can be shown later."""
    flags = {key.casefold(): truth(value) for key, value in fields.values.items()}
    if flags.get("draft") is True:
        return Visibility.DRAFT
    return Visibility.UNPUBLISHED if flags.get("published") is False else Visibility.PUBLIC


def guid(fields: Fields) -> str:
    """The id an author set; one of zeros only is a template nobody filled in."""
    written = fields.line("guid", "uuid", "id")
    return "" if re.fullmatch(r"[0{}-]*", written) else written
