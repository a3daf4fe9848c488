"""The body of a post as feeds show it: out of its file or its built page, without template code, rendered, clean.

In: a Post, the text of its file, and what is known of its site. Out: safe HTML, the body as text for what stands
above an excerpt separator, and what template code could not be expanded. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urljoin

from syndicate import plugins
from syndicate.content import frontmatter
from syndicate.content.dialects import Dialect
from syndicate.markup import links, render, safe
from syndicate.markup.templates import Fault, Page, Templates, TemplateSite
from syndicate.model import Post
from syndicate.model.records import NamedTuple, dataclass, field


class Body(NamedTuple):
    """`html` is clean; `text` the body in its markup and `summary` the author's, both without template code."""

    html: str
    text: str
    summary: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Bodies:
    """What the bodies of one root have in common. Travels to the workers.

    `profile` as in `safe.clean`; `selectors` say where in a built page a post stands.
    """

    dialect: Dialect
    site: TemplateSite
    profile: str = "safe"
    selectors: tuple[str, ...] = ()
    _opened: list[Templates] = field(default_factory=list, compare=False)

    def of(self, post: Post, source: str, path: str, known: Mapping[str, str]) -> Body:
        """The body of a post whose file has the text `source` and the path `path` within its root.

        `known` are the URLs of the post's references, by the reference as written.
        """
        return self.cleaned(self.rendered(post, source, path, known), post.url, self.profile)

    def rendered(self, post: Post, source: str, path: str, known: Mapping[str, str]) -> Body:
        """The same as HTML that nobody has judged yet: `cleaned` follows, always."""
        text, summary = source[post.body_at :], post.summary
        faults: tuple[Fault, ...] = ()
        if self._concerns(text) or (summary and self._concerns(summary)):
            text, summary, faults = self._expanded(post, source, path, known)
        text = links.resolved(text, path, known) if known else text
        return Body(render.to_html(text, post.markup), text, summary, faults)

    def cleaned(self, body: Body, url: str, profile: str) -> Body:
        """A rendered body of the post at `url`, safe in a profile."""
        return Body(safe.clean(body.html, url, profile), body.text, body.summary, body.faults)

    def of_page(self, post: Post, page: str, source: str) -> Body | None:
        """The body of a post out of the page that its generator built; None where it is not to be found in it."""
        # imported here: an HTML parser is loaded only where built pages are read
        from syndicate.markup.built import article, base_of_page

        html = article(page, self.selectors)
        clean = self._clean(html, urljoin(post.url, base_of_page(page))) if html else ""
        if not clean:
            return None
        summary = "" if self._concerns(post.summary) else post.summary
        return Body(clean, "" if self._concerns(source) else source[post.body_at :], summary)

    def _clean(self, html: str, url: str) -> str:
        return safe.clean(html, url, self.profile)

    @cached_property
    def _language(self) -> type[Templates] | None:
        """The template language of the site; to find it for each post takes as long as to look at the post."""
        name = self.dialect.templates
        return plugins.find("templates", name) if name else None

    def _concerns(self, text: str) -> bool:
        return self._language is not None and self._language.concerns(text)

    def _expanded(
        self, post: Post, source: str, path: str, known: Mapping[str, str]
    ) -> tuple[str, str, tuple[Fault, ...]]:
        if self._language and not self._opened:
            self._opened.append(self._language.open(self.site))
        matter, _problems = frontmatter.split(source, path, self.dialect.forms(path))
        page = Page(
            path=path,
            url=post.url,
            markup=post.markup,
            title=post.title,
            language=post.language,
            fields=matter.fields if matter else {},
            links=known,
        )
        body = self._opened[0].expand(source[post.body_at :], page)
        summary = self._opened[0].expand(post.summary, page)
        return body.text, summary.text, (*body.faults, *summary.faults)
