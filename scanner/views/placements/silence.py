"""Tells cheaply which Kubernetes objects say nothing about places, before anything of the view is loaded."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.patterns import pattern
from scanner.typed import Any, Mapping
from scanner.views.generated import stand_ins

_KINDS = frozenset(
    (
        "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Service", "Ingress",
        "ConfigMap", "Secret", "Namespace", "EndpointSlice", "Endpoints",
    )
)  # fmt: skip
BARREN = frozenset(
    (
        "FlowSchema", "PriorityLevelConfiguration", "Lease", "IPAddress", "ServiceCIDR", "APIService", "PriorityClass", "RuntimeClass",
        "ControllerRevision", "CSINode", "CSIDriver", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration",
        "CustomResourceDefinition", "CertificateSigningRequest", "ServiceAccount", "Role", "ClusterRole", "RoleBinding",
        "ClusterRoleBinding", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ResourceQuota", "LimitRange",
        "IngressClass",
    )
)  # fmt: skip
"""Kinds of every cluster that are no carriers of data: whatever they say leads nowhere."""
_WORDS = ("classif", "confidential", "sensitiv", "auth-url", "mirror-target", "topology.kubernetes.io", "failure-domain")
_IDLE = frozenset(
    (
        "image", "apiVersion", "command", "args", "matchLabels", "selector", "subjects", "roleRef", "rules", "tolerations", "volumes",
        "volumeMounts",
    )
)  # fmt: skip
"""Keys of an object below which nothing leads anywhere; keys of a ConfigMap's data may be any."""
_MUTE = frozenset((int, bool, float, type(None)))
_DATA = ("data", "stringData")
_HOST = r"\.[A-Za-z]"


def is_silent(resource: Resource) -> bool:
    """Tell whether no placement can come of an object: of an ordinary kind, without a host, a region or a classification in it.

    It may say False for one of which nothing comes; it never says True for one of which something does.
    """
    return resource.type in BARREN or (resource.type in _KINDS and not _speaks(resource.data))


def speaking(inventory: Inventory) -> frozenset[int]:
    """Return ``id()`` of the resources of which a placement may come; what a controller made is placed as its template is."""
    stood_for = inventory.derived(stand_ins)
    return frozenset(id(one) for one in inventory.all if id(one) not in stood_for and not is_silent(one))


def _speaks(data: Mapping[str, Any]) -> bool:
    """Look for texts that may hold a host or name a variable that holds a region, and for keys that name classes or topology.

    What is not known may say anything; what a controller reports leads nowhere.
    """
    rest: list[Any] = [list(value.values()) if key in _DATA and isinstance(value, dict) else value for key, value in data.items()
                       if key != "status" and key not in _IDLE]  # fmt: skip
    search, quiet = pattern(_HOST).search, _quiet  # looked up a million times in a large cluster
    while rest:
        value = rest.pop()
        kind = value.__class__  # plain data has no other maps and lists than the language's own
        if kind is dict:
            for key, inner in value.items():
                if key not in quiet and _is_telling(key):
                    return True
                if key == "labels" and isinstance(inner, dict):
                    rest.append(dict.fromkeys(inner))
                elif key not in _IDLE and inner.__class__ not in _MUTE:
                    rest.append(inner)
        elif kind is list:
            rest += value
        elif isinstance(value, str):
            if "REGION" in value or ("." in value and search(value) is not None):
                return True
        elif isinstance(value, Unknown):
            return True
    return False


_quiet: set[object] = set()
"""Keys that are known not to tell: there are few different ones, and they are asked for all the time."""
_MOST_QUIET = 4096


def _is_telling(key: object) -> bool:
    word = str(key).lower()
    if word in ("nodeselector", "affinity") or any(part in word for part in _WORDS):
        return True
    if len(_quiet) < _MOST_QUIET:
        _quiet.add(key)
    return False
