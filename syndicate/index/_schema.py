"""The tables of the SQLite index."""

from __future__ import annotations

from syndicate.index._parcels import NEVER
from syndicate.index._runs import RUNS
from syndicate.index._tallies import TALLIES, TALLYING

VERSION = 10

NEWEST = """
CREATE INDEX posts_newest ON posts (published DESC, path, visible_from, visible_until)
    WHERE state = 2 AND language = ''"""

BY_LANGUAGE = f"""
{NEWEST};
CREATE INDEX posts_shelved ON posts (language, visible_from, visible_until) WHERE state = 2 AND language <> '';
CREATE INDEX posts_translated ON posts (translation) WHERE translation <> '';
"""

TIES = """
-- which posts a post's body names, by each way in which it may mean them
CREATE TABLE refs (candidate TEXT NOT NULL, post INTEGER NOT NULL, PRIMARY KEY (candidate, post)) WITHOUT ROWID;
CREATE INDEX refs_by_post ON refs (post);

-- by which names a post may be meant, also one that is gone; empty until some body means a post by its name
CREATE TABLE names (name TEXT NOT NULL, post INTEGER NOT NULL, PRIMARY KEY (name, post)) WITHOUT ROWID;

-- files beside its own that a post was made from
CREATE TABLE needs (
    post INTEGER NOT NULL,
    path BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    PRIMARY KEY (post, path)
) WITHOUT ROWID;

-- what could not be expanded when its entry was made, as JSON
CREATE TABLE faults (post INTEGER PRIMARY KEY, told TEXT NOT NULL);
"""

AFTERLIFE = """
-- which page of its history a post of a feed stands on, from the oldest, for good
CREATE TABLE IF NOT EXISTS history (
    taxonomy TEXT NOT NULL,
    name TEXT NOT NULL,
    page INTEGER NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (taxonomy, name, post)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS history_by_page ON history (taxonomy, name, page);
CREATE INDEX IF NOT EXISTS history_by_post ON history (post);

-- entries that were deleted or withdrawn while a feed showed them
CREATE TABLE IF NOT EXISTS tombs (
    taxonomy TEXT NOT NULL,
    name TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (taxonomy, name, entry_id)
) WITHOUT ROWID;

-- where documents once stood, by path and public address: the same folder may be served elsewhere
CREATE TABLE IF NOT EXISTS left_paths (
    path TEXT NOT NULL,
    taxonomy TEXT NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    at INTEGER NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (path, url)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS posts_gone ON posts (gone_at) WHERE gone_url IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_never_shown ON posts (id) WHERE shown = 0 AND entry_id IS NOT NULL;
"""

# it holds all that is asked of all documents at once: their own rows are long
BY_FEED = "CREATE INDEX documents_by_feed ON documents (taxonomy, name, format, size);"

LINES = """
-- what the page of all feeds and the OPML say of each feed as it is published now; none where it has to be made
CREATE TABLE IF NOT EXISTS lines (
    taxonomy TEXT NOT NULL,
    name TEXT NOT NULL,
    section TEXT NOT NULL,
    heading TEXT NOT NULL,
    label TEXT NOT NULL,
    line TEXT NOT NULL,
    outline TEXT NOT NULL,
    PRIMARY KEY (taxonomy, name)
) WITHOUT ROWID;
"""

VARIANTS = """
-- what stands beside documents (feeds, pages, copies): the same in another content coding, and its bytes
CREATE TABLE IF NOT EXISTS variants (
    path TEXT NOT NULL,
    coding TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (path, coding)
) WITHOUT ROWID;
"""

PIECES = """
-- the stamps of a large folder from the second piece on; the first stands in its row
CREATE TABLE IF NOT EXISTS pieces (
    folder BLOB NOT NULL,
    part INTEGER NOT NULL,
    stamps BLOB NOT NULL,
    PRIMARY KEY (folder, part)
);
"""

SERVICE = """
-- stamps of single files that are later than those of their folder; x'' for a file that is gone
CREATE TABLE IF NOT EXISTS late (
    folder BLOB NOT NULL,
    name BLOB NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (folder, name)
) WITHOUT ROWID;

-- what each endpoint last got of each topic, and when to try again; see model/delivery.py
CREATE TABLE IF NOT EXISTS deliveries (
    endpoint TEXT NOT NULL,
    topic TEXT NOT NULL,
    sent BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    given_up BLOB NOT NULL,
    trying BLOB NOT NULL,
    tries INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    status INTEGER NOT NULL,
    told TEXT NOT NULL,
    PRIMARY KEY (endpoint, topic)
) WITHOUT ROWID;

-- how an endpoint as a whole is doing
CREATE TABLE IF NOT EXISTS standings (
    endpoint TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    failing_since INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    ok_at INTEGER NOT NULL,
    off TEXT NOT NULL,
    status INTEGER NOT NULL,
    told TEXT NOT NULL,
    reached INTEGER NOT NULL,
    chosen TEXT NOT NULL,
    asked INTEGER NOT NULL,
    tried_with INTEGER NOT NULL
) WITHOUT ROWID;

-- pages of the site that came, changed or went, each once; no sequence: it has not been seen at its address yet
CREATE TABLE IF NOT EXISTS site_pages (
    url TEXT PRIMARY KEY,
    sequence INTEGER,
    at INTEGER NOT NULL,
    gone INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS site_pages_in_order ON site_pages (sequence) WHERE sequence IS NOT NULL;
CREATE INDEX IF NOT EXISTS site_pages_waiting ON site_pages (at) WHERE sequence IS NULL;

-- posts whose page may be another, and the address that each was shown at; filled by triggers (_deliveries.py)
CREATE TABLE IF NOT EXISTS stirred (post INTEGER NOT NULL, url TEXT NOT NULL, PRIMARY KEY (post, url)) WITHOUT ROWID;

-- what could not be read yet at its public address, and when to look again
CREATE TABLE IF NOT EXISTS checks (
    url TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    status INTEGER NOT NULL,
    told TEXT NOT NULL
) WITHOUT ROWID;
"""

