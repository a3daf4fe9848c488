"""The hub that is built in, by the letter of W3C WebSub: each line of the checklist over real sockets.

One site is served for all of these tests by `syndicate serve`; each has readers of its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import etree

from syndicate.index.subscribers import Subscribers
from syndicate.model.hub import Asked, Way
from tests.daemon.running import until
from tests.flow.subscribing import Answer, Reader, World, ask, at_once, world

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def the(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("websub")) as made:
        yield made


def links(value: str) -> list[tuple[str, str]]:
    """(relation, address) of each link of a Link header, by relation."""
    found = (each.strip().partition(">;") for each in value.split(", <"))
    return sorted((rest.partition('rel="')[2].rstrip('"'), url.lstrip("<")) for url, _, rest in found)


# -- publisher


def test_feeds_name_the_hub_and_themselves_once_in_headers_and_body(the: World) -> None:
    for name in ("rss.xml", "atom.xml", "feed.json"):
        topic = f"{the.feeds}/{name}"
        whole = ask(topic)
        expected = [("hub", the.hub), ("self", topic)]
        unchanged = ask(topic, headers={"If-None-Match": whole.headers["ETag"]})
        assert [whole.status, unchanged.status] == [200, 304]
        for answer in (whole, ask(topic, method="HEAD"), unchanged):
            found = links(", ".join(answer.headers.get_all("Link", [])))
            assert [each for each in found if each[0] in ("hub", "self")] == expected
        if name != "feed.json":
            named = [(each.get("rel"), each.get("href")) for each in etree.fromstring(whole.body).iter(f"{ATOM}link")]
            assert sorted(each for each in named if each[0] in ("hub", "self")) == expected


# -- subscribing


def test_a_plain_subscription_is_verified_and_sent_the_feed_unsigned(the: World) -> None:
    reader = the.reader()
    assert the.post(reader).status == 202
    the.settled()
    (asked,) = reader.questions()
    challenge = asked.pop("hub.challenge")
    assert asked == {"hub.mode": "subscribe", "hub.topic": the.topic, "hub.lease_seconds": "864000"}
    assert len(challenge) >= 16
    body = the.publish()
    told = the.gets(reader, 1)
    assert told.body == body
    assert told.headers["content-type"] == ask(the.topic).headers["Content-Type"]
    assert links(told.headers["link"]) == [("hub", the.hub), ("self", the.topic)]
    assert "x-hub-signature" not in told.headers
    assert told.path == "/cb"


def test_no_challenge_is_used_twice(the: World) -> None:
    readers = [the.reader() for _ in range(3)]
    for each in readers:
        the.subscribe(each)
    assert len({each.questions()[0]["hub.challenge"] for each in readers}) == 3


def test_what_is_sent_is_signed_where_there_is_a_secret(the: World) -> None:
    wanted = {"": "sha256", "sha1": "sha1", "sha384": "sha384", "sha512": "sha512"}
    readers = {name: the.reader() for name in wanted}
    for name, reader in readers.items():
        the.subscribe(reader, secret=f"our secret {name}", signature=name)
    body = the.publish()
    for name, method in wanted.items():
        told = the.gets(readers[name], 1)
        signed = hmac.digest(f"our secret {name}".encode(), told.body, method).hex()
        assert (told.body, told.headers["x-hub-signature"]) == (body, f"{method}={signed}")


def test_a_topic_may_be_json_or_atom(the: World) -> None:
    readers = {name: the.reader() for name in ("feed.json", "atom.xml")}
    for name, reader in readers.items():
        the.subscribe(reader, topic=f"{the.feeds}/{name}")
    the.publish()
    for name, reader in readers.items():
        told, served = the.gets(reader, 1), ask(f"{the.feeds}/{name}")
        assert (told.body, told.headers["content-type"]) == (served.body, served.headers["Content-Type"])
        assert links(told.headers["link"])[1] == ("self", f"{the.feeds}/{name}")


def test_what_nobody_knows_is_passed_over(the: World) -> None:
    reader = the.reader()
    the.subscribe(reader, verify="sync", verify_token="x", foo="bar")
    assert "hub.foo" not in reader.questions()[0]


def test_a_query_of_a_callback_is_kept_byte_for_byte(the: World) -> None:
    path = "/cb?b=%2f&a=+&hub.topic=x&hub.mode=denied&c"
    reader = the.reader(path)
    the.subscribe(reader)
    asked = reader.asked[0].path
    assert asked.startswith(f"{path}&")
    assert [name for name, _ in parse_qsl(urlsplit(asked.removeprefix(path)).path.lstrip("&"))] == [
        "hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds",
    ]  # fmt: skip
    the.publish()
    assert the.gets(reader, 1).path == path


def test_the_lease_that_is_granted_is_told(the: World) -> None:
    for asked, granted in (("3600", "3600"), ("1", "300"), ("99999999999", "2592000"), ("long", "864000")):
        reader = the.reader()
        the.subscribe(reader, lease_seconds=asked)
        assert reader.questions()[0]["hub.lease_seconds"] == granted


def test_who_subscribes_again_has_one_subscription_with_the_new_secret_and_lease(the: World) -> None:
    reader = the.reader()
    first = the.subscribe(reader, secret="old", lease_seconds="600")
    second = the.subscribe(reader, secret="new", lease_seconds="6000")
    assert (second.id, second.secret, second.got) == (first.id, "new", first.got)
    assert second.until > first.until + 5000
    body, control = the.publish(), the.reader()
    told = the.gets(reader, 1)
    assert told.headers["x-hub-signature"] == f"sha256={hmac.digest(b'new', body, 'sha256').hex()}"
    the.subscribe(control)
    the.publish()
    the.gets(control, 1)
    the.gets(reader, 2)
    assert len(reader.got) == 2


def test_who_unsubscribes_is_asked_and_then_told_nothing(the: World) -> None:
    reader, control = the.reader(), the.reader()
    the.subscribe(reader)
    the.subscribe(control)
    assert the.post(reader, "unsubscribe").status == 202
    the.settled()
    asked = reader.questions()[1]
    assert {name: value for name, value in asked.items() if name != "hub.challenge"} == {
        "hub.mode": "unsubscribe", "hub.topic": the.topic,
    }  # fmt: skip
    the.publish()
    the.gets(control, 1)
    assert the.found(reader) is None and not reader.got


WRONG: dict[str, Any] = {
    "another": lambda query: (200, {}, b"another"),
    "nothing": lambda query: (200, {}, b""),
    "a line break behind it": lambda query: (200, {}, query["hub.challenge"].encode() + b"\n"),
    "a blank before it": lambda query: (200, {}, b" " + query["hub.challenge"].encode()),
    "a page around it": lambda query: (200, {}, f"<html>{query['hub.challenge']}</html>".encode()),
    "not found": lambda query: (404, {}, query["hub.challenge"].encode()),
    "an error": lambda query: (500, {}, query["hub.challenge"].encode()),
    "a redirect": lambda query: (302, {"Location": "/elsewhere"}, query["hub.challenge"].encode()),
    "very much": lambda query: (200, {}, query["hub.challenge"].encode() + b"x" * 1_000_000),
}


def test_only_the_challenge_itself_confirms_anything(the: World) -> None:
    readers = {name: the.reader(gives=gives) for name, gives in WRONG.items()}
    at_once([lambda reader=reader: the.post(reader) for reader in readers.values()])  # type: ignore[misc]
    the.settled()
    assert {name: len(reader.asked) for name, reader in readers.items()} == dict.fromkeys(WRONG, 1)
    assert {name: the.found(reader) for name, reader in readers.items()} == dict.fromkeys(WRONG)


def test_what_is_not_confirmed_leaves_all_as_it_was(the: World) -> None:
    reader = the.reader()
    before = the.subscribe(reader, secret="ours")
    reader.gives = lambda query: (404, {}, b"")
    for mode in ("subscribe", "unsubscribe"):
        assert the.post(reader, mode, secret="theirs", lease_seconds="300").status == 202
        the.settled()
    assert the.found(reader) == before
    body = the.publish()
    assert the.gets(reader, 1).headers["x-hub-signature"] == f"sha256={hmac.digest(b'ours', body, 'sha256').hex()}"


def test_who_is_denied_is_told_so_and_why(the: World) -> None:
    reader = the.reader("/cb?a=1")
    store = Subscribers.open(str(the.store))
    store.ask(Asked(Way.WEBSUB, the.topic, reader.url, denied="no room & no time"))
    store.close()
    until(lambda: bool(reader.asked), "the callback is told", the.log)
    assert reader.questions() == [
        {"a": "1", "hub.mode": "denied", "hub.topic": the.topic, "hub.reason": "no room & no time"}
    ]
    the.settled()
    assert the.found(reader) is None


def test_an_answer_waits_for_no_callback_and_slow_ones_delay_no_others(the: World) -> None:
    hold: list[bool] = []

    def slow(query: dict[str, str]) -> Answer:
        until(lambda: bool(hold), "the test lets go")
        return 200, {}, query["hub.challenge"].encode()

    slow_one, quick = the.reader(gives=slow), the.reader()
    try:
        assert the.post(slow_one).status == 202
        until(lambda: bool(slow_one.asked), "the slow one is asked", the.log)
        assert the.post(quick).status == 202
        until(lambda: the.found(quick) is not None, "the quick one is subscribed", the.log)
        assert the.found(slow_one) is None
    finally:
        hold.append(True)
    the.settled()


def test_none_is_lost_of_many_that_subscribe_at_the_same_moment(the: World) -> None:
    readers = [the.reader() for _ in range(20)]
    at_once([lambda reader=reader: the.post(reader) for reader in readers])  # type: ignore[misc]
    the.settled()
    assert all(the.found(reader) for reader in readers)
    body = the.publish()
    assert [the.gets(reader, 1).body for reader in readers] == [body] * 20


# -- what is told


def test_only_2xx_counts_and_only_410_ends_it(the: World) -> None:
    elsewhere = the.reader()
    answers = {"gone": (410, {}), "error": (500, {}), "moved": (302, {"Location": elsewhere.url}), "taken": (204, {})}
    readers = {name: the.reader(statuses=[answer]) for name, answer in answers.items()}
    for reader in readers.values():
        the.subscribe(reader)
    first = the.publish()
    for reader in readers.values():
        assert the.gets(reader, 1).body == first
    until(lambda: the.found(readers["gone"]) is None, "410 ends it", the.log)
    for name in ("error", "moved"):
        the.waited(readers[name])
    second = the.publish()
    for name in ("error", "moved", "taken"):
        assert the.gets(readers[name], 2).body == second
    assert len(readers["gone"].got) == 1 and not elsewhere.got and not elsewhere.asked


def test_a_change_that_no_reader_sees_is_sent_to_nobody(the: World) -> None:
    reader = the.reader()
    the.subscribe(reader)
    the.build()
    body = the.publish()
    assert the.gets(reader, 1).body == body
    assert len(reader.got) == 1


def test_subscriptions_survive_the_server(the: World) -> None:
    reader = the.reader()
    the.subscribe(reader, secret="kept")
    the.stop()
    day = next(the.days)
    the.site.post(f"{day}.md", f"---\ntitle: While it was down\ndate: 2026-03-{day} 12:00:00 +0000\n---\nWords.\n")
    the.build()
    the.start()
    told = the.gets(reader, 1)
    assert b"While it was down" in told.body
    assert told.headers["x-hub-signature"] == f"sha256={hmac.digest(b'kept', told.body, 'sha256').hex()}"


# -- what is refused


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({"topic": "https://other.example/feed"}, 403, "hub.topic"),
        ({"callback": ""}, 400, "hub.callback"),
        ({"callback": "javascript:alert(1)"}, 400, "http://"),
        ({"callback": "http://169.254.169.254/"}, 400, "no public address"),
        ({"callback": "http://10.0.0.1/"}, 400, "no public address"),
        ({"mode": "denied"}, 400, "hub.mode"),
        ({"secret": "x" * 200}, 400, "200"),
        ({"secret": "x" * 20_000}, 413, ""),
    ],
)
def test_a_refusal_says_why_in_plain_text(the: World, changed: dict[str, str], status: int, says: str) -> None:
    fields = {"hub.mode": "subscribe", "hub.topic": the.topic, "hub.callback": "https://reader.example/cb"}
    answer = ask(the.hub, fields | {f"hub.{name}": value for name, value in changed.items()})
    assert (answer.status, says in answer.text) == (status, True), answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_what_is_no_post_is_told_what_the_hub_takes(the: World) -> None:
    answer = ask(the.hub)
    assert answer.status == 405 and "POST" in answer.headers["Allow"]


def test_who_asks_too_often_is_told_when_to_come_again(the: World) -> None:
    answers = [ask(the.hub, b"", source="127.8.8.8") for _ in range(11)]
    assert [each.status for each in answers] == [400] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 6
    assert ask(the.hub, b"", source="127.8.8.9").status == 400


def test_a_ping_for_a_feed_of_ours_is_taken_and_for_others_refused(the: World) -> None:
    for name in ("hub.topic", "hub.url"):
        assert ask(the.hub, {"hub.mode": "publish", name: the.topic}).status == 202
    assert ask(the.hub, {"hub.mode": "publish", "hub.url": "http://127.0.0.1:1/"}).status == 403


def test_no_secret_comes_to_stand_in_a_log(the: World) -> None:
    reader = the.reader("/cb?token=hunter2", statuses=[(500, {})])
    the.subscribe(reader, secret="correct horse battery")
    the.publish()
    the.gets(reader, 1)
    logged = Path(the.log).read_text()
    assert "correct horse" not in logged and "hunter2" not in logged
    assert isinstance(reader, Reader)


# -- beside the daemon


def test_what_is_written_beside_a_daemon_is_sent_at_once_to_who_subscribed_at_its_server(tmp_path: Path) -> None:
    with world(tmp_path, "run", "--serve") as the:
        reader = the.reader()
        the.subscribe(reader, secret="ours")
        the.site.post("9.md", "---\ntitle: At once\ndate: 2026-03-09 12:00:00 +0000\n---\nWords.\n")
        told = the.gets(reader, 1)
        assert b"At once" in told.body
        assert told.headers["x-hub-signature"] == f"sha256={hmac.digest(b'ours', told.body, 'sha256').hex()}"
        until(lambda: ask(the.topic).body == told.body, "it is what is served", the.log)
