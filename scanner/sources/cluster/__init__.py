"""A running Kubernetes cluster as a source: plain objects, listed page by page, and never a write.

``read`` asks only for the kinds that rules and views want. Whatever cannot be listed is a problem that names the missing permission.
"""

from __future__ import annotations

from scanner.model.platform import Access
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.sources.cluster.client import connect
from scanner.sources.cluster.connection import Connection, FailedError, decoded, decoder
from scanner.sources.cluster.discovery import Served, served_kinds
from scanner.sources.cluster.listing import Found, list_all
from scanner.sources.cluster.trimming import trimmed
from scanner.sources.cluster.workers import Workers
from scanner.typed import Any, Callable, Collection, Iterable, Sequence

AT_ONCE = 6
"""Kinds that are listed at the same time; the client keeps as many connections open."""
_MANY = frozenset({"Pod", "ReplicaSet", "ConfigMap", "Secret", "EndpointSlice"})
"""Kinds of which there are many are begun first: the pages of one kind come one after the other."""
_SECRET_DATA = ("data", "stringData")
Watched = Collection[tuple[str, str | None, str]]
"""Kind, namespace and name of the objects of which somebody asks who changed them."""


class Seen(NamedTuple):
    """What a cluster showed: its identity and version, its objects, and what could not be seen.

    ``whole`` tells that what is not among the objects, and no problem, is not there. ``resources`` are what was made of the objects
    while they were read, None where nobody asked.
    """

    context: str
    uid: str | None
    version: str | None
    objects: list[dict[str, Any]]
    problems: list[Problem]
    whole: bool = True
    resources: list[Resource] | None = None


Made = Callable[[str], Callable[[dict[str, Any]], Sequence[Resource]]]
"""Gives, for a cluster's identity, what makes resources of its objects."""


def read(
    context: str | Access, asked: Callable[[str, str], bool], watched: Watched, *, secrets: bool = False, made: Made | None = None
) -> Seen:
    """List every object whose ``(apiVersion, kind)`` is asked for.

    ``context`` is a kubeconfig context, ``current``, ``in-cluster`` or what a platform hands out. Secrets are listed only with
    ``secrets``, as metadata alone: no value crosses the network. Managed fields, half of an object's size, are kept of those that are
    ``watched``. With ``made``, each page becomes resources while the server prepares the next.
    """
    name = context.name if isinstance(context, Access) else context
    try:
        connection = connect(context)
        with Workers(1) as asking:
            said = asking.submit(connection.raw, "/version")
            decoder()  # is loaded meanwhile
            version = version_of(decoded("/version", said.result()))
        kinds, failed = served_kinds(connection)
    except FailedError as error:
        return Seen(name, None, None, [], [_problem(name, error)])
    wanted = [one for one in kinds if asked(one.api_version, one.kind) and (one.kind != "Secret" or secrets)]
    uid = cluster_uid(connection)
    make = made(uid or name) if made is not None else None
    seen = Seen(name, uid, version, [], [_problem(name, error) for error in failed], resources=None if make is None else [])
    for found in _listed(connection, wanted, watched, make):
        seen.problems.extend(_problem(name, error) for error in found.errors)
        for item, resources in found.items:
            seen.objects.append(item)
            if seen.resources is not None:
                seen.resources.extend(resources)
    return seen


def version_of(answer: dict[str, Any]) -> str:
    """Return the version in an answer of ``/version`` as ``1.NN``: clouds write a minor of ``34+``."""
    minor = "".join(sign for sign in str(answer.get("minor")) if sign.isdigit())
    return f"{answer.get('major')}.{minor}"


def cluster_uid(connection: Connection) -> str | None:
    """Return what identifies a cluster, the UID of its namespace kube-system; None where that may not be read."""
    try:
        uid = connection.get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
    except (FailedError, KeyError, TypeError):
        return None
    return str(uid)


def completed(item: dict[str, Any], api_version: str, kind: str, watched: Watched) -> dict[str, Any]:
    """Add what a list says of its items, and let secret values and what nobody asks for go no further than here."""
    metadata = item.get("metadata")
    if isinstance(metadata, dict) and (kind, metadata.get("namespace"), str(metadata.get("name"))) not in watched:
        metadata.pop("managedFields", None)
    if kind == "Secret":
        item = {key: value for key, value in item.items() if key not in _SECRET_DATA}
    item["apiVersion"], item["kind"] = api_version, kind
    return item


def _listed(
    connection: Connection, kinds: list[Served], watched: Watched, make: Callable[[dict[str, Any]], Sequence[Resource]] | None
) -> Iterable[Found]:
    """List several kinds at once, and give them in the order of the kinds."""

    def one(served: Served) -> Found:
        def complete(item: dict[str, Any]) -> tuple[dict[str, Any], Sequence[Resource]]:
            whole = completed(item, served.api_version, served.kind, watched)
            return whole, (make(whole) if make is not None else ())

        own = "." not in served.group  # which groups of custom resources cannot do without
        decode = trimmed if own and served.kind not in asked_about else decoded
        return list_all(connection, served, complete, reading.submit, decode, metadata_only=served.kind == "Secret")

    asked_about = {kind for kind, _, _ in watched}

    with Workers(1) as reading, Workers(AT_ONCE) as pool:
        begun = sorted(kinds, key=lambda served: served.kind not in _MANY)
        asked = dict(zip(begun, [pool.submit(one, served) for served in begun], strict=True))
        yield from (asked[served].result() for served in kinds)


def _problem(context: str, error: FailedError) -> Problem:
    return Problem(error.kind, None, f"cluster {context}: {error.detail}")
