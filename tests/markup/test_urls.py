"""References as people write them, and where readers are led."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.markup import _urls
from syndicate.markup._urls import base_of

BASE = base_of("https://example.org/news/2022/a-post.html?x=1#top")


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("https://example.com/a?b=c&d=%20#e", "https://example.com/a?b=c&d=%20#e"),
        ("x.html", "https://example.org/news/2022/x.html"),
        ("./x.html", "https://example.org/news/2022/x.html"),
        ("../x/", "https://example.org/news/x/"),
        ("../../../../x", "https://example.org/x"),
        ("..", "https://example.org/news/"),
        ("/", "https://example.org/"),
        ("/x/../y", "https://example.org/y"),
        ("?p=2", "https://example.org/news/2022/a-post.html?p=2"),
        ("#", "https://example.org/news/2022/a-post.html?x=1"),
        ("#a b", "https://example.org/news/2022/a-post.html?x=1#a%20b"),
        ("#标题", "https://example.org/news/2022/a-post.html?x=1#%E6%A0%87%E9%A2%98"),
        ("//cdn.example.net/x", "https://cdn.example.net/x"),
        ("///cdn.example.net/x", "https://cdn.example.net/x"),
        ("\\\\cdn.example.net\\x", "https://cdn.example.net/x"),
        ("https:\\\\cdn.example.net\\x?a\\b", "https://cdn.example.net/x?a%5Cb"),
        ("https:/example.com/x", "https://example.com/x"),
        (" \n https://example.com/a\n\tb ", "https://example.com/ab"),
        ("HTTP://EXAMPLE.com/A", "http://example.com/A"),
        ("http://例子.测试/路径?问=答", "http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF%E5%BE%84?%E9%97%AE=%E7%AD%94"),
        ("http://%E4%BE%8B%E5%AD%90.%E6%B5%8B%E8%AF%95/", "http://xn--fsqu00a.xn--0zwm56d/"),
        ("http://faß.example/", "http://xn--fa-hia.example/"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a|b[c]{d}\"<>^`", "https://example.com/a%7Cb%5Bc%5D%7Bd%7D%22%3C%3E%5E%60"),
        ("https://example.com/?a[]=1&b='2'", "https://example.com/?a%5B%5D=1&b='2'"),
        ("https://example.com/#a#b", "https://example.com/#a%23b"),
        ("https://user:p%40ss@example.com:8080/", "https://user:p%40ss@example.com:8080/"),
        ("https://example.com:65535/", "https://example.com:65535/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://example.com:/x", "https://example.com/x"),
        ("mailto:a@example.org?subject=x y", "mailto:a@example.org?subject=x%20y"),
        ("MAILTO:a@example.org", "mailto:a@example.org"),
        ("tel:+86 10 1234", "tel:+86%2010%201234"),
        ("", None),
        (" \t", None),
        ("mailto:", None),
        ("javascript:alert(1)", None),
        (" java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("data:image/png;base64,AAAA", None),
        ("ftp://example.org/x", None),
        ("file:///etc/passwd", None),
        ("localhost:4000/x", None),
        ("http://", None),
        ("http:", None),
        ("//", None),
        ("http://[::1", None),
        ("http://a b/", None),
        ("http://example.com:99999/", None),
        ("http://exam%00ple.com/", None),
        ("http://a%FF/", None),
        ("http://-.\u2603\u200d/", None),
    ],
)  # fmt: skip
def test_link(written: str, absolute: str | None) -> None:
    assert _urls.link(written, BASE) == absolute
    if absolute:
        assert _urls.link(absolute, BASE) == absolute


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="),
        ("data:image/gif;base64,\nR0lG\nODlh", "data:image/gif;base64,R0lGODlh"),
        ("data:image/svg+xml;base64,PHN2Zz4=", None),
        ("data:image/png,x", None),
        ("data:image/png;base64," + "A" * _urls.EMBEDDED_LIMIT, None),
        ("mailto:a@example.org", None),
        ("i.png", "https://example.org/news/2022/i.png"),
    ],
)
def test_media(written: str, absolute: str | None) -> None:
    assert _urls.media(written, BASE) == absolute


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("a.png", "https://example.org/news/2022/a.png"),
        ("/a.png 1x, /b.png 2x", "https://example.org/a.png 1x, https://example.org/b.png 2x"),
        ("/a,b.png 1.5x,/c.png 200w", "https://example.org/a,b.png 1.5x, https://example.org/c.png 200w"),
        ("/a.png, /b.png 2x", "https://example.org/a.png, https://example.org/b.png 2x"),
        (",, /a.png ,", "https://example.org/a.png"),
        ("data:image/png;base64,AAAA 1x, /b.png 2x", "https://example.org/b.png 2x"),
        ("/a.png 1q, /b.png calc(1), /c.png 3x", "https://example.org/c.png 3x"),
        ("javascript:x 1x", None),
        ("", None),
        (", ,", None),
    ],
)
def test_candidates(written: str, absolute: str | None) -> None:
    assert _urls.candidates(written, BASE) == absolute
    if absolute:
        assert _urls.candidates(absolute, BASE) == absolute


def test_a_page_without_a_path_is_the_root() -> None:
    base = base_of("https://Example.org?x")
    assert base.folder == "https://example.org/"
    assert _urls.link("#a", base) == "https://example.org/?x#a"
    assert _urls.link("b", base) == "https://example.org/b"


def test_a_permalink_in_chinese_is_encoded() -> None:
    assert _urls.link("#a", base_of("https://example.org/新闻/一")) == (
        "https://example.org/%E6%96%B0%E9%97%BB/%E4%B8%80#a"
    )


@pytest.mark.parametrize("url", ["", "/x", "ftp://example.org/", "//example.org/", "https://", "x"])
def test_a_base_is_an_absolute_url(url: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        base_of(url)


@given(st.text(st.sampled_from("/\\.?#:@%[]a1\t\n \x01中")) | st.text())
@example("//cdn.example.net/x")
@example("/\\cdn.example.net/x")
@example("/https://example.net/")
@example("//")
@example("/?x#y")
def test_a_reference_from_the_root_is_the_same_on_all_pages(text: str) -> None:
    for base in (BASE, base_of("http://example.net"), base_of("https://user@example.org:8080/a/b/?c")):
        assert _urls.link(f"/{text}", base) == _urls.page(f"/{text}", base) == _urls._read(f"/{text}", base)
