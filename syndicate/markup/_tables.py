"""Which tables a parser leaves where they stand: those in whose structure there is nothing but structure.

What stands in a table and in none of its cells is moved before it ("foster parenting"), to places where it would not
stand if it had been written there: read again, such HTML is another tree. This is the cheap test that nothing
of that kind can have happened; it reads no table, but looks at what follows each of their tags.
"""

from __future__ import annotations

from syndicate.model.patterns import regex

_PART = "(?i:table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th)"
# Behind these a parser is in a table and in no cell, if in a table at all.
_OUTSIDE_CELLS = (
    "(?i:table|colgroup|col|thead|tbody|tfoot|tr|/(?:caption|colgroup|col|thead|tbody|tfoot|tr|td|th))(?=[\\s/>])"
)
# The rest of a tag of which nobody can think that it ends elsewhere.
_REST = (
    r"(?:[ \t\n]++[A-Za-z][\w:.-]*+(?:[ \t\n]*+=[ \t\n]*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`]++))?+)*+"
    r"[ \t\n]*+/?+>"
)
_MISPLACED = regex(rf"<(?=[/CTct]){_OUTSIDE_CELLS}(?!{_REST}[ \t\n]*+(?:</?{_PART}[ \t\n/>]|\Z))")


def in_order(html: str) -> bool:
    """Has every tag of a table nothing behind it but white space and the next, or the content of a cell?"""
    return not _MISPLACED.search(html)
