"""Where it is listened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from syndicate.errors import ConfigurationError
from syndicate.server.sockets import bound, given, handed, shown


def reached(sockets: list[socket.socket], where: object, family: int = socket.AF_INET) -> bool:
    """Whether who connects there gets to one of them."""
    with socket.socket(family) as line:
        line.settimeout(10)
        return line.connect_ex(where) == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["127.0.0.1:0", "localhost:0", ":0", "*:0"])
def test_a_place_on_the_net(place: str) -> None:
    found = bound(place, "serve.listen")
    assert reached(found, ("127.0.0.1", found[0].getsockname()[1]))
    assert shown(found).startswith("http://")
    for each in found:
        each.close()


def test_nowhere() -> None:
    assert bound("", "serve.operator") == [] and shown([]) == ""


def test_a_place_that_is_taken_is_named_with_its_setting() -> None:
    (first,) = bound("127.0.0.1:0", "serve.listen")
    with first, pytest.raises(ConfigurationError, match=r"serve\.operator: 127\.0\.0\.1:.*cannot be listened at"):
        bound(f"127.0.0.1:{first.getsockname()[1]}", "serve.operator")


@pytest.mark.parametrize(
    ("place", "remedy"),
    [
        ("192.0.2.1:0", "name an address that this machine has"),
        ("unix:/no/such/folder/socket", "name a file in a folder that is there"),
        ("nobody.invalid:0", "name an address of this machine"),
    ],
)
def test_a_place_that_cannot_be_is_told_with_what_to_do(place: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        bound(place, "serve.listen")
    (mistake,) = raised.value.mistakes
    assert mistake.startswith(f"serve.listen: {place} cannot be listened at (") and remedy in mistake
    assert "stop what listens there" not in mistake


def test_a_socket_that_a_dead_process_left_makes_room_and_one_that_lives_does_not(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    place = f"unix:{path}"
    (left,) = bound(place, "serve.listen")
    left.close()
    (found,) = bound(place, "serve.listen")
    assert shown([found]) == place
    with found, pytest.raises(ConfigurationError):
        bound(place, "serve.listen")
    path.unlink()
    path.write_text("a file of somebody")
    with pytest.raises(ConfigurationError):
        bound(place, "serve.listen")
    assert path.read_text() == "a file of somebody"


def test_sockets_of_a_process_of_ours() -> None:
    first, second = bound("127.0.0.1:0", "a"), bound("127.0.0.1:0", "b")
    name, other = first[0].getsockname(), second[0].getsockname()
    found = given(f"{first[0].detach()}:{second[0].detach()}")
    assert [[each.getsockname() for each in one] for one in found] == [[name], [other]]
    for one in (*found[0], *found[1]):
        one.close()
    assert given(":") == [[], []]


@pytest.mark.parametrize("environ", [{}, {"LISTEN_FDS": "2"}, {"LISTEN_FDS": "x", "LISTEN_PID": str(os.getpid())}])
def test_nothing_is_taken_that_was_handed_to_somebody_else(environ: dict[str, str]) -> None:
    assert handed({"LISTEN_PID": "1", **environ}) == []
