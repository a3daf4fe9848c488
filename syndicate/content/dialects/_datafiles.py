"""Data files of a site (JSON, YAML, TOML) → mappings whose scalars are as written. Text in, Values and Problems out."""

from __future__ import annotations

from dataclasses import replace

from syndicate.content import frontmatter
from syndicate.model import Problem, Severity, Value
from syndicate.model.patterns import regex

_FENCES = {"yml": "---", "yaml": "---", "toml": "+++", "json": ";;;"}
_YAML_BEGINS = regex(r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+---[ \t]*+(?:\r?\n|\Z)")


def mapping_of(text: str, name: str) -> tuple[dict[str, Value], list[Problem]]:
    """The mapping in a data file called `name`; empty where the file is empty, is a list, or cannot be read.

    The Problems (code `site-config`) have the file's own lines.
    """
    body = text.removeprefix("\ufeff")
    fence = _FENCES.get(name.rpartition(".")[2].lower(), "---")
    if fence == "---" and (begins := _YAML_BEGINS.match(body)):
        body = "\n" * begins[0].count("\n") + body[begins.end() :]
    if not body.strip() or body.lstrip().startswith(("[", "- ")):
        return {}, []
    matter, problems = frontmatter.split(f"{fence}\n{body.rstrip()}\n{fence}\n", name, strict=True)
    return (matter.fields if matter else {}), [_of_site(problem, name) for problem in problems]


def _of_site(problem: Problem, name: str) -> Problem:
    line = problem.line - 1 if problem.line and problem.line > 1 else None
    message = problem.message.replace("The front matter", "The file")
    severity = Severity.WARNING if problem.severity is Severity.ERROR else problem.severity
    return replace(problem, path=name, code="site-config", severity=severity, line=line, message=message)
