"""Kubeconfigs as kubectl reads them: the files of ``KUBECONFIG`` merged, and what one context of them says of its server and user.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ and
https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ (1.37): the first file to name a thing wins, and paths of files are
relative to the kubeconfig that names them.
"""

from __future__ import annotations

import os

from scanner.model.record import NamedTuple
from scanner.sources.cluster.connection import FailedError
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Any, Iterable, Mapping

_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


class Entry(NamedTuple):
    """What a context says: its name, its cluster and its user, both as they are written, with absolute paths."""

    context: str
    cluster: Mapping[str, Any]
    user: Mapping[str, Any]


def in_cluster() -> Entry:
    """Return the way of a pod: the service account that is mounted, and the server that the environment names. Raises FailedError."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT")
    if not host or not port:
        raise FailedError("unreachable", "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    return Entry("in-cluster", {"server": server, "certificate-authority": f"{_ACCOUNT}/ca.crt"}, {"tokenFile": f"{_ACCOUNT}/token"})


def from_files(context: str | None) -> Entry:
    """Return a context (None: the current one) of the kubeconfig files that kubectl would read. Raises FailedError."""
    return picked(map(_read, paths()), context)


def paths() -> list[str]:
    """Return the kubeconfig files that kubectl would read, those that are there."""
    named = [path for path in os.environ.get("KUBECONFIG", "").split(os.pathsep) if path]
    return [path for path in map(os.path.expanduser, named or ["~/.kube/config"]) if os.path.exists(path)]


def picked(configs: Iterable[Mapping[str, Any]], context: str | None) -> Entry:
    """Return a context (None: the current one) of several kubeconfigs. Raises FailedError where they know none of that name."""
    merged: dict[str, dict[object, Any]] = {"contexts": {}, "clusters": {}, "users": {}}
    for config in configs:
        context = context or _text(config.get("current-context"))
        for kind, known in merged.items():
            for one in _entries(config.get(kind)):
                known.setdefault(one["name"], one.get(kind[:-1]))
    chosen = merged["contexts"].get(context) if context else None
    if not isinstance(chosen, Mapping) or not isinstance(cluster := merged["clusters"].get(chosen.get("cluster")), Mapping):
        raise unusable()
    user = merged["users"].get(chosen.get("user"))
    return Entry(str(context), cluster, user if isinstance(user, Mapping) else {})


def unusable() -> FailedError:
    """Return the error of a kubeconfig, whose own words would name files of this machine."""
    return FailedError("unreachable", "the kubeconfig has no such context, or it cannot be used")


def _entries(listed: Any) -> Iterable[Mapping[str, Any]]:
    return [one for one in listed if isinstance(one, Mapping) and "name" in one] if isinstance(listed, list) else ()


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _read(path: str) -> dict[str, Any]:
    """Read a kubeconfig; the files that it names get absolute paths. Raises FailedError."""
    try:
        with open(path, "rb") as file:
            found = documents(Source("kubeconfig", decode(file.read(), "strict")), KUBERNETES)
        config = found[0].load().data if found else {}
    except (OSError, MalformedError):
        raise unusable() from None
    if not isinstance(config, dict):
        raise unusable()
    folder = os.path.dirname(os.path.abspath(path))
    return {key: [_located(one, key[:-1], folder) for one in _entries(value)] if isinstance(value, list) else value
            for key, value in config.items()}  # fmt: skip


def _located(entry: Mapping[str, Any], kind: str, folder: str) -> Mapping[str, Any]:
    said = entry.get(kind)
    if not isinstance(said, Mapping):
        return entry
    return {**entry, kind: {key: os.path.join(folder, value) if key in _FILES and value else value for key, value in said.items()}}
