"""What the pages say by themselves, in English and in Chinese.

`{n}`, `{m}`, `{site}` and the like stand for what the page puts in.
"""

from __future__ import annotations

from syndicate.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; a missing one is a type error."""

    feeds: str
    page_title: str
    lead: str
    all_posts: str
    hint: str
    one_post: str
    posts: str
    no_posts: str
    newest: str
    opml: str
    opml_hint: str
    filter: str
    filter_hint: str
    sort: str
    by_posts: str
    by_newest: str
    by_name: str
    jump: str
    count: str
    one_count: str
    found: str
    none: str
    clear: str
    copy: str
    copy_address: str
    copy_of: str
    copied: str
    date: str
    months: str
    declared: str
    feed: str
    subscribe: str
    feed_lead: str
    latest: str
    site: str
    all_feeds: str
    updated: str


ENGLISH = Words(
    feeds="Feeds",
    page_title="Feeds of {site}",
    lead="Put one of these addresses into a feed reader, and new posts come to you by themselves: "
    "no account, no e-mail, no algorithm.",
    all_posts="All posts",
    hint="Not sure which? Take the first; every reader knows it.",
    one_post="1 post",
    posts="{n} posts",
    no_posts="no posts now",
    newest="newest",
    opml="All {n} feeds as one OPML file",
    opml_hint="to import into a reader",
    filter="Filter feeds",
    filter_hint="Filter {n} feeds",
    sort="Sort by",
    by_posts="Most posts",
    by_newest="Newest post",
    by_name="Name",
    jump="Groups",
    count="{n} feeds",
    one_count="1 feed",
    found="{m} of {n} feeds",
    none="No feed by that name.",
    clear="Show all feeds",
    copy="Copy",
    copy_address="Copy address",
    copy_of="Copy the {format} address of {name}",
    copied="Copied",
    date="{d} {m} {y}",
    months="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    declared="Selections",
    feed="Feed",
    subscribe="Subscribe",
    feed_lead="Copy one of these addresses into a feed reader, and new posts come to you by themselves.",
    latest="Latest posts",
    site="Website",
    all_feeds="All feeds",
    updated="last change",
)

CHINESE = Words(
    feeds="订阅",
    page_title="{site} 的订阅源",
    lead="把下面任一地址放进阅读器，新文章就会自己送到你面前：不用注册，不留邮箱，没有算法。",
    all_posts="全部文章",
    hint="不知道选哪个？选第一个，所有阅读器都认得。",
    one_post="1 篇",
    posts="{n} 篇",
    no_posts="暂无文章",
    newest="最近更新",
    opml="全部 {n} 个订阅源（OPML 文件）",
    opml_hint="可一次导入阅读器",
    filter="筛选订阅源",
    filter_hint="在 {n} 个订阅源中筛选",
    sort="排序",
    by_posts="文章最多",
    by_newest="最近更新",
    by_name="名称",
    jump="分组",
    count="{n} 个订阅源",
    one_count="1 个订阅源",
    found="{m} / {n} 个订阅源",
    none="没有这个名字的订阅源。",
    clear="显示全部",
    copy="复制",
    copy_address="复制地址",
    copy_of="复制“{name}”的 {format} 地址",
    copied="已复制",
    date="{y}年{m}月{d}日",
    months="1 2 3 4 5 6 7 8 9 10 11 12",
    declared="精选",
    feed="订阅源",
    subscribe="订阅",
    feed_lead="复制其中一个地址放进阅读器，新文章就会自己送到你面前。",
    latest="最新文章",
    site="网站",
    all_feeds="全部订阅源",
    updated="最近更改",
)


def words_for(language: str) -> Words:
    """The words for a site in `language` (BCP 47): Chinese for `zh…`, else English."""
    return CHINESE if language.lower().startswith("zh") else ENGLISH
