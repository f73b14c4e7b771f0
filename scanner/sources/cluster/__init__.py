"""A running Kubernetes cluster as a source: plain objects, listed page by page, and never a write.

``read`` asks only for the kinds that rules and views want. Whatever cannot be listed is a problem that names the missing permission.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.sources.cluster.connection import Connection, FailedError, connect
from scanner.sources.cluster.discovery import Served, served_kinds
from scanner.sources.cluster.listing import list_all

SECRET_DATA = ("data", "stringData")


class Listed(NamedTuple):
    """One object as the server gave it, with ``apiVersion`` and ``kind`` filled in."""

    served: Served
    data: dict[str, Any]


class Seen(NamedTuple):
    """What a cluster showed: its identity and version, its objects, and what could not be seen."""

    context: str
    uid: str | None
    version: str | None
    objects: list[Listed]
    problems: list[Problem]


def read(context: str, asked: Callable[[str, str], bool], *, secrets: bool = False) -> Seen:
    """List every object whose ``(apiVersion, kind)`` is asked for.

    ``context`` is a kubeconfig context, ``current`` or ``in-cluster``. Secrets are listed only with ``secrets``, as metadata alone:
    no value crosses the network.
    """
    try:
        connection = connect(context)
        version = server_version(connection)
        kinds, problems = served_kinds(connection)
    except FailedError as error:
        return Seen(context, None, None, [], [_problem(context, error)])
    seen = Seen(context, cluster_uid(connection), version, [], [_problem(context, error) for error in problems])
    for served in kinds:
        if asked(served.api_version, served.kind) and (served.kind != "Secret" or secrets):
            found = list_all(connection, served, metadata_only=served.kind == "Secret")
            seen.objects.extend(Listed(served, _completed(item, served)) for item in found.items)
            seen.problems.extend(_problem(context, error) for error in found.errors)
    return seen


def server_version(connection: Connection) -> str:
    """Return the server's version as ``1.NN``. Raises FailedError."""
    answer = connection.get("/version")
    minor = "".join(sign for sign in str(answer.get("minor")) if sign.isdigit())
    return f"{answer.get('major')}.{minor}"


def cluster_uid(connection: Connection) -> str | None:
    """Return what identifies a cluster, the UID of its namespace kube-system; None where that may not be read."""
    try:
        uid = connection.get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
    except (FailedError, KeyError, TypeError):
        return None
    return str(uid)


def _completed(item: dict[str, Any], served: Served) -> dict[str, Any]:
    """Items of a list leave out what the list says; secret values never go further than here."""
    kept = {key: value for key, value in item.items() if not (served.kind == "Secret" and key in SECRET_DATA)}
    return {**kept, "apiVersion": served.api_version, "kind": served.kind}


def _problem(context: str, error: FailedError) -> Problem:
    return Problem(error.kind, None, f"cluster {context}: {error.detail}")
