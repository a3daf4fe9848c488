"""The cloud of rssCloud, as it is spoken to: `pleaseNotify` by HTTP, of readers that want to be told of news.

    POST → judged → written down → <notifyResult success="true"/>

Who names a domain is asked there first, with a challenge; who names none is told at the address that the request came
from, and nowhere else. Both, and all that is told later, are done by `delivery/`; nothing is sent from here.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from syndicate.model.hub import Asked, Way
from syndicate.server import Request, Response
from syndicate.server.forms import LARGEST, Form, Refused, form, said, told_at
from syndicate.server.hub import Desk

LEASE = 25 * 3600
"""Seconds that a registration lasts: readers renew it once a day."""

_WAYS = {
    "http-post": (Way.CLOUD, "http"),
    "https-post": (Way.CLOUD, "https"),
    "xml-rpc": (Way.CLOUD_RPC, "http"),
}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_PROCEDURE = re.compile(r"[A-Za-z0-9_.:/]{1,100}")
_PORT = re.compile(r"[0-9]{1,5}")


class Cloud:
    """A Place: `pleaseNotify`."""

    methods = ("POST",)
    most = LARGEST
    slow = True

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request) -> Response:
        """Whether it was written down. What is wrong with a registration is said in the result, with 200, as clouds
        do; other statuses say that another attempt may do better."""
        try:
            with self._desk.serving(request):
                self._desk.write_down(self._asked(form(request), request))
        except Refused as refused:
            status = 200 if refused.status in (400, 403) else refused.status
            return _result(False, refused.why, status, refused.wait)
        return _result(True, "registered, if your server answers; ask again within 25 hours")

    def _asked(self, fields: Form, request: Request) -> list[Asked]:
        protocol = fields.one("protocol")
        if protocol not in _WAYS:
            raise Refused(f"protocol is none of {', '.join(_WAYS)}")
        way, scheme = _WAYS[protocol]
        procedure = fields.one("notifyProcedure") if way is Way.CLOUD_RPC else ""
        if way is Way.CLOUD_RPC and not _PROCEDURE.fullmatch(procedure):
            raise Refused("notifyProcedure is missing, or no name of a procedure: what is to be called?")
        domain = fields.one("domain")
        callback = told_at(_address(fields, domain or _bare(request.client), scheme), "the address", self._desk.guard)
        topics = list(dict.fromkeys(fields.numbered("url")))
        if not topics:
            raise Refused("url1 is missing: what are you to be told of?")
        entries = self._desk.topics(topics)
        if not entries:
            raise Refused("url1 (or a further one) is no feed of this site; send the address that it names as its own")
        asked = Asked(way, "", callback, lease=LEASE, procedure=procedure, challenge=bool(domain), at=int(request.now))
        return [asked._replace(topic=each, got=entries[each]) for each in topics]


def _address(fields: Form, host: str, scheme: str) -> str:
    """Where to tell. Raises Refused."""
    port, path = fields.one("port"), fields.one("path")
    if not host:
        raise Refused("domain is missing, and it cannot be seen where you ask from")
    if not _HOST.fullmatch(host):
        raise Refused("domain is no name of a host")
    if not _PORT.fullmatch(port):
        raise Refused("port is missing, or no number")
    if not path.startswith("/"):
        raise Refused("path is missing, or does not begin with /")
    return f"{'https' if int(port) == 443 else scheme}://{host}:{int(port)}{path}"


def _bare(client: str) -> str:
    """An address as it stands in a URL."""
    return f"[{client.partition('%')[0]}]" if ":" in client else client


def _result(success: bool, message: str, status: int = 200, wait: int = 0) -> Response:
    text = f'<?xml version="1.0"?>\n<notifyResult success="{str(success).lower()}" msg={quoteattr(message)}/>\n'
    return said(status, text, "text/xml; charset=utf-8", wait)
