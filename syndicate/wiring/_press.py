"""Settings → the parts of publishing: names and addresses, what each feed holds, formats, looks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import syndicate
from syndicate import feeds, plugins
from syndicate.content.dialects import Facts
from syndicate.content.sites import Opened
from syndicate.delivery.jobs import Desk
from syndicate.delivery.press import Press
from syndicate.errors import ConfigurationError
from syndicate.feeds.channel import Channels
from syndicate.feeds.formats import EDITIONS, Edition, Format
from syndicate.feeds.holdings import Holding, Holdings, Look
from syndicate.feeds.plan import Plan
from syndicate.feeds.presets import PRESETS, adapted
from syndicate.feeds.shows import Shows
from syndicate.index import Chosen, Index
from syndicate.model import Image
from syndicate.model.delivery import Endpoint
from syndicate.model.digest import digest
from syndicate.project import Project, Site
from syndicate.settings import OwnFeed, Settings, seconds

if TYPE_CHECKING:
    from syndicate.feeds.write import Writer
    from syndicate.model.selection import Tree


class Makers(Mapping[str, Format]):
    """The formats by name. Each is loaded when it is first asked for: most runs only want to know their names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names, self._made = names, dict[str, Format]()

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = plugins.find("formats", name)()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def edition(form: str) -> Edition:
    """What is known of a format: of our own without loading it."""
    if form in EDITIONS:
        return EDITIONS[form]
    found = plugins.find("formats", form)
    return Edition(found.media_type, found.fingerprint)


def by_label(site: Site) -> list[Opened]:
    """The longest label first, so that a path is never taken for one of an outer folder."""
    return sorted(site.folders, key=lambda each: -len(each.root.label))


def press(the: Project, site: Site, index: Index) -> Press:
    """All it takes to publish; the moment is still to be set."""
    settings, facts = the.settings, site.facts
    the_plan = plan(settings, site)
    names = formats(settings)
    feed = settings.feed
    style = looks(settings, facts, the_plan)
    shared = f"{syndicate.__version__} {feeds.fingerprint()} {_templates(the, site)}"

    @cache
    def shape(form: str, look: Look) -> bytes:
        styled = style | {"content": look.content, "profile": look.profile}
        return text_digest(f"{edition(form).fingerprint} {shared} {sorted(styled.items())}")

    @cache
    def writer() -> Writer:
        from syndicate.wiring import _writer

        return _writer.writer(settings, by_label(site), names, style)

    desk = Desk(
        index=index,
        plan=the_plan,
        channels=channels(settings, site),
        formats=Makers(names),
        shape=shape,
        taxonomies=taxonomies(the, facts),
        holdings=holdings(the, facts),
        now=0,
        zone=facts.timezone,
        fixed_guid=bool(settings.podcast.guid),
    )
    publisher = plugins.find("publishers", settings.output.publisher)(settings.output.folder)
    servers = tuple(settings.output.redirects)
    return Press(
        desk,
        publisher,
        writer,
        copies=feed.copies,
        servers=servers,
        keys=_keys(settings, the_plan),
        codings=codings(settings),
    )


def looks(settings: Settings, facts: Facts, the_plan: Plan) -> dict[str, str | int]:
    """How entries are shown where a feed says nothing else, as `entries.Style` has it."""
    return {
        "base_url": the_plan.base_url,
        "content": settings.feed.content,
        "summary_length": settings.feed.summary_length,
        "language": facts.language,
        "profile": settings.feed.profile,
    }


def endpoints(settings: Settings, the_plan: Plan) -> tuple[Endpoint, ...]:
    """Everybody who is to be told of what is new.

    Raises:
        ConfigurationError: with all that is wrong with `[endpoints]`.
    """
    if not settings.endpoints:
        return ()
    from syndicate.wiring import _endpoints  # here, as most sites have none

    return _endpoints.endpoints(settings, the_plan.site_url, the_plan.base_url)


def _keys(settings: Settings, the_plan: Plan) -> tuple[str, ...]:
    """The keys of IndexNow whose files belong where our documents stand, so that we can put them there."""
    told = endpoints(settings, the_plan)
    return tuple(sorted({each.key for each in told if each.key and each.key_url == the_plan.url(f"{each.key}.txt")}))


def _pushed(settings: Settings, site: Site) -> tuple[Endpoint, ...]:
    """The hubs that feeds name: all that are told of them, unless their address is one that may hold a secret."""
    told = endpoints(settings, plan(settings, site)) if settings.endpoints else ()
    return tuple(each for each in told if each.kind == "websub" and "?" not in each.url)


def codings(settings: Settings) -> tuple[str, ...]:
    """The codings in which documents stand beside themselves.

    Raises:
        ConfigurationError: the library for one of them is not installed.
    """
    wanted = settings.output.precompress
    if not wanted:
        return ()
    from syndicate.delivery.codings import missing

    if lacking := missing(wanted):
        raise ConfigurationError(
            [
                f"output.precompress: {coding!r} needs a library that is not installed; "
                "install syndicate[compression], or take it out"
                for coding in lacking
            ]
        )
    return wanted


def formats(settings: Settings) -> tuple[str, ...]:
    """The formats of every feed, its page for people last."""
    return (*settings.feed.formats, "html") if settings.feed.pages else tuple(settings.feed.formats)


