"""What single elements of RSS 2.0 hold: dates, people, pictures, guids, enclosures. Pure."""

from __future__ import annotations

from collections.abc import Callable

from lxml.etree import _Element

from syndicate.feeds.rules import _address as address
from syndicate.feeds.rules import _text as texts
from syndicate.feeds.rules._rule import Look, rules
from syndicate.feeds.rules._values import is_absolute, is_count, is_mailbox, is_web, rfc822, short

RULES = rules(
    (
        "rss-date",
        "E",
        "a date is none",
        "Write it as Mon, 06 Jan 2025 10:00:00 +0000: English names, four digits of year, a numeric zone or GMT.",
        "RSS 2.0; RFC 822 5; W3C: IncorrectDOW",
    ),
    (
        "rss-date-doubtful",
        "W",
        "a date is not understood by every reader",
        "Write four digits of year, and a numeric zone or GMT.",
        "RSS Best Practices Profile; W3C: ProblematicalRFC822Date",
    ),
    ("rss-ttl", "E", "ttl is no number of minutes", "Write a whole number above 0.", "RSS 2.0: ttl"),
    ("rss-skip", "E", "skipHours or skipDays is wrong", "Give each hour (0 to 23) or English day once.", "RSS 2.0"),
    (
        "rss-person",
        "E",
        "a person is given without an e-mail address",
        "Write `name@host (Name)`, or put a bare name into dc:creator.",
        "RSS 2.0: author; W3C: InvalidContact",
    ),
    ("rss-image", "E", "the image lacks its url, title or link", "Give it all three.", "RSS 2.0: image"),
    (
        "rss-image-size",
        "E",
        "the image is given a size that RSS does not allow",
        "Width is at most 144, height at most 400; leave them out for a larger picture.",
        "RSS 2.0: image",
    ),
    (
        "rss-image-differs",
        "W",
        "title or link of the image are not those of the channel",
        "Let them be the same.",
        "RSS 2.0: image; W3C: ImageTitleDoesntMatch, ImageLinkDoesntMatch",
    ),
    (
        "rss-cloud",
        "E",
        "the cloud lacks an attribute",
        "Say domain, port, path, registerProcedure and protocol.",
        "RSS 2.0: cloud",
    ),
    (
        "rss-text-input",
        "E",
        "textInput lacks title, description, name or link",
        "Give it all four, as elements; better, take it out: no reader shows it.",
        "RSS 2.0: textInput",
    ),
    ("guid-empty", "E", "a guid is empty", "Give the item an id that never changes.", "RSS 2.0: guid"),
    (
        "guid-not-url",
        "E",
        "a guid says that it is a permalink, and is no address",
        'Write isPermaLink="false", which is not the default.',
        "RSS 2.0: guid; W3C: InvalidHttpGUID",
    ),
    ("guid-permalink", "E", "isPermaLink is neither true nor false", "Write `true` or `false`.", "RSS 2.0: guid"),
    (
        "enclosure-attributes",
        "E",
        "an enclosure lacks its url, length or type",
        'Say all three; write length="0" where it is not known.',
        "RSS 2.0: enclosure; W3C: UseZeroForUnknown",
    ),
    (
        "enclosure-length",
        "E",
        "the length of an enclosure is no whole number of bytes",
        "Write digits alone, 0 where it is not known.",
        "RSS 2.0: enclosure",
    ),
    ("category-empty", "W", "a category is empty", "Name it, or take it out.", "RSS 2.0: category"),
    (
        "source-url",
        "E",
        "a source does not say the address of its feed",
        "Give it the attribute url.",
        "RSS 2.0: source",
    ),
)

_DAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_CLOUD = ("domain", "path", "port", "protocol", "registerProcedure")

Judge = Callable[[Look, _Element, int, str], None]
"""In: the look, an element, its line, its text."""


def _plain(look: Look, element: _Element, line: int, text: str) -> None:
    texts.plain(look, line, element.tag, text)


def _html(look: Look, element: _Element, line: int, text: str) -> None:
    texts.html(look, line, element.tag, text)


def _page(look: Look, element: _Element, line: int, text: str) -> None:
    address.judge(look, line, element.tag, text, web=True)


def _date(look: Look, element: _Element, line: int, text: str) -> None:
    moment = rfc822(text)
    if moment.fault:
        look.note("rss-date", line, f"{element.tag} {short(text)!r}: {moment.fault}")
    elif moment.doubt:
        look.note("rss-date-doubtful", line, f"{element.tag} {short(text)!r}: {moment.doubt}")


