"""The one door for XML that receivers answer with: no document type, no entities, nothing fetched. Pure.

defusedxml is imported here alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # here and below, as a run that only asks who is to be told loads the notifiers
    from xml.etree.ElementTree import Element


def parsed(body: bytes) -> Element | None:
    """The root element of an answer, None where it is no XML or none that is let in. Never raises."""
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (SyntaxError, ValueError, LookupError, RecursionError):  # not well-formed; forbidden; an unknown encoding
        return None
    return root
