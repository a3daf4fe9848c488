"""Other generators build a site, and tell what they publish: path → address, title, date, terms.

Each function takes the folder of a site, to which it adds what makes the generator talk, and a folder of its own
for what comes out. The programs are found by tests/peers.py; where one is missing, the tests that call it are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.peers import peer

Listing = dict[str, dict[str, Any]]


def lay(files: Mapping[str, str], site: Path) -> None:
    """Write a site of text files."""
    for path, text in files.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _run(command: Sequence[str], site: Path, **environment: str) -> str:
    done = subprocess.run(command, cwd=site, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _program(name: str) -> str:
    found = peer(name)
    assert found, f"{name} is not installed"
    return found


# -- Jekyll

JEKYLL = r"""
require "json"
Jekyll::Hooks.register :site, :post_render do |site|
  filters = Class.new { include Jekyll::Filters; def initialize(context) @context = context end }
  filters = filters.new(Liquid::Context.new({}, {}, {site: site}))
  documents = site.collections.values.select(&:write?).flat_map(&:docs)
  listing = documents.map do |one|
    [one.path.delete_prefix(site.source + "/"), {
      url: one.url,
      generator_id: filters.absolute_url(one.id),
      categories: one.data["categories"],
      tags: one.data["tags"].uniq,
      title: one.data["title"].to_s.strip,
      published: one.date.getutc.strftime("%FT%TZ")
    }]
  end
  File.write(ENV["LISTING"], JSON.generate(listing.to_h))
end
"""


def jekyll(site: Path, work: Path) -> Listing:
    """Every document that Jekyll writes; without plugins of the site's own choice."""
    lay({"_plugins/listing.rb": JEKYLL}, site)
    (site / "_config.yml").touch()
    (work / "more.yml").write_text("plugins: []\n")
    command = [_program("jekyll"), "build", "--quiet", "--config", f"{site}/_config.yml,{work}/more.yml"]
    said = _run(command, site, LISTING=f"{work}/listing.json", TZ="UTC", LC_ALL="C.UTF-8")
    assert "Error" not in said, said
    return dict(json.loads((work / "listing.json").read_text("utf-8")))


# -- Hugo

HUGO = """
{{- $pages := slice -}}
{{- range site.RegularPages -}}
  {{- $page := . -}}
  {{- $terms := slice -}}
  {{- range $plural, $_ := site.Taxonomies -}}
    {{- range $page.GetTerms $plural -}}{{- $terms = $terms | append .Permalink -}}{{- end -}}
  {{- end -}}
  {{- $translations := slice -}}
  {{- range .AllTranslations -}}{{- $translations = $translations | append .Permalink -}}{{- end -}}
  {{- $pages = $pages | append (dict
    "path" .File.Filename
    "url" .Permalink
    "title" .Title
    "published" (.Date.UTC.Format "2006-01-02T15:04:05Z")
    "updated" (.Lastmod.UTC.Format "2006-01-02T15:04:05Z")
    "terms" $terms
    "translations" $translations
    "language" .Language.Name
  ) -}}
{{- end -}}
{{- printf "LISTING%s" (jsonify $pages) | safeHTML -}}
"""

_HUGO_ENVIRONMENT = {
    "HUGO_SECURITY_ALLOWCONTENT": ".*",
    "HUGO_ENABLEGITINFO": "false",
    "HUGO_RESOURCEDIR": "resources",
    "TZ": "America/Chicago",
}


def hugo(site: Path, work: Path, now: str, url: str = "") -> Listing:
    """Every regular page that Hugo lists at that moment (`2024-06-01T00:00:00Z`) and that has an address."""
    lay({"layouts/home.html": HUGO, "layouts/all.html": "", "layouts/alias.html": ""}, site)
    command = [_program("hugo"), "--destination", str(work / "out"), "--clock", now]
    _run([*command, *(["--baseURL", url] if url else [])], site, **_HUGO_ENVIRONMENT)
    listings = [text for path in (work / "out").rglob("*.html") if (text := path.read_text("utf-8"))[:7] == "LISTING"]
    pages = [page for text in listings for page in json.loads(text[7:])]
    assert listings
    return {str(Path(page["path"]).relative_to(site)): page for page in pages if page["url"]}


# -- Pelican

PELICAN = r"""
import datetime, json, os
from pelican import signals
from markupsafe import Markup

def moment(value):
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""

def listing(generators):
    found = {}
    for generator in generators:
        groups = ("articles", "translations")
        for article in (one for name in groups for one in getattr(generator, name, [])):
            path = os.path.relpath(article.source_path, os.environ["SITE"])
            found[path] = {
                "url": article.url,
                "title": str(Markup(article.title).striptags()),
                "published": moment(article.date),
                "updated": moment(getattr(article, "modified", None)),
                "tags": [tag.name for tag in getattr(article, "tags", [])],
                "categories": [article.category.name],
                "authors": [author.name for author in getattr(article, "authors", [])],
                "language": article.lang,
                "translations": sorted(
                    os.path.relpath(one.source_path, os.environ["SITE"]) for one in article.translations
                ),
            }
    with open(os.environ["LISTING"], "w", encoding="utf-8") as out:
        json.dump(found, out)

def register():
    signals.all_generators_finalized.connect(listing)
"""

