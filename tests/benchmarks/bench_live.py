"""Ten thousand objects of a real API server, read and judged, against merely listing the same kinds raw. Needs etcd and kube-apiserver.

*Raw* is every kind that the scan lists (the server's audit log tells which), one after the other over one kept connection, in the same
pages: the bytes received and thrown away; *decoded* is the same with each page through ``json.loads``. The scan runs in a process of its
own (its start is in the figure) with the starter profile and warm remembered rules; it asks several kinds at once and lets the server
compress, which is its own affair. Two clusters: one as clusters are (deployments, replica sets of which half are old, their
pods, services, config maps), and one of bare pods of which no two are alike, where nothing can be judged once for many.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

COUNT = int(os.environ.get("PLUMBRULE_BENCH_OBJECTS", "10000"))
PATHS = {"Deployment": "/apis/apps/v1/namespaces/default/deployments", "ReplicaSet": "/apis/apps/v1/namespaces/default/replicasets",
         "Pod": "/api/v1/namespaces/default/pods", "Service": "/api/v1/namespaces/default/services",
         "ConfigMap": "/api/v1/namespaces/default/configmaps"}  # fmt: skip
Post = Callable[[str, dict[str, Any]], str]


def spec(image: str) -> dict[str, Any]:
    """Return a pod's spec of an ordinary size."""
    container = {
        "name": "web", "image": f"registry.example.com/{image}", "ports": [{"containerPort": 8080, "name": "http"}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "env": [{"name": "LOG_LEVEL", "value": "info"}],
    }  # fmt: skip
    return {"containers": [container], "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}}


def meta(name: str, labels: dict[str, str], owner: tuple[str, str, str] | None = None) -> dict[str, Any]:
    """Return an object's metadata; ``owner`` is kind, name and UID of its controller."""
    owners = [{"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "uid": owner[2], "controller": True}] if owner else []
    return {"name": name, "labels": labels, "ownerReferences": owners}


def application(number: int, post: Post) -> None:
    """Create ten objects: a deployment with two revisions and four pods, its service, two config maps."""
    name, labels, headless = f"app-{number}", {"app": f"app-{number}"}, {"clusterIP": "None"}
    template = {"metadata": {"labels": labels}, "spec": spec(f"app-{number}:1.2.0")}
    uid = post(
        "Deployment", {"metadata": meta(name, labels), "spec": {"replicas": 4, "selector": {"matchLabels": labels}, "template": template}}
    )
    for revision in range(2):
        own = {**labels, "pod-template-hash": f"r{revision}"}
        made = {"metadata": {"labels": own}, "spec": spec(f"app-{number}:1.{2 - revision}.0")}
        owner = ("Deployment", name, uid)
        body = {"replicas": 0 if revision else 4, "selector": {"matchLabels": own}, "template": made}
        made_uid = post("ReplicaSet", {"metadata": meta(f"{name}-r{revision}", own, owner), "spec": body})
        for pod in range(0 if revision else 4):
            body = {"metadata": meta(f"{name}-r0-{pod}", own, ("ReplicaSet", f"{name}-r0", made_uid)), "spec": spec(f"app-{number}:1.2.0")}
            post("Pod", body)
    post("Service", {"metadata": meta(name, labels), "spec": {**headless, "selector": labels, "ports": [{"port": 80}]}})
    for which in ("settings", "feature-flags"):
        post("ConfigMap", {"metadata": meta(f"{name}-{which}", labels), "data": {"application.yaml": "log: info\nretries: 3\n" * 20}})


def bare(number: int, post: Post) -> None:
    """Create ten pods of which no two are alike."""
    for one in range(10):
        pod = {"metadata": meta(f"p{number}-{one}", {"app": f"a{number % 50}"}), "spec": spec(f"web:{number}-{one}")}
        post("Pod", pod)


def asked(server: Any) -> list[str]:
    """Return the paths that a scan has listed, by the server's audit log."""
    lines = (json.loads(line) for line in server.audit.read_text().splitlines() if '"plumbrule"' in line)
    return list(dict.fromkeys(line["requestURI"].partition("?")[0] for line in lines if line["verb"] == "list"))


def listed(connection: Any, paths: list[str], decode: Callable[[bytes], Any]) -> float:
    """List these paths, page by page over one connection, and return the seconds it took."""
    start = time.perf_counter()
    for path in paths:
        token = ""
        while True:
            content = connection(path, {"limit": "500", **({"continue": token} if token else {})})
            decode(content)
            head = content[: content.index(b'"items"')]
            token = json.loads(head.rstrip().rstrip(b",") + b"}")["metadata"].get("continue") or ""
            if not token:
                break
    return time.perf_counter() - start


def raw(server: Any) -> Callable[[str, dict[str, str]], bytes]:
    """Return what asks the server over one kept connection and gives the bytes."""
    import urllib3

    pool = urllib3.PoolManager(ca_certs=str(server.folder / "certs" / "apiserver.crt"))
    headers = {"Authorization": "Bearer admin-token", "Accept": "application/json"}

    def ask(path: str, query: dict[str, str]) -> bytes:
        response = pool.request("GET", server.url + path, fields=query, headers=headers)
        assert response.status == 200, response.status
        return bytes(response.data)

    return ask


def measured(create: Callable[[int, Post], None]) -> tuple[float, float, float, int]:
    """Return seconds of listing raw, decoded, and of the scan, and the scan's largest memory in MiB."""
    from apiserver import running

    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:

        def post(kind: str, body: dict[str, Any]) -> str:
            status, answer = server.call("POST", PATHS[kind], body)
            assert status == 201, answer
            return str(answer["metadata"]["uid"])

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda number: create(number, post), range(COUNT // 10)))
        work = Path(folder) / "work"
        work.mkdir()
        words = [sys.executable, "-m", "scanner", "scan", "--cluster", "admin", "--format", f"json={folder}/out.json"]
        environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig)}

        memory = []

        def scan() -> float:
            start = time.perf_counter()
            process = subprocess.Popen(words, cwd=work, env=environment)
            _, status, used = os.wait4(process.pid, 0)
            memory.append(used.ru_maxrss // 1024)
            assert os.waitstatus_to_exitcode(status) in (0, 1)
            return time.perf_counter() - start

        scan()  # rules are remembered from here on
        times = [list(one) for one in zip(*_rounds(raw(server), asked(server), scan), strict=True)]
        assert json.loads((Path(folder) / "out.json").read_text())["summary"]["resources"] >= COUNT
    return min(times[0]), min(times[1]), min(times[2]), max(memory)


def _rounds(
    ask: Callable[[str, dict[str, str]], bytes], paths: list[str], scan: Callable[[], float]
) -> Iterator[tuple[float, float, float]]:
    for _ in range(3):
        yield listed(ask, paths, lambda _: None), listed(ask, paths, json.loads), scan()


def main() -> None:
    """Print the ratios and their target, or why they cannot be measured."""
    from apiserver import missing

    if why := missing():
        print(f"live: not measured, {why}")
        return
    for name, create in (("objects as clusters have them", application), ("bare pods, no two alike", bare)):
        plain, decoded, scanned, memory = measured(create)
        print(
            f"live scan of {COUNT} {name}: {scanned / plain:5.2f} x listing them raw (target 2), {scanned / decoded:5.2f} x with decoding"
        )
        print(f"  {plain:.2f} s raw, {decoded:.2f} s decoded, {scanned:.2f} s scanned; memory {memory} MiB (target 500)")


if __name__ == "__main__":
    main()
