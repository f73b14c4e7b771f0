"""Objects that controllers make from a template, and for which the template stands: a thousand replicas are one thing to repair.

An object is stood in for only where nothing that a rule may look at differs from its owner's template, but for what the system itself adds.
A pod with an injected container, with resources that a LimitRange gave, or of an earlier revision is judged for itself.

What the system adds: the admission plugins ServiceAccount, Priority, DefaultTolerationSeconds and PodTopologyLabels, the pod defaults of
``pkg/apis/core/v1/defaults.go`` and the controllers of kubernetes v1.37.2.
"""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any, Iterable, Mapping
from scanner.views.pods import CONTAINER_LISTS, template_pointer

_OWNERS: Mapping[str, frozenset[str]] = {
    "Pod": frozenset({"ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"}),
    "ReplicaSet": frozenset({"Deployment"}),
    "Job": frozenset({"CronJob"}),
}
"""Types that are made → types that make them from a template which the server completed as it completes theirs."""
MADE = frozenset(_OWNERS)
OWNERS: frozenset[str] = frozenset().union(*_OWNERS.values())
_ADDED_TO_SPEC = frozenset(
    {
        "affinity", "enableServiceLinks", "hostname", "nodeName", "preemptionPolicy", "priority", "serviceAccount", "serviceAccountName",
        "subdomain", "tolerations", "volumes", "imagePullSecrets", *CONTAINER_LISTS,
    }
)  # fmt: skip
"""Keys that are compared with a thought, or not at all."""
_TOKEN = "kube-api-access-"  # noqa: S105 - the name of a volume
_TELLING = ("apparmor", "seccomp", "plumbrule", "helm.sh/hook", "config.mirror")
"""Words in annotations that mean something to rules: a pod that alone has one is judged for itself."""


class Siblings(NamedTuple):
    """An owner's template, the spec of what it made that was compared last, and what came of it: most siblings are alike."""

    template: Mapping[str, Any]
    spec: Any
    alike: bool


def stand_ins(inventory: Inventory) -> dict[int, str]:
    """Return ``id()`` of each object that its owner stands for → the owner's type."""
    made = [(one, uid) for name in _OWNERS for one in inventory.of(name) if (uid := _owner_uid(one)) is not None]
    if not made:
        return {}
    owners = {uid: one for name in OWNERS for one in inventory.of(name) if (uid := _uid(one)) is not None}
    found = {}
    siblings: dict[str, Siblings | None] = {}
    for one, uid in made:
        owner = owners.get(uid)
        if owner is not None and _same_scope(one, owner) and (_is_retired(one, owner) or _is_like(one, owner, uid, siblings)):
            found[id(one)] = owner.key.type
    return found


def _uid(resource: Resource) -> str | None:
    metadata = resource.data.get("metadata")
    uid = metadata.get("uid") if isinstance(metadata, dict) else None
    return uid if isinstance(uid, str) else None


def _owner_uid(resource: Resource) -> str | None:
    """Return the uid of the controller that made an object."""
    metadata = resource.data.get("metadata")
    owners = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    for owner in owners if isinstance(owners, list) else ():
        if isinstance(owner, dict) and owner.get("controller") is True and isinstance(owner.get("uid"), str):
            return str(owner["uid"])
    return None


def _same_scope(one: Resource, owner: Resource) -> bool:
    ours, theirs = one.key, owner.key
    return theirs.type in _OWNERS[ours.type] and ours.scope == theirs.scope and ours.namespace == theirs.namespace


def _is_retired(one: Resource, owner: Resource) -> bool:
    """Tell whether it is an earlier revision of which nothing runs: no pod can be like it, and nobody edits it."""
    if owner.key.type != "Deployment":
        return False
    running = lookup(one.data, ("spec", "replicas")), lookup(one.data, ("status", "replicas"))
    return running[0] == 0 and not running[1]


def _is_like(one: Resource, owner: Resource, uid: str, siblings: dict[str, Siblings | None]) -> bool:
    """Compare with the owner's template; ``siblings`` keeps by the owner's uid what was compared before."""
    own = _template(one)
    if uid not in siblings:
        siblings[uid] = _first(owner)
    before = siblings[uid]
    if before is None or not isinstance(own, dict) or not _carries(own.get("metadata"), before.template.get("metadata")):
        return False
    spec = own.get("spec")
    if before.spec is not None and before.spec == spec:
        return before.alike
    alike = _same_spec(spec, before.template.get("spec"), owner)
    siblings[uid] = Siblings(before.template, spec, alike)
    return alike


