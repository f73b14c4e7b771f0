"""The tags that a resource has in the end, and where its own are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.views.tags.policy import Policy
from scanner.views.tags.taggable import Taking, taking

_DEFAULTS: Mapping[str, tuple[Pointer, ...]] = {
    "aws": (("default_tags",),),
    "google": (("default_labels",),),
    "azapi": (("default_tags",),),
}
_PROVIDERS = ("aws", "google")
_CONTAINERS = (
    "azurerm_resource_group",
    "azurerm_subscription",
    "google_project",
    "google_folder",
    "aws_organizations_account",
    "digitalocean_project",
)

Tags = dict[str, Any]


class Tagged(NamedTuple):
    """A resource and its tags. ``own`` are those written in it, ``all`` the ones that take effect; ``gap`` says why there may be more."""

    resource: Resource
    taking: Taking
    own: Tags
    all: Tags
    gap: Unknown | None

    @property
    def role(self) -> str:
        """What it is to tags: something that holds other resources, or a resource."""
        return "container" if self.resource.type in _CONTAINERS else "resource"


def tagged(inventory: Inventory, policy: Policy) -> Iterator[Tagged]:
    """Yield every resource that takes tags, or perhaps does."""
    providers = {(one.key.scope, one.key.address): one for one in inventory.of("provider")}
    clouds = {(one.key.scope, one.key.provider) for one in inventory.of("provider")}
    groups = _Groups(inventory) if "resource_group" in policy.inherit else None
    for resource in inventory.all:
        how = taking(resource.type, resource.data)
        if how is None:
            continue
        written = lookup(resource.data, how.pointer)
        own, gap = read(written, blocks=how.blocks)
        inherited = [_defaults(resource, providers, clouds)]
        if groups is not None:
            inherited.append(groups.tags(resource))
        everything = {name: value for tags, _ in reversed(inherited) for name, value in tags.items()} | own
        gap = next((one for one in (gap, how.doubt, *(doubt for _, doubt in inherited)) if one is not None), None)
        yield Tagged(resource, how, own, everything, gap)


def read(written: Any, *, blocks: bool = False) -> tuple[Tags, Unknown | None]:
    """Return tags in any of their shapes: a map, DigitalOcean's ``key:value``, blocks of key and value; and why there may be more."""
    if isinstance(written, Unknown):
        known = written.partial if isinstance(written.partial, dict) else {}
        return dict(known), written
    if isinstance(written, dict):
        return written, None
    if not isinstance(written, list):
        return {}, None
    unknown = next((one for one in written if isinstance(one, Unknown)), None)
    if blocks:
        return {one["key"]: one.get("value") for one in written if isinstance(one, dict) and isinstance(one.get("key"), str)}, unknown
    pairs = (one.partition(":") for one in written if isinstance(one, str))
    return {name: value for name, _, value in pairs}, unknown


def _defaults(
    resource: Resource, providers: Mapping[tuple[str | None, str], Resource], clouds: set[tuple[str | None, str]]
) -> tuple[Tags, Unknown | None]:  # fmt: skip
    """Return what the provider adds; unknown where its configuration is not in the scan, as for a module that is read alone."""
    prefix = resource.type.partition("_")[0]
    address = resource.data.get("provider")
    planned = lookup(resource.data, ("tags_all",)) or lookup(resource.data, ("effective_labels",))
    if isinstance(planned, dict):  # a plan or state has worked it out
        return planned, None
    provider = providers.get((resource.key.scope, address)) if isinstance(address, str) else None
    if provider is None:
        missing = prefix in _PROVIDERS and (resource.key.scope, prefix) not in clouds
        return {}, Unknown(f"no configuration of the provider {prefix} is in the scan: its default tags are not known") if missing else None
    found = [read(_block(lookup(provider.data, pointer))) for pointer in _DEFAULTS.get(prefix, ())]
    return found[0] if found else ({}, None)


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

    def tags(self, resource: Resource) -> tuple[Tags, Unknown | None]:
        """Return the tags of the group that a resource is in; unknown where the group is not in the scan."""
        said = resource.data.get("resource_group_name")
        if said is None:
            return {}, None
        name = said.origin or "" if isinstance(said, Unknown) else str(said)
        group = self._found.get((resource.key.scope, name))
        if group is None:
            return {}, said if isinstance(said, Unknown) else Unknown(f"the resource group {name} is not in the scan")
        return read(group.data.get("tags"))
