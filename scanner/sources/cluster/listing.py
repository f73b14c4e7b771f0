"""All objects of one kind, page by page, from one point in time."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.sources.cluster.connection import Connection, FailedError
from scanner.sources.cluster.discovery import Served
from scanner.typed import Any, Callable

PAGE = 500
RESTARTS = 3
_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class Found(NamedTuple):
    """The objects of a kind as far as they could be seen, each as ``complete`` made it, and what went wrong."""

    items: list[Any]
    errors: list[FailedError]


def list_all(connection: Connection, served: Served, complete: Callable[[dict[str, Any]], Any], *, metadata_only: bool = False) -> Found:
    """List a kind in all namespaces, each item as ``complete`` makes it, page by page: what it leaves out is gone before the next page.

    A snapshot that expired on the way (410) is begun anew: nothing is seen half old, half new.
    """
    found = Found([], [])
    for _ in range(RESTARTS):
        found = _pages(connection, served, complete, PAGE, metadata_only=metadata_only)
        if not any(error.status == 410 for error in found.errors):
            return found
    whole = _pages(connection, served, complete, 0, metadata_only=metadata_only)
    return whole if not whole.errors else Found(found.items, whole.errors)


def _pages(connection: Connection, served: Served, complete: Callable[[dict[str, Any]], Any], size: int, *, metadata_only: bool) -> Found:
    items: list[Any] = []
    query = {"limit": str(size)} if size else {}
    accept = _METADATA_ONLY if metadata_only else "application/json"
    while True:
        try:
            answer = connection.get(served.path, query, accept=accept)
        except FailedError as error:
            return Found(items, [_named(error, served, len(items))])
        items += [complete(item) for item in answer.get("items") or () if isinstance(item, dict)]
        token = (answer.get("metadata") or {}).get("continue")
        if not token:
            return Found(items, [])
        query = {**query, "continue": str(token)}


def _named(error: FailedError, served: Served, seen: int) -> FailedError:
    where = f"{served.plural}.{served.group}" if served.group else served.plural
    if error.status == 403:
        needed = f'{{apiGroups: ["{served.group}"], resources: ["{served.plural}"], verbs: ["list"]}}'
        return FailedError("forbidden", f"may not list {where}: the account needs {needed} in a ClusterRole", error.status)
    detail = f"listing {where} broke off after {seen} objects, which are judged: {error.detail}"
    return FailedError(error.kind, detail, error.status)
