"""Running clusters as worlds of their own: each is read, joined with the sources that made it, and fails alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scanner.config import Config
from scanner.inventory import Completeness, Inventory
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple

if TYPE_CHECKING:
    from scanner.sources.cluster import Seen


class World(NamedTuple):
    """One cluster: its objects, the configuration to judge them by, and what could not be seen."""

    inventory: Inventory
    config: Config
    problems: Sequence[Problem]
    by_type: Mapping[str, int]


class Live(NamedTuple):
    """Platforms to look at: kubeconfig contexts, saved dumps, whether the metadata of Secrets may be read, and what was seen before."""

    clusters: Sequence[str] = ()
    secrets: bool = False
    seen: Sequence[Seen] = ()
    dumps: Sequence[str] = ()


def worlds(live: Live, wanted: Wanted, sources: Inventory, config: Config) -> list[World]:
    """Read every cluster. A version that nobody chose is the server's own."""
    if not live.clusters and not live.seen and not live.dumps:
        return []
    from scanner.formats.kubernetes.kinds import kind_of  # a scan of files pays for none of it
    from scanner.sources.cluster import read

    def asked(api_version: str, name: str) -> bool:
        kind = kind_of(api_version, name)
        return kind is not None and (wanted.everything or kind.type in wanted.types)

    declared = {(one.key.kind, one.key.namespace, one.key.name) for one in sources.all if one.key.provider == "kubernetes"}

    def watched(kind: str, namespace: str | None, name: str) -> bool:
        return (kind, namespace, name) in declared

    seen = [read(context, asked, watched, secrets=live.secrets) for context in live.clusters]
    if live.dumps:
        from scanner.sources.cluster.dump import read_dump

        seen += [read_dump(path, asked, watched, secrets=live.secrets) for path in live.dumps]
    return [_world(one, sources, config) for one in (*seen, *live.seen)]


def _world(seen: Seen, sources: Inventory, config: Config) -> World:
    from scanner.formats.kubernetes.live import live as live_resources
    from scanner.views.deployment import differing
    from scanner.views.sourcing import finder

    scope = f"cluster:{seen.uid or seen.context}"
    resources = live_resources(seen.objects, scope, finder(sources.all, differing))
    whole = seen.whole and not seen.problems
    namespaces = frozenset(resource.key.name for resource in resources if resource.key.type == "Namespace")
    inventory = Inventory(resources, Completeness(whole, namespaces if whole else frozenset(), whole))
    return World(inventory, _at_version(config, seen.version), seen.problems, Counter(resource.key.type for resource in resources))


def _at_version(config: Config, version: str | None) -> Config:
    if version is None or config.kubernetes.get("version"):
        return config
    return config._replace(kubernetes={**config.kubernetes, "version": version})
