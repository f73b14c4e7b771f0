"""What runs against what is declared: objects that no source declares, fields that differ from their source, sources that do not run.

Works on files and clusters together: resources with a cluster's scope are live, all others are sources.
"""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer, dotted
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown, known
from scanner.typed import Any, Iterable, Iterator, Mapping, Sequence
from scanner.views.exempting import SETTINGS, Exemption, exemptions, of_all, of_tracker
from scanner.views.managers import Manager, manager_of
from scanner.views.sourcing import BRINGERS, Find, Source, finder, ignored_by, names_of, tracked, tracker_of

FACTS = ("deployment",)
ACROSS = True
LIVE = "cluster:"
_DECLARED = frozenset(
    {
        "ClusterRole", "ClusterRoleBinding", "ConfigMap", "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job",
        "LimitRange", "MutatingWebhookConfiguration", "Namespace", "NetworkPolicy", "PersistentVolumeClaim", "Pod", "PodDisruptionBudget",
        "ResourceQuota", "Role", "RoleBinding", "Service", "ServiceAccount", "StatefulSet", "ValidatingWebhookConfiguration",
    }
)  # fmt: skip
"""Kinds that people declare; what others of them come from is found by their owner."""
_SETS = "ApplicationSet.argoproj.io"
READS = _DECLARED | frozenset(BRINGERS) | {_SETS}
_SYSTEM_NAMESPACES = frozenset(
    {
        "kube-system", "kube-public", "kube-node-lease", "gatekeeper-system", "calico-system", "calico-apiserver", "tigera-operator",
        "aks-command", "app-routing-system", "azure-arc", "gke-managed-system", "gmp-system", "gmp-public", "amazon-cloudwatch",
    }
)  # fmt: skip
"""Namespaces of Kubernetes itself and of what managed clusters (AKS, GKE, EKS, DOKS) put there."""
_MADE_BY_KUBERNETES = frozenset(
    {
        ("ServiceAccount", "default"), ("Service", "kubernetes"), ("Namespace", "default"), ("ConfigMap", "kube-root-ca.crt"),
        ("ConfigMap", "istio-ca-root-cert"), ("ConfigMap", "openshift-service-ca.crt"), ("ConfigMap", "linkerd-identity-trust-roots"),
    }
)  # fmt: skip
_BOOTSTRAPPED = ("kubernetes.io/bootstrapping", "addonmanager.kubernetes.io/mode", "kubernetes.io/cluster-service")
_UNREAD = Unknown("what could not be read may declare it: see the problems of this scan")
_OPERATORS = ("operator", "controller")
_OWN_BUSINESS = frozenset({"status", "managedFields", "annotations", "resourceVersion", "uid", "generation", "creationTimestamp"})
_SECURITY = frozenset(
    {
        "securityContext", "image", "hostNetwork", "hostPID", "hostIPC", "hostPath", "serviceAccountName", "automountServiceAccountToken",
        "rules", "subjects", "roleRef", "podSelector", "ingress", "egress", "policyTypes", "capabilities", "privileged",
    }
)  # fmt: skip


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:  # noqa: ARG001 - the seam's signature
    """Return one fact per object, none where a side is missing.

    ``state`` is ``declared``, ``drifted`` (somebody changed it), ``behind`` (the deployment tool wrote it, from another revision),
    ``brought`` (by a release or application that is declared), ``undeclared`` or ``not-deployed``; ``ignored`` the annotation by which
    a GitOps tool looks away; ``tracker`` what says that it manages the object; ``changed`` who last wrote the differing fields, in words.
    ``exempt`` are fields that differ and that the tool was told to leave alone (``ignoreDifferences``): they make nothing drifted.
    """
    objects = [one for one in inventory.of(*sorted(READS - {_SETS})) if one.key.provider == "kubernetes" or one.key.type in BRINGERS]
    live, sources = [one for one in objects if _is_live(one)], [one for one in objects if not _is_live(one)]
    sets = [one for one in inventory.of(_SETS) if not _is_live(one)]
    if not live or not (sources or sets):
        return ()
    find = finder(sources, differing)
    mine = [one for one in live if one.key.type in _DECLARED and is_ours(one)]
    bringers = [one for one in (*sources, *live) if one.key.type in BRINGERS]
    known, everywhere, made = exemptions(bringers), _everywhere(live, sources), _of_sets(live, sets)
    matched = [(one, find(one.key, one.data) or _by_set(one, made)) for one in mine]
    unseen = _UNREAD if inventory.completeness.unread else None
    found = [_of(one, source, of_tracker(known, everywhere, tracker_of(one.data)), unseen) for one, source in matched]
    return [*found, *_missing(sources, live, find, whole=inventory.completeness.cluster)]


