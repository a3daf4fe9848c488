"""Makes the pictures in docs/images/: `python -m tests.flow.screenshots`.

They show examples/newsroom, as `syndicate serve` serves it. Its readers, subscribers and runs are made up: a site that
was built a moment ago has none.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser

from syndicate import wiring
from syndicate.index.days import Days
from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Subscription, Way
from syndicate.model.numbers import DAY, Kind, Tally, Traffic
from syndicate.model.run import Run
from syndicate.project import Project, find
from tests.flow.served import Served, chromium, looking, serving
from tests.flow.site import NEWSROOM, ROOT, Site

IMAGES = ROOT / "docs" / "images"
SETTINGS = """
[hub]
on = true

[endpoints.hub]
kind = "websub"
url = "https://hub.example.net/"

[endpoints.aggregator]
kind = "xmlrpc"
url = "https://rpc.example.net/"
"""
READERS = (
    ("Feedly", Kind.AGGREGATOR),
    ("Inoreader", Kind.AGGREGATOR),
    ("Newsboat", Kind.READER),
    ("Miniflux", Kind.READER),
)


def main() -> None:
    """Make all of them."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        content = Path(shutil.copytree(NEWSROOM, Path(folder) / "content"))
        with (content / "config" / "syndicate.toml").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        site = Site(content, Path(folder) / "feeds")
        site.build()
        furnish(find(str(content), options={"output": {"folder": str(site.out)}}), int(time.time()))
        with chromium() as browser, serving(site, Path(folder) / "log") as served:
            photograph(browser, served)


def photograph(browser: Browser, served: Served) -> None:
    """A page for readers and the dashboard, at a desk and on a phone."""
    views = (
        ("feeds", f"{served.readers}/feeds/", 1280, 800, "light"),
        ("dashboard", served.operator, 1280, 1000, "light"),
        ("dashboard-phone", f"{served.operator}/readers", 390, 800, "dark"),
    )
    for name, address, width, high, scheme in views:
        with looking(browser, width=width, scheme=scheme) as look:
            look.page.set_viewport_size({"width": width, "height": high})
            look.page.goto(address)
            if address.startswith(served.operator):
                look.page.wait_for_selector("[data-state=live]")
                look.page.wait_for_selector(".panel")
            look.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def furnish(the: Project, now: int) -> None:
    """Runs, subscribers and readers, as a site may have them that was published for two months."""
    with wiring.state(the) as index:
        for number in range(50, 0, -1):
            took = 0.06 + 0.05 * abs(math.sin(number))
            written = (0, 8, 0, 12)[number % 4]
            at, changed = now - 900 * number, written // 4
            index.record(Run(at, "daemon", seconds=took, written=written, changed=changed, warnings=number % 2))
        with index.transaction():
            index.forget_runs(0, 50)  # the build of a moment ago
        topic = next(each for each in index.announced() if each.format == "rss")
    with closing(Subscribers.open(f"{the.state}.hub")) as store, store.transaction():
        for number in range(140):
            callback, until = f"https://reader-{number}.example.net/callback", now + DAY * (1 + number % 10)
            store.grant(Subscription(0, Way.WEBSUB, topic.url, callback, now, until, got=topic.digest))
        slow = store.find(topic.url, "https://reader-7.example.net/callback")
        assert slow
        failed = slow._replace(got=b"0" * 16, trying=topic.digest, failures=4, tried_at=now - 700, due=now + 3000)
        store.keep([failed._replace(told="no answer within 10 seconds")])
    with closing(Days.open(f"{the.state}.numbers")) as days:
        for back in range(60, -1, -1):
            days.add(tally(now - now % DAY - back * DAY, 60 - back))


def tally(day: int, number: int) -> Tally:
    """What may be counted on one day."""
    people, direct = 180 + 3 * number, 26 + round(6 * math.sin(number / 3))
    polls = 2400 + 20 * number + (number % 7) * 60
    traffic = Traffic(polls, round(polls * 0.94), round(polls * 0.88), polls * 900, polls * 21_000)
    return Tally(
        day,
        {"": traffic, "site": traffic},
        {"": direct, "site": direct},
        {("site", "Feedly", "feed/1"): people, ("site", "Inoreader", "7"): people // 4},
        dict.fromkeys(READERS, traffic),
        {"Newsboat": direct // 2, "Miniflux": direct // 3},
        {
            200: (round(polls * 0.12), polls * 900),
            304: (round(polls * 0.85), 0),
            301: (round(polls * 0.02), 900),
            404: (20 + number % 9, 900),
            429: (number % 40, 900),
        },
    )


if __name__ == "__main__":
    main()
