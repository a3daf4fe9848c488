"""Who may look at the operator's pages."""

from __future__ import annotations

import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.errors import ConfigurationError
from syndicate.project import find
from syndicate.server import Request, Response
from syndicate.server.guarded import Guarded
from syndicate.settings import Layer, load
from syndicate.wiring.serving import token, token_file

SECRET = "s3cret: with a colon, 金"


class Open:
    methods: tuple[str, ...] = ("GET",)
    most, slow = 7, True

    def answer(self, request: Request) -> Response:
        return Response(200, [], b"the numbers")


def knows(request: Request, word: str) -> bool:
    answer = Guarded(Open(), word).answer(request)
    assert (answer.status, answer.body == b"the numbers") in ((200, True), (401, False))
    return answer.status == 200


def asking(*authorization: bytes) -> Request:
    return Request("GET", b"/", b"", [(b"authorization", value) for value in authorization])


def basic(name: str, password: str) -> bytes:
    return b"Basic " + b64encode(f"{name}:{password}".encode())


@pytest.mark.parametrize(
    "value", [basic("", SECRET), basic("anybody", SECRET), b"Bearer " + SECRET.encode(), b"bEARER  " + SECRET.encode()]
)
def test_the_token_opens(value: bytes) -> None:
    assert knows(asking(value), SECRET)


@pytest.mark.parametrize(
    "values",
    [
        (),
        (basic(SECRET, ""),),
        (basic("me", SECRET[:-1]),),
        (b"Basic " + SECRET.encode(),),
        (b"Basic !!!",),
        (b"Basic",),
        (b"Bearer",),
        (b"Digest " + SECRET.encode(),),
        (SECRET.encode(),),
        (basic("a", SECRET), basic("b", SECRET)),
    ],
)
def test_nothing_else_opens(values: tuple[bytes, ...]) -> None:
    assert not knows(asking(*values), SECRET)


def test_an_empty_token_is_known_to_nobody() -> None:
    assert not any(knows(asking(value), "") for value in (basic("", ""), b"Bearer ", b"Bearer", b""))


@given(st.binary(max_size=5000))
def test_whatever_is_sent_is_refused(value: bytes) -> None:
    assert not knows(asking(value), SECRET)


def test_a_guarded_place_answers_the_operator_alone() -> None:
    guarded = Guarded(Open(), SECRET)
    assert (guarded.methods, guarded.most, guarded.slow) == (("GET",), 7, True)
    assert guarded.answer(asking(basic("me", SECRET))).body == b"the numbers"
    refused = guarded.answer(asking())
    assert refused.status == 401
    assert dict(refused.headers)[b"www-authenticate"].startswith(b"Basic ")
    assert SECRET not in repr(guarded)


def test_a_token_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    the = find(str(tmp_path), options={"output": {"folder": str(tmp_path / "feeds")}})
    first = token(the)
    assert len(first) >= 32
    assert token(the) == first
    assert token_file(the).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in token_file(the).parent.iterdir()] == ["feeds.db.token"]


def test_a_token_that_is_set_is_used(tmp_path: Path) -> None:
    the = find(
        str(tmp_path), options={"output": {"folder": str(tmp_path / "feeds")}, "serve": {"token": "mine-and-no-others"}}
    )
    assert token(the) == "mine-and-no-others"
    assert not token_file(the).exists()


def test_the_token_is_not_shown_with_the_settings() -> None:
    settings, _ = load([Layer("test", {"serve": {"token": SECRET}})])
    assert settings.serve.token == SECRET
    assert SECRET not in repr(settings)


def test_a_file_without_a_token_gets_one(tmp_path: Path) -> None:
    the = find(str(tmp_path), options={"output": {"folder": str(tmp_path / "feeds")}})
    token(the)
    token_file(the).write_text("\n", "ascii")
    assert len(token(the)) >= 32
    assert token_file(the).stat().st_mode & 0o777 == 0o600


def test_who_start_at_once_have_one_token(tmp_path: Path) -> None:
    the = find(str(tmp_path), options={"output": {"folder": str(tmp_path / "feeds")}})
    for _ in range(20):
        token_file(the).unlink(missing_ok=True)
        ready = threading.Barrier(8)

        def start(ready: threading.Barrier = ready) -> str:
            ready.wait()
            return token(the)

        with ThreadPoolExecutor(8) as threads:
            known = {each.result() for each in [threads.submit(start) for _ in range(8)]}
        assert known == {token_file(the).read_text("ascii").strip()}, "and it is the one in the file"
    assert [path.name for path in token_file(the).parent.iterdir()] == ["feeds.db.token"]


def test_a_token_is_never_written_through_a_link_nor_into_what_others_read(tmp_path: Path) -> None:
    the = find(str(tmp_path), options={"output": {"folder": str(tmp_path / "feeds")}})
    token_file(the).parent.mkdir()
    other = tmp_path / "other"
    other.write_text("", "ascii")
    other.chmod(0o644)
    token_file(the).symlink_to(other)
    made = token(the)
    assert other.read_text("ascii") == "" and not token_file(the).is_symlink()
    assert token_file(the).stat().st_mode & 0o777 == 0o600 and token(the) == made


@pytest.mark.parametrize("place", ["env:WORD", "file:word", "credential:word"])
def test_a_token_stands_elsewhere(place: str, tmp_path: Path) -> None:
    (tmp_path / "word").write_text(f"{SECRET}\n", "utf-8")
    options = {"output": {"folder": str(tmp_path / "feeds")}, "serve": {"token": place}}
    environ = {"WORD": SECRET, "CREDENTIALS_DIRECTORY": str(tmp_path.absolute())}
    assert token(find(str(tmp_path), options=options, environ=environ)) == SECRET
    (tmp_path / "word").write_text("hunter2", "utf-8")
    for known, said in (({}, "gives nothing here"), ({**environ, "WORD": "hunter2"}, "can be guessed")):
        if place.startswith("file:") and not known:
            continue
        with pytest.raises(ConfigurationError) as raised:
            token(find(str(tmp_path), options=options, environ=known))
        (mistake,) = raised.value.mistakes
        assert mistake.startswith("serve.token: ") and said in mistake and "hunter2" not in mistake
    (tmp_path / "word").unlink()
    if not place.startswith("env:"):
        with pytest.raises(ConfigurationError, match=r"serve\.token: .* gives nothing here"):
            token(find(str(tmp_path), options=options, environ=environ))


@pytest.mark.parametrize(("word", "wrong"), [("", False), ("hunter2", True), ("x" * 11, True), ("x" * 12, False)])
def test_a_token_that_can_be_guessed_is_refused(word: str, wrong: bool) -> None:
    layer = Layer("test", {"serve": {"token": word}})
    if not wrong:
        assert load([layer])[0].serve.token == word
        return
    with pytest.raises(ConfigurationError) as told:
        load([layer])
    assert "serve.token" in str(told.value) and word not in str(told.value)
