"""Any HTML → HTML that is safe in every reader: sanitised, every URL absolute, only legal characters.

In: the HTML of a body, written by anybody, and the URL of its post. Out: what an `<item>`, an
`<entry>` or a JSON item may hold. What was made for scripts and styles is first turned into what reads
without them, where there is any (`_restored`). Then nh3 (the parser of a browser and an allow-list) makes it safe;
one walk over its output, which is well-formed, makes it absolute and tidy and adds nothing. Where no parser can see
anything else in the HTML than its tags say, both are done tag by tag (`_straight`).

Profiles: `safe` is for every reader. `full` keeps encrypted frames, classes and a few harmless styles too, for
readers that are known to show them. `plain` has paragraphs, headings, lists, quotes, code and links only.
"""

from __future__ import annotations

import re

import nh3

from syndicate.markup._allowed import ATTRIBUTES, FULL_RULES, GONE_WITH_CONTENT, RULES, SCHEMES, Rule
from syndicate.markup._bounds import any_case, apart, parsable
from syndicate.markup._in_place import in_place
from syndicate.markup._plain import plain
from syndicate.markup._restored import concerns, restored
from syndicate.markup._straight import Straight
from syndicate.markup._tables import in_order
from syndicate.markup._urls import Base, base_of
from syndicate.markup._walk import rewrite
from syndicate.markup.legal import legal
from syndicate.model.patterns import regex
from syndicate.model.records import NamedTuple

__all__ = ["PROFILES", "clean", "legal"]

PROFILES = ("full", "safe", "plain")
"""What may be asked of `clean`, from the richest to the plainest."""


class _Profile(NamedTuple):
    cleaner: nh3.Cleaner
    straight: Straight
    rules: dict[str, dict[str, Rule]]
    frames: bool = False
    plain: bool = False


_CHECK_BOX = frozenset(("checked", "type"))
_EVERYWHERE = frozenset(("aria-hidden", "hidden", "style"))


def _profile(attributes: dict[str, set[str]], rules: dict[str, dict[str, Rule]], frames: bool = False) -> _Profile:
    cleaner = _cleaner(attributes)
    names = _EVERYWHERE.union(_CHECK_BOX, *attributes.values())
    return _Profile(cleaner, Straight(cleaner.clean, names, frames), rules, frames)


# Building a Cleaner costs as much as a clean: one for all. `style` and its like are for the walk to decide by.
def _cleaner(attributes: dict[str, set[str]]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(attributes) | {"input"},
        clean_content_tags=set(GONE_WITH_CONTENT - set(attributes)),
        attributes={**attributes, "input": set(_CHECK_BOX), "*": set(_EVERYWHERE)},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


_SAFE = _profile(ATTRIBUTES, RULES)
_BY_NAME = {
    "full": _profile({tag: set(rules) - {"style"} for tag, rules in FULL_RULES.items()}, FULL_RULES, frames=True),
    "safe": _SAFE,
    "plain": _SAFE._replace(plain=True),
}


def clean(html: str, url: str, profile: str = "safe") -> str:
    """HTML → safe, absolute, legal HTML; `url` is the post's own, against which everything is read.

    A second time changes nothing. Raises for no HTML; ValueError when `url` is no absolute http(s) URL, or for
    a `profile` that is none of PROFILES.
    """
    if profile not in _BY_NAME:
        raise ValueError(f"no such profile: {profile!r}")
    chosen, base = _BY_NAME[profile], base_of(url)
    html = legal(html)
    if not chosen.plain and (done := chosen.straight.clean(html, base)) is not None:
        return done
    return _parsed(html, base, chosen)


def _parsed(html: str, base: Base, profile: _Profile) -> str:
    """Legal HTML → the same by way of a parser, as any HTML can be cleaned."""
    html = parsable(html)
    special = concerns(html)
    out = _once(html, base, profile, special)
    return _settled(out, base, profile) if special or profile.plain or _may_move(html) else out


def _once(html: str, base: Base, profile: _Profile, special: bool) -> str:
    if special:
        html = legal(restored(html, base, profile.frames))  # a character reference brings in what was none
    safe = profile.cleaner.clean(apart(html))
    if profile.frames and "<iframe" in safe:
        safe = _FRAME.sub(r"\1</iframe>", safe)
    # A character reference brings in what was not there as a character.
    safe = legal(safe) if "&" in html and "&#" in html else safe
    done = in_place(safe, base, profile.frames)
    return rewrite(safe, base, profile.rules) if done is None else done


# What is in a frame is no HTML to any parser, so the sanitiser has not looked at it.
_FRAME = regex(r'(<iframe(?: [^ =">]+="[^"]*")*>).*?</iframe>', re.DOTALL)

# Elements that move or end others, differently when they are there than when they are unwrapped.
_MOVING = regex(any_case("<", "applet listing marquee rp rt table") + r"\b")
_MOVING_BUT_TABLES = regex(any_case("<", "applet listing marquee rp rt") + r"\b")


def _may_move(html: str) -> bool:
    return bool(_MOVING.search(html)) and (not in_order(html) or bool(_MOVING_BUT_TABLES.search(html)))


def _settled(html: str, base: Base, profile: _Profile) -> str:
    """Read it again until nothing moves any more: once, for any table that somebody meant as one."""
    for _ in range(_ROUNDS):
        again = _once(plain(html) if profile.plain else html, base, profile, concerns(html))
        if again == html:
            break
        html = again
    return html


_ROUNDS = 6
