"""The rules of the house, checked on the source: layers, purity, doors of libraries, imports, sizes, names.

`docs/architecture.md` says why each of them exists. Every check is a function from source to a list of
faults, one line each, and each is first shown a fault it has to find.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from syndicate.plugins import BUILT_IN, FOLDERS, names

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "syndicate"

# Rooms that touch no disk, network, clock or chance. What is new in them is pure until it is listed below.
PURE = (
    "settings.py",
    "settings/*",
    "model.py",
    "errors.py",
    "content/*",
    "markup/*",
    "feeds/*",
    "delivery/_answers.py",
    "delivery/codings.py",
    "delivery/rota.py",
    "delivery/hearing.py",
    "delivery/lasting.py",
    "delivery/letters.py",
    "delivery/notifiers/*",
    "delivery/release.py",
    "delivery/services.py",
    "delivery/spacing.py",
    "delivery/signing.py",
    "daemon/causes.py",
    "daemon/settling.py",
    "delivery/discreet.py",
    "delivery/due.py",
    "delivery/lanes.py",
    "delivery/guard.py",
    "server/accepted.py",
    "server/agents.py",
    "server/answers.py",
    "server/conditional.py",
    "server/crowd.py",
    "server/forms.py",
    "server/front.py",
    "server/manners.py",
    "server/reading.py",
    "server/deltas.py",
    "server/distinct.py",
    "server/exposition.py",
    "server/ranges.py",
    "server/dashboard/measures.py",
    "server/dashboard/parts.py",
    "server/dashboard/pictures.py",
    "server/dashboard/seen.py",
    "server/dashboard/tables.py",
)
NOT_PURE = (
    "content/_inside.py",
    "content/_looking.py",
    "content/built.py",
    "content/files.py",
    "content/media.py",
    "content/narrow.py",
    "content/scan.py",
    "content/sending.py",
    "content/sites.py",
)

IMPURE_MODULES = frozenset(
    "os io socket sqlite3 sqlalchemy time random secrets requests apscheduler subprocess shutil tempfile glob".split()
)
IMPURE_CALLS = frozenset(("open", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "uuid4", "uuid1"))
IMPURE_METHODS = frozenset(
    (
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "stat",
        "iterdir",
        "unlink",
        "uuid4",
        "uuid1",
    )
)

# Each library has one room that imports it, so that it can be replaced there.
DOORS = {
    "apscheduler": ("daemon/timetable.py",),
    "backports": ("delivery/codings.py",),
    "brotli": ("delivery/codings.py",),
    "click": ("cli/*",),
    "compression": ("delivery/codings.py",),
    "comrak": ("markup/_markdown.py",),
    "defusedxml": ("delivery/notifiers/_xml.py",),
    "docutils": ("markup/_rest.py",),
    "feedgen": ("feeds/formats/_feedgen.py",),
    "feedparser": ("feeds/foreign.py",),
    "frontmatter": ("content/frontmatter.py",),
    "httptools": ("server/wire.py",),
    "idna": ("markup/_urls.py", "feeds/formats/_uri.py"),
    "imagesize": ("content/media.py",),
    "zlib_ng": ("delivery/codings.py",),
    "jinja2": ("feeds/_pages.py",),
    "liquid": ("markup/templates/_liquid_*.py",),
    "lxml": ("feeds/formats/*", "feeds/rules/*"),
    "markdown_it": ("markup/_markdown.py",),
    "nh3": ("markup/safe.py", "markup/_tree.py"),
    "pypinyin": ("feeds/taxonomy.py",),
    "requests": ("delivery/http.py",),
    "rich": ("cli/*",),
    "sqlite3": ("index/*",),
    "text_unidecode": ("content/dialects/_zola_names.py", "markup/slugs.py"),
    "tinytag": ("content/media.py",),
    "urllib3": ("delivery/http.py",),
    "uvicorn": ("server/wire.py", "server/running.py"),
    "uvloop": ("server/wire.py",),
    "watchdog": ("daemon/watch.py",),
    "xxhash": ("model/digest.py",),
    "yaml": ("content/_yaml.py", "content/_yaml_*.py", "content/dialects/*", "markup/templates/_liquid_data.py"),
}

# What `syndicate --help` has no use for. Each of them costs a tenth of a second or so.
LATE = frozenset(DOORS) - {"click"} | {"sqlalchemy"}

# What a run in which nothing changed has no use for, beside the libraries. comrak is asked for its name.
IDLE = LATE - {"comrak", "sqlite3", "xxhash"} | {
    "concurrent",
    "ctypes",
    "difflib",
    "email",
    "hashlib",
    "importlib.metadata",
    "multiprocessing",
    "statistics",
    "syndicate.account",
    "syndicate.cli._terminal",
    "syndicate.cli.ping",
    "syndicate.cli.readers",
    "syndicate.cli.run",
    "syndicate.cli.serve",
    "syndicate.content.ingest",
    "syndicate.content.media",
    "syndicate.content.read",
    "syndicate.daemon",
    "syndicate.delivery.announce",
    "syndicate.delivery.courier",
    "syndicate.delivery.dispatch",
    "syndicate.delivery.due",
    "syndicate.delivery.enrol",
    "syndicate.delivery.guard",
    "syndicate.delivery.herald",
    "syndicate.delivery.http",
    "syndicate.delivery.making",
    "syndicate.delivery.notifiers",
    "syndicate.delivery.publish",
    "syndicate.delivery.readable",
    "syndicate.delivery.replays",
    "syndicate.delivery.services",
    "syndicate.delivery.swarm",
    "syndicate.feeds.bodies",
    "syndicate.feeds.directory",
    "syndicate.feeds.entries",
    "syndicate.feeds.formats.atom",
    "syndicate.feeds.formats.rss",
    "syndicate.feeds.rules",
    "syndicate.feeds.selection",
    "syndicate.index.days",
    "syndicate.markup.render",
    "syndicate.markup.safe",
    "syndicate.markup.templates",
    "syndicate.model.hub",
    "syndicate.model.numbers",
    "syndicate.server",
    "syndicate.wiring._endpoints",
    "syndicate.wiring.condition",
    "syndicate.wiring.heralds",
    "syndicate.wiring.pings",
    "syndicate.wiring.workshop",
}

SAYS_NOTHING = frozenset("base common helper helpers manager misc shared util utils".split())
LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 50  # lines without the docstring


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the package by its path below it."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_bytes(), path)
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def among(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path is meant; `feeds/*` means all below feeds/."""
    return any(fnmatch(path, pattern) for pattern in patterns)