def _everywhere(live: Sequence[Resource], sources: Sequence[Resource]) -> tuple[Exemption, ...]:
    """Return what all applications leave alone: what Argo CD runs with in the cluster, else what is declared of one elsewhere."""
    running, declared = ([one for one in some if (one.key.type, one.key.name) == ("ConfigMap", SETTINGS)] for some in (live, sources))
    return of_all(running or declared)


def _is_live(resource: Resource) -> bool:
    return (resource.key.scope or "").startswith(LIVE)


def is_ours(resource: Resource) -> bool:
    """Tell whether a live object is one that somebody declares: not a system's, and not made by a controller or an operator."""
    key = resource.key
    if key.namespace in _SYSTEM_NAMESPACES or (key.type, key.name) in _MADE_BY_KUBERNETES or key.name.startswith("system:"):
        return False
    if key.type == "Namespace" and key.name in _SYSTEM_NAMESPACES:
        return False
    labels = lookup(resource.data, ("metadata", "labels"))
    labels = labels if isinstance(labels, dict) else {}
    if any(labels.get(key) is not None for key in _BOOTSTRAPPED):
        return False
    if known(lookup(resource.data, ("metadata", "ownerReferences"))):
        return False
    return not str(labels.get("app.kubernetes.io/managed-by")).endswith(_OPERATORS)


def _of_sets(live: Sequence[Resource], sets: Sequence[Resource]) -> dict[tuple[str, str | None, str], Resource]:
    """Return, by what trackers call a running application that a set made, the source of that set."""
    declared = {(one.key.namespace, one.key.name): one for one in sets}
    found: dict[tuple[str, str | None, str], Resource] = {}
    for one in live if declared else ():
        owners = lookup(one.data, ("metadata", "ownerReferences")) if one.key.type.startswith("Application.") else None
        for owner in owners if isinstance(owners, list) else ():
            name = owner.get("name") if isinstance(owner, dict) and owner.get("kind") == "ApplicationSet" else None
            source = declared.get((one.key.namespace, name)) or declared.get((None, name)) if isinstance(name, str) else None
            if source is not None:
                found |= dict.fromkeys(names_of(one), source)
    return found


def _by_set(live: Resource, made: Mapping[tuple[str, str | None, str], Resource]) -> Source | None:
    source = tracked(made, tracker_of(live.data))
    return Source(source, itself=False) if source is not None else None


def _of(live: Resource, source: Source | None, exempting: Sequence[Exemption], unseen: Unknown | None) -> Fact:
    """Return the fact of an object; ``unseen`` says why there may be sources that the scan has not seen."""
    if source is None or not source.itself:
        return _fact(live, "brought" if source is not None else "undeclared" if unseen is None else unseen, (), None)
    declared = source.resource.data
    differing = tuple(differences(declared, live.data))
    rows = [row for row in exempting if row.covers(live)] if differing else []
    exempt = [pointer for pointer in differing if any(row.exempts(live.data, declared, pointer) for row in rows)]
    pointers = tuple(pointer for pointer in differing if pointer not in exempt)
    unread = [one for row in rows for one in row.unread]
    secure = [pointer for pointer in pointers if _is_secure(pointer)]
    manager = manager_of(live.data, declared, secure or pointers)
    state: Any = "declared" if not pointers else "behind" if manager is not None and manager.is_tool else "drifted"
    if pointers and unread:
        state = Unknown(f"its GitOps tool was told to leave alone what is not read here: {unread[0]}")
    return _fact(live, state, pointers, manager, exempt)


