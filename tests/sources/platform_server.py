"""A cloud's API on this machine: it speaks the documented shapes, and misbehaves as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    token: str


class Reply(NamedTuple):
    """An answer; ``body`` may be bytes, and ``cut`` closes the connection after so many of them."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = {}
    cut: int | None = None


Answer = Callable[[Asked], Reply]


class Server(NamedTuple):
    """A running server: its address, and everything it was asked."""

    url: str
    asked: list[Asked]

    def paths(self, method: str = "GET") -> list[str]:
        return [one.path for one in self.asked if one.method == method]


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null") if length else None
            query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            one = Asked(self.command, parts.path, query, body, self.headers.get("Authorization", ""))
            asked.append(one)
            reply = answer(one)
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: reply.cut])
            if reply.cut is not None:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _any  # noqa: N815 - the base class asks for these names

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()
