"""The tags that Jekyll adds to Liquid: includes, links to other posts, highlighted code."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TextIO, cast

from liquid.ast import BlockNode, Node
from liquid.context import RenderContext
from liquid.exceptions import LiquidSyntaxError
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

from syndicate.markup.templates._liquid_engine import Context, Parsed, Shelf, render
from syndicate.markup.templates._liquid_links import ARGUMENT, remains
from syndicate.markup.templates._liquid_pieces import quoted, structure
from syndicate.markup.templates._liquid_shown import escaped

SILENT = frozenset("seo feed_meta csrf_meta_tags toc include_jsonld".split())
"""Tags of plugins that write nothing a reader of a feed misses."""

_DEEPEST = 15  # includes in one another
_WITH_OUTPUT = re.compile(r"([^{]*+(?:\{\{[^{}]*+\}\}[^\s{}]*+)++)(.*)", re.DOTALL)
_FILE_NAME = re.compile(r"[\w/.\-()+~#@ ]+")
_INVALID = re.compile(r"[./]{2,}")
_LANGUAGE = re.compile(r"[A-Za-z0-9.+#_-]+")
_OF_PAGES = ("md", "markdown", "mkd", "mkdown", "mkdn", "html", "htm")


class _Written(Node):
    """A tag whose expression is not Liquid's but Jekyll's own."""

    __slots__ = ("expression",)

    def __init__(self, token: Token, expression: str) -> None:
        super().__init__(token)
        self.expression = expression
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write what the tag stands for."""
        return buffer.write(self.shown(cast(Context, context)))

    def shown(self, context: Context) -> str:
        """What the tag stands for."""
        raise NotImplementedError


def _expression(stream: TokenStream) -> tuple[Token, str]:
    token = stream.current
    if stream.peek.kind != TOKEN_EXPRESSION:
        raise LiquidSyntaxError(f"`{token.value}` says not what", token=token)
    next(stream)
    return token, stream.current.value


def tags_for(shelf: Shelf) -> list[type[Tag]]:
    """The tags, for one site."""
    nodes: dict[str, type[_Written]] = {
        "include": _bound(Include, shelf),
        "include_cached": _bound(Include, shelf),
        "include_relative": _bound(IncludeRelative, shelf),
        "post_url": _bound(PostUrl, shelf),
        "link": _bound(LinkTo, shelf),
        "gist": Gist,
    }
    return [_Highlight, *(_tag(name, node) for name, node in nodes.items())]


def _bound(node: type[_OfSite], shelf: Shelf) -> type[_OfSite]:
    return type(node.__name__, (node,), {"shelf": shelf})


def _tag(named: str, node: type[_Written]) -> type[Tag]:
    class Written(Tag):
        name = named
        block = False
        node_class = node

        def parse(self, stream: TokenStream) -> Node:
            return self.node_class(*_expression(stream))

    return Written


