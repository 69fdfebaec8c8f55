"""A web server in a thread whose manners a test chooses: it breaks off, ignores ranges, changes its file."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from models.files import trusted_addresses


@dataclass
class Site:
    """What the server has and how it behaves; tests change it between requests."""

    content: bytes
    etag: str | None = '"first"'
    last_modified: str | None = None
    takes_ranges: bool = True
    tells_length: bool = True
    break_after: list[int | None] = field(default_factory=list)
    """For each answer in turn, after how many bytes the connection breaks; whole answers when the list is used up."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """Headers of all requests so far."""
    url: str = ""
    wrong_range_start: int | None = None
    sends_on_to: str | None = None
    """Address of a redirect."""
    extra: bytes = b""
    """Sent after the announced end of a piece."""
    is_trusted: bool = True
    """Whether downloads take its plain http for https."""


@contextmanager
def serve(site):
    """Serve a site at `site.url` until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _answer(self, site)

        def log_message(self, *_arguments):
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/weights.pth"
    trusted = (*trusted_addresses.TRUSTED_PREFIXES, *([site.url] if site.is_trusted else []))
    try:
        with mock.patch.object(trusted_addresses, "TRUSTED_PREFIXES", trusted):
            yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler, site):
    site.asked.append(dict(handler.headers))
    if site.sends_on_to:
        handler.send_response(302)
        handler.send_header("Location", site.sends_on_to)
        handler.end_headers()
        return
    start = _asked_start(handler, site)
    if start is not None and start >= len(site.content):
        handler.send_error(416)
        return
    body = site.content[start or 0 :]
    handler.send_response(200 if start is None else 206)
    if start is not None:
        told = start if site.wrong_range_start is None else site.wrong_range_start
        handler.send_header("Content-Range", f"bytes {told}-{len(site.content) - 1}/{len(site.content)}")
    for name, value in (("ETag", site.etag), ("Last-Modified", site.last_modified)):
        if value:
            handler.send_header(name, value)
    body += site.extra
    if site.tells_length:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    limit = site.break_after.pop(0) if site.break_after else None
    # A client that has seen enough hangs up.
    with suppress(ConnectionError):
        handler.wfile.write(body if limit is None else body[:limit])


def _asked_start(handler, site):
    asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    condition = handler.headers.get("If-Range")
    unchanged = condition in (None, site.etag, site.last_modified)
    return int(asked[1]) if asked and site.takes_ranges and unchanged else None
