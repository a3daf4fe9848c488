"""What hides a post from everybody or from some. Fields in, values out."""

from __future__ import annotations

from syndicate.content.dialects._fields import Fields, as_text
from syndicate.content.dialects._names import only_with
from syndicate.content.frontmatter import truth
from syndicate.model import Visibility

_FOR_SOME = frozenset({"members", "paid", "tiers", "private", "password", "hidden", "internal", "unlisted"})


@only_with("draft", "published", "visibility", otherwise=Visibility.PUBLIC)
def hidden(fields: Fields) -> Visibility:
    """`draft: true`, `published: false` and `visibility: members`, in any case: what is hidden in error can be shown
    later, what is shown in error is in the readers of everybody.
    """
    written = {key.casefold(): value for key, value in fields.values.items()}
    if truth(written.get("draft")) is True:
        return Visibility.DRAFT
    seen_by = (as_text(written.get("visibility")) or "").strip().casefold()
    withheld = truth(written.get("published")) is False or seen_by in _FOR_SOME
    return Visibility.UNPUBLISHED if withheld else Visibility.PUBLIC
