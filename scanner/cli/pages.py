"""Further pages of the HTML report: who may do what, who can reach whom, where data can be, whose it is. Worked out for it alone."""

from __future__ import annotations

from scanner.cli.targets import shared_folder
from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.reading import Wanted
from scanner.pipeline import Scope, gather
from scanner.render.html import Section
from scanner.typed import Iterator, Sequence
from scanner.views import flows, permissions, placements, tags


def pages(scopes: Sequence[Scope]) -> list[Section]:
    """Return the pages that have something to show, in reading order."""
    types = frozenset({*permissions.READS, *flows.READS, *placements.READS, *tags.READS})
    inventory, _ = gather(scopes, Wanted(types))
    return list(_sections(inventory, scopes[0].settings.at(shared_folder(scopes[0]))))


def _sections(inventory: Inventory, config: Config) -> Iterator[Section]:
    if any(inventory.of("RoleBinding", "ClusterRoleBinding")):
        yield Section("access", "Access", _access(inventory, config))
    if network := _network(inventory, config):
        yield Section("network", "Network", network)
    if data := _data(inventory, config):
        yield Section("data", "Data", data)
    if owners := _tags(inventory, config):
        yield Section("tags", "Tags", owners)


def _access(inventory: Inventory, config: Config) -> str:
    from scanner.render._rbac_page import page

    return page(permissions.overview(inventory, config))


def _network(inventory: Inventory, config: Config) -> str:
    from scanner.render.answers_network import Answer, to_svg
    from scanner.views.flows.map import map_of
    from scanner.views.flows.scene import scene_of
    from scanner.views.flows.worlds import worlds

    maps = [(world.scope, map_of(scene_of(world.inventory, config))) for world in worlds(inventory)]
    shown = [(scope, one) for scope, one in maps if one.nodes]
    return "".join(dict.fromkeys("".join(to_svg(Answer([one], ()))) for one in shown))  # worlds that look alike are one picture


def _data(inventory: Inventory, config: Config) -> str:
    from scanner.render._residency_map import fragment
    from scanner.render.answers_residency import DataMap
    from scanner.views.placements.placements import placements as placed
    from scanner.views.placements.policy import policy_of

    rows = placed(inventory, config)
    return fragment(DataMap(rows, policy_of(config).profile, ())) if rows else ""


def _tags(inventory: Inventory, config: Config) -> str:
    from scanner.render._tags_page import fragment
    from scanner.render.answers_tags import coverage

    answer = coverage(inventory, config)
    return fragment(answer) if answer.facts else ""
