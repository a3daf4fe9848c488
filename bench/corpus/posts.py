"""One post as a file: its name, its bytes, and the front matter that each dialect would have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from bench.corpus.text import Pool, en_block, en_sentence, en_title, zh_block, zh_sentence, zh_title
from bench.corpus.words import EN_AUTHOR, media_names, tag_names, topic_names

POOL = 4000
"""Different blocks that all bodies of a site are put together from."""


@dataclass(frozen=True)
class Terms:
    """What a post is filed under, as numbers: its category, and its tags."""

    category: int
    tags: tuple[int, ...]


@dataclass(frozen=True)
class Site:
    """What a dialect's configuration says, and the address of the site."""

    url: str
    zone: str
    config: str


class FinewsWriter:
    """Articles of a Chinese news site: HTML paragraphs, and a tail of Markdown."""

    site = Site(
        "https://finews.example.com",
        "Asia/Shanghai",
        "theme: jekyll-theme-minimal\n\nlang: zh-CN\ntitle: 金融消息（合成）\nurl: https://finews.example.com\n"
        "timezone: Asia/Shanghai\nauthor: Synthetic\n\nplugins:\n  - jekyll-feed\n",
    )
    around = 560
    """Bytes of a post that are not its paragraphs, about."""

    def __init__(self, chance: Random, categories: int, tags: int) -> None:
        self.categories = media_names(categories)
        self.tags = [name + "新闻" for _, name in media_names(tags)]
        self.pool = Pool(chance, zh_block, POOL)

    def write(self, chance: Random, number: int, moment: datetime, terms: Terms, size: float) -> tuple[str, str]:
        """Its id and its text."""
        slug, media = self.categories[terms.category]
        rolling = terms.category == 0
        ident = f"{'' if rolling else 'NW'}{moment:%Y%m%d}{2200000000 + number}"
        lead = f"> {zh_sentence(chance)}\n\n" if rolling else f"<p>{zh_sentence(chance)}</p>\n "
        body = self.pool.fill(chance, size - self.around, "" if rolling else "\n ")
        tags = [self.tags[tag] for tag in terms.tags]
        return ident, (
            f'---\nlayout: post\ntitle: "{zh_title(chance)}"\ndate: {moment:%Y-%m-%d %H:%M:%S} +0800\n'
            f"categories: {slug}\ntags: {tags[0] if len(tags) == 1 else '[' + ', '.join(tags) + ']'}\n---\n"
            f'{lead}{body}<p class="em_media">（文章来源：{media}）</p>\n\n'
            f"<http://finews.example.com/html_News/NewsShare.html?infoCode={ident}>\n\n"
            f"[返回{media}新闻](//finews.example.com/category/{slug}.html)｜[返回首页](//finews.example.com/)"
        )


class JekyllWriter:
    """Articles of an English site, Markdown from the first line to the last."""

    site = Site(
        "https://notes.example.org",
        "America/New_York",
        "title: Synthetic notes\ndescription: A site made to measure\nurl: https://notes.example.org\n"
        "timezone: America/New_York\npermalink: /:categories/:year/:month/:day/:title/\nauthor: Ada Brandt\n",
    )
    around = 500

    def __init__(self, chance: Random, categories: int, tags: int) -> None:
        self.categories = topic_names(categories)
        self.tags = tag_names(tags)
        self.pool = Pool(chance, en_block, POOL)

    def write(self, chance: Random, number: int, moment: datetime, terms: Terms, size: float) -> tuple[str, str]:
        """Its id and its text."""
        head = [f'title: "{en_title(chance)}"', f"date: {moment:%Y-%m-%dT%H:%M:%S}-05:00"]
        head.append(f"categories: [{self.categories[terms.category]}]")
        head.append(f"tags: [{', '.join(self.tags[tag] for tag in terms.tags)}]")
        if chance.random() < 0.8:
            head.append("author: " + chance.choice(EN_AUTHOR))
        if chance.random() < 0.4:
            head.append(f'excerpt: "{en_sentence(chance)}"')
        lead = " ".join(en_sentence(chance) for _ in range(3))
        body = self.pool.fill(chance, size - self.around, "\n\n")
        return f"note-{1000000 + number}", "\n".join(("---", "layout: post", *head, "---", "", lead, "", body, ""))


Writer = FinewsWriter | JekyllWriter
WRITERS: dict[str, type[FinewsWriter] | type[JekyllWriter]] = {"finews": FinewsWriter, "jekyll": JekyllWriter}