def holdings(the: Project, facts: Facts) -> Holdings:
    """What each feed holds.

    Raises:
        ConfigurationError: a query of the operator's own cannot be understood.
    """
    feed = the.settings.feed
    usual = Holding(limit(the, facts), Look(feed.content, feed.profile), feed.max_bytes)
    trees = chosen(the, facts)
    return Holdings(
        usual=usual,
        history=feed.history,
        own={name: _own(own, trees[name], usual, facts) for name, own in the.settings.feeds.items()},
        min_posts=feed.min_posts,
        active_within=_span(feed.active_within),
        gone_after=_span(feed.gone_after),
        tombstones=_span(feed.tombstones),
    )


def chosen(the: Project, facts: Facts) -> Mapping[str, Tree]:
    """What the feeds of the operator's own are about, by name.

    Raises:
        ConfigurationError: a query cannot be understood.
    """
    queries = {name: own.query for name, own in the.settings.feeds.items()}
    if not queries:
        return {}
    from zoneinfo import ZoneInfo  # both here, as most sites have no feeds of the operator's own

    from syndicate.feeds.selection import selections

    return selections(queries, ZoneInfo(facts.timezone), taxonomies(the, facts), the.file)


def _own(own: OwnFeed, tree: Tree, usual: Holding, facts: Facts) -> Holding:
    from syndicate.feeds.selection import needs

    look = Look(own.content or usual.look.content, own.profile or usual.look.profile)
    age = _span(own.max_age) or 0
    moves = needs(tree).windows or bool(age) or bool(own.digest)
    return Holding(
        limit=own.limit or usual.limit,
        look=look,
        max_bytes=usual.max_bytes if own.max_bytes is None else own.max_bytes,
        # pages keep their posts for good: they can be of no order that edits change, and of no window
        history=own.history if own.sort == "newest" and not moves else False,
        chosen=Chosen(tree, own.sort, age, facts.language),
        digest=own.digest,
        moves=moves,
    )


def _span(text: str) -> int | None:
    return seconds(text) if text else None


def limit(the: Project, facts: Facts) -> int:
    """Entries in a feed: a site that keeps its paths keeps what its own plugin was told, too."""
    feed = the.settings.feed
    said = the.origins.get("feed.limit", "defaults") != "defaults"
    return feed.limit if said or feed.preset == "syndicate" else facts.limit or feed.limit


def taxonomies(the: Project, facts: Facts) -> tuple[str, ...]:
    """Whose terms have feeds: as the operator says, else as the site was told, else the usual ones."""
    said = the.origins.get("feed.taxonomies", "defaults") != "defaults"
    return the.settings.feed.taxonomies if said or not facts.taxonomies else facts.taxonomies


def _templates(the: Project, site: Site) -> str:
    """A digest of what bodies are made with beside the posts themselves."""
    content = the.settings.content
    files = [
        [dialect.name, dialect.facts.url, dialect.facts.timezone, each.templates, each.texts]
        for each in site.folders
        if (dialect := each.root.dialect).templates
    ]
    return hexadecimal([files, content.unknown_templates, content.body, content.built_selectors])


def plan(settings: Settings, site: Site) -> Plan:
    """Names and addresses of the site's feeds."""
    facts, dialect = site.facts, site.folders[0].root.dialect
    preset, *also = (
        adapted(PRESETS[name], dict(facts.feed_paths), dialect.name)
        for name in (settings.feed.preset, *settings.feed.also)
    )
    return Plan(
        preset=preset,
        site_title=facts.title,
        site_url=facts.url,
        base_url=f"{settings.feed.url}/" if settings.feed.url else facts.url + preset.base,
        formats=formats(settings),
        description=facts.description,
        slugs=settings.feed.slugs,
        site_path=settings.feed.paths.site,
        term_path=settings.feed.paths.term,
        languages=facts.languages,
        own=settings.feeds,
        also=tuple(also),
        generator=dialect.name,
        term_url=dialect.term_url,
    )


def channels(settings: Settings, site: Site) -> Channels:
    """What all feeds of the site have in common."""
    facts = site.facts
    own, cloud = _built_in(settings, site)
    shows = Shows(settings.podcast, facts.url, facts.author, facts.image)
    return Channels(
        language=facts.language,
        authors=(facts.author,) if facts.author else (),
        image=Image(facts.image, facts.title) if facts.image else None,
        icon=facts.icon,
        rights=settings.site.rights,
        media_types={name: edition(name).media_type for name in formats(settings)},
        term_url=site.folders[0].root.dialect.term_url,
        hubs=tuple(dict.fromkeys((*own, *settings.feed.hubs))),
        pushed=_pushed(settings, site),
        cloud=cloud,
        show_of=shows.of if shows.any else None,
        stylesheet=_below(facts.url, settings.feed.stylesheet),
    )


def _built_in(settings: Settings, site: Site) -> tuple[tuple[str, ...], str]:
    """The hub and the cloud that are built in, and on. Raises ConfigurationError."""
    if not settings.hub.on and not settings.hub.rsscloud:
        return (), settings.feed.cloud
    from syndicate.wiring import _own_hub  # here, as most sites have none

    the_plan = plan(settings, site)
    hub = _own_hub.hub(settings, the_plan)
    return (hub,) if hub else (), _own_hub.cloud(settings, the_plan)


def _below(site_url: str, place: str) -> str:
    return place if not place or "://" in place else f"{site_url}/{place.lstrip('/')}"


def text_digest(text: str) -> bytes:
    """16 bytes over some text."""
    return digest(text.encode("utf-8", "surrogatepass"))


def hexadecimal(facts: Any) -> str:
    """A digest of facts in hexadecimal, whatever they are."""
    return text_digest(json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)).hex()
