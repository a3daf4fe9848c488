"""`ping`: what is due is sent once, what is not is told, and nothing that is secret."""

from __future__ import annotations

import os
import shutil

from syndicate.index.copies import back_up
from syndicate.index.lock import held
from tests.builders import NOW
from tests.cli.telling import SECRET, Here, Hook, here, hook

__all__ = ["here", "hook"]

RSS = "https://example.org/feeds/rss.xml"


def with_news(here: Here, hook: Hook, more: str = "") -> None:
    """An old site that has enrolled its endpoint, and a new post."""
    here.configure(hook.settings + more)
    here.build()
    here.write("two")
    here.build()


def test_what_is_due_is_sent_once(here: Here, hook: Hook) -> None:
    here.configure(hook.settings)
    assert "From now on hook can be told" in here.run("build").out
    assert "From now on" not in here.run("build").out
    assert "nothing is due" in here.run("ping").out, "an old site is no news"
    here.write("two")
    here.build()
    said = here.run("ping", "--dry-run")
    assert (said.code, hook.got) == (0, []) and RSS in said.out
    done = here.run("ping", "--json")
    assert (done.code, hook.got) == (0, ["site"])
    assert done.json == {
        "sent": [{"endpoint": "hook", "outcome": "taken", "status": 200, "told": None, "topics": [RSS]}]
    }
    assert "nothing is due" in here.run("ping").out
    assert here.run("ping", "--now").code == 0
    assert hook.got == ["site"]


def test_who_is_busy_is_waited_for_unless_it_is_to_be_now(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    hook.answers = [503, 503]
    done = here.run("ping")
    assert done.code == 1 and "busy" in done.out
    assert "nothing is due" in here.run("ping").out
    (waits,) = here.run("ping", "list", "--failed", "--json").json["pings"]
    assert (waits["topic"], waits["tries"], waits["given_up"], waits["readable"]) == (RSS, 1, False, True)
    assert here.run("ping", "--now").code == 1
    assert here.run("ping", "--now").code == 0
    assert hook.got == ["site"] * 3
    assert here.run("ping", "list").out == "nothing\n"


def test_what_was_given_up_can_be_tried_again(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    hook.answers = [400, 400]
    assert [here.run("ping", "--now").code for _ in range(2)] == [1, 1]
    assert here.run("ping", "--now").code == 0
    assert len(hook.got) == 2, "it is not sent any more"
    (lost,) = here.run("ping", "list", "--failed", "--json").json["pings"]
    assert lost["given_up"] and "400" in lost["told"]
    assert "1 ping due again" in here.run("ping", "retry").out
    assert here.run("ping").code == 0
    assert len(hook.got) == 3


def test_who_said_that_it_is_gone_is_switched_on_again(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    hook.answers = [410]
    assert here.run("ping").code == 1
    assert here.run("status", "--json").json["endpoints"][0]["off"] is True
    assert here.run("ping", "--now").code == 0
    assert len(hook.got) == 1, "it is left alone"
    here.run("ping", "retry", "--endpoint", "hook")
    assert here.run("ping").code == 0
    assert len(hook.got) == 2


def test_what_is_adopted_is_not_sent(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    assert "1 ping will not be sent" in here.run("ping", "--adopt").out
    here.write("three")
    here.build("--adopt")
    assert here.run("ping", "--now").code == 0
    assert hook.got == []
    here.write("four")
    here.build()
    here.run("ping")
    assert hook.got == ["site"]


def test_only_some_endpoints_and_feeds(here: Here, hook: Hook) -> None:
    everything = hook.settings.replace("[endpoints.hook]\n", '[endpoints.hook]\nfeeds = ["*"]\n')
    here.configure(everything + '[feed]\ntaxonomies = ["tags"]\n')
    here.build()
    here.write("two")
    here.build()
    assert here.run("ping", "list", "--feed", "category:*").out == "nothing\n"
    here.run("ping", "--feed", "tag:*")
    assert hook.got == ["tag:red"]
    here.run("ping", "--endpoint", "hook")
    assert hook.got == ["tag:red", "site"]


def test_beside_a_daemon_nobody_is_told_twice(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    hook.answers = [503]
    here.run("ping")
    with held(f"{here.state}.daemon"):
        assert "a daemon is at work" in here.run("ping").out
        assert here.run("ping", "list", "--failed").out != "nothing\n"
        here.run("ping", "--now")
    assert len(hook.got) == 1
    with here.index() as index:
        assert index.standings()["hook"].due == 0, "the daemon need not wait any more"


def test_beside_another_ping_nobody_is_told_twice(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    with held(f"{here.state}.pings"):
        for more in ([], ["--now"]):
            done = here.run("ping", *more)
            assert (done.code, hook.got) == (3, [])
            assert "are being sent already" in done.err and f"process {os.getpid()} since" in done.err
    here.run("ping")
    assert hook.got == ["site"]


def test_a_state_that_is_lost_pings_nobody_again(here: Here, hook: Hook) -> None:
    with_news(here, hook)
    here.run("ping")
    for left in here.folder.glob("feeds.db*"):
        left.unlink()
    here.build()
    assert "nothing is due" in here.run("ping", "--now").out
    here.write("three")
    here.build()
    here.run("ping")
    assert hook.got == ["site", "site"]


def test_a_copy_of_the_state_takes_its_place(here: Here, hook: Hook) -> None:
    here.configure(hook.settings)
    here.build()
    with here.index() as index:
        copy = back_up(index, here.state, NOW)
    here.write("two")
    here.build()
    here.run("ping")
    for left in (here.state, *here.folder.glob("feeds.db-*")):
        left.unlink()
    shutil.copyfile(copy, here.state)
    here.build()
    assert "1 ping will not be sent" in here.run("ping", "--adopt").out
    here.write("three")
    here.build()
    assert here.run("ping").code == 0
    assert hook.got == ["site", "site"]


def test_mistakes_say_what_there_is(here: Here, hook: Hook) -> None:
    here.build()
    nobody = here.run("ping")
    assert nobody.code == 2 and "docs/pings.md" in nobody.err
    here.configure(hook.settings)
    wrong = here.run("ping", "--endpoint", "hok")
    assert wrong.code == 2 and "hook" in wrong.err
    both = here.run("ping", "--adopt", "--feed", "site")
    assert both.code == 2 and "--feed" in both.err


def test_nothing_secret_is_shown(here: Here, hook: Hook) -> None:
    alarm = f'[alarm]\nurl = "{hook.url}"\nsecret = "{SECRET}"\n'
    at = hook.url.replace("/planted", "/indexnow")
    search = f'[endpoints.search]\nkind = "indexnow"\nurl = "{at}"\nkey = "plantedplanted"\n'
    with_news(here, hook, search)
    hook.answers = [500, 404, 302] * 3
    pings = ("ping --dry-run", "ping", "ping --now --json", "ping list", "ping list --json")
    said = [here.run(*words.split()) for words in (*pings, "status -v", "status --json", "runs")]
    with here.index() as index:
        told = {"hook": f"{hook.url} does not like {SECRET}", "search": f"{at} does not like plantedplanted"}
        for name, standing in index.standings().items():
            with index.transaction():
                index.keep_standing(standing._replace(told=told[name], off=told[name], failures=1))
    said += [here.run("status"), here.run("status", "--json")]
    here.configure(hook.settings + search + alarm)
    said.append(here.run("config"))
    said.append(here.run("config", "--json"))
    for each in said:
        assert each.out and each.code in (0, 1), each.err
        assert "planted" not in each.out + each.err and "cGxhbnRlZ" not in each.out + each.err
