"""The text of a query → the tree of a selection, which the index answers. Pure.

    tag:"人工智能" and not category:emnews and lang:zh and words > 200 and newer(30d)

In order of strength: `not` or `-`, `and` (also where nothing stands between two tests), `or`; parentheses
group. `docs/selections.md` is the page for those who write queries. What cannot be understood is a QueryError with
the column it is at and a hint. Length, depth and number of tests are bounded, so that no query costs much.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, tzinfo
from functools import partial

from syndicate.errors import ConfigurationError
from syndicate.feeds import _query_values as values
from syndicate.feeds._query_tests import Key, Leaves, Value, meant, terms
from syndicate.feeds._query_text import CLOSE, COMMA, OPEN, QueryError, Text, shown
from syndicate.model.records import NamedTuple
from syndicate.model.selection import Aged, All, Compared, Counted, Either, Holds, Not, Says, Tree, Written, fold

__all__ = ["Needs", "QueryError", "needs", "parse", "selections", "span"]

LONGEST, DEEPEST, MOST = 4_000, 30, 200
"""Characters of a query, parentheses within one another, and tests."""

_PUNCTUATION = "".join(each for each in map(chr, range(33, 127)) if not each.isalnum()) + COMMA
_SIGNS_OF_OTHERS = {"&": "and", "&&": "and", "|": "or", "||": "or", "!": "not", "+": "and"}

span = values.span


class Needs(NamedTuple):
    """What has to be known of posts: raw keys of front matter, in lower case and sorted, and the number of words.

    `windows` says that the answer changes with time alone, `text` that bodies have to be known.
    """

    keys: tuple[str, ...] = ()
    words: bool = False
    windows: bool = False
    text: bool = False


def parse(text: str, zone: tzinfo = UTC, taxonomies: Collection[str] = (), *, live: bool = False) -> Tree:
    """The tree of a query; the empty query means every post.

    Dates are days of `zone`. `taxonomies` are the plural keys of the site's own ones, beside categories, tags
    and authors. A `live` query may ask for full text.

    Raises:
        QueryError: it cannot be understood.
    """
    if len(text) > LONGEST:
        message = f"the query has more than {LONGEST:,} characters"
        raise QueryError(message, LONGEST + 1, "make several feeds of it")
    return _Query(text, Leaves(terms(taxonomies), zone, live)).whole()


def selections(
    queries: Mapping[str, str], zone: tzinfo, taxonomies: Collection[str] = (), origin: str = ""
) -> dict[str, Tree]:
    """The trees of the queries of `[feeds.NAME]`, by name; `origin` is the settings file as a person knows it.

    Raises:
        ConfigurationError: with a line for every query that cannot be understood, as of other settings.
    """
    found: dict[str, Tree] = {}
    mistakes = []
    for name, query in queries.items():
        try:
            found[name] = parse(query, zone, taxonomies)
        except QueryError as fault:
            mistakes.append(f"{origin}: feeds.{name}.query: {fault}".removeprefix(": "))
    if mistakes:
        raise ConfigurationError(mistakes)
    return found


def needs(tree: Tree) -> Needs:
    """What has to be known of posts to answer a selection."""
    leaves = list(_leaves(tree))
    keys = {leaf.key for leaf in leaves if isinstance(leaf, Written | Compared)}
    return Needs(
        tuple(sorted(keys)),
        any(isinstance(leaf, Counted) for leaf in leaves),
        any(isinstance(leaf, Aged) for leaf in leaves),
        any(isinstance(leaf, Holds) for leaf in leaves),
    )


def _leaves(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, All | Either):
        for part in tree.parts:
            yield from _leaves(part)
    elif isinstance(tree, Not):
        yield from _leaves(tree.part)
    else:
        yield tree


class _Query:
    """Reads one query by recursive descent."""

    def __init__(self, text: str, leaves: Leaves) -> None:
        self.text, self.leaves = Text(text), leaves
        self.depth = self.tests = 0

    def whole(self) -> Tree:
        if not self.text.peek():
            return All()
        tree = self._either(self._test, implied=True)
        if self.text.peek():
            raise self.text.fault("nothing was opened that ) would close", "remove it, or add ( where it belongs")
        return tree

    # -- what combines tests, and the values of one test

    def _either(self, part: Callable[[], Tree], *, implied: bool) -> Tree:
        parts = [self._every(part, implied)]
        while self.text.take_word("or") or (not implied and self.text.take(COMMA)):
            parts.append(self._every(part, implied))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, part: Callable[[], Tree], implied: bool) -> Tree:
        parts = [self._negated(part)]
        while self._goes_on(implied):
            parts.append(self._negated(part))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _goes_on(self, implied: bool) -> bool:
        """Whether a further part comes, behind an `and` or without."""
        if self.text.take_word("and"):
            return True
        ahead = self.text.peek()
        if not ahead or ahead in CLOSE or self.text.word_ahead().casefold() == "or":
            return False
        if not implied and ahead in COMMA:
            return False
        if not implied:
            hint = "write or or and between them, or put a value of several words in quotes"
            raise self.text.fault("two values stand side by side", hint)
        return True

    def _negated(self, part: Callable[[], Tree]) -> Tree:
        negative = False
        while self._negation():
            negative = not negative
        tree = part()
        return Not(tree) if negative else tree

    def _negation(self) -> bool:
        if self.text.take_word("not"):
            return True
        if self.text.peek() != "-" or self.text.text[self.text.at + 1 : self.text.at + 2].strip() == "":
            return False
        self.text.at += 1
        return True

    def _group(self, part: Callable[[], Tree], *, implied: bool) -> Tree:
        """What stands in parentheses, the first of which has just been passed."""
        opened = self.text.at - 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.text.fault(f"more than {DEEPEST} parentheses are open", "make several feeds of it", opened)
        if self.text.peek() in (*CLOSE, "") and self.text.at < len(self.text.text):
            raise self.text.fault("there is nothing in these parentheses", "remove them, or fill them", opened)
        tree = self._either(part, implied=implied)
        if not self.text.take(CLOSE):
            raise self.text.fault("the ( that opens here is not closed", "write ) where it ends", opened)
        self.depth -= 1
        return tree

    # -- one test

    def _test(self) -> Tree:
        if self.text.take(OPEN):
            return self._group(self._test, implied=True)
        self._something("a test")
        at = self.text.at
        phrase = self.text.phrase()
        if phrase is not None:
            return self._titled(phrase, at)
        name, sign = self.text.key()
        return self._comparison(Key(name, sign, at, self.text.at)) if name else self._word()

    def _something(self, what: str) -> None:
        """Raises QueryError where the query ends or goes on with a word that needs something before it."""
        ahead = self.text.word_ahead().casefold()
        if not self.text.peek():
            at = len(self.text.text.rstrip())
            raise self.text.fault(f"the query ends where {what} is due", "add it, or remove what leads to it", at)
        if ahead in ("and", "or"):
            hint = f'add it, or remove "{ahead}"; to look for the word itself, put it in quotes'
            raise self.text.fault(f'{what} is missing before "{ahead}"', hint)
        if self.text.peek() in CLOSE:
            raise self.text.fault(f"{what} is missing before )", "add it, or remove what leads to it")

    def _count(self) -> None:
        self.tests += 1
        if self.tests > MOST:
            raise self.text.fault(f"the query has more than {MOST} tests", "make several feeds of it")

    def _titled(self, text: str, at: int) -> Tree:
        self._count()
        if not fold(text):
            raise self.text.fault("there is nothing to look for", "write a word into the quotes", at)
        return Says("title", "contains", fold(text))

    def _word(self) -> Tree:
        at, word = self.text.at, self.text.bare()
        if word in _SIGNS_OF_OTHERS or word[:1] == "!":
            hint = f"write {_SIGNS_OF_OTHERS.get(word, 'not')}, or put a text in quotes"
            raise self.text.fault(f"{shown(word)} has no meaning here", hint, at)
        if not word or word[0] in ":=<>~：＝＜＞～≠≤≥":
            hint = "write one, as in words > 200 or tag:python, or put a text in quotes"
            raise self.text.fault("the name of a key is missing", hint, at)
        if self.text.text[self.text.at : self.text.at + 1] in (*OPEN,):
            return self._function(word, at)
        if not word.strip(_PUNCTUATION):
            hint = "remove it, or put it in quotes to look for it in titles"
            raise self.text.fault(f"{shown(word)} is no word", hint, at)
        if word.casefold() in ("newer", "older"):
            hint = f'write {word.lower()}(30d), or "{word}" in quotes for the word'
            raise self.text.fault(f"{word} has no time", hint, at)
        self._count()
        match, text = values.matched(word, False, contains=True)
        return Says("title", match, text)

    def _function(self, name: str, at: int) -> Tree:
        if name.casefold() not in ("newer", "older"):
            near = meant(name)
            hint = f"did you mean {near}(30d)?" if near else "for a key write a sign before the (, as tag:(a or b)"
            raise self.text.fault(f"there is no {shown(name)}(…)", hint, at)
        self._count()
        start = self.text.at + 1
        end = min((found for each in CLOSE if (found := self.text.text.find(each, start)) >= 0), default=-1)
        if end < 0:
            raise self.text.fault("the ( that opens here is not closed", "write ) where it ends", start - 1)
        written, self.text.at = self.text.text[start:end], end + 1
        seconds = values.span(written)
        if seconds is None:
            hint = "write a number and one of s, min, h, d, w, mo, y, as newer(30d) or older(1y)"
            raise self.text.fault(f'"{shown(written)}" is no length of time', hint, start)
        return Aged(name.casefold() == "newer", seconds)

    # -- a key, its sign and its values

    def _comparison(self, key: Key) -> Tree:
        sign = key.sign
        if sign == ":":
            second = self.text.sign()
            sign = "=" if second in ("", ":") else second
        negative = sign in ("!=", "!~")
        key = Key(key.name, {"!=": "=", "!~": "~"}.get(sign, sign), key.at, self.text.at)
        if len(key.name) > 100:
            raise key.fault("a key of more than 100 characters is in no front matter", "put a text in quotes")
        value = partial(self._value, key)
        tree = self._listed(value)
        return Not(tree) if negative else tree

    def _listed(self, value: Callable[[], Tree]) -> Tree:
        """`a,b`: one of them is enough."""
        found = [value()]
        while self.text.take(COMMA):
            self.text.blank()
            at = self.text.at
            name, sign = self.text.key()
            if name and self.leaves.knows(name):
                hint = "write or between two tests; a comma stands between values of one"
                raise self.text.fault(f"{shown(name)}{sign} begins a test behind a comma", hint, at)
            self.text.at = at
            found.append(value())
        return found[0] if len(found) == 1 else Either(tuple(found))

    def _value(self, key: Key) -> Tree:
        """One value, or several in parentheses."""
        if self.text.take(OPEN):
            return self._group(partial(self._value, key), implied=False)
        self._count()
        self._something("a value")
        at = self.text.at  # behind the blanks
        text, quoted = self.text.value()
        if not text and not quoted:
            hint = f"write one, or has:{shown(key.name)} for any"
            raise self.text.fault(f"a value is missing behind {shown(key.name)}", hint, at)
        return self.leaves.leaf(key, Value(text, quoted, at))