def _first(owner: Resource) -> Siblings | None:
    template = _template(owner)
    return Siblings(template, None, False) if isinstance(template, dict) else None


def _template(resource: Resource) -> Any:
    """Return what holds the metadata and the spec of its pods."""
    pointer = template_pointer(resource.key.type)
    return lookup(resource.data, pointer) if pointer else resource.data


def _carries(own: Any, template: Any) -> bool:
    """Compare labels and annotations: what was added says nothing, unless a rule might listen to it."""
    for word in ("labels", "annotations"):
        mine = (own.get(word) if isinstance(own, dict) else None) or {}
        theirs = (template.get(word) if isinstance(template, dict) else None) or {}
        if not isinstance(mine, dict) or not isinstance(theirs, dict) or (theirs and not theirs.items() <= mine.items()):
            return False
        if word == "annotations" and mine and any(telling in key for key in mine.keys() - theirs.keys() for telling in _TELLING):
            return False
    return True


def _same_spec(own: Any, template: Any, owner: Resource) -> bool:
    if not isinstance(own, dict) or not isinstance(template, dict):
        return False
    if own == template:
        return True
    return (
        (own.get("serviceAccountName") or "default") == (template.get("serviceAccountName") or "default")
        and _same_rest(own, template)
        and _is_added_to(own, template, "tolerations")
        and (not template.get("imagePullSecrets") or own.get("imagePullSecrets") == template["imagePullSecrets"])
        and (owner.key.type == "DaemonSet" or own.get("affinity") == template.get("affinity"))
        and (own.get("volumes") == template.get("volumes") or _volumes(own, owner) == _volumes(template, owner))
        and all(own.get(name) == template.get(name) or _containers(own, name) == _containers(template, name) for name in CONTAINER_LISTS)
    )


def _same_rest(own: Mapping[str, Any], template: Mapping[str, Any]) -> bool:
    for key, value in own.items():  # ten thousand times in a large cluster
        if key not in _ADDED_TO_SPEC and template.get(key) != value:
            return False
    return all(value is None or key in own or key in _ADDED_TO_SPEC for key, value in template.items())


def _is_added_to(own: Mapping[str, Any], template: Mapping[str, Any], key: str) -> bool:
    return all(item in (own.get(key) or ()) for item in template.get(key) or ())


def _volumes(spec: Mapping[str, Any], owner: Resource) -> list[Any]:
    """Leave out the token that the server mounts, and what a StatefulSet claims for each of its pods."""
    claimed = {lookup(claim, ("metadata", "name")) for claim in lookup(owner.data, ("spec", "volumeClaimTemplates")) or ()}
    named = (item for item in spec.get("volumes") or () if isinstance(item, dict))
    return [item for item in named if not str(item.get("name")).startswith(_TOKEN) and item.get("name") not in claimed]


def _containers(spec: Mapping[str, Any], name: str) -> list[Any]:
    shared = spec.get("hostNetwork") is True
    return [_container(item, shared=shared) for item in spec.get(name) or () if isinstance(item, dict)]


def _container(container: Mapping[str, Any], *, shared: bool) -> dict[str, Any]:
    """Write a container as a pod has it: limits are requests where none are written, ports of a shared network are the host's."""
    plain = dict(container)
    plain["volumeMounts"] = list(_mounts(container.get("volumeMounts") or ()))
    plain["env"] = [one for one in container.get("env") or () if not (isinstance(one, dict) and one.get("name") == "JOB_COMPLETION_INDEX")]
    resources = container.get("resources")
    if isinstance(resources, dict) and isinstance(resources.get("limits"), dict):
        plain["resources"] = {**resources, "requests": {**resources["limits"], **(resources.get("requests") or {})}}
    if shared:
        plain["ports"] = [{"hostPort": one.get("containerPort"), **one} for one in container.get("ports") or () if isinstance(one, dict)]
    return plain


def _mounts(mounts: Iterable[Any]) -> Iterable[Any]:
    return (one for one in mounts if not (isinstance(one, dict) and str(one.get("name")).startswith(_TOKEN)))
