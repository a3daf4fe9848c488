"""Who looks at documents that are replaced sees what is not right."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.replaced import Reader
from syndicate.model.digest import digest

XML, JSON = b"<rss><channel/></rss>", b"{}"


@pytest.mark.parametrize(
    ("xml", "etag", "status", "ends", "faults"),
    [
        (XML, digest(XML).hex(), 200, False, []),
        (XML, digest(JSON).hex(), 200, False, ["rss.xml", "atom.xml"]),
        (XML[:-3], digest(XML[:-3]).hex(), 200, False, ["rss.xml", "atom.xml"]),
        (XML, digest(XML).hex(), 404, False, ["rss.xml", "atom.xml"]),
        (XML, digest(XML).hex(), 200, True, ["NotConnected"]),
    ],
)
def test_a_reader_sees_what_is_wrong(xml: bytes, etag: str, status: int, ends: bool, faults: list[str]) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            is_json = self.path.endswith("json")
            body = JSON if is_json else xml
            self.send_response(200 if is_json else status)
            self.send_header("ETag", f'"{digest(JSON).hex() if is_json else etag}"')
            self.send_header("Content-Length", str(len(body)))
            if ends:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        reader = Reader(server.server_address[1], 0, time.monotonic() + 0.2)
        reader.run()
        server.shutdown()
    found = [next(name for name in (*faults, "?") if name in fault or name == "?") for fault in reader.faults]
    assert set(found) == set(faults)
    assert reader.answers >= 1
