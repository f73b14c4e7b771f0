"""Whether pods take part in Istio's mesh: by a sidecar that is injected or written, or in ambient mode.

Source: istio.io, Installing the Sidecar and Add workloads to an ambient mesh (v1.27).
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.typed import Any, Mapping
from scanner.views.flows.namespaces import Namespaces
from scanner.views.flows.pods import Pods, containers

INJECT = "sidecar.istio.io/inject"
REVISION = "istio.io/rev"
AMBIENT = "istio.io/dataplane-mode"


def mesh_of(pods: Pods, namespaces: Namespaces) -> str | None:
    """Return ``in`` or ``out``, or None where the labels of the namespace would say and are not known."""
    space = namespaces.labels_of(pods.namespace)
    annotations = lookup(pods.resource.data, (*pods.template, "metadata", "annotations"))
    own = {**(annotations if isinstance(annotations, dict) else {}), **pods.labels}
    if any(container.get("name") == "istio-proxy" for container in containers(pods.spec)):
        return "in"
    for said in (own.get(INJECT), own.get(AMBIENT)):
        if isinstance(said, str):
            return "in" if said.lower() in ("true", "ambient") else "out"
    if REVISION in own or _injects(space):
        return "in"
    return None if namespaces.cause(pods.namespace) else "out"


def _injects(labels: Mapping[str, Any]) -> bool:
    if labels.get("istio-injection") == "disabled":
        return False
    return labels.get("istio-injection") == "enabled" or REVISION in labels or labels.get(AMBIENT) == "ambient"