def _person(look: Look, element: _Element, line: int, text: str) -> None:
    if not is_mailbox(text.strip()):
        look.note("rss-person", line, f"{element.tag} {short(text)!r}")


def _ttl(look: Look, _element: _Element, line: int, text: str) -> None:
    if not is_count(text.strip()) or int(text) == 0:
        look.note("rss-ttl", line, repr(short(text)))


def _language(look: Look, _element: _Element, line: int, text: str) -> None:
    address.language(look, line, "language", text)


def _hours(look: Look, element: _Element, line: int, _text: str) -> None:
    values = [(hour.text or "").strip() for hour in element.iterchildren("hour")]
    if not all(is_count(each) and int(each) < 24 for each in values) or len({*values}) != len(values):
        look.note("rss-skip", line, short(f"skipHours {', '.join(values[:30])}"))


def _skipped_days(look: Look, element: _Element, line: int, _text: str) -> None:
    values = [(day.text or "").strip() for day in element.iterchildren("day")]
    if not {*values} <= _DAYS or len({*values}) != len(values):
        look.note("rss-skip", line, short(f"skipDays {', '.join(values[:30])}"))


def _image(look: Look, element: _Element, line: int, _text: str) -> None:
    said = {name: (element.findtext(name) or "").strip() for name in ("url", "title", "link")}
    for name, value in said.items():
        if not value:
            look.note("rss-image", line, name)
        elif name != "title":
            address.judge(look, line, f"image/{name}", value, web=True)
    for name, most in (("width", 144), ("height", 400)):
        size = element.findtext(name)
        if size is not None and not (is_count(size.strip()) and 0 < int(size) <= most):
            look.note("rss-image-size", line, f"{name} {short(size)}")
    channel = element.getparent()
    for name in ("title", "link"):
        own = (channel.findtext(name) or "").strip() if channel is not None else ""
        if said[name] and said[name] != own:
            look.note("rss-image-differs", line, name)


def _cloud(look: Look, element: _Element, line: int, _text: str) -> None:
    if missing := [name for name in _CLOUD if element.get(name) is None]:
        look.note("rss-cloud", line, ", ".join(missing))


def _text_input(look: Look, element: _Element, line: int, _text: str) -> None:
    names = ("title", "description", "name", "link")
    if missing := [name for name in names if not (element.findtext(name) or "").strip()]:
        look.note("rss-text-input", line, ", ".join(missing))


def _guid(look: Look, element: _Element, line: int, text: str) -> None:
    said, text = element.get("isPermaLink", "true"), text.strip()
    if not text:
        look.note("guid-empty", line)
    elif said not in ("true", "false"):
        look.note("guid-permalink", line, repr(short(said)))
    elif said == "true" and not is_web(text):
        look.note("guid-not-url", line, repr(short(text)))
    elif said == "true":
        address.characters(look, line, "guid", text)


def _enclosure(look: Look, element: _Element, line: int, _text: str) -> None:
    if missing := [name for name in ("url", "length", "type") if element.get(name) is None]:
        look.note("enclosure-attributes", line, ", ".join(missing))
    if (url := element.get("url")) is not None:
        address.judge(look, line, "enclosure", url, web=True)
    length = element.get("length")
    if length is not None and not is_count(length):
        look.note("enclosure-length", line, repr(short(length)))
    address.media_type(look, line, "enclosure", element.get("type"))


def _category(look: Look, _element: _Element, line: int, text: str) -> None:
    if not text.strip():
        look.note("category-empty", line)
    texts.plain(look, line, "category", text)


def _source(look: Look, element: _Element, line: int, _text: str) -> None:
    if not is_absolute(element.get("url", "")):
        look.note("source-url", line)


OF_CHANNEL: dict[str, Judge] = {
    "title": _plain,
    "link": _page,
    "description": _html,
    "copyright": _plain,
    "language": _language,
    "managingEditor": _person,
    "webMaster": _person,
    "pubDate": _date,
    "lastBuildDate": _date,
    "docs": _page,
    "ttl": _ttl,
    "skipHours": _hours,
    "skipDays": _skipped_days,
    "image": _image,
    "cloud": _cloud,
    "textInput": _text_input,
    "category": _category,
}
OF_ITEM: dict[str, Judge] = {
    "title": _plain,
    "link": _page,
    "description": _html,
    "author": _person,
    "comments": _page,
    "pubDate": _date,
    "guid": _guid,
    "enclosure": _enclosure,
    "category": _category,
    "source": _source,
}
