"""The script that somebody writes who has Python and the usual libraries: python-frontmatter, Markdown, feedgen.

    python script.py CONTENT OUT URL

One pass: read, render, file under its terms; then sort and write.
"""

from __future__ import annotations

import sys
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import frontmatter
import markdown
from feedgen.feed import FeedGenerator

LIMIT = 20


def listed(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.strptime(value, "%Y-%m-%d %H:%M:%S %z")


def read(content: Path, url: str) -> list[dict[str, Any]]:
    converter = markdown.Markdown(extensions=["extra"])
    posts = []
    for path in content.rglob("*.md"):
        post = frontmatter.load(str(path))
        posts.append(
            {
                "title": post["title"],
                "date": moment(post["date"]),
                "link": f"{url}/{path.stem}/",
                "html": converter.reset().convert(post.content),
                "places": [
                    "",
                    *(f"categories/{name}" for name in listed(post.get("categories"))),
                    *(f"tags/{name}" for name in listed(post.get("tags"))),
                ],
            }
        )
    return posts


def write(out: Path, url: str, place: str, shown: list[dict[str, Any]]) -> None:
    feed = FeedGenerator()
    feed.title(place or "Bench")
    feed.link(href=f"{url}/{place}")
    feed.description(place or "Bench")
    for post in shown:
        entry = feed.add_entry(order="append")
        entry.title(post["title"])
        entry.guid(post["link"])
        entry.link(href=post["link"])
        entry.pubDate(post["date"])
        entry.content(post["html"], type="CDATA")
    folder = out / place
    folder.mkdir(parents=True, exist_ok=True)
    feed.rss_file(str(folder / "index.xml"))


def main(content: Path, out: Path, url: str) -> None:
    posts = sorted(read(content, url), key=itemgetter("date"), reverse=True)
    feeds: dict[str, list[dict[str, Any]]] = {}
    for post in posts:
        for place in post["places"]:
            feeds.setdefault(place, []).append(post)
    for place, shown in feeds.items():
        write(out, url, place, shown[:LIMIT])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
