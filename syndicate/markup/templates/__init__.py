"""Templates: the code that generators let authors write into bodies, expanded or taken out.

In: a body as written and what is known of its page and site. Out: a body in which no template code is
left outside of code samples, and what could not be expanded. Members: one file a template language
(`liquid`, `hugo`, `zola`, `hexo`, `nunjucks`, `mdx`, `wiki`, `pelican`), called as the language is, with one
class whose `name` is that. All are pure: whatever lies in other files is handed in.

Nothing here may run for long, whatever it is given: loops, nesting and output have limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol, Self

from syndicate.model import Reference, Value
from syndicate.model.records import NamedTuple, dataclass, field


class Fault(NamedTuple):
    """What could not be expanded. `code` and `message` as in a Problem; told once for each `subject`.

    `subject` is what is not known (`shortcode legacy-img`, `include figure.html`).
    """

    code: str
    subject: str
    message: str


class Expanded(NamedTuple):
    """A body without template code, still in its markup."""

    text: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class TemplateSite:
    """What the templates of a site may ask for.

    `url` is the site's root without a slash at the end; `variables` the generator's own, as the dialect
    gives them; `files` the text of the dialect's `template_files` by path; `timezone` an IANA name;
    `unknown` is `drop` (what is not known vanishes, its content stays) or `keep` (its arguments' text, such as a
    caption or an address, is shown in its place).
    """

    url: str
    variables: Mapping[str, Value] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    unknown: str = "drop"


@dataclass(frozen=True)
class Page:
    """What is known of the page a body stands on.

    `path` is the file's, relative to the site; `url` the permalink; `fields` the front matter; `links` the URL of
    each Reference that is known, by `Reference.written`; `markup` as in Post.
    """

    path: str
    url: str
    markup: str = "markdown"
    title: str = ""
    language: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


class Templates(Protocol):
    """The contract of a template language. An instance serves all pages of one site."""

    name: ClassVar[str]

    @classmethod
    def open(cls, site: TemplateSite) -> Self:
        """The language, ready for a site."""
        ...

    @classmethod
    def concerns(cls, body: str) -> bool:
        """A quick look: might there be anything of this language in the body? False costs nothing more."""
        ...

    @classmethod
    def references(cls, body: str, path: str) -> list[Reference]:
        """The other posts that a body in the file `path` names, each once, in order. Never raises."""
        ...

    def expand(self, body: str, page: Page) -> Expanded:
        """The body without template code outside of code samples. Never raises."""
        ...
