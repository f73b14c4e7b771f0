"""Tells cheaply which Kubernetes objects say nothing about places, before anything of the view is loaded."""

from __future__ import annotations

import re
from typing import Any

from scanner.model.resource import Resource

_KINDS = frozenset(
    (
        "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Service", "Ingress",
        "ConfigMap", "Secret", "Namespace", "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "NetworkPolicy",
        "PodDisruptionBudget", "HorizontalPodAutoscaler", "ResourceQuota", "LimitRange", "IngressClass", "EndpointSlice", "Endpoints",
    )
)  # fmt: skip
_WORDS = ("classif", "confidential", "sensitiv", "auth-url", "mirror-target", "topology.kubernetes.io", "failure-domain")
_IDLE = frozenset(("image", "apiVersion", "command", "args", "matchLabels", "selector", "subjects", "roleRef", "rules"))
_HOST = r"\.[A-Za-z]"
_DEEPEST = 24


def is_silent(resource: Resource) -> bool:
    """Tell whether no placement can come of an object: of an ordinary kind, without a host, a region or a classification in it.

    It may say False for one of which nothing comes; it never says True for one of which something does.
    """
    return resource.type in _KINDS and not _speaks(resource.data, 0)


def _speaks(data: Any, depth: int) -> bool:
    """Look for texts that may hold a host or name a variable that holds a region, and for keys that name classes or topology."""
    if depth > _DEEPEST:
        return True
    if isinstance(data, dict):
        return any(_is_telling(key) or _speaks_under(key, value, depth) for key, value in data.items())
    if isinstance(data, list):
        return any(_speaks(item, depth + 1) for item in data)
    return isinstance(data, str) and ("REGION" in data or ("." in data and re.search(_HOST, data) is not None))


def _speaks_under(key: Any, value: Any, depth: int) -> bool:
    if key == "labels" and isinstance(value, dict):
        return any(_is_telling(name) for name in value)
    return key not in _IDLE and _speaks(value, depth + 1)


def _is_telling(key: Any) -> bool:
    word = str(key).lower()
    return word in ("nodeselector", "affinity") or any(part in word for part in _WORDS)
