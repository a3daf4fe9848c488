"""The part of the contract that the service rests on: what runs came to, and whom we tell of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from syndicate.index._rows import Announced, Check, SitePage
from syndicate.model.delivery import Delivery, Standing
from syndicate.model.run import Run


class Service(Protocol):
    """A part of `Index`; the same holds of it."""

    # what runs came to
    def record(self, run: Run) -> None:
        """Remember a run; outside of a transaction. One that came to the same as the last one joins its row."""
        ...

    def runs(self, limit: int) -> list[Run]:
        """The last rows of runs, the latest first."""
        ...

    def last_well(self) -> Run | None:
        """The last run that came to its end."""
        ...

    def news_since(self) -> int | None:
        """Since when the feeds, all of them, hold what they hold; None where that was never noticed."""
        ...

    def forget_runs(self, before: int, most: int) -> int:
        """Forget the runs before this moment and those beyond the last `most` rows; how many rows.

        The last one and the last that went well stay.
        """
        ...

    # whom we tell
    def version(self) -> int:
        """Another number whenever another connection has changed anything since.

        Raises:
            StateError: the file was taken away, or another one is in its place.
        """
        ...

    def announced(self) -> Iterator[Announced]:
        """Every published document that has an address, by feed; not the pages of histories."""
        ...

    def standings(self) -> dict[str, Standing]:
        """How the endpoints are doing that were enrolled, by name."""
        ...

    def keep_standing(self, standing: Standing) -> None:
        """Remember how an endpoint is doing."""
        ...

    def deliveries(self, endpoint: str) -> dict[str, Delivery]:
        """What an endpoint got, by topic."""
        ...

    def delivery(self, endpoint: str, topic: str) -> Delivery | None:
        """What an endpoint got of one topic."""
        ...

    def keep_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Remember what endpoints got."""
        ...

    def forget_deliveries(self, endpoint: str, topics: Iterable[str] | None = None) -> None:
        """These topics are none of this endpoint any more; None for all of them."""
        ...

    # full text, which follows in a file of its own (`index/words.py`)
    def follows_texts(self) -> bool:
        """Whether changes of what posts say are written down."""
        ...

    def follow_texts(self, on: bool) -> None:
        """Whether they are from now on; what was written down is forgotten."""
        ...

    # pages of the site (IndexNow); compacted: of each page the last change
    def watch_pages(self, on: bool) -> None:
        """Whether changes of pages are written down from now on, by whatever changes posts."""
        ...

    def watches_pages(self) -> bool:
        """Whether they are."""
        ...

    def pages_changed(self, now: int) -> bool:
        """Whether there is anything to note."""
        ...

    def note_pages(self, now: int) -> int:
        """What was written down, and the moments that came, make pages that wait to be seen. How many wait."""
        ...

    def waiting_pages(self) -> list[SitePage]:
        """Pages that have not been seen at their address yet, the first to change first."""
        ...

    def release_pages(self, urls: Iterable[str]) -> None:
        """These have been seen: each that waits gets the next number."""
        ...

    def forget_pages(self, urls: Iterable[str]) -> None:
        """These do not wait any more."""
        ...

    def pages_after(self, sequence: int, limit: int) -> list[SitePage]:
        """The pages with a number above this one, in order."""
        ...

    def last_page(self) -> int:
        """The greatest number that a page ever got."""
        ...

    def drop_pages(self, until: int, waiting: bool = False) -> None:
        """Forget the pages up to this number, and those that wait as well."""
        ...

    # what cannot be read yet
    def checks(self) -> dict[str, Check]:
        """What could not be read at its public address yet, by that."""
        ...

    def keep_check(self, check: Check) -> None:
        """Remember when to look again."""
        ...

    def forget_checks(self, urls: Iterable[str]) -> None:
        """These can be read, or need not be any more."""
        ...

    # its own file
    def copy_to(self, path: str) -> None:
        """Make a copy of everything, durable and whole, in a new file. Raises StateError, OSError: there is none."""
        ...

    def tidy(self) -> None:
        """What was logged beside the file goes into it."""
        ...
