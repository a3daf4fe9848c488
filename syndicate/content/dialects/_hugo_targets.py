"""Which pages a rule of Hugo means: a permalink or a cascade with its `target`.

In: a mapping with `path`, `kind`, `lang` and `environment`, each a glob. Out: a Target, which says whether a page is
meant.
"""

from __future__ import annotations

from collections.abc import Mapping

from syndicate.content.dialects._fields import as_text
from syndicate.content.dialects._globs import Glob, glob
from syndicate.model import Value
from syndicate.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """The pages that are meant: every glob matches, None is any; `section` alone means it and what is below it."""

    path: Glob | None = None
    kind: Glob | None = None
    language: Glob | None = None
    section: str | None = None
    here: bool = True

    def means(self, kind: str, path: str, language: str) -> bool:
        """Whether a page of this kind is meant; `path` is Hugo's own, as `/posts/my-post`."""
        return self.among(kind, language) and self.lies(path)

    def among(self, kind: str, language: str) -> bool:
        """Whether pages of this kind and language can be meant at all."""
        wanted = ((self.kind, kind), (self.language, language))
        return self.here and all(each is None or each.matches(text) for each, text in wanted)

    def lies(self, path: str) -> bool:
        """Whether the page at this path is where those that are meant are."""
        return self._below(path) and (self.path is None or self.path.matches(path))

    def _below(self, path: str) -> bool:
        if self.section is None:
            return True
        if not self.section:
            return path.count("/") == 1
        return f"{path}/".startswith(f"/{self.section}/")


def target(written: Value) -> Target:
    """The Target of a `target:`; anything that is no mapping means every page."""
    values = written if isinstance(written, Mapping) else {}
    environment = _glob(values.get("environment"))
    return Target(
        path=_glob(values.get("path")),
        kind=_glob(values.get("kind")),
        language=_glob(values.get("lang")) or _of_matrix(values),
        here=environment is None or environment.matches("production"),
    )


def section_target(section: str, kind: str) -> Target:
    """What a key of `permalinks` means: the pages of that section; `/` those in none."""
    return Target(kind=glob(kind), section=section.strip(" /").lower())


def _of_matrix(values: Mapping[str, Value]) -> Glob | None:
    """`sites.matrix.languages`, the newer way to name languages."""
    inner: Value = values
    for key in ("sites", "matrix", "languages"):
        inner = inner.get(key) if isinstance(inner, Mapping) else None
    names = [as_text(item) or "" for item in (inner if isinstance(inner, list) else [inner])]
    return glob("{" + ",".join(names) + "}") if any(names) else None


def _glob(value: Value) -> Glob | None:
    return glob(as_text(value) or "")
