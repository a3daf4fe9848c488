"""Our rules for feeds: what is wrong with a document, where, and what to do about it. Pure.

In: the bytes of any feed, of one fragment, or of what stands around fragments. Out: findings as values, or None.
"""

from __future__ import annotations

from syndicate.feeds.rules._held import held as held
from syndicate.feeds.rules._held import held_envelope as held_envelope
