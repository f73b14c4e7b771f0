"""A cluster that misbehaves: what was not seen is said, what was seen is kept, and nothing waits for ever."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scanner.sources.cluster import listing
from scanner.sources.cluster.connection import ATTEMPTS, Client, Connection, FailedError
from scanner.sources.cluster.discovery import Served, served_kinds
from scanner.sources.cluster.listing import LARGEST, PAGE, SMALLEST, list_all
from scanner.sources.cluster.transport import Plain
from scanner.sources.cluster.workers import Pending, Workers

PODS = Served("v1", "Pod", "pods", namespaced=True)
WIDGETS = Served("example.com/v1", "Widget", "widgets", namespaced=True)
Answer = Callable[[str, dict[str, str], str], tuple[int, dict[str, str], Any]]


class Cluster:
    """A local server that answers as a test says; ``asked`` are the requests it got."""

    def __init__(self, answer: Answer) -> None:
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                cluster.asked.append((parts.path, query))
                status, headers, body = answer(parts.path, query, self.headers.get("authorization", ""))
                if status == 0:
                    self.connection.close()
                    return
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.asked: list[tuple[str, dict[str, str]]] = []
        self.pauses: list[float] = []
        self.opened = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def connection(self) -> Connection:
        def client() -> Client:
            self.opened += 1
            token = f"Bearer {self.opened}"
            return Client(Plain(f"http://127.0.0.1:{self._server.server_port}", None), lambda: {"authorization": token})

        return Connection(client, self.pauses.append)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def cluster() -> Iterator[Callable[[Answer], Cluster]]:
    started: list[Cluster] = []

    def start(answer: Answer) -> Cluster:
        started.append(Cluster(answer))
        return started[-1]

    yield start
    for one in started:
        one.close()


def pages(*sizes: int) -> Answer:
    def answer(_path: str, query: dict[str, str], _token: str) -> tuple[int, dict[str, str], Any]:
        page = int(query.get("continue", "0"))
        token = str(page + 1) if page + 1 < len(sizes) else ""
        return 200, {}, {"items": [{"metadata": {"name": f"p{page}-{n}"}} for n in range(sizes[page])], "metadata": {"continue": token}}

    return answer


def at_once(read: Callable[[], list[Any]]) -> Pending:
    """Do what could be done later, now."""
    done = Pending(read, ())
    done.run()
    return done


def test_all_pages_are_read(cluster: Callable[[Answer], Cluster]) -> None:
    found = list_all(cluster(pages(3, 3, 1)).connection(), PODS, dict, at_once)
    assert (len(found.items), found.errors) == (7, [])


@pytest.mark.parametrize(("length", "size"), [(10_000, LARGEST), (500_000, 100), (2_000_000, SMALLEST)])
def test_a_page_is_as_large_as_the_one_before_allows(
    length: int, size: int, cluster: Callable[[Answer], Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_ENOUGH", 100_000)

    def answer(_path: str, query: dict[str, str], _token: str) -> tuple[int, dict[str, str], Any]:
        body = json.dumps({"metadata": {"continue": "" if "continue" in query else "2"}, "items": []})
        return 200, {}, body.ljust(length).encode()

    one = cluster(answer)
    assert list_all(one.connection(), PODS, dict, at_once).errors == []
    assert [int(query["limit"]) for _, query in one.asked] == [PAGE, size]


def test_what_a_thread_does_is_had_where_it_is_asked_for() -> None:
    def fail() -> None:
        raise FailedError("unreachable", "no")

    with Workers(2) as pool:
        found = [pool.submit(divmod, number, 3) for number in range(20)]
        failed = pool.submit(fail)
    assert [one.result() for one in found] == [divmod(number, 3) for number in range(20)]
    with pytest.raises(FailedError):
        failed.result()


def test_a_storm_of_429_is_waited_out_as_told(cluster: Callable[[Answer], Cluster]) -> None:
    times = iter([429, 429, 503])

    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        status = next(times, 200)
        return (status, {"Retry-After": "7"}, {}) if status != 200 else pages(2)(path, query, token)

    one = cluster(answer)
    assert len(list_all(one.connection(), PODS, dict, at_once).items) == 2
    assert one.pauses == [7, 7, 7]


def test_a_server_that_never_recovers_is_given_up(cluster: Callable[[Answer], Cluster]) -> None:
    one = cluster(lambda *_: (500, {}, {"message": "conversion webhook failed"}))
    found = list_all(one.connection(), WIDGETS, dict, at_once)
    assert len(one.asked) == ATTEMPTS[500]
    assert [(error.kind, "conversion webhook failed" in error.detail) for error in found.errors] == [("unreachable", True)]


def test_what_was_seen_before_the_break_is_kept(cluster: Callable[[Answer], Cluster]) -> None:
    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        return (0, {}, None) if "continue" in query else pages(5, 5)(path, query, token)

    found = list_all(cluster(answer).connection(), PODS, dict, at_once)
    assert len(found.items) == 5
    assert "broke off after 5 objects" in found.errors[0].detail


def test_a_page_that_is_no_json_breaks_a_list_off_and_what_came_before_is_kept(cluster: Callable[[Answer], Cluster]) -> None:
    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        if "continue" not in query:
            return pages(5, 5)(path, query, token)
        return 200, {}, b'{"metadata":{"continue":"2"},"items":[{"a":1},'

    found = list_all(cluster(answer).connection(), PODS, dict, at_once)
    assert len(found.items) == 5
    assert "the answer is no JSON" in found.errors[0].detail


@pytest.mark.parametrize("listed", ['{"metadata":{"continue":"x"},"items":[]}', '{"items":[{"metadata":{}}],"metadata":{"continue":"x"}}',
                                    '{"metadata":{"note":"\\"items\\":[", "continue":"x"}, "items" : []}', ])  # fmt: skip
def test_where_a_list_goes_on_is_found_however_it_is_written(cluster: Callable[[Answer], Cluster], listed: str) -> None:
    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        return 200, {}, listed.encode() if "continue" not in query else {"metadata": {}, "items": [{}]}

    one = cluster(answer)
    list_all(one.connection(), PODS, dict, at_once)
    assert [query.get("continue") for _, query in one.asked] == [None, "x"]


def test_an_expired_snapshot_is_begun_anew(cluster: Callable[[Answer], Cluster]) -> None:
    gone = iter([True])

    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        if "continue" in query and next(gone, False):
            return 410, {}, {"message": "continue token expired"}
        return pages(4, 4)(path, query, token)

    found = list_all(cluster(answer).connection(), PODS, dict, at_once)
    assert (len(found.items), found.errors) == (8, [])


def test_a_snapshot_that_expires_for_ever_is_read_in_one_piece(cluster: Callable[[Answer], Cluster]) -> None:
    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        if "limit" not in query:
            return 200, {}, {"items": [{}] * 8, "metadata": {}}
        return (410, {}, {"message": "expired"}) if "continue" in query else pages(4, 4)(path, query, token)

    found = list_all(cluster(answer).connection(), PODS, dict, at_once)
    assert (len(found.items), found.errors) == (8, [])


def test_expired_credentials_are_renewed_once(cluster: Callable[[Answer], Cluster]) -> None:
    def answer(path: str, query: dict[str, str], token: str) -> tuple[int, dict[str, str], Any]:
        return pages(2)(path, query, token) if token == "Bearer 2" else (401, {}, {"message": "Unauthorized"})

    one = cluster(answer)
    assert len(list_all(one.connection(), PODS, dict, at_once).items) == 2
    assert one.opened == 2


def test_a_forbidden_kind_names_the_missing_permission(cluster: Callable[[Answer], Cluster]) -> None:
    found = list_all(cluster(lambda *_: (403, {}, {"message": "no"})).connection(), WIDGETS, dict, at_once)
    assert found.errors[0].kind == "forbidden"
    assert '{apiGroups: ["example.com"], resources: ["widgets"], verbs: ["list"]}' in found.errors[0].detail


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
def test_an_answer_that_is_no_object_is_no_answer(cluster: Callable[[Answer], Cluster], body: bytes) -> None:
    with pytest.raises(FailedError):
        cluster(lambda *_: (200, {}, body)).connection().get("/version")


def test_discovery_of_older_servers_goes_group_by_group(cluster: Callable[[Answer], Cluster]) -> None:
    answers = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "groups": [{"versions": [{"groupVersion": "apps/v1"}, {"groupVersion": "broken/v1"}]}]},
        "/api/v1": {"resources": [{"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]},
                                  {"name": "pods/log", "kind": "Pod", "namespaced": True, "verbs": ["get"]}]},
        "/apis/apps/v1": {"resources": [{"name": "deployments", "kind": "Deployment", "namespaced": True, "verbs": ["list"]}]},
    }  # fmt: skip
    one = cluster(lambda path, *_: (200, {}, answers[path]) if path in answers else (404, {}, {"message": "not found"}))
    kinds, failed = served_kinds(one.connection())
    assert [kind.kind for kind in kinds] == ["Deployment", "Pod"]
    assert len(failed) == 1
