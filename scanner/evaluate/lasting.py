"""Who an object is beyond the life of one replica: what a controller makes has a random name, and its template's owner has not.

Names as the controllers of kubernetes v1.37.2 make them: ``<deployment>-<hash>``, ``<replica set>-<random>``, ``<cron job>-<minute>``.
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.resource import Key, Resource
from scanner.patterns import pattern
from scanner.typed import Any, Mapping

_MADE = {
    "Pod": frozenset({"ReplicaSet", "ReplicationController", "DaemonSet", "Job"}),
    "ReplicaSet": frozenset({"Deployment"}),
    "Job": frozenset({"CronJob"}),
}
"""Types whose names are made up → the owners that make them; the pods of a StatefulSet keep their names."""
_MINUTE = r"-[0-9]{8,10}"


def lasting(resource: Resource) -> Key:
    """Return the key of a resource, with its owner in the place of a name that the next replica will not have."""
    key = resource.key
    owner = _controller(resource.data) if key.type in _MADE else None
    if owner is None or owner.get("kind") not in _MADE[key.type]:
        return key
    name = f"{_lasting_name(owner, resource.data)}-*"
    return key._replace(name=name, address=key.address.removesuffix(key.name) + name)


def _controller(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    owners = lookup(data, ("metadata", "ownerReferences"))
    found = (one for one in owners if isinstance(one, dict) and one.get("controller") is True) if isinstance(owners, list) else iter(())
    return next((one for one in found if isinstance(one.get("name"), str)), None)


def _lasting_name(owner: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return the owner's name without what its own owner added to it."""
    name = str(owner["name"])
    if owner["kind"] == "ReplicaSet":
        revision = lookup(data, ("metadata", "labels", "pod-template-hash"))
        return name.removesuffix(f"-{revision}") if isinstance(revision, str) else name
    return pattern(f"{_MINUTE}$").sub("", name) if owner["kind"] == "Job" else name
