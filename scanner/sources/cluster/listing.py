"""All objects of one kind, page by page, from one point in time."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.sources.cluster.connection import Connection, FailedError, decoded
from scanner.sources.cluster.discovery import Served
from scanner.sources.cluster.workers import Pending
from scanner.typed import Any, Callable

PAGE, SMALLEST, LARGEST = 500, 50, 2500
"""Objects of a first page, and of any other one."""
_ENOUGH = 8 << 20
"""Bytes that a page should not exceed: small objects come in larger pages, for each costs the server a look at all that follow."""
RESTARTS = 3
_HEAD = 4096
"""Bytes at the start of a list among which its own metadata ends."""
_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class Found(NamedTuple):
    """The objects of a kind as far as they could be seen, each as ``complete`` made it, and what went wrong."""

    items: list[Any]
    errors: list[FailedError]


Decode = Callable[[str, bytes], dict[str, Any]]
"""Reads a page, by the path that it came from."""
Later = Callable[[Callable[[], list[Any]]], Pending]
"""Has something done while the next page is on its way."""


def list_all(
    connection: Connection, served: Served, complete: Callable[[dict[str, Any]], Any], later: Later, decode: Decode = decoded, *,
    metadata_only: bool = False,
) -> Found:  # fmt: skip
    """List a kind in all namespaces, each item as ``complete`` makes it, page by page: what it leaves out is gone before the next but one.

    A snapshot that expired on the way (410) is begun anew: nothing is seen half old, half new.
    """
    found = Found([], [])
    for _ in range(RESTARTS):
        found = _pages(connection, served, complete, later, decode, PAGE, metadata_only=metadata_only)
        if not any(error.status == 410 for error in found.errors):
            return found
    whole = _pages(connection, served, complete, later, decode, 0, metadata_only=metadata_only)
    return whole if not whole.errors else Found(found.items, whole.errors)


def _pages(
    connection: Connection, served: Served, complete: Callable[[dict[str, Any]], Any], later: Later, decode: Decode, size: int, *,
    metadata_only: bool,
) -> Found:  # fmt: skip
    """Ask for each page as soon as the one before has come; that one is read meanwhile."""
    items: list[Any] = []
    query = {"limit": str(size)} if size else {}
    accept = _METADATA_ONLY if metadata_only else "application/json"
    reading: list[Pending] = []
    try:
        while True:
            content = connection.raw(served.path, query, accept=accept)
            token = _continue(served.path, content)
            items += reading.pop().result() if reading else ()
            reading.append(later(_reader(served.path, content, complete, decode)))
            if not token:
                items += reading.pop().result()
                return Found(items, [])
            size = _next_size(size, len(content))
            query = {"limit": str(size), "continue": token}
    except FailedError as error:
        items += _rest(reading)
        return Found(items, [_named(error, served, len(items))])


def _next_size(size: int, length: int) -> int:
    return min(LARGEST, max(SMALLEST, size * _ENOUGH // max(length, 1)))


def _rest(reading: list[Pending]) -> list[Any]:
    """Return what the last page that came holds, where it can be read."""
    try:
        return reading.pop().result() if reading else []
    except FailedError:
        return []


def _reader(path: str, content: bytes, complete: Callable[[dict[str, Any]], Any], decode: Decode) -> Callable[[], list[Any]]:
    return lambda: [complete(item) for item in decode(path, content).get("items") or () if isinstance(item, dict)]


def _continue(path: str, content: bytes) -> str:
    """Return where a list goes on, "" where it ends: what an API server says before the items, else what a whole reading finds."""
    head, items, _ = content[:_HEAD].partition(b'"items":')
    try:
        said = decoded(path, head.rstrip().removesuffix(b",") + b"}") if items else {}
    except FailedError:
        said = {}
    metadata = said.get("metadata") or decoded(path, content).get("metadata")
    return str(metadata.get("continue") or "") if isinstance(metadata, dict) else ""


def _named(error: FailedError, served: Served, seen: int) -> FailedError:
    where = f"{served.plural}.{served.group}" if served.group else served.plural
    if error.status == 403:
        needed = f'{{apiGroups: ["{served.group}"], resources: ["{served.plural}"], verbs: ["list"]}}'
        return FailedError("forbidden", f"may not list {where}: the account needs {needed} in a ClusterRole", error.status)
    detail = f"listing {where} broke off after {seen} objects, which are judged: {error.detail}"
    return FailedError(error.kind, detail, error.status)
