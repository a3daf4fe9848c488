"""A subscriber that others wrote (Flask-WebSub) and the hub that is built in: it finds, subscribes, gets and leaves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_websub.subscriber import SQLite3SubscriberStorage, SQLite3TempSubscriberStorage, Subscriber, discover
from werkzeug.serving import make_server

from tests.daemon.running import until
from tests.flow.subscribing import World, ask, world
from tests.flow.world import serving

_HOSTS = (f"127.10.0.{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def the(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("clients")) as made:
        yield made


class Theirs:
    """Flask-WebSub's subscriber, with what it told of."""

    def __init__(self, folder: Path) -> None:
        self.app = Flask("subscriber")
        self.made = Subscriber(
            SQLite3SubscriberStorage(str(folder / "subscriptions.db")),
            SQLite3TempSubscriberStorage(str(folder / "asked.db")),
        )
        self.app.register_blueprint(self.made.build_blueprint(url_prefix="/callbacks"))
        self.went_well: list[tuple[str, str]] = []
        self.went_wrong: list[tuple[Any, ...]] = []
        self.got: list[bytes] = []
        self.made.add_success_handler(lambda topic, callback, mode: self.went_well.append((topic, mode)))
        self.made.add_error_handler(lambda *told: self.went_wrong.append(told))
        self.made.add_listener(lambda topic, callback, body: self.got.append(body))

    @contextmanager
    def up(self) -> Iterator[None]:
        host = next(_HOSTS)
        server = make_server(host, 0, self.app, threaded=True)
        server.log = lambda *_: None  # type: ignore[method-assign]
        self.app.config["SERVER_NAME"] = f"{host}:{server.server_port}"
        with serving(server), self.app.app_context():
            yield


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_it_finds_the_hub_subscribes_gets_what_is_new_and_leaves(the: World, tmp_path: Path, name: str) -> None:
    theirs, topic = Theirs(tmp_path), f"{the.feeds}/{name}"
    with theirs.up():
        found = discover(topic)
        assert found == {"hub_url": the.hub, "topic_url": topic}
        # over http it neither makes nor takes a secret: signatures are in test_websub.py
        name_of_it = theirs.made.subscribe(**found, lease_seconds=4000)
        until(lambda: theirs.went_well == [(topic, "subscribe")], "it is subscribed", the.log)
        the.settled()
        the.publish()
        until(lambda: theirs.got == [ask(topic).body], "it gets what is new", the.log)
        theirs.made.renew(name_of_it)
        until(lambda: theirs.went_well == [(topic, "subscribe")] * 2, "it renews", the.log)
        the.settled()
        the.publish()
        until(lambda: len(theirs.got) == 2 and theirs.got[1] == ask(topic).body, "and gets it once", the.log)
        theirs.made.unsubscribe(name_of_it)
        until(lambda: theirs.went_well[2:] == [(topic, "unsubscribe")], "it leaves", the.log)
        the.settled()
    assert not theirs.went_wrong and len(theirs.got) == 2
