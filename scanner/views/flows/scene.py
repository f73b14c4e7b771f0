"""Everything that facts and answers about the network are made of, computed once."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.record import NamedTuple
from scanner.views.flows.entries import Entry, entries, openings_of
from scanner.views.flows.namespaces import namespaces_of
from scanner.views.flows.network import Network, build
from scanner.views.flows.pods import Pods
from scanner.views.flows.services import pods_of_service
from scanner.views.flows.stores import hints_of, store_of
from scanner.views.flows.tenants import Party, Tenancy


class Traits(NamedTuple):
    """What keeps pods apart besides policies: whose they are, which store they are, and as whom they run."""

    party: Party
    store: str | None
    account: str


class Scene(NamedTuple):
    """One cluster as the scan sees it."""

    inventory: Inventory
    config: Config
    network: Network
    tenancy: Tenancy
    entries: tuple[Entry, ...]

    def traits(self, index: int) -> Traits:
        """Return what is known of a pod class besides its labels."""
        traits: Traits = self.network.universe.classes[index].traits
        return traits


def scene_of(inventory: Inventory, config: Config) -> Scene:
    """Evaluate the policies of an inventory and recognise who is who in it."""
    tenancy = Tenancy(config, namespaces_of(inventory))

    hints = hints_of(inventory)

    def traits(pods: Pods) -> Traits:
        return Traits(tenancy.of_pods(pods), store_of(pods, config, hints), pods.account)

    openings = openings_of(inventory)
    network = build(inventory, traits, {pods_of_service(opening.service) for opening in openings})
    return Scene(inventory, config, network, tenancy, tuple(entries(openings, network)))