def is_pure(path: str) -> bool:
    return among(path, PURE) and not among(path, NOT_PURE)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def impurities(tree: ast.AST) -> Iterator[str]:
    yield from (f"{line}: imports {name}" for line, name in imported(tree) if name in IMPURE_MODULES)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if ".".join(name.split(".")[-2:]) in IMPURE_CALLS or (
            isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_METHODS
        ):
            yield f"{node.lineno}: calls {name}()"


def wrong_doors(path: str, tree: ast.AST) -> Iterator[str]:
    for line, name in imported(tree):
        if name in DOORS:
            if not among(path, DOORS[name]):
                yield f"{line}: imports {name}, whose one door is {' or '.join(DOORS[name])}"
        elif name not in sys.stdlib_module_names and name != "syndicate":
            yield f"{line}: imports {name}, which has no row in DOORS (and in docs/dependencies.md)"


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring and decorators."""
    first = function.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) else 0
    return function.end_lineno - function.lineno + 1 - docstring


def oversized(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > LONGEST_FUNCTION:
            yield f"{node.lineno}: {node.name}() has {length(node)} lines, more than {LONGEST_FUNCTION}"


def says_nothing(path: str) -> bool:
    return any(part.strip("_") in SAYS_NOTHING for part in Path(path).with_suffix("").parts)


def report(faults: list[str]) -> None:
    """Fail with the faults, one a line, if there are any."""
    assert not faults, "\n" + "\n".join(faults)


def at(path: str, faults: Iterator[str]) -> list[str]:
    return [f"syndicate/{path}:{fault}" for fault in faults]


def test_imports_only_point_downward() -> None:
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def families() -> dict[str, set[str]]:
    """The modules of each family of plugins.py that is a folder of its own."""
    found = {folder: {f"{folder}.{name}" for name in names(kind)} for kind, folder in FOLDERS.items()}
    for members in BUILT_IN.values():
        for module in (member.partition(":")[0] for member in members.values()):
            found.setdefault(module.rpartition(".")[0], set()).add(module)
    return found


def acquainted(path: str, tree: ast.AST, family: set[str]) -> Iterator[str]:
    """Imports by one member of a family of another."""
    own = "syndicate." + path.removesuffix(".py").replace("/", ".")
    for node in ast.walk(tree) if own in family else ():
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (f"{path}:{node.lineno}: imports {name}" for name in modules if name in family - {own})


def test_members_of_a_family_are_kept_apart() -> None:
    planted = ast.parse("from syndicate.a import c\nfrom syndicate.a.c import C\nimport syndicate.a.c")
    assert len(list(acquainted("a/b.py", planted, {"syndicate.a.b", "syndicate.a.c"}))) == 3
    assert len(families()["syndicate.content.dialects"]) > 1
    report(
        [
            fault
            for family in families().values()
            for path, tree in sources().items()
            for fault in acquainted(path, tree, family)
        ]
    )


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "import os.path as p",
        "from time import sleep",
        "def f():\n    import sqlite3",
        "open('x')",
        "Path('x').read_text()",
        "here.path.write_bytes(b'')",
        "datetime.now()",
        "datetime.datetime.now(tz)",
        "dt.date.today()",
        "uuid.uuid4()",
    ],
)
def test_impurity_is_seen(code: str) -> None:
    assert list(impurities(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["import posixpath", "now.isoformat()", "self.now()", "pages.open()", "uuid.uuid5(a, b)"]
)
def test_purity_is_seen(code: str) -> None:
    assert not list(impurities(ast.parse(code)))


def test_pure_rooms_touch_nothing_outside() -> None:
    assert any(is_pure(path) for path in sources())
    report([fault for path, tree in sources().items() if is_pure(path) for fault in at(path, impurities(tree))])


@pytest.mark.parametrize(
    ("path", "code", "faults"),
    [
        ("feeds/plan.py", "import feedgen.feed", 1),
        ("feeds/formats/_feedgen.py", "from feedgen.feed import FeedGenerator", 0),
        ("content/dialects/jekyll.py", "import yaml", 0),
        ("cycle.py", "def f():\n    import numpy", 1),
        ("cycle.py", "import json\nfrom syndicate import model", 0),
    ],
)
def test_wrong_doors_are_seen(path: str, code: str, faults: int) -> None:
    assert len(list(wrong_doors(path, ast.parse(code)))) == faults


def test_each_library_has_one_door() -> None:
    report([fault for path, tree in sources().items() for fault in at(path, wrong_doors(path, tree))])


def loaded_by(*arguments: str) -> set[str]:
    """The modules that the command loads, and the packages they are in."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "syndicate", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    times, said = [], []
    for line in done.stderr.splitlines():
        (times if line.startswith("import time:") else said).append(line)
    assert done.returncode == 0, "\n".join(said)
    names = {line.rpartition("|")[2].strip() for line in times}
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_first_answer_is_quick(option: str) -> None:
    loaded = loaded_by(option)
    assert "click" in loaded
    report([f"syndicate {option} imports {name}; import it where it is used" for name in sorted(loaded & LATE)])


