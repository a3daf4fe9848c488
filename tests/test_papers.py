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
    " feeds pyproject.toml syndicate tests".split()
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


def takers(modules: Iterable[ast.Module]) -> dict[str, int]:
    """Everything callable that takes a `code`: its name → the position of that argument in a call."""
    found = {}
    for node in (node for module in modules for node in ast.walk(module)):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
            names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        elif isinstance(node, ast.ClassDef):
            names = [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]
        else:
            continue
        if "code" in names:
            found[node.name] = names.index("code")
    return found


def codes(tree: ast.AST, taking: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Line and text of every code that is given to something that takes one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        position = taking.get(ast.unparse(node.func).rpartition(".")[2], len(node.args))
        for value in given + node.args[position : position + 1]:
            for constant in ast.walk(value):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str) and constant.value:
                    yield node.lineno, constant.value


def test_codes_are_found_however_they_are_given() -> None:
    code = (
        "def bad(self_, code, text): ...\n"
        "class Problem:\n    path: str\n    severity: str\n    code: str\n"
        "bad(1, 'bad-date', '')\nbad(1, code='no-title', text='')\n"
        "m.Problem('p', s, 'late' if x else 'early')\nother('p', s, 'no-code')\n"
    )
    tree = ast.parse(code)
    assert {text for _, text in codes(tree, takers([tree]))} == {"bad-date", "no-title", "late", "early"}


def test_every_problem_code_is_explained() -> None:
    explained = set(HEADING.findall(page("docs/problems.md")))
    taking = takers(trees().values())
    report(
        f"{name}:{line}: the code {code!r} has no heading in docs/problems.md"
        for name, tree in trees().items()
        for line, code in codes(tree, taking)
        if code not in explained
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
    main = pytest.importorskip("syndicate.cli").main
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
    names = {"run.txt": project()["project"]["dependencies"]}
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
