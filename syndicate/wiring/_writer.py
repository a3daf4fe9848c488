"""Settings → the writer of entries; loaded when there is something to be published."""

from __future__ import annotations

from syndicate import plugins
from syndicate.content.sites import Opened
from syndicate.feeds.bodies import Bodies
from syndicate.feeds.entries import Style
from syndicate.feeds.write import Writer
from syndicate.markup.templates import TemplateSite
from syndicate.settings import Settings


def writer(settings: Settings, roots: list[Opened], formats: tuple[str, ...], style: dict[str, str | int]) -> Writer:
    """What every entry of a run has in common; `style` as in `entries.Style`, by name."""
    for name in formats:
        plugins.find("formats", name)  # loaded here, so that workers that are forked have them
    bodies = tuple(_bodies(settings, each) for each in roots)
    return Writer(bodies, formats, Style(**style), settings.content.max_file_size)  # type: ignore[arg-type]


def _bodies(settings: Settings, opened: Opened) -> tuple[bytes, bytes, Bodies]:
    """A root as the writer wants it: label, folder, and what its bodies have in common."""
    root, dialect = opened.root, opened.root.dialect
    site = TemplateSite(
        url=dialect.facts.url,
        variables=dialect.variables if dialect.templates else {},
        files=opened.templates,
        timezone=dialect.facts.timezone,
        unknown=settings.content.unknown_templates,
    )
    bodies = Bodies(dialect, site, settings.feed.profile, tuple(settings.content.built_selectors))
    return root.label, root.path, bodies