LATER_COLUMNS: dict[str, dict[str, str]] = {
    "posts": {
        "substance": "BLOB NOT NULL DEFAULT x''",
        "fields": "TEXT NOT NULL DEFAULT ''",
        "words": "INTEGER NOT NULL DEFAULT 0",
        # its permalink when it was last public, and when it ceased to be
        "gone_url": "TEXT",
        "gone_at": "INTEGER",
        # whether it has stood in a published document
        "shown": "INTEGER NOT NULL DEFAULT 0",
        # whether it says itself when it was published
        "own_date": "INTEGER NOT NULL DEFAULT 1",
    },
    "feeds": {"updated": "INTEGER", "empty_since": "INTEGER"},
    # its public address
    "documents": {"url": "TEXT NOT NULL DEFAULT ''"},
}


def _declared(table: str) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in LATER_COLUMNS[table].items())


BY_ENTRY_ID = "CREATE UNIQUE INDEX posts_by_entry_id ON posts (entry_id) WHERE entry_id IS NOT NULL"

RETURNING = "CREATE INDEX posts_returning ON posts (wanted_id) WHERE state = 0;"

COMING = f"""
CREATE INDEX posts_coming ON posts (visible_from) WHERE state = 2 AND visible_from > -{NEVER};
CREATE INDEX posts_leaving ON posts (visible_until) WHERE state = 2 AND visible_until < {NEVER};
"""

# by post, so that a first build only appends; the index by term is made when all have come. No path is in them: that
# would be half of their bytes, and of posts with one date it is read from their rows
POST_TERMS = """
CREATE TABLE post_terms (
    post INTEGER NOT NULL,
    term INTEGER NOT NULL,
    published INTEGER NOT NULL,
    visible_from INTEGER NOT NULL,
    visible_until INTEGER NOT NULL,
    PRIMARY KEY (post, term)
) WITHOUT ROWID;
"""
BY_TERM = "CREATE INDEX post_terms_newest ON post_terms (term, published DESC, visible_from, visible_until)"

TABLES = f"""
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE folders (path BLOB PRIMARY KEY, stamps BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    digest BLOB NOT NULL,
    published INTEGER,
    visible_from INTEGER NOT NULL,
    visible_until INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    updated INTEGER,
    language TEXT NOT NULL DEFAULT '',
    translation TEXT NOT NULL DEFAULT '',
    ties TEXT,
    entry_id TEXT,
    wanted_id TEXT NOT NULL,
    key BLOB NOT NULL,
    packed TEXT NOT NULL,
    broken INTEGER NOT NULL DEFAULT 0,
    broken_digest BLOB NOT NULL DEFAULT x'',
    last_good TEXT,
    problems TEXT,
    {_declared("posts")}
);
{BY_ENTRY_ID};
{BY_LANGUAGE}
{COMING}
CREATE INDEX posts_with_problems ON posts (path) WHERE problems IS NOT NULL;
CREATE INDEX posts_renamed ON posts (path) WHERE state = 2 AND entry_id <> wanted_id;
CREATE INDEX posts_waiting ON posts (visible_from) WHERE state = 2 AND entry_id IS NULL;
{RETURNING}
CREATE INDEX posts_standing_in ON posts (id) WHERE broken = 1;

CREATE TABLE terms (id INTEGER PRIMARY KEY, taxonomy TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (taxonomy, name));
{POST_TERMS}
{BY_TERM};
{TALLIES}
{";".join(TALLYING.values())};

{TIES}

CREATE TABLE slugs (
    taxonomy TEXT NOT NULL,
    rule TEXT NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (taxonomy, rule, name),
    UNIQUE (taxonomy, rule, folded)
) WITHOUT ROWID;

CREATE TABLE feeds (
    taxonomy TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    posts INTEGER NOT NULL,
    newest INTEGER,
    digest BLOB NOT NULL,
    live INTEGER NOT NULL DEFAULT 1,
    {_declared("feeds")},
    PRIMARY KEY (taxonomy, name)
) WITHOUT ROWID;
CREATE TABLE touched (taxonomy TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (taxonomy, name)) WITHOUT ROWID;

CREATE TABLE documents (
    path TEXT PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    taxonomy TEXT NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    digest BLOB NOT NULL,
    size INTEGER NOT NULL,
    shape BLOB NOT NULL,
    envelope BLOB NOT NULL,
    parts BLOB NOT NULL,
    {_declared("documents")}
) WITHOUT ROWID;
{BY_FEED}
{LINES}
{AFTERLIFE}
{PIECES}
{VARIANTS}
{SERVICE}
{RUNS}
"""
