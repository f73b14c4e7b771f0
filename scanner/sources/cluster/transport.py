"""HTTP to one API server over kept connections, by the standard library alone: loading an HTTP library takes longer than asking a server.

Proxies, and whoever hands out credentials, are the official client's (``client._official``), which brings a library of its own.
"""

from __future__ import annotations

import threading
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit
from zlib import MAX_WBITS, decompressobj, error

from scanner.model.record import NamedTuple
from scanner.typed import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from ssl import SSLContext

CONNECT, WAIT = 5, 60
"""Seconds to connect, and to wait for each part of an answer."""
_PORTS = {"http": 80, "https": 443}
Headers = Sequence[tuple[str, str]]


class Answer(NamedTuple):
    """What a server said: the status and its words, the header Retry-After, and the content, unpacked."""

    status: int
    reason: str
    after: str | None
    content: bytes


class Plain:
    """Asks one server over as many connections as there are threads that ask at once; each is kept for the next question."""

    def __init__(self, server: str, trust: SSLContext | None, name: str | None = None) -> None:
        """``trust`` proves who the server is, None for plain HTTP; ``name`` is the one that it proves, where that is not its host.

        Raises ValueError for an address that is none.
        """
        parts = urlsplit(server)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("the server's address is no URL of HTTP")
        self.url = server.rstrip("/")
        self.host, self.port, self._base = parts.hostname, parts.port or _PORTS[parts.scheme], parts.path.rstrip("/")
        self.trust, self.name = trust, name or parts.hostname
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()

    def __call__(self, path: str, headers: Headers) -> Answer:
        """Return the answer to one GET. Raises OSError where none comes."""
        connection = self._taken()
        try:
            connection.putrequest("GET", self._base + path, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            content = response.read()
            if response.getheader("Content-Encoding") == "gzip":
                content = _unpacked(content)
        except (HTTPException, ValueError) as broken:  # such as a header that cannot be one
            connection.close()
            raise ConnectionError(type(broken).__name__) from None
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:
            with self._lock:
                self._idle.append(connection)
        return Answer(response.status, response.reason, response.getheader("Retry-After"), content)

    def _taken(self) -> HTTPConnection:
        """Return a kept connection that the server has not closed, else a new one. Raises OSError."""
        while True:
            with self._lock:
                kept = self._idle.pop() if self._idle else None
            if kept is None:
                return self._opened()
            if _is_quiet(kept):
                return kept
            kept.close()

    def _opened(self) -> HTTPConnection:
        import socket

        connection = HTTPConnection(self.host, self.port)
        try:
            plain = socket.create_connection((self.host, self.port), CONNECT)
        except UnicodeError:
            raise ConnectionError("the host has no name that could be looked up") from None
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sock = plain if self.trust is None else self.trust.wrap_socket(plain, server_hostname=self.name)
        connection.sock.settimeout(WAIT)
        return connection


def _is_quiet(connection: HTTPConnection) -> bool:
    """Tell whether nothing has come that nobody asked for, such as the end of the connection."""
    from select import POLLIN, poll

    waiting = poll()
    waiting.register(connection.sock, POLLIN)
    return not waiting.poll(0)


def _unpacked(content: bytes) -> bytes:
    """Raises ConnectionError where an answer breaks off."""
    unpacking = decompressobj(MAX_WBITS | 16)
    try:
        whole = unpacking.decompress(content)
    except error:
        raise ConnectionError("the answer cannot be unpacked") from None
    if not unpacking.eof:
        raise ConnectionError("the answer breaks off")
    return whole
