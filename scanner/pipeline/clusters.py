"""Running clusters as worlds of their own: each is read, joined with the sources that made it, and fails alone."""

from __future__ import annotations

import sys
from types import MappingProxyType

from scanner.config import Config
from scanner.inventory import Completeness, Inventory
from scanner.model.counts import tally
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import TYPE_CHECKING, Any, Callable, Mapping, Sequence

if TYPE_CHECKING:
    from scanner.model.platform import Access
    from scanner.model.platform import Seen as Account
    from scanner.sources.cluster import Seen

AT_ONCE = 4
"""Clusters that are read at the same time."""
_TURN = 0.0005
"""Seconds after which a thread lets another one on; Python's own are ten times as many."""


class World(NamedTuple):
    """One cluster: its scope and name, its objects, the configuration to judge them by, and what could not be seen."""

    scope: str
    name: str
    inventory: Inventory
    config: Config
    problems: Sequence[Problem]
    by_type: Mapping[str, int]
    notes: Sequence[str] = ()


class Live(NamedTuple):
    """Platforms to look at: kubeconfig contexts, saved dumps, whether the metadata of Secrets may be read, and what was seen before.

    ``platforms`` are accounts of cloud platforms by the platform's name, ``managed`` whether the clusters in them are looked at too,
    ``accounts`` what they showed before.
    """

    clusters: Sequence[str | Access] = ()
    secrets: bool = False
    seen: Sequence[Seen] = ()
    dumps: Sequence[str] = ()
    platforms: Mapping[str, Sequence[str]] = MappingProxyType({})
    managed: bool = False
    accounts: Mapping[str, Sequence[Account]] = MappingProxyType({})


def worlds(live: Live, wanted: Wanted, sources: Inventory, config: Config) -> list[World]:
    """Read every cluster. A version that nobody chose is the server's own."""
    if not live.clusters and not live.seen and not live.dumps:
        return []
    from scanner.formats.kubernetes.kinds import kind_of  # a scan of files pays for none of it
    from scanner.formats.kubernetes.live import live as live_resources
    from scanner.sources.cluster import read
    from scanner.views.deployment import differing
    from scanner.views.sourcing import finder

    def asked(api_version: str, name: str) -> bool:
        kind = kind_of(api_version, name)
        return kind is not None and (wanted.everything or kind.type in wanted.types)

    watched = {(one.key.kind, one.key.namespace, one.key.name) for one in sources.all if one.key.provider == "kubernetes"}
    found = finder(sources.all, differing)

    def made(identity: str) -> Callable[[dict[str, Any]], list[Resource]]:
        return lambda item: live_resources([item], _scope(identity), found)

    seen = _each(live.clusters, lambda context: read(context, asked, watched, secrets=live.secrets, made=made))
    if live.dumps:
        from scanner.sources.cluster.dump import read_dump

        seen += [read_dump(path, asked, watched, secrets=live.secrets) for path in live.dumps]
    worlds = []
    for same in _by_cluster([*seen, *live.seen]):
        best = _best(same)
        resources = best.resources
        if resources is None:  # what was saved, or handed over
            resources = live_resources(best.objects, _scope(best.uid or best.context), found)
        worlds.append(_world(best, resources, config)._replace(notes=_told(same)))
    return worlds


def _scope(identity: str) -> str:
    return f"cluster:{identity}"


def _each(clusters: Sequence[str | Access], one: Callable[[str | Access], Seen]) -> list[Seen]:
    """Read several clusters at once: most of the time is theirs.

    Threads take turns often meanwhile: each of the many small parts of an answer waits for its turn while another thread reads a page.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        if len(clusters) < 2:
            return [one(context) for context in clusters]
        from scanner.sources.cluster.workers import Workers

        with Workers(AT_ONCE) as pool:
            return [pending.result() for pending in [pool.submit(one, context) for context in clusters]]
    finally:
        sys.setswitchinterval(usual)


def _by_cluster(seen: Sequence[Seen]) -> list[list[Seen]]:
    found: dict[str, list[Seen]] = {}
    for one in seen:
        found.setdefault(one.uid or f"context {one.context}", []).append(one)
    return list(found.values())


def _best(same: Sequence[Seen]) -> Seen:
    """Return how one cluster is seen best, where several contexts lead to it."""
    return min(same, key=lambda one: (len(one.problems), not one.whole, -len(one.objects)))


def _told(same: Sequence[Seen]) -> tuple[str, ...]:
    others = ", ".join(one.context for one in same if one is not _best(same))
    return (f"{others}: the same cluster as {_best(same).context}, which is judged once",) if others else ()


def _world(seen: Seen, resources: Sequence[Resource], config: Config) -> World:
    whole = seen.whole and not seen.problems
    namespaces = frozenset(resource.key.name for resource in resources if resource.key.type == "Namespace")
    inventory = Inventory(resources, Completeness(whole, namespaces if whole else frozenset(), whole))
    name = str((config.kubernetes.get("clusters") or {}).get(seen.context, {}).get("name") or seen.context)
    return World(
        _scope(seen.uid or seen.context),
        name,
        inventory,
        _at_version(config, seen.version),
        seen.problems,
        tally(resource.key.type for resource in resources),
    )


def _at_version(config: Config, version: str | None) -> Config:
    if version is None or config.kubernetes.get("version"):
        return config
    return config._replace(kubernetes={**config.kubernetes, "version": version})
