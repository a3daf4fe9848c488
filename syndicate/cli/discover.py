"""`syndicate discover`: what the pages of a site say of its feeds, to paste."""

from __future__ import annotations

from typing import Any

import click

from syndicate.cli.options import project_of, settings_options


@click.command("discover")
@settings_options
@click.option(
    "--for", "key", metavar="KEY", help="The feed that the page is about: tag:NAME, category:NAME, feed:NAME."
)
@click.option(
    "--partial",
    type=click.Choice(["jekyll", "hugo", "zola", "eleventy"]),
    help="Print a template for this generator, which gives every page its feeds.",
)
@click.option("--data", "as_data", is_flag=True, help="Print the addresses as JSON, which the template reads.")
@click.option("--header", "as_header", is_flag=True, help="Print the HTTP header lines that say the same.")
def command(
    content: str | None,
    config: str | None,
    key: str | None,
    partial: str | None,
    as_data: bool,
    as_header: bool,
    **given: Any,
) -> int:
    """Print the links by which browsers and readers find the feeds of a page."""
    from syndicate.cli import show
    from syndicate.feeds import discovery

    if sum(map(bool, (partial, as_data, as_header))) > 1:
        raise click.UsageError("--partial, --data and --header each print something else; give one of them")
    if key and (partial or as_data):
        raise click.UsageError("--partial and --data are about all feeds; leave --for out")
    if partial:
        show.say(discovery.partial(partial).rstrip("\n"))
        return 0
    the = project_of(content, config, given)
    rows, hubs = _rows(the)
    if as_data:
        show.say(discovery.data(rows).rstrip("\n"))
        return 0
    named = discovery.links(rows, _chosen(rows, key))
    show.say("\n".join(_headers(named, hubs) if as_header else discovery.snippet(named).splitlines()))
    return 0


def _rows(the: Any) -> tuple[list[Any], dict[str, tuple[str, ...]]]:
    """All feeds, and the hubs that each of their documents names, by its address."""
    from syndicate import wiring
    from syndicate.delivery import listing

    with wiring.published(the) as (index, plan, channels):
        rows = listing.rows(listing.published(index, plan, channels.home_url), plan, "en")
        return rows, {url: channels.hubs_of(row.key) for row in rows for _form, url in row.urls}


def _chosen(rows: list[Any], key: str | None) -> Any:
    """The feed with this key; a mistake on the command line where there is none."""
    from difflib import get_close_matches

    from syndicate.feeds import discovery

    found = discovery.feed(rows, key) if key else None
    if key and not found:
        near = get_close_matches(key, [row.key for row in rows], 1)
        hint = f"did you mean {near[0]!r}?" if near else "`syndicate feeds` lists them"
        raise click.UsageError(f"no feed {key!r}; {hint}")
    return found


def _headers(named: Any, hubs: Any) -> list[str]:
    """The lines for the page, and for each document that it names."""
    from syndicate.feeds import discovery

    lines = ["# the page", *discovery.headers(named)]
    for link in named:
        lines += [f"# {link.href}", *discovery.headers(discovery.of_document(link.href, hubs.get(link.href, ())))]
    return lines
