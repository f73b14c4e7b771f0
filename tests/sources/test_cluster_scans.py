"""Whole scans of clusters that misbehave: the report says what was not seen, ends with 3, and loses nothing of what was seen."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scanner.cli.main import run
from scanner.sources.cluster import connection, listing, transport

pytest.importorskip("kubernetes")

Answer = tuple[int, dict[str, str], Any]
Fault = Callable[[str, dict[str, str], str], Answer | None]
PODS, WIDGETS, ROLES = "/api/v1/pods", "/apis/example.com/v1/rollouts", "/apis/rbac.authorization.k8s.io/v1/clusterroles"
DROP: Answer = (0, {}, None)


def pod(name: str) -> dict[str, Any]:
    container = {"name": "c", "image": "web:1", "securityContext": {"privileged": True}}
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"containers": [container]}}


def kind(name: str, plural: str, *, namespaced: bool = True) -> dict[str, Any]:
    return {"resource": plural, "responseKind": {"kind": name}, "scope": "Namespaced" if namespaced else "Cluster", "verbs": ["list"]}


def group(name: str, *resources: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": name}, "versions": [{"version": "v1", "resources": list(resources)}]}


class Cluster:
    """An API server on loopback with a few kinds, pages of two, and whatever fault a test puts before it."""

    def __init__(self, uid: str, *pods: str) -> None:
        cluster = self
        self.uid = uid
        self.fault: Fault = lambda *_: None
        self.asked: list[str] = []
        self.lists: dict[str, list[dict[str, Any]]] = {
            PODS: [pod(name) for name in pods], ROLES: [],
            "/apis/argoproj.io/v1/rollouts": [], "/api/v1/namespaces": [{"metadata": {"name": "shop"}}],
        }  # fmt: skip

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                cluster.asked.append(parts.path)
                token = self.headers.get("authorization", "")
                status, headers, body = cluster.fault(parts.path, query, token) or cluster.answer(parts.path, query)
                if status == 0:
                    self.close_connection = True
                    return
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path == "/version":
            return 200, {}, {"major": "1", "minor": "34"}
        if path == "/api":
            core = group("", kind("Pod", "pods"), kind("Namespace", "namespaces", namespaced=False))
            return 200, {}, {"kind": "APIGroupDiscoveryList", "items": [core]}
        if path == "/apis":
            roles = group("rbac.authorization.k8s.io", kind("ClusterRole", "clusterroles", namespaced=False))
            return 200, {}, {"kind": "APIGroupDiscoveryList", "items": [group("argoproj.io", kind("Rollout", "rollouts")), roles]}
        if path == "/api/v1/namespaces/kube-system":
            return 200, {}, {"metadata": {"uid": self.uid}}
        if path not in self.lists:
            return 404, {}, {"message": "not found"}
        start, size = int(query.get("continue", "0")), int(query.get("limit", "1000"))
        items = self.lists[path]
        more = str(start + size) if start + size < len(items) else ""
        return 200, {}, {"items": items[start : start + size], "metadata": {"continue": more}}


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    monkeypatch.setattr(connection, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "LARGEST", 2)
    started: dict[str, Cluster] = {}
    (tmp_path / "token").write_text("first")

    def begin(name: str, uid: str, *pods: str) -> Cluster:
        started[name] = Cluster(uid, *pods)
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": name,
            "clusters": [{"name": one, "cluster": {"server": f"http://127.0.0.1:{c.server.server_port}"}} for one, c in started.items()],
            "users": [{"name": "u", "user": {"tokenFile": str(tmp_path / "token")}}],
            "contexts": [{"name": one, "context": {"cluster": one, "user": "u"}} for one in started],
        }  # fmt: skip
        (tmp_path / "kubeconfig").write_text(json.dumps(config))
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
        return started[name]

    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    yield begin
    for one in started.values():
        one.server.shutdown()
        one.server.server_close()


def scan(capsys: pytest.CaptureFixture[str], *contexts: str) -> tuple[int, Any]:
    words = [word for context in contexts for word in ("--cluster", context)]
    code = run(["scan", *words, "--select", "PSS-B02,RBAC-001", "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def names(answer: Any) -> list[str]:
    return sorted(row["resource"]["name"] for row in answer["results"] if row["rule"] == "PSS-B02")


def once(fault: Fault) -> Fault:
    """Let a fault happen the first time that it would."""
    happened: list[Answer] = []

    def one(path: str, query: dict[str, str], token: str) -> Answer | None:
        found = None if happened else fault(path, query, token)
        happened.extend([found] if found else [])
        return found

    return one


def test_a_cluster_in_order(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    start("a", "1", "p0", "p1", "p2")
    code, answer = scan(capsys, "a")
    assert (answer["problems"], code, names(answer)) == ([], 1, ["p0", "p1", "p2"])


def test_killed_while_listing(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0", "p1", "p2")
    killed = threading.Event()

    def fault(path: str, query: dict[str, str], _token: str) -> Answer | None:
        if path == PODS and "continue" in query:
            killed.set()
        return DROP if killed.is_set() else None

    cluster.fault = fault
    code, answer = scan(capsys, "a")
    assert (code, names(answer)) == (3, ["p0", "p1"])
    assert any("listing pods broke off after 2 objects, which are judged" in problem["detail"] for problem in answer["problems"])


def test_a_storm_of_429(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0", "p1", "p2")
    refused: dict[tuple[str, str], int] = {}

    def fault(path: str, query: dict[str, str], _token: str) -> Answer | None:
        key = (path, query.get("continue", ""))
        refused[key] = refused.get(key, 0) + 1
        return (429, {"Retry-After": "1"}, {"message": "too many requests"}) if refused[key] <= 3 else None

    cluster.fault = fault
    code, answer = scan(capsys, "a")
    assert (code, len(names(answer)), answer["problems"]) == (1, 3, [])


def test_a_storm_that_does_not_end(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0")
    cluster.fault = lambda path, *_: (429, {"Retry-After": "1"}, {"message": "too many requests"}) if path == ROLES else None
    code, answer = scan(capsys, "a")
    assert (code, names(answer)) == (3, ["p0"])
    assert [problem["kind"] for problem in answer["problems"]] == ["unreachable"]
    assert cluster.asked.count(ROLES) == connection.ATTEMPTS[429]


def test_a_token_that_expires_is_renewed(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cluster = start("a", "1", "p0", "p1", "p2")
    valid = ["Bearer first"]

    def fault(path: str, query: dict[str, str], token: str) -> Answer | None:
        if path == PODS and "continue" in query and valid == ["Bearer first"]:
            valid[0] = "Bearer second"
            (tmp_path / "token").write_text("second")
        return (401, {}, {"message": "Unauthorized"}) if token != valid[0] else None

    cluster.fault = fault
    code, answer = scan(capsys, "a")
    assert (answer["problems"], code, names(answer)) == ([], 1, ["p0", "p1", "p2"])


def test_a_token_that_nobody_renews(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0")
    cluster.fault = lambda path, *_: (401, {}, {"message": "Unauthorized"}) if path == PODS else None
    code, answer = scan(capsys, "a")
    assert (code, names(answer)) == (3, [])
    assert "forbidden" in {problem["kind"] for problem in answer["problems"]}


def test_a_kind_that_may_not_be_listed(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0")
    cluster.fault = lambda path, *_: (403, {}, {"message": "no"}) if path == ROLES else None
    code, answer = scan(capsys, "a")
    assert (code, names(answer)) == (3, ["p0"])
    needed = '{apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["list"]}'
    assert [needed in problem["detail"] for problem in answer["problems"]] == [True]


def test_a_snapshot_that_is_gone(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0", "p1", "p2")
    cluster.fault = once(lambda path, query, _: (410, {}, {"message": "expired"}) if path == PODS and "continue" in query else None)
    code, answer = scan(capsys, "a")
    assert (answer["problems"], code, names(answer)) == ([], 1, ["p0", "p1", "p2"])


def test_a_webhook_that_cannot_convert(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    cluster = start("a", "1", "p0")
    failed: Answer = (500, {}, {"message": "conversion webhook for argoproj.io/v1, Kind=Rollout failed"})
    cluster.fault = lambda path, *_: failed if path.endswith("/rollouts") else None
    code, answer = scan(capsys, "a")
    assert (code, names(answer)) == (3, ["p0"])
    assert ["rollouts.argoproj.io" in problem["detail"] and "webhook" in problem["detail"] for problem in answer["problems"]] == [True]


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(
    start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "CONNECT", 1)
    monkeypatch.setattr(transport, "WAIT", 1)
    cluster = start("a", "1", "p0")
    asked: list[str] = []

    def fault(path: str, _query: dict[str, str], _token: str) -> Answer | None:
        if path in (ROLES, "/apis/argoproj.io/v1/rollouts"):
            asked.append(path)
            time.sleep(3)
        return None

    cluster.fault = fault
    code, answer = scan(capsys, "a")
    assert (code, names(answer)) == (3, ["p0"])
    assert {problem["kind"] for problem in answer["problems"]} == {"unreachable"}
    assert len(asked) <= 2 * connection.ATTEMPTS[0]


def test_two_contexts_are_two_clusters_and_each_fails_alone(start: Callable[..., Cluster], capsys: pytest.CaptureFixture[str]) -> None:
    start("a", "1", "both", "only-a")
    other = start("b", "2", "both", "only-b")
    code, answer = scan(capsys, "a", "b")
    rows = {(row["resource"]["scope"], row["resource"]["name"]) for row in answer["results"]}
    assert code == 1
    assert rows == {("cluster:1", "both"), ("cluster:1", "only-a"), ("cluster:2", "both"), ("cluster:2", "only-b")}
    other.fault = lambda *_: DROP
    code, answer = scan(capsys, "a", "b")
    assert (code, names(answer)) == (3, ["both", "only-a"])
    assert all("cluster b" in problem["detail"] for problem in answer["problems"])
