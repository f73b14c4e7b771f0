"""HTTP to an API server: what comes is what a library of the field makes of it, and what breaks off is no answer."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.sources.cluster.transport import Answer, Plain

SAID = b"HTTP/1.1 200 OK\r\n"
Reply = Callable[[bytes], bytes]


class Server:
    """Sends to each question exactly the bytes that ``reply`` makes of it; ``opened`` counts connections, ``asked`` are the questions."""

    def __init__(self, reply: Reply, *, closing: bool = False) -> None:
        self.reply, self.closing, self.opened = reply, closing, 0
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
            except OSError:
                return
            self.opened += 1
            threading.Thread(target=self._talk, args=(taken,), daemon=True).start()

    def _talk(self, taken: socket.socket) -> None:
        with taken:
            heard = b""
            while part := taken.recv(65536):
                heard += part
                if heard.endswith(b"\r\n\r\n"):
                    self.asked.append(heard)
                    taken.sendall(self.reply(heard))
                    heard = b""
                    if self.closing:
                        return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def begin(reply: Reply | bytes, **how: Any) -> Server:
        started.append(Server(reply if callable(reply) else lambda _: reply, **how))
        return started[-1]

    yield begin
    for one in started:
        one.close()


def chunked(content: bytes, cuts: list[int]) -> bytes:
    """Write content in chunks of these lengths; what is left is the last one."""
    parts, at = [], 0
    for cut in [*cuts, len(content)]:
        part = content[at : at + cut]
        parts += [b"%x;ext=1\r\n%s\r\n" % (len(part), part)] if part else []
        at += cut
    return b"".join([*parts, b"0\r\n\r\n"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=4000), packed=st.booleans(), cuts=st.none() | st.lists(st.integers(1, 900), max_size=6),
    status=st.sampled_from([200, 404, 410, 429, 503]), after=st.none() | st.sampled_from(["7", "Wed, 21 Oct 2026 07:28:00 GMT"]),
)  # fmt: skip
def test_as_a_library_of_the_field_reads_it(
    serve: Callable[..., Server], content: bytes, packed: bool, cuts: list[int] | None, status: int, after: str | None
) -> None:
    urllib3 = pytest.importorskip("urllib3")
    body = gzip.compress(content) if packed else content
    head = b"HTTP/1.1 %d Some Words\r\nX-Other: a\r\n" % status
    head += b"Content-Encoding: gzip\r\n" if packed else b""
    head += b"retry-after: %s\r\n" % after.encode() if after else b""
    head += b"Content-Length: %d\r\n\r\n" % len(body) if cuts is None else b"Transfer-Encoding: chunked\r\n\r\n"
    server = serve(head + (body if cuts is None else chunked(body, cuts)))
    theirs = urllib3.PoolManager().request("GET", server.url + "/x", retries=False)
    ask = Plain(server.url, None)
    for _ in range(2):  # the second over the kept connection
        assert ask("/x", []) == Answer(theirs.status, theirs.reason, theirs.headers.get("Retry-After"), theirs.data)
    assert server.opened == 2
    server.close()


def test_a_question_is_written_as_it_is_said(serve: Callable[..., Server]) -> None:
    server = serve(SAID + b"Content-Length: 2\r\n\r\n{}")
    Plain(server.url + "/base/", None)("/api/v1/pods?limit=5", [("Impersonate-Group", "a"), ("Impersonate-Group", "b")])
    lines = server.asked[0].decode().split("\r\n")
    assert lines[0] == "GET /base/api/v1/pods?limit=5 HTTP/1.1"
    assert [line for line in lines if line.startswith("Impersonate")] == ["Impersonate-Group: a", "Impersonate-Group: b"]
    assert sum(line.lower().startswith("accept-encoding") for line in lines) == 0
    assert f"Host: {server.url.removeprefix('http://')}" in lines


def test_a_connection_that_the_server_closes_is_opened_anew(serve: Callable[..., Server]) -> None:
    quiet = serve(SAID + b"Content-Length: 2\r\n\r\n{}", closing=True)
    said = serve(SAID + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}")
    for server in (quiet, said):
        ask = Plain(server.url, None)
        for _ in range(3):
            assert ask("/x", []).content == b"{}"
            threading.Event().wait(0.05)  # until the end of the connection is here
        assert server.opened == 3


WHOLE = gzip.compress(b"x" * 100)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"nonsense\r\n\r\n", SAID + b"Content-Length: 9\r\n\r\n{}", SAID + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        SAID + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", SAID + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
        SAID + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        SAID + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(WHOLE) - 9) + WHOLE[:-9],
    ],
)  # fmt: skip
def test_what_breaks_off_is_no_answer(answer: bytes, serve: Callable[..., Server]) -> None:
    server = serve(answer, closing=True)
    with pytest.raises(OSError):
        Plain(server.url, None)("/x", [])


def test_nobody_there_and_words_that_cannot_be_said_are_no_answer(serve: Callable[..., Server]) -> None:
    server = serve(SAID + b"Content-Length: 2\r\n\r\n{}")
    with pytest.raises(OSError):
        Plain(server.url, None)("/x", [("Authorization", "Bearer a\r\nX: y")])
    with pytest.raises(OSError):
        Plain("http://" + "a" * 70, None)("/x", [])
    server.close()
    with pytest.raises(OSError):
        Plain("http://127.0.0.1:1", None)("/x", [])
    for url in ("ftp://x", "https://", "x"):
        with pytest.raises(ValueError):
            Plain(url, None)
