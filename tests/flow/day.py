"""A day of people who write: a folder of posts and everything that is done to it, and what is to be shown after all."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TextIO

TERMS = ("sea", "harbour", "tide", "pilot", "crane", "rope", "gulls", "fog", "light", "ferry")
PASSING = tuple(f"passing-{number}" for number in range(6))
"""Terms that come up and go out of use again."""

SPOILT = (
    lambda text: text.replace("\ndate", "\n<<<<<<< HEAD\n=======\n>>>>>>> mine\ndate", 1),
    lambda text: text.replace("\n---\n", "\n", 1),
    lambda text: text.replace("W", "\0", 1),
)
"""What makes a post one that cannot be read."""


@dataclass(frozen=True)
class Post:
    """A post as its author wants it shown; moments are seconds since 1970."""

    name: str
    number: int
    date: int
    terms: tuple[str, ...]
    expires: int = 0

    @property
    def title(self) -> str:
        return f"Post {self.number}"

    @property
    def text(self) -> str:
        more = f"expires: {_moment(self.expires)}\n" if self.expires else ""
        words = Random(self.number).choices(TERMS, k=250)
        body = "\n\n".join(" ".join(words[at : at + 50]) for at in range(0, 250, 50))
        return (
            f"---\ntitle: {self.title}\ndate: {_moment(self.date)}\ntags: [{', '.join(self.terms)}]\n{more}---\n"
            f"Words of number {self.number}.\n\n{body}\n"
        )

    def is_shown(self, now: float) -> bool:
        return self.date <= now and (not self.expires or now < self.expires)


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(seconds))


@dataclass
class Day:
    """The folder, `posts` as they should be shown by file name, and what is under way in it."""

    folder: Path
    random: Random
    posts: dict[str, Post] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _open: list[tuple[int, TextIO, Post, str]] = field(default_factory=list)
    _number: int = 0
    _edits: int = 0

    def begin(self, posts: int) -> None:
        """The posts that have been there for long."""
        self.folder.mkdir(parents=True)
        start = int(time.time()) - (posts + 1) * 3600
        for number in range(posts):
            post = self._next(f"post-{number:04}.md", start + number * 3600)
            (self.folder / post.name).write_text(post.text, encoding="utf-8")
            self.posts[post.name] = post

    def edit(self) -> None:
        """Somebody does something; and who was still writing may come to an end."""
        self._edits += 1
        kinds: list[tuple[Callable[[], None], int]] = [
            (self.add, 22), (self.change, 28), (self.rename, 8), (self.remove, 10), (self.begin_to_write, 6),
            (self.spoil, 6), (self.mend, 6), (self.retag, 8), (self.schedule, 4), (self.let_expire, 2),
        ]  # fmt: skip
        (what,) = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        self.done[what.__name__] += 1
        what()
        self._finish(lambda due: due <= self._edits)

    def pause(self) -> None:
        """Nobody is in the middle of writing any more."""
        self._finish(lambda _: True)

    def end(self) -> None:
        """Whatever was left half done is brought to its end."""
        self.pause()
        while self.broken:
            self.mend()

    def shown(self, now: float) -> dict[str, set[str]]:
        """The titles that the feed of each term is to hold, and under "" that of the site."""
        found: dict[str, set[str]] = {term: set() for term in ("", *TERMS, *PASSING)}
        for post in self.posts.values():
            if post.is_shown(now):
                for term in ("", *post.terms):
                    found[term].add(post.title)
        return found

    def is_over(self) -> bool:
        """Whether everything has gone live, or expired, that is to."""
        return all(max(post.date, post.expires) < time.time() for post in self.posts.values())

    def has(self, name: str) -> bool:
        """Whether there is a page of it now."""
        post = self.posts.get(name)
        return post is not None and post.is_shown(time.time())

    # -- what is done

    def add(self) -> None:
        self._place(self._next(f"post-{self._number:04}.md", int(time.time()) - 1))

    def change(self) -> None:
        """Written over where it stands, as most editors do it."""
        old = self._any()
        post = self._next(old.name, old.date, old.terms)
        with (self.folder / post.name).open("w", encoding="utf-8") as file:
            file.write(post.text)
        self._is_now(post)

    def rename(self) -> None:
        old = self._any()
        post = replace(old, name=f"moved-{self._edits}-{old.number}.md")
        (self.folder / old.name).rename(self.folder / post.name)
        del self.posts[old.name]
        self._is_now(post)

    def remove(self) -> None:
        old = self._any()
        (self.folder / old.name).unlink()
        del self.posts[old.name]

    def begin_to_write(self) -> None:
        """The first half stands there while others go on with theirs."""
        post = self._next(f"post-{self._number:04}.md", int(time.time()) - 1)
        file = (self.folder / post.name).open("w", encoding="utf-8")
        at = self.random.randrange(len(post.text))
        file.write(post.text[:at])
        file.flush()
        self._open.append((self._edits + self.random.randrange(1, 8), file, post, post.text[at:]))

    def spoil(self) -> None:
        """What was good of it last is to stay."""
        old = self.posts[self.random.choice(sorted(self.posts.keys() - self.touched - self.broken))]
        broken = self.random.choice(SPOILT)(old.text)
        (self.folder / old.name).write_text(broken, encoding="utf-8")
        self.broken.add(old.name)

    def mend(self) -> None:
        if not self.broken:
            self.change()
            return
        old = self.posts[self.random.choice(sorted(self.broken))]
        self.broken.discard(old.name)
        self._place(self._next(old.name, old.date, old.terms))

    def retag(self) -> None:
        old = self._any()
        terms = (self.random.choice(PASSING),) if self.random.random() < 0.6 else (self.random.choice(TERMS),)
        self._place(self._next(old.name, old.date, terms))

    def schedule(self) -> None:
        self._place(self._next(f"post-{self._number:04}.md", int(time.time()) + self.random.randrange(2, 9)))

    def let_expire(self) -> None:
        old = self._any()
        post = self._next(old.name, old.date, old.terms)
        self._place(replace(post, expires=int(time.time()) + self.random.randrange(2, 9)))

    # -- how

    def _any(self) -> Post:
        """A post that nobody else has in hand."""
        sound = [name for name in self.posts if name not in self.broken]
        return self.posts[self.random.choice(sound)]

    def _next(self, name: str, date: int, terms: tuple[str, ...] = ()) -> Post:
        self._number += 1
        some = terms or tuple(sorted(self.random.sample(TERMS, self.random.randrange(1, 3))))
        return Post(name, self._number, date, some)

    def _place(self, post: Post) -> None:
        """Renamed into place, as other programs do it."""
        beside = self.folder / f".{post.name}.part"
        beside.write_text(post.text, encoding="utf-8")
        beside.rename(self.folder / post.name)
        self._is_now(post)

    def _is_now(self, post: Post) -> None:
        self.posts[post.name] = post
        self.touched.add(post.name)

    def _finish(self, is_due: Callable[[int], bool]) -> None:
        for each in [each for each in self._open if is_due(each[0])]:
            self._open.remove(each)
            _due, file, post, rest = each
            file.write(rest)
            file.close()
            self._is_now(post)
