"""The parts of a run, kept open from run to run by who makes many: the state, and what is known of the site.

Nothing that another process may change is trusted: the state is read by transactions, and is opened anew where another
file has taken its place; the site's own configuration is read anew for every whole run, for one that looks at a file
of it, and where the state was last written under other settings.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from syndicate import plugins
from syndicate.content.scan import Sight
from syndicate.cycle import Parts
from syndicate.index import Index
from syndicate.index.lock import held
from syndicate.project import Project, Site, site_of
from syndicate.wiring import _make_folder, _parts, _told
from syndicate.wiring._state_file import identity


class Workshop:
    """What is open between the runs of one daemon. Used by one thread."""

    def __init__(self, the: Project) -> None:
        self._the = the
        self._site: Site | None = None
        self._sight = Sight()
        self._index: Index | None = None
        self._file: tuple[int, int] | None = None

    @contextlib.contextmanager
    def parts(self, paths: frozenset[bytes] | None = None, wait: float = 0.0) -> Iterator[Parts]:
        """The parts of a run that is to look at these paths alone (None: at everything), with the state locked.

        The end of another run is waited for `wait` seconds.

        Raises:
            ConfigurationError, ContentMissing, StateError, LockHeld.
        """
        _make_folder(self._the.state.parent)
        with held(f"{self._the.state}.lock", wait):
            index = self._opened()
            try:
                with _told(index, self._the.state):
                    yield self._made(index, paths)
            except BaseException:
                self.close()  # what a run that failed may have left half done is not built upon
                raise

    def close(self) -> None:
        """Let go of everything; it is opened anew when it is needed."""
        self.rest()
        self._site, self._sight = None, Sight()

    def rest(self) -> None:
        """Let go of the state alone, and of the memory that it takes."""
        if self._index is not None:
            index, self._index = self._index, None
            index.close()

    def _made(self, index: Index, paths: frozenset[bytes] | None) -> Parts:
        if self._site is not None and paths is not None and not self._is_configuration(paths):
            made = _parts(self._the, self._site, index)
            if (index.fact("reading"), index.fact("showing")) == (made.reading, made.showing):
                return replace(made, sight=self._sight)
        self._site, self._sight = site_of(self._the), Sight()
        return replace(_parts(self._the, self._site, index), sight=self._sight)

    def _is_configuration(self, paths: frozenset[bytes]) -> bool:
        from syndicate.content.narrow import is_configuration

        roots = [each.root for each in self._site.folders] if self._site else []
        return any(is_configuration(roots, path) for path in paths)

    def _opened(self) -> Index:
        if self._index is not None and self._file != identity(self._the.state):
            self.close()
        if self._index is None:
            self._index = plugins.find("index", "sqlite").open(str(self._the.state))
            self._file = identity(self._the.state)
        return self._index