_PELICAN_SETTINGS = """
import sys
sys.path.insert(0, {site!r})
from {module} import *
PLUGIN_PATHS = [{plugins!r}]
PLUGINS = ["listing"]
OUTPUT_PATH = {output!r}
THEME = "simple"
LOG_FILTER = []
"""


def pelican(site: Path, work: Path) -> Listing:
    """Every article that Pelican lists, its translations included; by `publishconf.py` where there is one."""
    module = "publishconf" if (site / "publishconf.py").exists() else "pelicanconf"
    settings = _PELICAN_SETTINGS.format(
        site=str(site), module=module, plugins=str(work / "plugins"), output=str(work / "output")
    )
    lay({"plugins/listing.py": PELICAN}, work)
    lay({"peer_settings.py": settings}, site)
    environment = {"LISTING": f"{work}/listing.json", "SITE": str(site), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    command = [_program("pelican"), "--settings", "peer_settings.py"]
    _run(command, site, PYTHONDONTWRITEBYTECODE="1", **environment)
    return dict(json.loads((work / "listing.json").read_text("utf-8")))


# -- Eleventy

ELEVENTY = """
import * as own from "%s";
import fs from "node:fs";
export default async function (eleventyConfig) {
  const returned = await own.default?.(eleventyConfig);
  eleventyConfig.addPreprocessor("drafts", "*", (data) => (data.draft ? false : undefined));
  const listing = {};
  eleventyConfig.addCollection("everything", (api) => {
    for (const page of api.getAll()) {
      const path = page.inputPath.replace("./", "");
      if (page.url) {
        const { title, tags } = page.data;
        listing[path] = { url: page.url, published: page.date.toISOString(), title: title ?? "", tags: tags ?? [] };
      }
    }
    return [];
  });
  eleventyConfig.on("eleventy.after", () => fs.writeFileSync(process.env.LISTING, JSON.stringify(listing)));
  return returned;
}
export const config = own.config ?? {};
"""

_COLLECTING = {"all", "nav", "post", "posts"}


def eleventy(site: Path, work: Path) -> Listing:
    """Every page that Eleventy writes and collects, without the tags that merely collect."""
    names = [path.name for path in site.iterdir() if "eleventy" in path.name and not path.name.endswith("ignore")]
    lay({"listing.mjs": ELEVENTY % f"./{names[0]}"}, site)
    if not (site / "package.json").exists():
        kind = "commonjs" if "module.exports" in (site / names[0]).read_text("utf-8") else "module"
        lay({"package.json": json.dumps({"type": kind})}, site)
    command = [_program("eleventy"), "--config=listing.mjs", "--quiet"]
    _run(command, site, LISTING=f"{work}/listing.json", TZ="UTC")
    found: Listing = json.loads((work / "listing.json").read_text("utf-8"))
    for page in found.values():
        page["published"] = page["published"].replace(".000Z", "Z")
        page["tags"] = [tag for tag in dict.fromkeys(map(str, page["tags"])) if tag.strip() not in _COLLECTING]
    return found


# -- Hexo

HEXO = r"""
for (const ending of ["md", "markdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext"]) {
  hexo.extend.renderer.register(ending, "html", (data) => data.text, true);
}
hexo.extend.filter.register("after_generate", () => {
  const listing = {};
  hexo.locals.get("posts").forEach((post) => {
    listing["source/" + post.source] = {
      url: post.permalink,
      title: post.title,
      published: post.date.toDate().toISOString().replace(".000Z", "Z"),
      categories: post.categories.map((one) => one.name),
      tags: post.tags.map((one) => one.name),
    };
  });
  require("fs").writeFileSync(process.env.LISTING, JSON.stringify(listing));
});
"""


def hexo(site: Path, work: Path, zone: str) -> Listing:
    """Every post that Hexo publishes in that zone, as on its author's machine: its permalinks are in the machine's.

    Hexo runs with its own renderers only, so a script of the site reads Markdown as it is.
    """
    lay({"scripts/listing.js": HEXO}, site)
    packages = next(each for each in Path(_program("hexo")).resolve().parents if each.name == "node_modules")
    (site / "node_modules").symlink_to(packages)
    command = [_program("hexo"), "generate"]
    said = _run(command, site, LISTING=f"{work}/listing.json", TZ=zone, LC_ALL="C.UTF-8")
    assert "ERROR" not in said, said
    return dict(json.loads((work / "listing.json").read_text("utf-8")))
