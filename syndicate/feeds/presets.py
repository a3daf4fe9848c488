"""Where the feeds of other programs stand, and which ids their entries have. Pure.

In: the name of a preset. Out: templates of paths, and the name of a rule for ids (`content.ids` has the rules).
A site that moves to us with its preset keeps the addresses that its subscribers have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from syndicate.model.records import dataclass, field

FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
ENDINGS = {"rss": ".rss", "atom": ".xml", "json": ".json"}


@dataclass(frozen=True, slots=True)
class Preset:
    """Where documents stand, and which id a post gets.

    Templates know `{file}` and `{ending}` (of the document's format, as in `files` and `endings`), `{plain}` (the
    usual ending), `{format}`, `{taxonomy}` (singular), `{taxonomies}` (as it is written), `{slug}` and `{name}` (the
    term as written, where that is safe). `term` is for every taxonomy that `terms` does not name, `own` for feeds
    that the operator declares. `base` is where the output folder is served below the site, `directory` the folder in
    it that holds our own pages: the page of all feeds, and those of single feeds. `ids` names the rule for ids,
    `slugs` the dialect whose pages of terms lend them their slugs ("": as the settings say). `unsaid` are endings of
    paths that public addresses leave out, because a folder's index file is served there. `mixed` says that posts in
    all languages share their feeds.
    """

    name: str
    base: str
    site: str
    term: str
    ids: str
    directory: str
    own: str
    terms: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=lambda: FILES)
    endings: Mapping[str, str] = field(default_factory=lambda: ENDINGS)
    slugs: str = ""
    unsaid: tuple[str, ...] = ()
    mixed: bool = False


def _rooted(name: str, site: str, term: str, *, ids: str = "url", **more: object) -> Preset:
    """A preset whose documents stand among the site's own pages; ours stand below `feeds/`, where those are not."""
    usual = {"base": "/", "directory": "feeds/", "own": "feeds/{name}/{file}"}
    return Preset(name, site=site, term=term, ids=ids, **{**usual, **more})  # type: ignore[arg-type]


_PLAIN_FOLDERS = {"rss": "index.xml", "atom": "atom/index.xml", "json": "json/index.json"}

_ALL = (
    Preset(
        "syndicate",
        base="/feeds/",
        site="{file}",
        term="{taxonomy}/{slug}/{file}",
        own="{name}/{file}",
        ids="url",
        directory="",
    ),
    _rooted(
        "jekyll",
        "feed{ending}",
        "feed/by_{taxonomy}/{name}{ending}",
        terms={"categories": "feed/{name}{ending}"},
        own="feed/{name}/{file}",
        ids="generator",
        directory="feed/",
        mixed=True,
    ),
    _rooted(
        "hugo",
        "{file}",
        "{taxonomies}/{slug}/{file}",
        # its own JSON, where a site has any, is an index for searching and is called index.json
        files={"rss": "index.xml", "atom": "atom.xml", "json": "feed.json"},
        slugs="hugo",
    ),
    _rooted("zola", "{file}", "{taxonomies}/{slug}/{file}", slugs="zola"),
    _rooted(
        "pelican",
        "feeds/all{ending}",
        "feeds/{taxonomy}/{slug}{ending}",
        terms={"categories": "feeds/{slug}{ending}", "authors": "feeds/{slug}{ending}"},
        endings={"rss": ".rss.xml", "atom": ".atom.xml", "json": ".json"},
        ids="pelican",
        slugs="pelican",
        mixed=True,
    ),
    _rooted(
        "nikola",
        "{file}",
        "{taxonomies}/{slug}{ending}",
        terms={"categories": "categories/cat_{slug}{ending}", "tags": "categories/{slug}{ending}"},
        files={"rss": "rss.xml", "atom": "feed.atom", "json": "feed.json"},
        endings={"rss": ".xml", "atom": ".atom", "json": ".json"},
    ),
    _rooted(
        "hexo",
        "{file}",
        "{taxonomies}/{slug}/{file}",
        files={"rss": "rss2.xml", "atom": "atom.xml", "json": "feed.json"},
        slugs="hexo",
        mixed=True,
    ),
    _rooted("eleventy", "feed{ending}", "{taxonomies}/{slug}/feed{ending}", mixed=True),
    _rooted("docusaurus", "blog/{file}", "blog/{taxonomies}/{slug}/{file}"),
    _rooted(
        "mkdocs",
        "feed_{format}_created{ending}",
        "feeds/{taxonomy}/{slug}/{file}",
        endings={"rss": ".xml", "atom": ".xml", "json": ".json"},
        mixed=True,
    ),
    _rooted(
        "wordpress",
        "feed/{file}",
        "{taxonomy}/{slug}/feed/{file}",
        own="feeds/{name}/feed/{file}",
        files=_PLAIN_FOLDERS,
        unsaid=("index.xml", "index.json"),
        ids="wordpress",
        mixed=True,
    ),
    _rooted(
        "ghost",
        "rss/{file}",
        "{taxonomy}/{slug}/rss/{file}",
        own="feeds/{name}/rss/{file}",
        files=_PLAIN_FOLDERS,
        unsaid=("index.xml", "index.json"),
        ids="ghost",
        mixed=True,
    ),
    _rooted(
        "microblog",
        "{file}",
        "{taxonomies}/{slug}/{file}",
        files={"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"},
        slugs="hugo",
        mixed=True,
    ),
    _rooted(
        "blogger",
        "feeds/posts/default/{file}",
        "feeds/by/{taxonomy}/{slug}/{file}",
        terms={"tags": "feeds/posts/default/-/{name}/{file}"},
        own="feeds/own/{name}/{file}",
        files={"rss": "rss.xml", "atom": "index.xml", "json": "feed.json"},
        unsaid=("/index.xml",),
        ids="blogger",
        mixed=True,
    ),
)

PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}
"""Every preset by its name, as `settings.PRESETS` lists them."""


def adapted(preset: Preset, feed_paths: Mapping[str, str], dialect: str = "jekyll") -> Preset:
    """The preset with the paths that the site's own feed plugin was told to use.

    `feed_paths` are paths by kind, as the dialect of that name has found them: `site`, and `tag` with `{name}` in it.
    """
    if preset.name != dialect or not feed_paths:
        return preset
    paths = {kind: _for_every_format(path, preset) for kind, path in feed_paths.items()}
    site = paths.get("site", preset.site)
    tags = {"tags": paths["tag"]} if "tag" in paths else {}
    # Zola calls the documents of terms and of the site alike
    term = preset.term.replace("{file}", site) if preset.name == "zola" else preset.term
    return replace(preset, site=site, term=term, terms={**preset.terms, **tags})


def _for_every_format(path: str, preset: Preset) -> str:
    """The path of one document → a template for those of all formats."""
    folder, slash, name = path.rpartition("/")
    if name in preset.files.values():
        return f"{folder}{slash}{{file}}"
    if path.endswith(ending := preset.endings["atom"]):
        return path.removesuffix(ending) + "{ending}"
    return path.removesuffix(".xml") + "{plain}"
