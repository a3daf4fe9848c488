"""The templates of `syndicate discover --partial`, in sites that the generators themselves build.

`make peers`; Jekyll is a package of Debian. Each site has the same posts; every page of it must name the right feeds,
the one it is about first. Zola is in no registry: its template is tried with Tera, its template engine.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.content.listings import lay
from tests.flow.site import Site
from tests.peers import peer

pytestmark = [pytest.mark.peers, pytest.mark.slow]

ADDRESS = "https://example.org"
ODD = 'R&D <x> "q"'
POST = "---\ntitle: {0}\ndate: 2026-01-0{0} 12:00:00\n{1}---\nText.\n"
TAGS = "tags: [金融, Node.js, 'R&D <x> \"q\"']\n"


def run(folder: Path, *command: str | None) -> None:
    line = [part for part in command if part]
    done = subprocess.run(line, cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def discovered(site: Path, data: str, partial: str, generator: str) -> dict[str, Any]:
    """Build the feeds, and put into the site what `discover` prints; the data."""
    ours = Site(site, site.parent / "feeds", ("--url", ADDRESS, "--title", 'The "Quay" & Co'))
    assert ours.run("build").code == 0
    known = ours.run("discover", "--data").out
    lay({data: known, partial: ours.run("discover", "--partial", generator).out}, site)
    return dict(json.loads(known))


def links(page: Path | str) -> list[dict[str, str]]:
    text = page.read_text("utf-8") if isinstance(page, Path) else page
    found = html.document_fromstring(text).xpath("//head/link[@rel='alternate']")
    assert text.count("<link") == len(found)
    assert 'type="application/rss+xml"' in text, "as it is, not as &#43;: not every reader decodes it"
    return [{name: link.get(name) for name in ("title", "type", "href")} for link in found]


needs = {
    name: pytest.mark.skipif(not peer(name), reason=f"{name} is not installed")
    for name in ("jekyll", "hugo", "eleventy")
}


@needs["jekyll"]
def test_jekyll(tmp_path: Path) -> None:
    site = tmp_path / "site"
    head = "<html><head>{% include feeds.html %}</head><body>{{ content }}</body></html>"
    archive = "---\nlayout: page\n{}permalink: {}\n---\n"
    lay(
        {
            "_config.yml": f"url: {ADDRESS}\ntitle: Quay\n",
            "_layouts/page.html": head,
            "_layouts/term.html": head.replace("feeds.html", 'feeds.html taxonomy="tags" term=page.about'),
            "_posts/2026-01-01-1.md": POST.format(1, f"layout: page\ncategory: News\n{TAGS}"),
            "index.html": archive.format("", "/index.html"),
            "money.html": archive.format("tag: 金融\n", "/money.html"),
            "odd.html": archive.format(f"type: tag\ntitle: '{ODD}'\n", "/odd.html"),
            "news.html": archive.format("category: NEWS\n", "/news.html"),
            "node.html": archive.format("about: Node.js\n", "/node.html").replace("page\n", "term\n"),
            "none.html": archive.format("tag: unheard of\n", "/none.html"),
        },
        site,
    )
    known = discovered(site, "_data/feeds.json", "_includes/feeds.html", "jekyll")
    run(site, peer("jekyll"), "build", "--quiet", "--destination", str(tmp_path / "out"))
    terms, whole = known["terms"], known["site"]
    assert len(whole) == 3
    assert links(tmp_path / "out/index.html") == whole
    assert links(tmp_path / "out/news/2026/01/01/1.html") == whole
    assert links(tmp_path / "out/money.html") == terms["tags"]["金融"] + whole
    assert links(tmp_path / "out/odd.html") == terms["tags"][ODD] + whole
    assert links(tmp_path / "out/news.html") == terms["categories"]["News"] + whole
    assert links(tmp_path / "out/node.html") == terms["tags"]["Node.js"] + whole
    assert links(tmp_path / "out/none.html") == whole


@needs["hugo"]
def test_hugo(tmp_path: Path) -> None:
    site = tmp_path / "site"
    page = '<html><head>{{ partial "feeds.html" . }}</head><body data-term="{{ .Data.Term }}"></body></html>'
    lay(
        {
            "hugo.toml": f'baseURL = "{ADDRESS}/"\ntitle = "Quay"\ndisableKinds = ["rss", "sitemap"]\n',
            "layouts/all.html": page,
            "content/posts/1.md": POST.format(1, f"categories: [News]\n{TAGS}"),
        },
        site,
    )
    known = discovered(site, "data/feeds.json", "layouts/partials/feeds.html", "hugo")
    run(site, peer("hugo"), "--destination", str(tmp_path / "out"))
    terms, whole = known["terms"], known["site"]
    assert len(whole) == 3
    assert links(tmp_path / "out/index.html") == whole
    assert links(tmp_path / "out/posts/1/index.html") == whole
    assert links(tmp_path / "out/tags/index.html") == whole
    assert links(tmp_path / "out/tags/金融/index.html") == terms["tags"]["金融"] + whole
    assert links(tmp_path / "out/tags/node.js/index.html") == terms["tags"]["Node.js"] + whole
    assert links(tmp_path / "out/categories/news/index.html") == terms["categories"]["News"] + whole
    (odd,) = (tmp_path / "out/tags").glob("r*/index.html")
    assert links(odd) == terms["tags"][ODD] + whole


@needs["eleventy"]
def test_eleventy(tmp_path: Path) -> None:
    site = tmp_path / "site"
    pages = (
        "pagination: {data: collections, size: 1, alias: tag}\npermalink: '/tags/{{ pagination.pageNumber }}.html'\n"
    )
    lay(
        {
            "eleventy.config.js": "export default function (config) {}\n",
            "package.json": '{"type": "module"}',
            "_includes/page.njk": '<html><head>{% include "feeds.njk" %}</head><body>{{ tag }}</body></html>',
            "posts/1.md": POST.format(1, f"layout: page.njk\n{TAGS}"),
            "index.njk": "---\nlayout: page.njk\npermalink: /index.html\n---\n",
            "node.njk": "---\nlayout: page.njk\nfeedTaxonomy: tags\nfeedTerm: node.JS\npermalink: /node.html\n---\n",
            "tags.njk": f"---\nlayout: page.njk\n{pages}---\n",
        },
        site,
    )
    known = discovered(site, "_data/feeds.json", "_includes/feeds.njk", "eleventy")
    run(site, peer("eleventy"), "--quiet", f"--output={tmp_path / 'out'}")
    terms, whole = known["terms"]["tags"], known["site"]
    assert len(whole) == 3
    assert links(tmp_path / "out/index.html") == whole
    assert links(tmp_path / "out/posts/1/index.html") == whole
    assert links(tmp_path / "out/node.html") == terms["Node.js"] + whole
    texts = [path.read_text("utf-8") for path in (tmp_path / "out/tags").iterdir()]
    by_tag = {html.document_fromstring(text).xpath("string(//body)").strip(): links(text) for text in texts}
    named = {tag: terms[tag] + whole for tag in ("金融", "Node.js", ODD)}
    assert by_tag == {"all": whole} | named


def test_zola(tmp_path: Path) -> None:
    tera = pytest.importorskip("pytera", reason="pytera is not installed")
    site = tmp_path / "site"
    front = f"title = 'One'\ndate = 2026-01-01\n[taxonomies]\ntags = ['金融', 'Node.js', '{ODD}']\n"
    lay(
        {
            "config.toml": f'base_url = "{ADDRESS}"\ntitle = "Quay"\ntaxonomies = [{{name = "tags"}}]\n',
            "content/one.md": f"+++\n{front}+++\nText.\n",
        },
        site,
    )
    known = discovered(site, "data/feeds.json", "templates/partials/feeds.html", "zola")
    partial = site / "templates/partials/feeds.html"
    text = partial.read_text("utf-8")
    loading = 'load_data(path="data/feeds.json", format="json")'
    assert loading in text
    # the one function in it that is Zola's and not Tera's
    partial.write_text(text.replace(loading, "loaded"), "utf-8")
    lay({"templates/page.html": '<html><head>{% include "partials/feeds.html" %}</head></html>'}, site)
    engine = tera.PyTera(f"{site}/templates/**/*.html")

    def page(**context: Any) -> list[dict[str, str]]:
        return links(engine.render_template("page.html", loaded=known, lang="en", **context))

    terms, whole = known["terms"]["tags"], known["site"]
    assert len(whole) == 3
    assert page() == whole
    for name, wanted in (("金融", "金融"), ("node.JS", "Node.js"), (ODD, ODD)):
        assert page(taxonomy={"name": "tags"}, term={"name": name}) == terms[wanted] + whole
    assert page(taxonomy={"name": "tags"}, term={"name": "unheard of"}) == whole
    assert page(taxonomy={"name": "series"}, term={"name": "金融"}) == whole
