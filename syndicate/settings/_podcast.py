"""`[podcast]`: what is said of a show, for the directories and apps of podcasts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator as After
from pydantic import Field

from syndicate.settings import _checks as check
from syndicate.settings import podcasts as rules
from syndicate.settings._section import Items, PageUrl, Prose, Section

MEDIA = Literal["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course"]


class PodcastOptions(Section):
    """The show of a site. What is left empty is as `[site]` has it."""

    enabled: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Whether there is a show. `auto`: as soon as one of the settings below is given.",
    )
    feeds: Annotated[Items, After(rules.feeds)] = Field(
        default=("site",),
        description="Keys of the feeds that are the show's: `site`, `category:podcast`, or the NAME of a declared one. "
        "`guid` and `new_feed_url` are the first one's.",
    )
    author: Prose = Field(default="", description="Who makes the show, as apps name them. Empty: `site.author.name`.")
    owner_name: Prose = Field(default="", description="Whom directories ask about the show. Empty: its author.")
    owner_email: Annotated[str, After(check.email)] = Field(
        default="", description="Where they ask. It is published in the feed. Empty: `site.author.email`."
    )
    categories: Annotated[Items, After(rules.categories)] = Field(
        default=(),
        description="Categories of Apple's list, as `Society & Culture > Documentary`; the first one counts.",
    )
    explicit: bool = Field(default=False, description="Whether episodes may have explicit language or content.")
    kind: Literal["episodic", "serial"] = Field(
        default="episodic", description="Whether episodes are heard in any order, or the oldest first."
    )
    image: Annotated[str, After(rules.picture)] = Field(
        default="",
        description="Cover: a square JPEG or PNG of 1400 to 3000 pixels, a URL or a path below `site.url`. Empty: "
        "`site.image`.",
    )
    guid: Annotated[str, After(rules.guid)] = Field(
        default="",
        description="The show's UUID for life. Empty: made of the feed's address; set it before that changes.",
    )
    locked: Literal["", "yes", "no"] = Field(
        default="", description="Whether other hosts are told not to import the show. Empty: nothing is said."
    )
    medium: MEDIA = Field(default="podcast", description="What the episodes are.")
    funding: Annotated[Items, After(rules.funding)] = Field(
        default=(),
        description="Where the show can be paid for: an address and what the link says, separated by a space.",
    )
    hosts: Annotated[Items, After(rules.hosts)] = Field(
        default=(), description="Names of the hosts, each with the address of a page behind it, or without."
    )
    license: Prose = Field(default="", description="Licence of the episodes: an SPDX identifier, or a name.")
    license_url: PageUrl = Field(
        default="", description="Where the licence stands; one that SPDX does not know needs it."
    )
    complete: bool = Field(default=False, description="Whether no further episode will ever come.")
    new_feed_url: PageUrl = Field(default="", description="Where the show's feed has moved to.")
    blocked: bool = Field(default=False, description="Whether directories are asked not to list the show.")
