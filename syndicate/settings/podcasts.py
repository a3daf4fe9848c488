"""Values of `[podcast]`: their checks (what was given in, the same clean out, or ValueError), and what they mean."""

from __future__ import annotations

import re

from syndicate.model.patterns import regex
from syndicate.settings import _checks as check

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality",
    ),
    "Science": (
        "Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature",
        "Physics", "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running",
        "Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}  # fmt: skip
"""Apple's categories of podcasts with their subcategories."""

_UUID = regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEY = regex(r"(?:[\w-]{1,40}/)?(?:site|[\w-]{1,64}:[^\x00-\x1f]{1,200}|[\w-]{1,64})")
_HOST = regex(r"(\S(?:.*\S)?)\s+(https?://\S+)", re.DOTALL)


def categories(items: tuple[str, ...]) -> tuple[str, ...]:
    """Categories of Apple's list in Apple's letters, a subcategory behind ` > `."""
    return tuple(dict.fromkeys(_category(item) for item in items))


def _category(text: str) -> str:
    parts = [" ".join(part.split()).replace("&amp;", "&") for part in re.split(r"[>›/]", text)]
    main = _one_of(parts[0], list(CATEGORIES))
    if main is None:
        raise ValueError(f'"{text[:80]}" is no category of Apple\'s; {_meant(parts[0])}')
    if len(parts) == 1:
        return main
    below = _one_of(parts[1], CATEGORIES[main]) if len(parts) == 2 else None
    if below is None:
        raise ValueError(f'"{parts[1][:60]}" is no subcategory of "{main}"; {_within(main, parts[1])}')
    return f"{main} > {below}"


def _one_of(text: str, known: list[str] | tuple[str, ...]) -> str | None:
    wanted = _bare(text)
    return next((each for each in known if _bare(each) == wanted), None)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold().replace(" and ", "&").replace("&", ""))


def _meant(text: str) -> str:
    """Which category may be meant; a subcategory alone needs its category in front."""
    every = {below: f"{main} > {below}" for main, inner in CATEGORIES.items() for below in inner}
    from difflib import get_close_matches

    if (own := _one_of(text, tuple(every))) is not None:
        return f'did you mean "{every[own]}"?'
    close = get_close_matches(text.title(), [*CATEGORIES, *every], 1)
    return f'did you mean "{every.get(close[0], close[0])}"?' if close else f"write one of {', '.join(CATEGORIES)}"


def _within(main: str, text: str) -> str:
    if not CATEGORIES[main]:
        return "it has none: leave it out"
    from difflib import get_close_matches

    close = get_close_matches(text.title(), CATEGORIES[main], 1, 0.5)
    return f'did you mean "{main} > {close[0]}"?' if close else f"write one of {', '.join(CATEGORIES[main])}"


def guid(text: str) -> str:
    """A UUID in small letters, or ""."""
    if text and not _UUID.fullmatch(text):
        raise ValueError(f'"{text[:60]}" is no UUID; write 36 signs as 917393e3-1b1e-5cef-ace4-edaa54e1f810')
    if text and not text.strip("0-"):
        raise ValueError("a UUID of zeros is no show's; leave it empty, or write the one your feed has")
    return text.lower()


def picture(text: str) -> str:
    """A picture's address: a URL or a path."""
    return check.picture_url(text, "")


def feeds(items: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of feeds, at least one."""
    for item in check.some(items):
        if not _KEY.fullmatch(item):
            raise ValueError(
                f'"{item[:60]}" is no key of a feed; write site, category:NAME, tag:NAME or a declared NAME'
            )
    return items


def funding(items: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses with what their links say behind a space."""
    for item in items:
        address, words = paid_for(item)
        if not words:
            raise ValueError(f'"{item[:60]}" does not say what the link says; write "https://… Support the show"')
        check.page_url(address)
        if len(words) > 128:
            raise ValueError("what a link says has more than 128 characters; shorten it")
    return items


def paid_for(item: str) -> tuple[str, str]:
    """An item of `funding` → its address and its words."""
    address, _blank, words = item.strip().partition(" ")
    return address, " ".join(words.split())


def hosts(items: tuple[str, ...]) -> tuple[str, ...]:
    """Names, each with an address behind it or without."""
    for item in items:
        name, address = named(item)
        if address:
            check.page_url(address)
        if len(name) > 128:
            raise ValueError(f'"{name[:40]}…" has more than 128 characters; shorten it')
    return items


def named(item: str) -> tuple[str, str]:
    """An item of `hosts` → the name and the address, "" for none."""
    found = _HOST.fullmatch(item.strip())
    name, address = (found[1], found[2]) if found else (item, "")
    return " ".join(name.split()), address
