"""The keys that themes of Hugo have for pictures, put where the usual ones are looked for. Fields in, Fields out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy

from syndicate.content.dialects._fields import Fields, as_text
from syndicate.model import Value

_PICTURES = ("images", "featuredimage", "featureimage", "featuredimg", "banner", "hero", "heroimage", "cardimage")
_NAMED = re.compile(r"feature|cover|thumbnail", re.IGNORECASE)
_WILD = re.compile(r"[*?\[{]")


def with_usual_keys(fields: Fields, *, bundled: bool) -> Fields:
    """The same fields, and as `image` the first picture a theme would show; problems go to the same list.

    `bundled` where the page has files of its own, which `resources` may name.
    """
    made = copy(fields)
    made.values = _with_image(fields.values, bundled)
    return made


def _with_image(values: Mapping[str, Value], bundled: bool) -> Mapping[str, Value]:
    if values.get("image"):
        return values
    named = next((values[key] for key in _PICTURES if values.get(key)), None)
    if named is None and not values.get("cover") and bundled:
        named = _resource(values.get("resources"))
    return values if named is None else {**values, "image": named}


def _resource(value: Value) -> str | None:
    """The file that `resources` calls `featured-image` or so; a pattern of names says nothing about one."""
    for each in value if isinstance(value, list) else []:
        if isinstance(each, Mapping) and _NAMED.search(as_text(each.get("name")) or ""):
            source = as_text(each.get("src")) or ""
            if source and not _WILD.search(source):
                return source
    return None
