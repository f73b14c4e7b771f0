"""A real API server on loopback: etcd and Kubernetes' own kube-apiserver, built once from its published module."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ORACLE = Path(__file__).resolve().parents[1] / "oracles" / "apiserver"
VERSION = "1.37.2"
LD = (
    f"-s -w -X k8s.io/component-base/version.gitVersion=v{VERSION} -X k8s.io/component-base/version.gitMajor=1"
    " -X k8s.io/component-base/version.gitMinor=37"
)
TOKENS = {"admin-token": ("admin", "system:masters"), "reader-token": ("reader", ""), "nobody-token": ("nobody", "")}
AUDIT = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"


class Server(NamedTuple):
    """A running server; ``kubeconfig`` has the contexts admin, reader and nobody."""

    url: str
    kubeconfig: Path
    audit: Path
    folder: Path
    process: subprocess.Popen[bytes]

    def call(self, method: str, path: str, body: Any = None, token: str = "admin-token") -> tuple[int, Any]:
        """Ask the server as a test does, without the code under test."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        context = ssl.create_default_context(cafile=str(self.folder / "certs" / "apiserver.crt"))
        try:
            with urllib.request.urlopen(request, context=context, timeout=30) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            content = error.read()
            try:
                return error.code, json.loads(content or b"{}")
            except ValueError:  # an aggregated API whose server is not there answers in plain text
                return error.code, {"message": content.decode(errors="replace")}


def missing() -> str | None:
    """Say what is not here to run a server, or None."""
    if os.environ.get("KUBEBUILDER_ASSETS"):
        return None
    if shutil.which("etcd") is None:
        return "etcd is not installed (Debian: etcd-server)"
    if not built().is_file() and shutil.which("go") is None:
        return "Go is not installed, and no kube-apiserver is in KUBEBUILDER_ASSETS"
    return None


def built() -> Path:
    """Return where the built server is kept between runs."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "plumbrule-tests" / f"kube-apiserver-{VERSION}"


def binaries() -> tuple[str, str]:
    """Return etcd and kube-apiserver, building the latter where it is not there (minutes, once)."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets:
        return f"{assets}/etcd", f"{assets}/kube-apiserver"
    target = built()
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["go", "build", "-trimpath", "-ldflags", LD, "-o", str(target), "."], cwd=ORACLE, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"kube-apiserver cannot be built here: {(done.stderr.splitlines() or ['go says nothing'])[-1]}")
    return str(shutil.which("etcd")), str(target)


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run a server for the length of the block."""
    etcd, apiserver = binaries()
    client, peer, port = free_port(), free_port(), free_port()
    (folder / "tokens.csv").write_text("".join(f'{token},{user},{user},"{group}"\n' for token, (user, group) in TOKENS.items()))
    (folder / "audit.yaml").write_text(AUDIT)
    subprocess.run(["openssl", "genrsa", "-out", str(folder / "sa.key"), "2048"], check=True, capture_output=True)
    store = subprocess.Popen(
        [etcd, "--data-dir", str(folder / "etcd"), "--listen-client-urls", f"http://127.0.0.1:{client}",
         "--advertise-client-urls", f"http://127.0.0.1:{client}", "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--log-level", "error"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    log = (folder / "apiserver.log").open("wb")
    server = subprocess.Popen(
        [apiserver, f"--etcd-servers=http://127.0.0.1:{client}", "--bind-address=127.0.0.1",
         "--endpoint-reconciler-type=none", "--allow-privileged=true",
         f"--secure-port={port}", f"--cert-dir={folder / 'certs'}", f"--token-auth-file={folder / 'tokens.csv'}",
         "--authorization-mode=RBAC",
         f"--service-account-key-file={folder / 'sa.key'}", f"--service-account-signing-key-file={folder / 'sa.key'}",
         "--service-account-issuer=https://localhost", "--disable-admission-plugins=ServiceAccount",
         "--service-cluster-ip-range=10.0.0.0/24",
         f"--audit-policy-file={folder / 'audit.yaml'}",
         f"--audit-log-path={folder / 'audit.log'}", "--audit-log-mode=blocking"],
        stdout=log, stderr=log,
    )  # fmt: skip
    found = Server(f"https://127.0.0.1:{port}", folder / "kubeconfig", folder / "audit.log", folder, server)
    try:
        wait_until_ready(found)
        write_kubeconfig(found)
        yield found
    finally:
        for process in (server, store):
            process.kill()  # a graceful end waits a minute for watches of its own
            process.wait()
        log.close()


def wait_until_ready(server: Server, patience: float = 120) -> None:
    """Wait for ``/readyz``; fail with the server's log where it never comes."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.process.poll() is None:
        if is_ready(server):
            return
        time.sleep(0.2)
    raise RuntimeError((server.folder / "apiserver.log").read_text()[-4000:])


def is_ready(server: Server) -> bool:
    """Ask ``/readyz``."""
    request = urllib.request.Request(server.url + "/readyz", headers={"Authorization": "Bearer admin-token"})
    try:
        context = ssl.create_default_context(cafile=str(server.folder / "certs" / "apiserver.crt"))
        with urllib.request.urlopen(request, context=context, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def write_kubeconfig(server: Server) -> None:
    """Write a kubeconfig with one context per user."""
    users = [user for user, _ in TOKENS.values()]
    certificate = str(server.folder / "certs" / "apiserver.crt")
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "admin",
        "clusters": [{"name": "test", "cluster": {"server": server.url, "certificate-authority": certificate}}],
        "users": [{"name": user, "user": {"token": token}} for token, (user, _) in TOKENS.items()],
        "contexts": [{"name": user, "context": {"cluster": "test", "user": user}} for user in users],
    }  # fmt: skip
    server.kubeconfig.write_text(json.dumps(config))