class _OfSite(_Written):
    """A tag that asks for what lies in the site."""

    shelf: ClassVar[Shelf]

    def _run(self, text: str, context: Context) -> str:
        """A text with outputs in it, run."""
        if "{{" not in text:
            return text
        context.run.charge(50 + len(text))
        buffer = context.get_buffer()
        render(self._parsed(text).nodes, context, buffer)
        return buffer.getvalue()

    def _parsed(self, text: str, path: str = "") -> Parsed:
        found = structure(text, "markdown" if path.endswith((".md", ".markdown")) else "html")
        nodes = self.shelf.library.nodes(found, lambda _piece: "")
        return Parsed(nodes, 10 + len(found.pieces) * 5 + len(text) // 500)


class Include(_OfSite):
    """`{% include file.html name="text" other=variable %}`."""

    def shown(self, context: Context) -> str:
        """The included file, run; without the file, what its arguments point at."""
        found = _WITH_OUTPUT.fullmatch(self.expression)
        file, _space, rest = (found[1], "", found[2]) if found else self.expression.partition(_gap(self.expression))
        name = self._run(file, context).strip()
        arguments = self._arguments(rest, context)
        path = self._path(name, context)
        if path in self.shelf.site.files and _FILE_NAME.fullmatch(name) and not _INVALID.search(name):
            return self._included(path, arguments, context)
        if getattr(self.token, "code", False):
            return self.token.source
        advice = "what it would show is missing"
        context.run.unknown(f"include {quoted(name, 100)}", advice)
        return remains(arguments, self.shelf.site.unknown == "keep")

    def _path(self, name: str, context: Context) -> str:
        folder = self.shelf.site.variables.get("includes_dir")
        return f"{folder if isinstance(folder, str) and folder else '_includes'}/{name}"

    def _arguments(self, written: str, context: Context) -> dict[str, Any]:
        """The values by their names; a bare word is a variable."""
        found = {}
        for one in ARGUMENT.finditer(written):
            if one[2] is not None:
                found[one[1]] = one[2].replace('\\"', '"')
            elif one[3] is not None:
                found[one[1]] = one[3].replace("\\'", "'")
            else:
                found[one[1]] = self._variable(one[4], context)
        return found

    def _variable(self, word: str, context: Context) -> Any:
        if word in ("true", "false", "nil"):
            return {"true": True, "false": False}.get(word)
        if re.fullmatch(r"-?[0-9]{1,18}", word):
            return int(word)
        value = context.get(list(word.strip(".").split(".")), token=None)
        return None if hasattr(value, "poke") else value

    def _included(self, path: str, arguments: Mapping[str, Any], context: Context) -> str:
        run = context.run
        if len(run.including) >= _DEEPEST:
            run.tell("template-too-costly", f"include {path}", f"`{path}` is included more than {_DEEPEST} levels deep")
            return ""
        if path not in self.shelf.includes:
            self.shelf.includes[path] = self._parsed(self.shelf.site.files[path], path)
        found = self.shelf.includes[path]
        run.charge(found.cost)
        run.including.append(path)
        buffer = context.get_buffer()
        try:
            with context.extend({"include": arguments}):
                render(found.nodes, context, buffer)
        finally:
            run.including.pop()
        return buffer.getvalue()


def _gap(expression: str) -> str:
    """The white space that ends the first word."""
    found = re.search(r"\s", expression)
    return found[0] if found else " "


class IncludeRelative(Include):
    """`{% include_relative file.md %}`: beside the post, and never outside of the site."""

    def _path(self, name: str, context: Context) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(context.run.page.path), name))


class PostUrl(_OfSite):
    """`{% post_url 2020-01-01-name %}`."""

    tag: ClassVar[str] = "post_url"

    def shown(self, context: Context) -> str:
        """The address; nothing where the post is not known."""
        name = self._run(self.expression, context).strip()
        url = context.run.page.links.get(f"{self.tag} {name}")
        return self._elsewhere(name, context) if url is None else url

    def _elsewhere(self, name: str, context: Context) -> str:
        if getattr(self.token, "code", False):
            return self.token.source
        context.run.unknown(f"post {quoted(name, 100)}", f"correct the name in `{self.tag}`")
        return ""


class LinkTo(PostUrl):
    """`{% link _posts/2020-01-01-name.md %}`, and files that are no pages: they keep their path."""

    tag: ClassVar[str] = "link"

    def _elsewhere(self, name: str, context: Context) -> str:
        if name.rpartition(".")[2].lower() in _OF_PAGES or "." not in name:
            return super()._elsewhere(name, context)
        return f"{self.shelf.base}/{name.lstrip('/')}"


class Gist(_Written):
    """`{% gist user/number file %}`: a link to it."""

    def shown(self, context: Context) -> str:
        """A link."""
        words = self.expression.split()
        address = f"https://gist.github.com/{words[0].strip(chr(34) + chr(39))}" if words else ""
        return f'<a href="{escaped(address)}">{escaped(address)}</a>' if words else ""


class HighlightNode(Node):
    """Code between `highlight` and its end."""

    __slots__ = ("block", "language")

    def __init__(self, token: Token, language: str, block: BlockNode) -> None:
        super().__init__(token)
        self.language = language
        self.block = block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write it as HTML; `pre` may hold blank lines in Markdown, too."""
        inner = context.get_buffer(buffer)
        self.block.blank = False
        self.block.render(context, inner)
        code = escaped(inner.getvalue().strip("\r\n"))
        name = self.language.lower().replace("+", "-")
        around = "\n" if cast(Context, context).run.page.markup == "markdown" else ""
        return buffer.write(f'{around}<pre><code class="language-{name}">{code}</code></pre>{around}')

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> Iterable[Node]:
        """The block."""
        yield self.block


class _Highlight(Tag):
    name = "highlight"
    end = "endhighlight"
    node_class = HighlightNode

    def parse(self, stream: TokenStream) -> Node:
        token, language = _expression(stream)
        next(stream)
        block = get_parser(self.env).parse_block(stream, frozenset((self.end,)))
        stream.expect(TOKEN_TAG, value=self.end)
        found = _LANGUAGE.match(language)
        return self.node_class(token, found[0] if found else "text", block)
