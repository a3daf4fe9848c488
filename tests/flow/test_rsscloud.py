"""The cloud that is built in: registrations and notifications over real sockets, by both protocols."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

import pytest
from lxml import etree

from tests.daemon.running import until
from tests.flow.subscribing import Got, Reader, World, ask, world
from tests.flow.world import serving


@pytest.fixture(scope="module")
def the(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("cloud")) as made:
        yield made


def cloud(the: World) -> str:
    """Where to register, as the feed says."""
    (found,) = etree.fromstring(ask(the.topic).body).iter("cloud")
    return f"http://{found.get('domain')}:{found.get('port')}{found.get('path')}"


def register(the: World, reader: Reader | str, named: bool = True, **more: str) -> Got:
    parts = urlsplit(reader if isinstance(reader, str) else reader.url)
    fields = {"protocol": "http-post", "port": str(parts.port), "path": parts.path, "url1": the.topic}
    return ask(cloud(the), fields | ({"domain": parts.hostname or ""} if named else {}) | more)


def taken(answer: Got) -> bool:
    assert answer.headers["Content-Type"].startswith("text/xml")
    result = etree.fromstring(answer.body)
    assert result.tag == "notifyResult" and result.get("msg")
    return bool(result.get("success") == "true")


def test_who_gives_the_challenge_back_is_told_of_what_is_new(the: World) -> None:
    reader = the.reader("/notify?id=7")
    assert taken(register(the, reader, path="/notify?id=7"))
    the.settled()
    (asked,) = reader.questions()
    assert (asked["url"], asked["id"], bool(asked["challenge"])) == (the.topic, "7", True)
    found = the.found(reader)
    assert found and 24 * 3600 < found.until - found.since <= 25 * 3600
    the.publish()
    told = the.gets(reader, 1)
    assert (told.path, parse_qs(told.body.decode())) == ("/notify?id=7", {"url": [the.topic]})
    assert told.headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_who_does_not_is_told_nothing(the: World) -> None:
    wrong, control = the.reader(gives=lambda query: (200, {}, b"hello")), the.reader()
    for each in (wrong, control):
        assert taken(register(the, each))
    the.settled()
    assert len(wrong.asked) == 1 and the.found(wrong) is None
    the.publish()
    the.gets(control, 1)
    assert not wrong.got


def test_who_names_no_domain_is_told_where_the_request_came_from(the: World) -> None:
    reader = the.reader(host="127.0.0.1")
    assert taken(register(the, reader, named=False))
    the.settled()
    assert not reader.asked and len(reader.got) == 1, "a notification is the test"
    assert the.found(reader)
    the.publish()
    assert parse_qs(the.gets(reader, 2).body.decode()) == {"url": [the.topic]}


def test_three_failures_in_a_row_end_a_registration(the: World) -> None:
    reader, patient = (the.reader(statuses=[(500, {})] * times) for times in (3, 2))
    for each in (reader, patient):
        assert taken(register(the, each))
    the.settled()
    for number in (1, 2):
        the.publish()
        for each in (reader, patient):
            the.gets(each, number)
            the.waited(each, number)
    the.publish()
    until(lambda: the.found(reader) is None, "the third one ends it", the.log)
    the.gets(patient, 3)
    until(lambda: (found := the.found(patient)) is not None and not found.failures, "it is well again", the.log)


def test_a_procedure_is_called_by_xml_rpc(the: World) -> None:
    called: list[tuple[Any, ...]] = []

    def updated(*given: Any) -> bool:
        called.append(given)
        return True

    class Handler(SimpleXMLRPCRequestHandler):
        rpc_paths = ("/RPC2",)

        def log_message(self, *_: Any) -> None:
            """No line a request on the terminal of the tests."""

    server = SimpleXMLRPCServer(("127.0.0.1", 0), Handler, logRequests=False)
    server.register_function(updated, "river.feedUpdated")
    with serving(server) as url:
        more = {"protocol": "xml-rpc", "notifyProcedure": "river.feedUpdated"}
        assert taken(register(the, f"{url}/RPC2", named=False, **more))
        until(lambda: called == [(the.topic,)], "a call is the test", the.log)
        the.settled()
        the.publish()
        until(lambda: called == [(the.topic,)] * 2, "it is called when there is something new", the.log)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"port": "25"}, "port 25"),
        ({"path": "/x\r\nHost: y"}, "percent-encoded"),
        ({"domain": "169.254.169.254"}, "no public address"),
        ({"url1": "https://other.example/feed"}, "no feed of this site"),
        ({"protocol": "soap"}, "protocol"),
    ],
)
def test_a_refusal_says_why(the: World, changed: dict[str, str], says: str) -> None:
    answer = register(the, "http://reader.example:80/x", True, **changed)
    assert answer.status == 200 and not taken(answer) and says in answer.text
