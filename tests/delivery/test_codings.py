"""Content codings: what they decode to, by other readers than our own, and that nothing else is in them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.delivery.codings import SUFFIXES, compress, expand, missing

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROOT = Path(__file__).resolve().parents[2]
READERS = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}
TEXT = "".join(f"<item><title>第{n}篇 {n * 7919 % 1000}</title></item>\n" for n in range(2000)).encode()
EACH = pytest.mark.parametrize("coding", SUFFIXES)


@EACH
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)).map(lambda each: each * 40))
def test_any_bytes_come_back(coding: str, data: bytes) -> None:
    packed = compress(data, coding)
    assert READERS[coding](packed) == data
    assert expand(packed, coding, len(data) + 1) == (data, True)
    assert compress(data, coding) == packed


@EACH
def test_a_feed_becomes_a_fraction(coding: str) -> None:
    assert len(compress(TEXT, coding)) < len(TEXT) / 4


def test_gzip_says_nothing_of_when_where_and_as_what_it_was_made() -> None:
    assert compress(TEXT, "gzip")[:10] == bytes.fromhex("1f8b 08 00 00000000 00 ff".replace(" ", ""))


def test_what_is_zstd_can_be_read_by_browsers() -> None:
    """They keep no more than 8 MB of what they have read (RFC 9659)."""
    data = b"".join(b"%d " % number for number in range(1_400_000))
    reader = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})
    assert len(data) > 8 << 20 and reader.decompress(compress(data, "zstd")) == data


BARRED = """
import sys, json, gzip
sys.modules["zlib_ng"] = None
from syndicate.delivery.codings import compress, missing
data = sys.stdin.buffer.read()
packed = compress(data, "gzip")
print(json.dumps([gzip.decompress(packed) == data, packed.hex()]))
"""


def test_zlib_takes_over_where_zlib_ng_is_not() -> None:
    done = subprocess.run([sys.executable, "-c", BARRED], input=TEXT, capture_output=True, cwd=ROOT, check=True)
    same, packed = json.loads(done.stdout)
    assert same
    pytest.importorskip("zlib_ng", reason="SKIPPED: zlib-ng is not installed, so there is nothing to hold zlib against")
    assert bytes.fromhex(packed)[:10] == compress(TEXT, "gzip")[:10]
    assert bytes.fromhex(packed) != compress(TEXT, "gzip"), "was it zlib at all?"


@pytest.mark.parametrize(
    ("barred", "lacking"), [("brotli", ["br"]), ("backports.zstd", ["zstd"]), ("backports", ["zstd"]), ("zlib_ng", [])]
)
def test_what_is_not_installed_is_known_beforehand(barred: str, lacking: list[str]) -> None:
    if barred.startswith("backports") and sys.version_info >= (3, 14):
        pytest.skip("Python has zstd itself")
    script = (
        f"import sys, json; sys.modules[{barred!r}] = None\n"
        "from syndicate.delivery.codings import SUFFIXES, missing; print(json.dumps(missing(SUFFIXES)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == lacking
    assert missing(SUFFIXES) == []


# -- what others wrote


@EACH
@pytest.mark.parametrize("data", [b"", b"mine", b"<rss>" * 50, b"\0" * 99, b"\xff" * 99, b"\x1f\x8b", b"(\xb5/\xfd"])
def test_what_is_not_of_this_coding_is_not_taken_for_it(coding: str, data: bytes) -> None:
    assert not expand(data, coding, 1000)[1]


@EACH
@given(data=st.binary(max_size=200))
def test_no_bytes_do_harm(coding: str, data: bytes) -> None:
    assert len(expand(data, coding, 50)[0]) <= 50


@EACH
def test_what_is_cut_short_or_longer_is_not_all_of_it(coding: str) -> None:
    packed = compress(TEXT, coding)
    assert not expand(packed[:-1], coding, len(TEXT) + 1)[1]
    assert not expand(packed + b"x", coding, len(TEXT) + 1)[1]
    assert not expand(packed[: len(packed) // 2], coding, len(TEXT) + 1)[1]


@EACH
def test_a_bomb_is_not_unpacked(coding: str) -> None:
    assert expand(compress(bytes(50_000_000), coding), coding, 1000) == (bytes(1000), False)
