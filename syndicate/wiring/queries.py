"""Settings → what it takes to answer live queries: the language, the names, and who looks and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from zoneinfo import ZoneInfo

from syndicate import plugins
from syndicate.delivery.questions import Clerk
from syndicate.engines import Engine
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import Format
from syndicate.feeds.plan import Plan
from syndicate.feeds.queries import FORMATS, MOST
from syndicate.feeds.selection import needs, parse
from syndicate.feeds.texts import Texts
from syndicate.index import Chosen, Index
from syndicate.index.words import Asking, Words, words_beside
from syndicate.model.records import dataclass
from syndicate.model.selection import Tree
from syndicate.project import Project, site_of
from syndicate.wiring import _asked_for, _press, _writer

SECONDS = 2.0
"""For which a query may look among the posts."""

_PATIENCE = 10.0
"""Seconds after which a worker that has not answered is given up."""


@dataclass(frozen=True)
class Scene:
    """All it takes to answer queries about a site as it is configured now.

    `keys` are those of front matter that can be asked for, `usual` is how many entries a feed has where nobody says.
    """

    plan: Plan
    channels: Channels
    formats: Mapping[str, Format]
    parse: Callable[[str], Tree]
    keys: tuple[str, ...]
    usual: int
    language: str
    clerk: Clerk
    texts: Texts
    state: str

    def unknown(self, tree: Tree) -> list[str]:
        """The keys of front matter in a query that the index does not keep."""
        return [key for key in needs(tree).keys if key not in self.keys]

    def asks_text(self, tree: Tree) -> bool:
        """Whether a query looks into bodies."""
        return needs(tree).text

    def chosen(self, tree: Tree) -> Chosen:
        """The posts that are meant, the newest first."""
        return Chosen(tree, language=self.language)

    def words(self) -> Words:
        """The full text, opened. Raises StateError."""
        return Words.open(words_beside(self.state), self.state)

    def index(self) -> Index:
        """The state, opened. Raises StateError."""
        opened: Index = plugins.find("index", "sqlite").open(self.state)
        return opened

    def engine(self) -> Engine:
        """A worker of one's own, where what is deadly kills nobody else."""
        made: Engine = plugins.find("engines", "processes")(1, _PATIENCE)
        return made


def scene(the: Project) -> Scene:
    """What it takes, of the site as it is now.

    Raises:
        ConfigurationError, ContentMissing.
    """
    site = site_of(the)
    settings, facts = the.settings, site.facts
    plan = _press.plan(settings, site)
    holding = _press.holdings(the, facts).usual
    taxonomies = _press.taxonomies(the, facts)
    writer = _writer.writer(settings, _press.by_label(site), FORMATS, _press.looks(settings, facts, plan))
    state = str(the.state.absolute())
    return Scene(
        plan=plan,
        channels=_press.channels(settings, site),
        formats=_press.Makers(FORMATS),
        parse=partial(parse, zone=ZoneInfo(facts.timezone), taxonomies=taxonomies, live=True),
        keys=_asked_for(the, site)[0],
        usual=min(holding.limit, MOST),
        language=facts.language,
        clerk=Clerk(partial(Asking.beside, state, words_beside(state)), writer, holding.look, SECONDS),
        texts=Texts(writer),
        state=state,
    )
