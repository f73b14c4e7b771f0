"""What a server serves: every kind that can be listed, custom resources included, each in one version."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.sources.cluster.connection import Connection, FailedError
from scanner.typed import Any, Mapping

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


class Served(NamedTuple):
    """One kind as the server serves it; ``plural`` is its name in paths and permissions."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool

    @property
    def group(self) -> str:
        """The API group, empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def path(self) -> str:
        """The path that lists it in all namespaces."""
        return f"/{'apis' if self.group else 'api'}/{self.api_version}/{self.plural}"


def served_kinds(connection: Connection) -> tuple[list[Served], list[FailedError]]:
    """Return the kinds that can be listed, sorted, and the groups whose discovery failed. Raises FailedError where none can be found."""
    found: list[Served] = []
    failed: list[FailedError] = []
    for path in ("/api", "/apis"):
        answer = connection.get(path, accept=_AGGREGATED)
        if answer.get("kind") == "APIGroupDiscoveryList":
            found += _aggregated(answer)
        else:
            found += _one_by_one(connection, path, answer, failed)
    return sorted(_once(found)), failed


def _aggregated(answer: Mapping[str, Any]) -> list[Served]:
    found = []
    for group in answer.get("items") or ():
        name = (group.get("metadata") or {}).get("name") or ""
        for version in group.get("versions") or ():
            api_version = f"{name}/{version['version']}" if name else version["version"]
            for one in version.get("resources") or ():
                kind = (one.get("responseKind") or {}).get("kind")
                if kind and "list" in (one.get("verbs") or ()):
                    found.append(Served(api_version, kind, one["resource"], one.get("scope") == "Namespaced"))
    return found


def _one_by_one(connection: Connection, path: str, answer: Mapping[str, Any], failed: list[FailedError]) -> list[Served]:
    """Servers before 1.26, and proxies that know no aggregated discovery."""
    if path == "/api":
        versions = [str(version) for version in answer.get("versions") or ()]
    else:
        versions = [version["groupVersion"] for group in answer.get("groups") or () for version in group["versions"]]
    found = []
    for api_version in versions:
        try:
            resources = connection.get(f"{path}/{api_version}").get("resources") or ()
        except FailedError as error:
            failed.append(error)
            continue
        found += [
            Served(api_version, one["kind"], one["name"], bool(one.get("namespaced")))
            for one in resources
            if "/" not in one["name"] and "list" in (one.get("verbs") or ())
        ]
    return found


def _once(found: list[Served]) -> list[Served]:
    """Keep the first version of each kind: servers name the one they prefer first."""
    kept: dict[tuple[str, str], Served] = {}
    for one in found:
        kept.setdefault((one.group, one.kind), one)
    return list(kept.values())
