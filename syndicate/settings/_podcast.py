"""`[podcast]`: what is said of a show, for the directories and apps of podcasts."""

from __future__ import annotations

from typing import Literal

from syndicate.settings import _checks as check
from syndicate.settings import podcasts as rules
from syndicate.settings._kinds import choice, items, switch, text
from syndicate.settings._section import Section

MEDIA = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course")


class PodcastOptions(Section):
    """The show of a site. What is left empty is as `[site]` has it."""

    enabled: Literal["auto", "on", "off"] = choice(
        "auto",
        ("auto", "on", "off"),
        "Whether there is a show. `auto`: as soon as one of the settings below is given.",
    )
    feeds: tuple[str, ...] = items(
        ("site",),
        "Keys of the feeds that are the show's: `site`, `category:podcast`, or the NAME of a declared one. "
        "`guid` and `new_feed_url` are the first one's.",
        check.distinct,
        rules.feeds,
    )
    author: str = text("", "Who makes the show, as apps name them. Empty: `site.author.name`.", check.prose)
    owner_name: str = text("", "Whom directories ask about the show. Empty: its author.", check.prose)
    owner_email: str = text("", "Where they ask. It is published in the feed. Empty: `site.author.email`.", check.email)
    categories: tuple[str, ...] = items(
        (),
        "Categories of Apple's list, as `Society & Culture > Documentary`; the first one counts.",
        check.distinct,
        rules.categories,
    )
    explicit: bool = switch(False, "Whether episodes may have explicit language or content.")
    kind: Literal["episodic", "serial"] = choice(
        "episodic", ("episodic", "serial"), "Whether episodes are heard in any order, or the oldest first."
    )
    image: str = text(
        "",
        "Cover: a square JPEG or PNG of 1400 to 3000 pixels, a URL or a path below `site.url`. Empty: `site.image`.",
        rules.picture,
    )
    guid: str = text(
        "", "The show's UUID for life. Empty: made of the feed's address; set it before that changes.", rules.guid
    )
    locked: Literal["", "yes", "no"] = choice(
        "", ("", "yes", "no"), "Whether other hosts are told not to import the show. Empty: nothing is said."
    )
    medium: str = choice("podcast", MEDIA, "What the episodes are.")
    funding: tuple[str, ...] = items(
        (),
        "Where the show can be paid for: an address and what the link says, separated by a space.",
        check.distinct,
        rules.funding,
    )
    hosts: tuple[str, ...] = items(
        (), "Names of the hosts, each with the address of a page behind it, or without.", check.distinct, rules.hosts
    )
    license: str = text("", "Licence of the episodes: an SPDX identifier, or a name.", check.prose)
    license_url: str = text("", "Where the licence stands; one that SPDX does not know needs it.", check.page_url)
    complete: bool = switch(False, "Whether no further episode will ever come.")
    new_feed_url: str = text("", "Where the show's feed has moved to.", check.page_url)
    blocked: bool = switch(False, "Whether directories are asked not to list the show.")
