"""What is written beside the code is true of it: problem codes, commands, dependencies, pins, the top level.

Each page is skipped, aloud, until it exists.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "config" / "pins"
TOP_LEVEL = frozenset(
    ".ci .editorconfig .gitattributes .gitignore CHANGELOG.md LICENSE Makefile README.md config docs examples"
    " bench feeds pyproject.toml syndicate tests".split()
)
HEADING = re.compile(r"^#{2,4} +`?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)`? *$", re.MULTILINE)
# Written so that this file does not hold what it looks for.
REGISTRY = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|(?:deb|ftp|security)[.]debian[.]org|crates[.]io|proxy[.]golang"
)
OUR_MACHINE = re.compile(r"(?<![\w.~%/-])/(?:root|work|home)/(?=\w)")


def page(name: str) -> str:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{name} is not written yet")
    return path.read_text("utf-8")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def report(faults: Iterable[str]) -> None:
    found = list(faults)
    assert not found, "\n" + "\n".join(found)


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes(), path)
        for path in sorted((ROOT / "syndicate").rglob("*.py"))
    }


@cache
def tracked() -> list[str]:
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    return [name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


# Problem codes


def parameters(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """What a function takes, or what a class does: its `__init__`, else its fields."""
    if isinstance(node, ast.FunctionDef):
        names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
        return names[1:] if names[:1] in (["self"], ["cls"]) else names
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            return parameters(method)
    return [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]


def takers(modules: Iterable[ast.Module]) -> dict[str, int]:
    """Everything callable that takes a `code`: its name → the position of that argument in a call."""
    nodes = [node for module in modules for node in ast.walk(module)]
    named = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    found = {node.name: parameters(node).index("code") for node in named if "code" in parameters(node)}
    heirs = [(node.name, ast.unparse(base)) for node in named if isinstance(node, ast.ClassDef) for base in node.bases]
    return found | {name: found[base] for name, base in heirs if base in found and name not in found}


def constants(modules: Iterable[ast.Module]) -> dict[str, set[str]]:
    """Names in capitals at the top of modules → the texts they stand for, wherever."""
    found: dict[str, set[str]] = {}
    for node in (node for module in modules for node in module.body):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                found.setdefault(ast.unparse(target), set()).add(node.value.value)
    return found


def texts(value: ast.expr, known: dict[str, set[str]]) -> set[str]:
    """What an expression can come to, as far as it can be read off."""
    match value:
        case ast.Constant(value=str(text)) if text:
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return texts(body, known) | texts(orelse, known)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return known.get(name, set())
    return set()


def codes(modules: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """Place and text of every code that is given to something that takes one."""
    taking, anywhere = takers(modules.values()), constants(modules.values())
    for path, tree in modules.items():
        known = anywhere | constants([tree])
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                position = taking.get(ast.unparse(node.func).rpartition(".")[2], len(node.args))
                for value in given + node.args[position : position + 1]:
                    yield from ((f"{path}:{node.lineno}", text) for text in texts(value, known))


def test_codes_are_found_however_they_are_given() -> None:
    code = """
LATE = "late"
class Problem:
    path: str
    severity: str
    code: str
class Fault(Exception):
    def __init__(self, code, text): ...
class Worse(Fault): ...
class Notes:
    def tell(self, path, code): ...
