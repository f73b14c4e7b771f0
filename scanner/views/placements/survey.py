"""The ground on which placements are found: the inventory with the tables, and the look-ups between resources."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory, lookup
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.patterns import pattern
from scanner.tables import table
from scanner.typed import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Sequence
from scanner.views.placements.atlas import Atlas
from scanner.views.placements.carriers import Carriers
from scanner.views.placements.places import Destination

if TYPE_CHECKING:
    from scanner.views.placements.classes import Class
    from scanner.views.placements.ways import Way

_NAMES = ("name", "bucket", "identifier", "cluster_identifier", "dataset_id", "instance_id", "cluster_id", "BucketName", "Name")
_PATH_PLACE = pattern(r"(?:^|/)(?:locations|regions|zones)/([a-zA-Z0-9-]+)(?:/|$)")


class Survey:
    """What every finder of places needs; the indexes are built when first asked for."""

    __slots__ = ("_addresses", "_ids", "_names", "_namespaces", "_nodes", "_updates", "atlas", "carriers", "classes", "config", "inventory")

    def __init__(self, inventory: Inventory, config: Config) -> None:
        self.inventory = inventory
        self.config = config
        self.atlas = Atlas(config)
        self.carriers = Carriers(config)
        self.classes: dict[int, Class] = {}
        self._addresses: dict[tuple[str | None, str], list[Resource]] | None = None
        self._ids: dict[str, Resource] | None = None
        self._names: dict[str, list[Resource]] | None = None
        self._namespaces: set[str | None] | None = None
        self._updates: dict[int, list[Resource]] | None = None
        self._nodes: dict[str | None, Way | None] = {}

    def classifies(self, key: str) -> bool:
        """Tell whether a tag's key, in plain letters, is one that classifies data."""
        said = dict(self.config.residency.get("classify") or {})
        own = [str(word) for name in ("tags", "labels", "annotations") for word in said.get(name) or ()]
        return key in table("classification")["keys"] or key.endswith("dataclassification") or key in map(_plain, own)

    def provider(self, resource: Resource) -> Resource | None:
        """Return the provider configuration that a Terraform resource uses, where one is written."""
        address = resource.data.get("provider")
        return next(iter(self.at(resource.key.scope, address)), None) if isinstance(address, str) else None

    def at(self, scope: str | None, address: str) -> Sequence[Resource]:
        """Return the resource with this address in the same evaluation, or all instances of it where it has several."""
        if self._addresses is None:
            self._addresses = {}
            for one in self.inventory.all:
                self._addresses.setdefault((one.key.scope, one.key.address), []).append(one)
                block, bracket, _ = one.key.address.rpartition("[")
                if bracket:
                    self._addresses.setdefault((one.key.scope, block), []).append(one)
        return self._addresses.get((scope, address), ())

    def referred(self, resource: Resource, value: Any, attribute: str) -> Sequence[Resource]:
        """Return the resources that a value means: by reference, by the last word of an id or ARN, or by name."""
        if isinstance(value, Unknown):
            return self._at_origin(resource, value.origin) if value.origin else ()
        return self.named(resource, value, attribute)

    def named(self, resource: Resource, value: Any, attribute: str) -> Sequence[Resource]:
        """Return the carriers whose name a text ends in; of several, those whose type the attribute's words describe best."""
        if not isinstance(value, str) or not value:
            return ()
        known = self._by_id().get(value.lower())
        if known is not None:
            return (known,)
        found = [one for one in self._by_name().get(_last_word(value), ()) if one is not resource]
        near = [one for one in found if one.key.scope == resource.key.scope] or found
        words = _words(f"{attribute} {value if pattern('[/:]').search(value) else ''}")
        best = max((_likeness(one, words) for one in near), default=0)
        return [one for one in near if best and _likeness(one, words) == best]

    def groups(self, resource: Resource) -> Sequence[Resource]:
        """Return the Azure resource group that a resource is in."""
        before, inside, _ = resource.key.address.partition("/providers/") if "/" in resource.type else ("", "", "")
        if inside:
            return self.named(resource, before, "resourceGroup")
        return self.named(resource, resource.data.get("resource_group_name"), "resource_group_name")

    def place_in_path(self, cloud: str, value: str) -> Destination | None:
        """Return the place that an ARN or a resource path says itself."""
        if value.startswith("arn:"):
            region = value.split(":")[3:4]
            return self.atlas.region("aws", region[0]) if region and region[0] else None
        said = _PATH_PLACE.search(value)
        return self.atlas.region(cloud, said[1]) if said else None

    def updates(self, resource: Resource) -> Sequence[Resource]:
        """Return the azapi_update_resource blocks that change a resource."""
        if self._updates is None:
            self._updates = {}
            for update in self.inventory.of("azapi_update_resource"):
                for target in self.referred(update, update.data.get("resource_id"), "resource_id"):
                    self._updates.setdefault(id(target), []).append(update)
        return self._updates.get(id(resource), ())

    def is_namespace(self, name: str) -> bool:
        """Tell whether anything in the scan is in a namespace of this name."""
        if self._namespaces is None:
            self._namespaces = {resource.key.namespace for resource in self.inventory.all}
        return name in self._namespaces

    def where_nodes_are(self, scope: str | None, union: Callable[[Survey, Sequence[Resource]], Way | None]) -> Way | None:
        """Return where the nodes of one evaluation are, by ``union``, which is asked once."""
        if scope not in self._nodes:
            self._nodes[scope] = union(self, [node for node in self.inventory.of("Node") if node.key.scope == scope])
        return self._nodes[scope]

    def setting(self, section: str, *keys: str) -> Any:
        """Return a value of the configuration, None where nothing is said."""
        part: Mapping[str, Any] = getattr(self.config, section)
        return lookup(dict(part), keys)

    def _at_origin(self, resource: Resource, origin: str) -> Sequence[Resource]:
        return self.at(resource.key.scope, origin)

    def _by_id(self) -> dict[str, Resource]:
        """Return the resources that Azure listed by their ids, which do not tell upper from lower case."""
        if self._ids is None:
            self._ids = {one.key.address.lower(): one for one in self.inventory.all if "/" in one.type}
        return self._ids

    def _by_name(self) -> dict[str, list[Resource]]:
        if self._names is None:
            self._names = {}
            for resource in self.inventory.all:
                if self.carriers.row(resource.type):
                    for name in _names_of(resource):
                        self._names.setdefault(name, []).append(resource)
        return self._names


def _names_of(resource: Resource) -> Iterable[str]:
    if resource.key.provider == "kubernetes":
        return ()
    return dict.fromkeys(value for key in _NAMES if isinstance(value := resource.data.get(key), str) and value)


def _likeness(resource: Resource, words: set[str]) -> int:
    name = pattern(r"[^a-z0-9]").sub("", resource.type.lower())
    return sum(word in name for word in words)


def _words(text: str) -> set[str]:
    """Return the words of an attribute's path that describe what it names."""
    return set(pattern(r"[^a-z0-9]+").split(pattern(r"(?<=[a-z0-9])(?=[A-Z])").sub("_", text).lower())) - {"", "id", "name", "arn"}


def _last_word(value: str) -> str:
    return pattern(r"[/:]").split(value.rstrip("/*"))[-1]


def _plain(key: str) -> str:
    return pattern(r"[^a-z0-9]").sub("", key.rpartition("/")[2].lower())