def _missing(sources: Iterable[Resource], live: Sequence[Resource], find: Find, *, whole: bool) -> Iterator[Fact]:
    """Yield sources that do not run in a cluster that has their namespace; none where part of the cluster was not seen."""
    if not whole:
        return
    running = {id(source.resource) for one in live if (source := find(one.key, one.data)) is not None}
    names = {(one.key.type, one.key.name) for one in live}
    spaces = {one.key.name for one in live if one.key.type == "Namespace"}
    for one in sources:
        there = one.key.namespace is None or one.key.namespace in spaces
        if one.key.type in _DECLARED and there and id(one) not in running and (one.key.type, one.key.name) not in names and _stays(one):
            yield _fact(one, "not-deployed", (), None)


def _stays(source: Resource) -> bool:
    """Tell whether an object is still there when it is done: jobs with a time to live and hooks are not."""
    annotations = lookup(source.data, ("metadata", "annotations"))
    hooks = isinstance(annotations, dict) and any(str(key).startswith(("helm.sh/hook", "argocd.argoproj.io/hook")) for key in annotations)
    named = isinstance(lookup(source.data, ("metadata", "name")), str)
    return named and not hooks and lookup(source.data, ("spec", "ttlSecondsAfterFinished")) is None


def _fact(resource: Resource, state: Any, pointers: tuple[Pointer, ...], manager: Manager | None, exempt: Sequence[Pointer] = ()) -> Fact:
    secure = [pointer for pointer in pointers if _is_secure(pointer)]
    first = (secure or pointers or ((),))[0]
    tracker = tracker_of(resource.data)
    space = f"{resource.key.namespace}/" if resource.key.namespace else ""
    data = {
        "state": state,
        "type": resource.key.kind,
        "namespace": resource.key.namespace,
        "name": resource.key.name,
        "object": f"{resource.key.kind} {space}{resource.key.name}",
        "fields": [dotted(pointer) for pointer in pointers],
        "security_fields": [dotted(pointer) for pointer in secure],
        "exempt": [dotted(pointer) for pointer in exempt],
        "manager": manager.name if manager else None,
        "changed": manager.words if manager else "the server does not say who wrote it",
        "tracker": f"{tracker.tool} {tracker.name}" if tracker else None,
        "says": f"; {tracker.tool} {tracker.name} says that it brings it" if tracker else "",
        "ignored": ignored_by(resource.data),
    }
    fields = dict.fromkeys(("state", "fields", "security_fields"), (resource, first))
    fields["ignored"] = (resource, ("metadata", "annotations"))
    said = "unknown" if isinstance(state, Unknown) else state
    return Fact("deployment", data, (resource.key.scope or "", resource.key.address, said), fields, ((resource, first, said),))


def _is_secure(pointer: Pointer) -> bool:
    return not _SECURITY.isdisjoint(map(str, pointer))


def differing(source: Resource, live: Mapping[str, Any]) -> int:
    """Count the fields in which a live object differs from a source."""
    return sum(1 for _ in differences(source.data, live))


def differences(source: Any, live: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield where a live value differs from what the source declares; what the source leaves to the server is no difference."""
    if isinstance(source, Unknown) or source is None:
        return
    if isinstance(source, dict):
        for key, value in source.items():
            if key not in _OWN_BUSINESS:
                yield from differences(value, live.get(key) if isinstance(live, dict) else None, (*at, key))
    elif isinstance(source, list):
        yield from _list_differences(source, live, at)
    elif not _same(source, live):
        yield at


def _list_differences(source: list[Any], live: Any, at: Pointer) -> Iterator[Pointer]:
    if any(isinstance(item, Unknown) for item in source):  # nobody knows how many items it stands for
        return
    if not isinstance(live, list) or len(live) != len(source):
        if source or live:
            yield at
        return
    named = {item.get("name"): item for item in live if isinstance(item, dict) and item.get("name") is not None}
    for number, item in enumerate(source):
        twin = named.get(item.get("name"), live[number]) if isinstance(item, dict) else live[number]
        yield from differences(item, twin, (*at, number))


def _same(source: Any, live: Any) -> bool:
    """Compare scalars as the server writes them: ``0.5`` CPU comes back as ``500m``, false and empty values may not come back at all."""
    if source == live or (source in (False, "", 0) and live is None):
        return True
    return str(source) == str(live) or (_amount(source) is not None and _amount(source) == _amount(live))


def _amount(value: Any) -> float | None:
    units = {"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    text = str(value)
    digits = text.rstrip("mkMGTKi")
    try:
        return float(digits) * units.get(text[len(digits) :], 1)
    except ValueError:
        return None
