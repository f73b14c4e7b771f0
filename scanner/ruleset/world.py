"""Everything that a rule may look at beside its own resource: the inventory, the facts of views, and what is built once for all rules."""

from __future__ import annotations

from scanner.inventory import MODULE, Inventory
from scanner.model.resource import Fact, Resource
from scanner.ruleset.subject import Subject, of_fact, of_resource
from scanner.typed import Any, Callable, Mapping, Sequence
from scanner.views.generated import MADE, OWNERS, stand_ins

AZAPI = ("azapi_resource", "azapi_update_resource")
"""Blocks of Terraform that describe an ARM resource."""


class World:
    """Subjects are made once per resource, indexes once per question; both last as long as one evaluation.

    ``among`` picks the resources that are judged; all take part in joins.
    """

    __slots__ = (
        "_addresses", "_among", "_arm", "_fact_subjects", "_facts", "_judged", "_lists", "_stand_ins", "_subjects", "indexes", "inventory",
    )  # fmt: skip

    def __init__(
        self, inventory: Inventory, facts: Mapping[str, Sequence[Fact]], among: Callable[[Resource], bool] | None = None
    ) -> None:  # fmt: skip
        self.inventory = inventory
        self._among = among
        self.indexes: dict[Any, Any] = {}
        self._facts = facts
        self._fact_subjects: dict[str, list[Subject]] = {}
        self._subjects: dict[int, Subject] = {}
        self._lists: dict[tuple[str, ...], list[Subject]] = {}
        self._judged: dict[tuple[str, ...], list[Subject]] = {}
        self._arm: dict[str, list[Resource]] | None = None
        self._addresses: dict[tuple[str | None, str], Resource] | None = None
        self._stand_ins = inventory.derived(stand_ins)

    def subject(self, resource: Resource) -> Subject:
        """Return the one subject of a resource."""
        found = self._subjects.get(id(resource))
        if found is None:
            found = self._subjects[id(resource)] = of_resource(resource)
        return found

    def of(self, types: tuple[str, ...]) -> list[Subject]:
        """Return the resources of some types ("*" for all) as subjects, in inventory order."""
        found = self._lists.get(types)
        if found is None:
            found = self._lists[types] = [self.subject(resource) for resource in self._resources(types)]
        return found

    def _resources(self, types: tuple[str, ...]) -> Sequence[Resource]:
        return self.inventory.all if "*" in types else [*self.inventory.of(*types), *self._described(types)]

    def judged(self, types: tuple[str, ...]) -> list[Subject]:
        """Return the resources of some types, without those for which an owner of these types stands."""
        if self._among is not None:
            return [self.subject(resource) for resource in self._resources(types) if self._among(resource)]
        if not self._stand_ins or ("*" not in types and MADE.isdisjoint(types)):
            return self.of(types)
        found = self._judged.get(types)
        if found is None:
            owner_of, owners = self._stand_ins.get, OWNERS if "*" in types else OWNERS.intersection(types)
            mine = [one for one in self._resources(types) if owner_of(id(one)) not in owners]
            found = self._judged[types] = [self.subject(resource) for resource in mine]
        return found

    def has(self, types: tuple[str, ...]) -> bool:
        """Tell whether there is a resource of one of these types."""
        return "*" in types or any(one in types for one in self.inventory.types) or bool(self._described(types))

    def _described(self, types: tuple[str, ...]) -> list[Resource]:
        """Return the resources of ARM types (with a slash) that Terraform writes as such, in azapi blocks."""
        names = [one.lower() for one in types if "/" in one]
        if not names:
            return []
        if self._arm is None:
            self._arm = {}
            if any(self.inventory.of(one) for one in AZAPI):
                from scanner.views.azapi import arm_resources  # few scans have any

                self._arm = arm_resources(self.inventory)
        return [resource for one in names for resource in self._arm.get(one, ())]

    def facts(self, kind: str) -> list[Subject]:
        """Return the facts of one kind as subjects."""
        found = self._fact_subjects.get(kind)
        if found is None:
            found = self._fact_subjects[kind] = [of_fact(fact) for fact in self._facts.get(kind, ())]
        return found

    def at(self, scope: str | None, address: str) -> Resource | None:
        """Return the resource with this address in one evaluation (scope), if the scan has it."""
        if self._addresses is None:
            self._addresses = {(one.key.scope, one.key.address): one for one in self.inventory.all if one.key.type != MODULE}
        return self._addresses.get((scope, address))


NOTHING = World(Inventory(()), {})
"""What rules are compiled against when they are only checked."""
