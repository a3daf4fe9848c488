"""A Post and a Problem as JSON text, and back. Pure.

Written by hand rather than by `dataclasses.asdict`: each of tens of thousands of posts passes
here, and empty fields need no space in the index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from syndicate.model import (
    Author,
    Comments,
    Enclosure,
    Episode,
    Image,
    Origin,
    Post,
    Problem,
    Reference,
    Severity,
    Visibility,
)
from syndicate.model.podcast import Person, Rendition, Soundbite, Transcript

_MOMENTS = ("published", "updated", "visible_from", "visible_until")
_PLAIN = (
    "url", "title", "language", "summary", "separator", "guid", "generator_id", "external_url", "markup",
    "body_at", "translation", "source", "built", "built_digest",
)  # fmt: skip
_PARTS = {"transcripts": Transcript, "persons": Person, "soundbites": Soundbite, "renditions": Rendition}
"""The fields of an Episode that are lists of something."""

_LONE = re.compile("[\ud800-\udfff]")


def pack(post: Post) -> str:
    """A Post → JSON text with only what is set. The path is not in it: a file may move."""
    out: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(post, name))}
    out.update({name: at.isoformat() for name in _MOMENTS if (at := getattr(post, name))})
    if post.visibility is not Visibility.PUBLIC:
        out["visibility"] = post.visibility
    if post.terms:
        out["terms"] = post.terms
    if post.aliases:
        out["aliases"] = post.aliases
    if post.references:
        out["references"] = [(each.written, each.candidates) for each in post.references]
    if post.authors:
        out["authors"] = [(a.name, a.email, a.url) for a in post.authors]
    if post.image:
        out["image"] = _without_tail(astuple(post.image))
    if post.enclosures:
        out["enclosures"] = [(e.url, e.type, e.length, e.duration, e.title) for e in post.enclosures]
    out.update(_of_feeds(post))
    return _json(out)


def _of_feeds(post: Post) -> dict[str, Any]:
    """What few posts say: where they come from, where they are discussed, what they are as episodes."""
    out: dict[str, Any] = {}
    if post.origin:
        source = post.origin
        out["origin"] = (source.title, source.url, source.id, source.updated and source.updated.isoformat())
    if post.comments:
        out["comments"] = astuple(post.comments)
    if post.episode:
        out["episode"] = _packed_episode(post.episode)
    return out


def _packed_episode(episode: Episode) -> dict[str, Any]:
    """What is said of an episode; "explicit: no" is said, unlike other flags that are off."""
    said = {each.name: getattr(episode, each.name) for each in fields(Episode)}
    return {
        name: [_without_tail(astuple(part)) for part in value] if name in _PARTS else value
        for name, value in said.items()
        if value not in ("", (), None) and (value is not False or name == "explicit")
    }


def _episode(got: dict[str, Any]) -> Episode:
    parts = {
        name: tuple(kind(*(tuple(value) if isinstance(value, list) else value for value in part)) for part in got[name])
        for name, kind in _PARTS.items()
        if name in got
    }
    return Episode(**{**got, **parts})


def _origin(title: str, url: str, identity: str, updated: str | None) -> Origin:
    return Origin(title, url, identity, datetime.fromisoformat(updated) if updated else None)


def _without_tail(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without what is not set at the end."""
    while len(values) > 1 and values[-1] in ("", None):
        values = values[:-1]
    return values


def unpack(text: str, path: bytes) -> Post:
    """JSON text → the Post it was made from, at this path."""
    got = json.loads(text)
    for name in _MOMENTS:
        if name in got:
            got[name] = datetime.fromisoformat(got[name])
    got["visibility"] = Visibility(got.get("visibility", "public"))
    got["terms"] = tuple((taxonomy, name) for taxonomy, name in got.get("terms", ()))
    got["aliases"] = tuple(got.get("aliases", ()))
    got["references"] = tuple(Reference(text, tuple(means)) for text, means in got.get("references", ()))
    got["authors"] = tuple(Author(*each) for each in got.get("authors", ()))
    got["enclosures"] = tuple(Enclosure(*each) for each in got.get("enclosures", ()))
    got["image"] = Image(*got["image"]) if "image" in got else None
    got["origin"] = _origin(*got["origin"]) if "origin" in got else None
    got["comments"] = Comments(*got["comments"]) if "comments" in got else None
    got["episode"] = _episode(got["episode"]) if "episode" in got else None
    for name in ("url", "title", "published"):
        got.setdefault(name, None if name == "published" else "")
    got.setdefault("markup", "")
    return Post(path=path, **got)


def pack_problems(problems: tuple[Problem, ...]) -> str | None:
    """Problems → JSON text, None for none."""
    if not problems:
        return None
    return _json([[getattr(problem, each.name) for each in fields(Problem)] for problem in problems])


def pack_texts(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text → JSON text."""
    return _json(rows)


def _json(value: Any) -> str:
    """JSON that a database can hold: a lone surrogate, which UTF-8 cannot carry, is written as its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _LONE.sub(lambda found: ascii(found[0])[1:-1], text)


def unpack_problems(text: str) -> list[Problem]:
    """JSON text → the Problems it was made from."""
    out = []
    for path, severity, *rest in json.loads(text):
        out.append(Problem(path, Severity(severity), *rest))
    return out
