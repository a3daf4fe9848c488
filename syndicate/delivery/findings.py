"""What there is to be said of the documents as they stand, by this run or an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from syndicate.delivery.press import Press
from syndicate.index import SITE, Index
from syndicate.index.shelves import page_of
from syndicate.model import Problem, Severity, shown_path

if TYPE_CHECKING:
    from syndicate.markup.templates import Fault


def expansion_problems(index: Index) -> list[Problem]:
    """What template code could not be expanded in the entries as they were last made, by this run or an earlier one."""
    unexpanded = list(index.unexpanded())
    if not unexpanded:
        return []
    from syndicate.markup.templates import Fault

    found: dict[Fault, list[bytes]] = {}
    for path, fault in unexpanded:
        found.setdefault(Fault(*fault), []).append(path)
    return [problem for fault in sorted(found) for problem in _told(fault, found[fault])]


def over_budget(press: Press) -> Iterator[Problem]:
    """The documents that are larger than their budget though all their entries are summaries."""
    holdings = press.desk.holdings
    budgets = [holding.max_bytes for holding in (holdings.usual, *holdings.own.values()) if holding.max_bytes]
    for path, size in sorted(press.index.sizes(min(budgets))) if budgets else ():
        taxonomy, name = press.index.owner(path) or SITE
        holding = holdings.of(taxonomy, name)
        if page_of(taxonomy)[0] or holding is None or holding.look.content != "full" or path.endswith(".html"):
            continue
        if 0 < holding.max_bytes < size:
            message = (
                f"the document has {size:,} bytes even with summaries only, more than the {holding.max_bytes:,} of its "
                "budget; no entry is left out. Take a larger feed.max_bytes, or a smaller feed.limit."
            )
            yield Problem(path, Severity.WARNING, "over-budget", message)


def nothing_there(where: str, dialect: str) -> Problem:
    """No post was found at all."""
    message = (
        f"no post was found here, read as {dialect}; is this the folder your posts are in? --dialect reads it otherwise"
    )
    return Problem(where, Severity.WARNING, "no-posts", message)


def unheard(index: Index, keys: tuple[str, ...], settings: str) -> Iterator[Problem]:
    """The keys of front matter that queries ask for, and no post has; `settings` is where the queries stand."""
    for key in index.unheard(keys):
        message = (
            f"a query asks for {key!r}, which no post has in its front matter; is it spelled as in the posts? "
            "Values that posts inherit from the site's configuration are not known here."
        )
        yield Problem(settings, Severity.WARNING, "query-key-unknown", message)


def _told(fault: Fault, known: list[bytes]) -> list[Problem]:
    """What is not known is told once, however many posts have it; what is broken, for each of them."""
    others = ""
    if fault.code == "template-unknown":
        others = f" (So in {len(known) - 1} more of the posts shown.)" if len(known) > 1 else ""
        known = known[:1]
    return [Problem(shown_path(path), Severity.WARNING, fault.code, fault.message + others) for path in known]
