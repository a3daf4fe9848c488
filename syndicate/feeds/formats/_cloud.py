"""Where readers of RSS register to be told of news (RSS 2.0: cloud; rssCloud). Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml.etree import SubElement, _Element


def cloud(channel: _Element, url: str) -> None:
    """The `<cloud>` of a channel: registering is a form that is sent to an http address. None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        return
    if parts.scheme != "http" or not parts.hostname:
        return
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    said = {"domain": parts.hostname, "port": str(port), "path": path, "registerProcedure": "", "protocol": "http-post"}
    SubElement(channel, "cloud", said)
