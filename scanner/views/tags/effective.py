"""The tags that a resource has in the end, and where its own are written."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping, Sequence
from scanner.views.tags.policy import Policy
from scanner.views.tags.taggable import Taking, taking

_DEFAULTS: Mapping[str, Pointer] = {"aws": ("default_tags",), "google": ("default_labels",)}
_PLANNED = ("tags_all", "effective_labels")
_CONTAINERS = (
    "azurerm_resource_group",
    "azurerm_subscription",
    "google_project",
    "google_folder",
    "aws_organizations_account",
    "digitalocean_project",
    "Microsoft.Resources/resourceGroups",
    "Microsoft.Resources/subscriptions",
)

Tags = dict[str, Any]
Found = tuple[Tags, Unknown | None]
"""Tags, and why there may be more."""


class Tagged(NamedTuple):
    """A resource and its tags. ``own`` are those written in it, ``all`` the ones that take effect; ``gap`` says why there may be more."""

    resource: Resource
    taking: Taking
    own: Tags
    all: Tags
    gap: Unknown | None

    @property
    def role(self) -> str:
        """What it is to tags: something that holds other resources, a workload, or a resource."""
        if self.taking.cloud == "kubernetes":
            return "namespace" if self.resource.type == "Namespace" else "workload"
        return "container" if self.resource.type in _CONTAINERS else "resource"


def tagged(inventory: Inventory, policy: Policy) -> Iterator[Tagged]:
    """Yield every resource that takes tags, or perhaps does; of Kubernetes, namespaces and workloads that somebody wrote."""
    inheriting = [_Providers(inventory).tags]
    if "resource_group" in policy.inherit:
        inheriting.append(_Groups(inventory).tags)
    for resource in inventory.all:
        how = taking(resource.type, resource.data)
        if how is not None:
            yield _tagged(resource, how, [tags(resource) for tags in inheriting])


def _tagged(resource: Resource, how: Taking, inherited: Sequence[Found]) -> Tagged:
    own, gap = read(lookup(resource.data, how.pointer), blocks=how.blocks)
    everything = {name: value for tags, _ in reversed(inherited) for name, value in tags.items()} | own
    doubts = (gap, how.doubt, *(doubt for _, doubt in inherited))
    return Tagged(resource, how, own, everything, next((doubt for doubt in doubts if doubt is not None), None))


def read(written: Any, *, blocks: bool = False) -> Found:
    """Return tags in any of their shapes: a map, DigitalOcean's ``key:value``, blocks of key and value; and why there may be more."""
    if isinstance(written, Unknown):
        known = written.partial if isinstance(written.partial, dict) else {}
        return dict(known), written
    if isinstance(written, dict):
        return written, None
    if not isinstance(written, list):
        return {}, None
    keys = [one.get("key") if isinstance(one, dict) else one for one in written]
    unknown = next((one for one in keys if isinstance(one, Unknown)), None)
    if blocks:
        return {one["key"]: one.get("value") for one in written if isinstance(one, dict) and isinstance(one.get("key"), str)}, unknown
    pairs = (one.partition(":") for one in written if isinstance(one, str))
    return {name: value for name, _, value in pairs}, unknown


class _Providers:
    """The provider configurations of a scan, whose default tags every resource of theirs has."""

    def __init__(self, inventory: Inventory) -> None:
        found = inventory.of("provider")
        self._found = {(one.key.scope, one.key.address): one for one in found}
        self._written = {(one.key.scope, one.key.provider) for one in found}

    def tags(self, resource: Resource) -> Found:
        """Return what the provider adds; unknown where its configuration is not in the scan, as for a module that is read alone."""
        planned = next((found for name in _PLANNED if isinstance(found := lookup(resource.data, (name,)), dict) and found), None)
        if planned is not None:  # a plan or state has worked it out
            return planned, None
        prefix, address = resource.type.partition("_")[0], resource.data.get("provider")
        provider = self._found.get((resource.key.scope, address)) if isinstance(address, str) else None
        if provider is not None:
            return read(_block(lookup(provider.data, _DEFAULTS.get(prefix, ("default_tags",)))))
        if isinstance(address, Unknown):
            return {}, address
        if prefix in _DEFAULTS and (resource.key.scope, prefix) not in self._written:
            return {}, Unknown(f"no configuration of the provider {prefix} is in the scan: its default tags are not known")
        return {}, None


def _block(value: Any) -> Any:
    """Return the tags of a ``default_tags`` block, or the map itself."""
    return value[0].get("tags") if isinstance(value, list) and value and isinstance(value[0], dict) else value


class _Groups:
    """The resource groups of a scan, by reference and by name."""

    def __init__(self, inventory: Inventory) -> None:
        self._found: dict[tuple[str | None, str], Resource] = {}
        for one in inventory.of("azurerm_resource_group"):
            names: Sequence[Any] = (one.key.address, one.data.get("name"))
            self._found |= {(one.key.scope, name): one for name in names if isinstance(name, str)}
        for one in inventory.of("Microsoft.Resources/resourceGroups"):
            self._found[one.key.scope, one.key.name.lower()] = one

    def tags(self, resource: Resource) -> Found:
        """Return the tags of the group that a resource is in; unknown where the group is not in the scan."""
        said = _group_of(resource)
        if said is None:
            return {}, None
        name = said.origin or "" if isinstance(said, Unknown) else str(said)
        group = self._found.get((resource.key.scope, name))
        if group is None:
            return {}, said if isinstance(said, Unknown) else Unknown(f"the resource group {name} is not in the scan")
        return read(group.data.get("tags"))


def _group_of(resource: Resource) -> Any:
    """Return the name of a resource's group; Azure's own answers write it beside the resource, in any case."""
    if "/" not in resource.type:
        return resource.data.get("resource_group_name")
    name = resource.data.get("resourceGroup")
    return name.lower() if isinstance(name, str) and resource.type != "Microsoft.Resources/resourceGroups" else None
