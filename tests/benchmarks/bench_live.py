"""Ten thousand objects of a real API server, read and judged, against merely listing the same kinds raw. Needs etcd and kube-apiserver."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

COUNT = 10_000


def pod(number: int) -> dict[str, object]:
    """Return one pod of an ordinary size."""
    container = {"name": "c", "image": f"registry.example.com/web:{number}", "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}", "labels": {"app": f"a{number % 50}"}},
        "spec": {"containers": [container]},
    }  # fmt: skip


def main() -> None:
    """Print the ratio and its target, or why it cannot be measured."""
    from apiserver import missing, running

    if why := missing():
        print(f"live: not measured, {why}")
        return
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: server.call("POST", "/api/v1/namespaces/default/pods", pod(number)), range(COUNT)))
        os.environ["KUBECONFIG"] = str(server.kubeconfig)
        from scanner.cli.main import run
        from scanner.sources.cluster.connection import connect

        gc.disable()
        connection = connect("admin")
        start = time.perf_counter()
        query: dict[str, str] = {"limit": "500"}
        while True:
            answer = connection.get("/api/v1/pods", query)
            if not answer["metadata"].get("continue"):
                break
            query["continue"] = answer["metadata"]["continue"]
        listed = time.perf_counter() - start
        (Path(folder) / "empty").mkdir()
        (Path(folder) / "empty" / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n")
        start = time.perf_counter()
        run(["scan", str(Path(folder) / "empty"), "--cluster", "admin", "--format", f"json={folder}/out.json"])
        print(f"live scan of {COUNT} pods {(time.perf_counter() - start) / listed:5.2f} x listing them raw (target 2)")


if __name__ == "__main__":
    main()
