"""Where a workload keeps its pod template: one table for every kind that carries one, built in or not."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.place import Pointer
from scanner.tables import table
from scanner.typed import Mapping

CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
"""The lists of containers in a pod's spec, in the order in which Kubernetes' own checks visit them."""

ITEMS = "[*]"
"""Stands behind the name of a list where only is meant how many items it has."""

OPERATION = (
    "workload.replicas", "workload.strategy", "workload.updateStrategy", "workload.minReadySeconds", "workload.progressDeadlineSeconds",
    "workload.revisionHistoryLimit", "container.image:tag", "container.imagePullPolicy", "container.resources", "container.livenessProbe",
    "container.readinessProbe", "container.startupProbe", "container.lifecycle", "container.securityContext",
    "container.terminationMessagePath", "container.terminationMessagePolicy", "pod.securityContext", "pod.tolerations",
    "pod.terminationGracePeriodSeconds", "pod.topologySpreadConstraints", "pod.priorityClassName",
)  # fmt: skip
"""Attributes of workloads that say how they are run: no view asks for these."""


@cache
def workloads() -> Mapping[str, Pointer]:
    """Return resource type → pointer to the pod template, for each type that carries one."""
    templates = table("workloads")["templates"]
    return {name: tuple(path.split(".")) if path else () for name, path in templates.items()}


def template_pointer(type_name: str) -> Pointer | None:
    """Return where resources of the type keep their pod template, or None where they carry none."""
    return workloads().get(type_name)