@pytest.mark.parametrize("jekyll", [False, True])
def test_a_run_in_which_nothing_changed_loads_what_it_needs(tmp_path: Path, jekyll: bool) -> None:
    posts = tmp_path / "posts"
    folder = posts / "_posts" if jekyll else posts
    folder.mkdir(parents=True)
    (folder / "2026-01-02-a.md").write_text("---\ntitle: A\ndate: 2026-01-02\ntags: [b]\n---\nText.\n", "utf-8")
    if jekyll:
        (posts / "_config.yml").write_text("title: A site\n", "utf-8")
    build = ("build", str(posts), "--url", "https://example.org", "--out", str(tmp_path / "feeds"))
    assert loaded_by(*build) & IDLE, "the first run reads and writes"
    needless = sorted(loaded_by(*build) & IDLE)
    report([f"a run in which nothing changed imports {name}; import it where it is used" for name in needless])


@pytest.mark.parametrize("path", ["utils.py", "feeds/_helpers.py", "common/text.py", "index/base.py"])
def test_names_that_say_nothing_are_seen(path: str) -> None:
    assert says_nothing(path)


def test_names_say_what_is_inside() -> None:
    assert not says_nothing("index/database.py")
    report([f"syndicate/{path}: the name does not say what is in it" for path in sources() if says_nothing(path)])


def test_long_functions_are_seen() -> None:
    body = '    """Say.\n\n    More.\n    """\n' + "    x = 1\n" * LONGEST_FUNCTION
    assert list(oversized(ast.parse("def f():\n" + body)))
    assert not list(oversized(ast.parse("def f():\n" + body.replace("    x = 1\n", "", 1))))


def test_files_and_functions_fit_into_a_head() -> None:
    lines = {path: len((PACKAGE / path).read_bytes().splitlines()) for path in sources()}
    report(
        [
            f"syndicate/{path}: {count} lines, more than {LONGEST_FILE}"
            for path, count in lines.items()
            if count > LONGEST_FILE
        ]
        + [fault for path, tree in sources().items() for fault in at(path, oversized(tree))]
    )
