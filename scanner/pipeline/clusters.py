"""Running clusters as worlds of their own: each is read, joined with the sources that made it, and fails alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scanner.config import Config
from scanner.inventory import Completeness, Inventory
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.resource import Resource


class World(NamedTuple):
    """One cluster: its objects, the configuration to judge them by, and what could not be seen."""

    inventory: Inventory
    config: Config
    problems: Sequence[Problem]
    by_type: Mapping[str, int]


def worlds(contexts: Sequence[str], wanted: Wanted, sources: Inventory, config: Config, *, secrets: bool = False) -> list[World]:
    """Read every cluster. A version that nobody chose is the server's own."""
    return [_world(context, wanted, sources, config, secrets=secrets) for context in contexts]


def _world(context: str, wanted: Wanted, sources: Inventory, config: Config, *, secrets: bool) -> World:
    from scanner.formats.kubernetes.kinds import kind_of
    from scanner.formats.kubernetes.live import live
    from scanner.sources.cluster import read

    def asked(api_version: str, name: str) -> bool:
        kind = kind_of(api_version, name)
        return kind is not None and kind.type in wanted

    seen = read(context, asked, secrets=secrets)
    scope = f"cluster:{seen.uid or context}"
    resources = live((listed.data for listed in seen.objects), scope, _by_name(sources))
    whole = not seen.problems
    namespaces = frozenset(resource.key.name for resource in resources if resource.key.type == "Namespace")
    inventory = Inventory(resources, Completeness(whole, namespaces if whole else frozenset(), whole))
    return World(inventory, _at_version(config, seen.version), seen.problems, Counter(resource.key.type for resource in resources))


def _by_name(sources: Inventory) -> dict[tuple[str, str | None, str], Resource]:
    return {(one.key.type, one.key.namespace, one.key.name): one for one in sources.all if one.key.provider == "kubernetes"}


def _at_version(config: Config, version: str | None) -> Config:
    if version is None or config.kubernetes.get("version"):
        return config
    return config._replace(kubernetes={**config.kubernetes, "version": version})
