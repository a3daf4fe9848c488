"""Pictures and renditions (Media RSS 1.5.1), namespace `media`. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.etree import SubElement, _Element

from syndicate.feeds.formats._elements import named, number
from syndicate.model import Enclosure, Image

MEDIA = "http://search.yahoo.com/mrss/"

_CONTENT = f"{{{MEDIA}}}content"
_MEDIUMS = frozenset(("audio", "video", "image"))


def picture(element: _Element, image: Image) -> None:
    """The picture of an item or entry as `media:content`."""
    sizes = named(fileSize=number(image.length), width=number(image.width), height=number(image.height))
    SubElement(element, _CONTENT, {"url": image.url, **named(type=image.type), "medium": "image", **sizes})


def renditions(item: _Element, enclosures: Sequence[Enclosure]) -> None:
    """The first enclosure of an item and what is the same thing in other forms, as `media:group`.

    The same thing are enclosures of one title, as in JSON Feed 1.1 (`attachments`). Of one thing alone there is
    no group, and what is something else does not belong in it.
    """
    main = enclosures[0].title if enclosures else ""
    same = [each for each in enclosures if main and each.title == main]
    if len(same) < 2:
        return
    group = SubElement(item, f"{{{MEDIA}}}group")
    for each in same:
        medium = each.type.partition("/")[0]
        known = named(
            fileSize=number(each.length),
            type=each.type,
            medium=medium if medium in _MEDIUMS else "",
            isDefault="true" if each is same[0] else "",
            duration=number(each.duration),
        )
        SubElement(group, _CONTENT, {"url": each.url, **known})