def bad(path, code, text): ...
bad(1, "bad-date", "")
bad(1, code="no-title", text="")
m.Problem("p", s, LATE if x == "not-this" else "early")
notes.tell("p", "deep")
Worse("worse", "text")
other("p", s, "not-that")
"""
    found = {text for _, text in codes({"x.py": ast.parse(code)})}
    assert found == {"bad-date", "no-title", "late", "early", "deep", "worse"}


def test_every_problem_code_is_explained() -> None:
    explained = HEADING.findall(page("docs/problems.md"))
    places: dict[str, list[str]] = {}
    for place, code in codes(trees()):
        places.setdefault(code, []).append(place)
    report(
        f"docs/problems.md has no heading for `{code}`, given in {', '.join(places[code])}"
        for code in sorted(places.keys() - set(explained))
    )


def test_every_problem_explained_can_happen() -> None:
    explained = HEADING.findall(page("docs/problems.md"))
    words = {
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    report(f"docs/problems.md: nothing has the code {code!r}" for code in explained if code not in words)


# Commands


def test_every_command_and_option_is_explained() -> None:
    usage = page("docs/usage.md")
    click = pytest.importorskip("click")
    main = pytest.importorskip("syndicate.cli").program
    context = click.Context(main)
    for name in main.list_commands(context):
        assert re.search(rf"\bsyndicate {name}\b", usage), f"docs/usage.md does not show `syndicate {name}`"
        command = main.get_command(context, name)
        report(
            f"docs/usage.md: `{option}` of `syndicate {name}` is not explained"
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("--") and not re.search(rf"{option}(?![\w-])", usage)
        )


# Dependencies and pins


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (PINS / name).read_text("utf-8"), re.MULTILINE)
    return {normal(each): version for each, version in found}


def declared() -> dict[str, str]:
    """Every package that pyproject.toml asks for, and the file that pins it."""
    extras = project()["project"]["optional-dependencies"].values()
    names = {"run.txt": [*project()["project"]["dependencies"], *(want for extra in extras for want in extra)]}
    names |= {f"{group}.txt": wanted for group, wanted in project()["dependency-groups"].items()}
    return {normal(re.match(r"[\w.-]+", want)[0]): file for file, wanted in names.items() for want in wanted}


def test_everything_declared_is_pinned_and_explained() -> None:
    rows = dict(re.findall(r"^\| `([\w.-]+)` \| ([^\s|]+)", page("docs/dependencies.md"), re.MULTILINE))
    rows = {normal(name): version for name, version in rows.items()}
    for name, file in declared().items():
        version = pinned(file).get(name)
        assert version, f"config/pins/{file} has no {name}; run `make pins`"
        assert rows.get(name) == version, f"docs/dependencies.md: no row | `{name}` | {version} |"


def test_feedgen_is_the_one_we_know() -> None:
    assert pinned("run.txt")["feedgen"] == "1.0.0"


def test_the_build_tool_is_pinned_once() -> None:
    wanted = project()["build-system"]["requires"]
    assert wanted == project()["dependency-groups"]["build"]
    assert wanted == [f"{name}=={version}" for name, version in pinned("build.txt").items()]


@pytest.mark.parametrize("path", sorted(PINS.glob("*.txt")), ids=lambda path: path.name)
def test_pins_have_hashes_and_no_hosts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "//" not in text
    options = re.sub(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", "", text, flags=re.MULTILINE)
    assert not re.search(r"^\s*-", options, re.MULTILINE), "an option, as that of an index"
    for line in re.findall(r"^[\w.-]+==.*$", text, re.MULTILINE):
        assert line.endswith("\\"), f"{line} has no hash"


# What is tracked


def test_the_top_level_is_as_small_as_promised() -> None:
    assert {name.partition("/")[0] for name in tracked()} <= TOP_LEVEL
    assert [name for name in tracked() if name.startswith("feeds/")] == ["feeds/README.md"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open('/" + "home/ann/x')", True),
        ("https://pypi." + "org/simple", True),
        ("https://example.org/home/x", False),
        ("../work/x", False),
        ("/homework/x", False),
    ],
)
def test_traces_of_a_machine_are_seen(text: str, found: bool) -> None:
    assert bool(REGISTRY.search(text) or OUR_MACHINE.search(text)) is found


def test_nothing_tracked_names_a_registry_or_a_machine() -> None:
    texts = ((name, (ROOT / name).read_bytes().decode("utf-8", "replace")) for name in tracked())
    report(
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts
        for number, line in enumerate(text.splitlines(), 1)
        if REGISTRY.search(line) or OUR_MACHINE.search(line)
    )
