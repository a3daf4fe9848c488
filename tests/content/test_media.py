"""Files of pictures and media: what they say of themselves, and that no file can do harm."""

from __future__ import annotations

import io
import os
import random
import struct
import wave
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from syndicate import plugins
from syndicate.content import files, media
from syndicate.content.dialects import Given
from syndicate.index import Needed
from syndicate.model import Enclosure, Episode, FrontMatter, Image, Post
from syndicate.model.podcast import Rendition

URL = "https://example.org"


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + header + struct.pack(">L", zlib.crc32(header))


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9) + b"\xff\xc0" + frame + b"\xff\xd9"


def wav(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(1000)
        file.writeframes(bytes(1000 * seconds))
    return out.getvalue()


def mp3(seconds: int, start: bytes = b"") -> bytes:
    """Frames of 128 kbit/s at 44.1 kHz."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return start + frame * round(seconds * 44100 / 1152)


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", 8 + len(data)) + kind + data


def mp4(seconds: int, brand: bytes = b"isom") -> bytes:
    times = struct.pack(">LLLLL", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return box(b"ftyp", brand + bytes(8)) + box(b"mdat", bytes(100_000)) + box(b"moov", box(b"mvhd", times))


def page(packet: bytes, position: int, serial: int = 7, last: bool = False) -> bytes:
    head = b"OggS\0" + bytes([4 if last else 0]) + struct.pack("<qLLL", position, serial, 0, 0)
    return head + bytes([1, len(packet)]) + packet


def opus(seconds: int, serial: int = 7) -> bytes:
    start = page(b"OpusHead\x01\x02" + struct.pack("<HLHB", 312, 48_000, 0, 0), 0)
    return start + bytes(200_000) + page(b"x", 312 + 48_000 * seconds, serial, last=True)


def vorbis(seconds: int) -> bytes:
    start = page(b"\x01vorbis" + struct.pack("<LBLLLLBB", 0, 2, 44_100, 0, 0, 0, 0, 1), 0)
    return start + page(b"x", 44_100 * seconds, last=True)


def flac(seconds: int) -> bytes:
    """The block of measures (44.1 kHz, two channels of 16 bits) and no sound."""
    packed = (44_100 << 44) | (1 << 41) | (15 << 36) | seconds * 44_100
    return b"fLaC\x80\0\0\x22" + struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)


GIF = b"GIF89a" + struct.pack("<HH", 3, 4) + bytes(20)
WEBP = b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8) + b"\x09\0\0\x13\0\0" + bytes(40)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='30' height='40px'/>"


@pytest.mark.parametrize(
    ("name", "data", "kind", "seconds", "measures"),
    [
        ("a.png", png(640, 480), "image/png", None, (640, 480)),
        ("a.jpg", jpeg(640, 480), "image/jpeg", None, (640, 480)),
        ("a.gif", GIF, "image/gif", None, (3, 4)),
        ("a.webp", WEBP, "image/webp", None, (10, 20)),
        ("a.svg", SVG, "image/svg+xml", None, (30, 40)),
        ("really-a-png.jpg", png(2, 2), "image/png", None, (2, 2)),
        ("a.png", png(4_000_000_000, 5), "image/png", None, (None, None)),
        ("a.wav", wav(7), "audio/wav", 7, (None, None)),
        ("a.mp3", mp3(90), "audio/mpeg", 90, (None, None)),
        ("tagged.mp3", mp3(90, b"ID3\x04\0\0\0\x01\0\0" + bytes(16384)), "audio/mpeg", 90, (None, None)),
        ("without-ending", mp3(90), "audio/mpeg", 90, (None, None)),
        ("a.mp4", mp4(61), "video/mp4", 61, (None, None)),
        ("a.m4a", mp4(61), "audio/mp4", 61, (None, None)),
        ("a", mp4(61, b"M4A "), "audio/mp4", 61, (None, None)),
        ("a.opus", opus(3600), "audio/ogg", 3600, (None, None)),
        ("a.flac", flac(61), "audio/flac", 61, (None, None)),
        ("a.ogg", vorbis(60), "audio/ogg", 60, (None, None)),
        ("other-stream.ogg", opus(3600, serial=8), "audio/ogg", None, (None, None)),
        ("a.zip", b"PK\3\4", "application/zip", None, (None, None)),
        ("a.unknown", b"what", "", None, (None, None)),
        ("empty.mp3", b"", "audio/mpeg", None, (None, None)),
    ],
)
def test_what_a_file_says(
    tmp_path: Path, name: str, data: bytes, kind: str, seconds: int | None, measures: tuple[int | None, int | None]
) -> None:
    (tmp_path / name).write_bytes(data)
    found = media.probe(os.fsencode(tmp_path), [name])
    assert found is not None
    assert (found.needed.path, found.size, found.type) == (name.encode(), len(data), kind)
    assert (found.duration, (found.width, found.height)) == (seconds, measures)


def test_the_first_candidate_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "ü.gif").write_bytes(GIF)
    (tmp_path / "b.gif").write_bytes(GIF)
    found = media.probe(os.fsencode(tmp_path), ["a.gif", "sub", "/sub/ü.gif", "b.gif"])
    assert found is not None and found.needed.path == "sub/ü.gif".encode()


def test_nothing_outside_and_nothing_that_is_no_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret.gif").write_bytes(GIF)
    (site / "link.gif").symlink_to("../secret.gif")
    (site / "inside.gif").symlink_to("real.gif")
    (site / "loop.gif").symlink_to("loop.gif")
    os.mkfifo(site / "pipe.gif")
    refused = ["../secret.gif", "link.gif", "loop.gif", "pipe.gif", "a\0b", "", "/", "x" * 5000, "\ud800.gif", "."]
    for each in refused:
        assert media.probe(os.fsencode(site), [each]) is None
    assert media.probe(os.fsencode(site), [str(tmp_path / "secret.gif")]) is None
    (site / "real.gif").write_bytes(GIF)
    assert media.probe(os.fsencode(site), ["inside.gif"]) is not None


def damaged(seed: int) -> bytes:
    """A file with some of its bytes changed, cut somewhere or with noise behind its beginning."""
    chance = random.Random(seed)
    whole = chance.choice([png(9, 9), jpeg(9, 9), GIF, WEBP, SVG, wav(2), mp3(9), mp4(5), opus(5), vorbis(5)])
    data = bytearray(whole)
    for _ in range(chance.randrange(1, 12)):
        data[chance.randrange(min(300, len(data)))] = chance.randrange(256)
    if chance.random() < 0.3:
        del data[chance.randrange(len(data)) :]
    if chance.random() < 0.3:
        data[chance.randrange(8, 60) :] = chance.randbytes(5000)
    return bytes(data)


@pytest.mark.parametrize("first", range(0, 1500, 300))
def test_no_damage_raises(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 300):
        (tmp_path / "a.mp4").write_bytes(damaged(seed))
        assert media.probe(os.fsencode(tmp_path), ["a.mp4"]) is not None


@pytest.mark.parametrize(
    "start",
    [
        b"\xff\xfb" + bytes(30),
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
        b"OggS",
        box(b"ftyp", b"isom" + bytes(8)),
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WAVE",
    ],
)
def test_a_huge_file_is_read_in_part_only(tmp_path: Path, start: bytes) -> None:
    with (tmp_path / "a.mp3").open("wb") as file:
        file.write(start)
        file.truncate(20 * 1024**3)
    before = _read_so_far()
    assert media.probe(os.fsencode(tmp_path), ["a.mp3"]) is not None
    assert _read_so_far() - before < 2 * media.MOST_READ


def _read_so_far() -> int:
    """Bytes that this process has read."""
    return int(Path("/proc/self/io").read_text().split()[1])


# --- a post and its files


def post(**fields: object) -> Post:
    return replace(Post(b"notes/a.md", f"{URL}/notes/a.html", "A", None), **fields)  # type: ignore[arg-type]


def completed(folder: Path, given: Post) -> media.Completed:
    dialect, _problems = plugins.find("dialects", "plain").open({}, Given(url=URL))
    return media.completed(given, os.fsencode(folder), dialect, "notes/a.md")


def stamp(file: Path, within: str) -> Needed:
    return files.stamped(within.encode(), file.stat())


def test_what_the_author_left_out_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "a b.mp3").write_bytes(mp3(90))
    (tmp_path / "a.png").write_bytes(png(640, 480))
    bare = post(
        image=Image(f"{URL}/a.png", "A lake"),
        enclosures=(Enclosure(f"{URL}/a%20b.mp3?x=1", "application/octet-stream"),),
    )
    done = completed(tmp_path, bare)
    size = len(mp3(90))
    assert done.post.enclosures == (Enclosure(f"{URL}/a%20b.mp3?x=1", "audio/mpeg", size, 90),)
    assert done.post.image == Image(f"{URL}/a.png", "A lake", "image/png", len(png(640, 480)), 640, 480)
    assert done.needs == (stamp(tmp_path / "a.png", "a.png"), stamp(tmp_path / "a b.mp3", "a b.mp3"))
    assert done.problems == ()


def test_the_real_length_counts_and_the_rest_is_the_authors(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(mp3(90))
    given = Enclosure(f"{URL}/a.mp3", "audio/x-mine", 5, 91, "One")
    done = completed(tmp_path, post(enclosures=(given,)))
    assert done.post.enclosures == (replace(given, length=len(mp3(90))),)
    (problem,) = done.problems
    assert (problem.path, problem.code) == ("notes/a.md", "enclosure-length")
    assert "5" in problem.message and str(len(mp3(90))) in problem.message


def test_what_is_not_here_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    given = post(
        image=Image("https://cdn.example/a.png"),
        enclosures=(
            Enclosure(f"{URL}/not-there.mp3", "audio/mpeg", 5),
            Enclosure(f"{URL}/empty.mp3", "audio/mpeg", 6),
            Enclosure(f"{URL}/%00.mp3", "audio/mpeg"),
        ),
    )
    done = completed(tmp_path, given)
    assert done.post is given and done.problems == ()
    assert [needed.size for needed in done.needs] == [-1, 0]  # one that comes, or grows, is noticed


def test_a_medium_that_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    given = post(
        enclosures=(
            Enclosure(f"{URL}/not%20there.mp3", "audio/mpeg"),
            Enclosure(f"{URL}/empty.mp3", "audio/mpeg"),
            Enclosure(f"{URL}/elsewhere.mp3", "audio/mpeg", 5),
            Enclosure("https://cdn.example/a.mp3", "audio/mpeg"),
        )
    )
    dialect, _problems = plugins.find("dialects", "plain").open({}, Given(url=URL))
    matter = FrontMatter({}, "", 0, "yaml", "title: A\naudio: /not there.mp3", 2)
    done = media.completed(given, os.fsencode(tmp_path), dialect, "notes/a.md", matter)
    assert done.post is given
    assert [(each.code, each.line) for each in done.problems] == [("enclosure-missing", 3), ("enclosure-missing", None)]
    assert done.problems[0].path == "notes/a.md" and f"{URL}/not%20there.mp3" in done.problems[0].message


def test_other_forms_of_an_episode_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.opus").write_bytes(opus(100))
    forms = (Rendition((f"{URL}/a.opus",), "audio/ogg"), Rendition(("https://cdn.example/a.mp4",), "video/mp4", 7))
    done = completed(tmp_path, post(episode=Episode(renditions=forms)))
    size = len(opus(100))
    wanted = (replace(forms[0], length=size, bitrate=round(size * 8 / 100)), forms[1])
    assert done.post.episode == Episode(renditions=wanted)


def coloured(components: int) -> bytes:
    """A JPEG whose frame has so many components, behind a profile of 9,000 bytes."""
    frame = struct.pack(">HBHHB", 8 + 3 * components, 8, 1400, 1400, components) + bytes(3 * components)
    return b"\xff\xd8\xff\xe2" + struct.pack(">H", 9002) + bytes(9000) + b"\xff\xff\xc2" + frame + b"\xff\xd9"


@pytest.mark.parametrize(
    ("name", "data", "colours"),
    [
        ("a.png", png(9, 9), "rgb"),
        ("a.png", png(9, 9)[:25] + b"\4" + png(9, 9)[26:], "grey"),
        ("a.jpg", coloured(1), "grey"),
        ("a.jpg", coloured(3), "rgb"),
        ("a.jpg", coloured(4), "cmyk"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\0" * 5000, ""),
        ("a.jpg", b"\xff" * 100_000, ""),
        ("a.gif", GIF, ""),
    ],
)
def test_the_colours_of_a_cover(tmp_path: Path, name: str, data: bytes, colours: str) -> None:
    (tmp_path / name).write_bytes(data)
    found = media.probe(os.fsencode(tmp_path), [name])
    assert found and found.colours == colours


def test_a_post_without_media_costs_nothing(tmp_path: Path) -> None:
    bare = post()
    assert media.completed(bare, b"/nowhere", None, "a.md") == media.Completed(bare)  # type: ignore[arg-type]


def bundle(folder: Path, *names: str) -> media.Completed:
    for name in names:
        (folder / "posts/a").mkdir(parents=True, exist_ok=True)
        (folder / "posts/a" / name).write_bytes(png(640, 480))
    dialect = plugins.find("dialects", "plain").open({}, Given(URL))[0]
    found = Post(b"posts/a/index.md", f"{URL}/posts/a/", "A", None)
    return media.completed(found, os.fsencode(folder), dialect, "posts/a/index.md")


@pytest.mark.parametrize("name", ["cover.png", "my-Featured pic.jpg", "thumbnail.webp"])
def test_the_picture_of_a_bundle(tmp_path: Path, name: str) -> None:
    done = bundle(tmp_path, "a.png", name)
    image = done.post.image
    assert image and image.url == f"{URL}/posts/a/{name.replace(' ', '%20')}"
    assert (image.length, image.width, image.height) == (len(png(640, 480)), 640, 480)


def test_a_bundle_without_a_picture_for_all_of_it_may_get_one(tmp_path: Path) -> None:
    before = bundle(tmp_path, "a.png", "cover.txt")
    assert before.post.image is None
    folder = os.stat(tmp_path / "posts/a")
    assert before.needs == (files.stamped(b"posts/a", folder),)


def test_no_bundle_is_looked_through(tmp_path: Path) -> None:
    bundle(tmp_path, "cover.png")
    dialect = plugins.find("dialects", "plain").open({}, Given(URL))[0]
    for path, url in (("posts/a/b.md", f"{URL}/posts/a/b/"), ("posts/a/index.md", f"{URL}/a.html")):
        found = Post(path.encode(), url, "A", None)
        assert media.completed(found, os.fsencode(tmp_path), dialect, path) == media.Completed(found)


def test_a_folder_that_the_settings_name(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(GIF)
    dialect, _problems = plugins.find("dialects", "plain").open({}, Given(url=URL, folder="notes"))
    given = post(image=Image(f"{URL}/notes/a.gif"))
    done = media.completed(given, os.fsencode(tmp_path), dialect, "a.md")
    assert done.post.image == Image(f"{URL}/notes/a.gif", "", "image/gif", len(GIF), 3, 4)
