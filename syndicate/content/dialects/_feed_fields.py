"""What a post says for feeds alone, the same in every dialect: its link, its origin, its comments, its episode."""

from __future__ import annotations

from dataclasses import replace

from syndicate.content.dialects._elsewhere import comments, external_url, origin
from syndicate.content.dialects._episodes import episode
from syndicate.content.dialects._fields import Fields
from syndicate.content.dialects._media import Absolute
from syndicate.model import Post


def with_feed_fields(post: Post, fields: Fields, absolute: Absolute) -> Post:
    """The Post with what these fields say beside it; `absolute` as for pictures and media."""
    link, taken_from = external_url(fields, absolute, post.url), origin(fields, absolute)
    discussed, heard = comments(fields, absolute), episode(fields, post.enclosures, absolute)
    if not (link or taken_from or discussed or heard):  # most posts: a copy of so large a value takes its time
        return post
    return replace(post, external_url=link, origin=taken_from, comments=discussed, episode=heard)
