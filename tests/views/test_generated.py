"""A template stands for what is made from it, and for nothing that differs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from scanner.formats.kubernetes.live import live
from scanner.inventory import Inventory
from scanner.views.generated import stand_ins

Objects = dict[str, dict[str, Any]]
SPEC = {
    "containers": [{"name": "web", "image": "web:1", "resources": {"limits": {"memory": "1Gi"}}, "ports": [{"containerPort": 80}]}],
    "serviceAccountName": "web", "securityContext": {}, "tolerations": [{"key": "own", "operator": "Exists"}], "hostNetwork": True,
    "volumes": [{"name": "tmp", "emptyDir": {}}],
}  # fmt: skip


def owned(kind: str, name: str, owner: str | None = None, **more: Any) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "labels": {"app": "web"}}
    if owner:
        metadata["ownerReferences"] = [{"controller": True, "uid": f"uid-{owner}", "kind": "x", "name": owner}]
    version = {"Pod": "v1", "Job": "batch/v1", "CronJob": "batch/v1"}.get(kind, "apps/v1")
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


def template(**labels: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "web", **labels}}, "spec": copy.deepcopy(SPEC)}


def pod(owner: str) -> dict[str, Any]:
    """Make the pod as a server completes it."""
    spec = copy.deepcopy(SPEC)
    spec |= {
        "nodeName": "n1",
        "priority": 0,
        "enableServiceLinks": True,
        "serviceAccount": "web",
        "preemptionPolicy": "PreemptLowerPriority",
    }
    spec["tolerations"] += [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300}]
    spec["volumes"] += [{"name": "kube-api-access-x7z", "projected": {}}]
    container = spec["containers"][0]
    container["volumeMounts"] = [{"name": "kube-api-access-x7z", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]
    container["resources"] = {"limits": {"memory": "1Gi"}, "requests": {"memory": "1Gi"}}
    container["ports"] = [{"containerPort": 80, "hostPort": 80}]
    made = owned("Pod", "pod", owner, spec=spec)
    made["metadata"]["labels"] |= {"pod-template-hash": "7f9"}
    made["metadata"]["annotations"] = {"cni.example.com/address": "10.0.0.7"}
    return made


def rollout() -> Objects:
    return {
        "deployment": owned("Deployment", "web", spec={"replicas": 1, "template": template()}),
        "set": owned("ReplicaSet", "web-7f9", "web", spec={"replicas": 1, "template": template(**{"pod-template-hash": "7f9"})}),
        "pod": pod("web-7f9"),
    }


def found(objects: Objects) -> dict[str, str]:
    resources = live(objects.values(), "cluster:c", lambda *_: None)
    names = dict(zip(map(id, resources), objects, strict=True))
    return {names[one]: owner for one, owner in stand_ins(Inventory(resources)).items()}


def test_a_deployment_stands_for_its_replica_set_and_that_for_its_pods() -> None:
    assert found(rollout()) == {"set": "Deployment", "pod": "ReplicaSet"}


def set_at(*way: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(one: dict[str, Any]) -> None:
        for step in way[:-1]:
            one = one[step] if isinstance(step, int) else one.setdefault(step, {})
        one[way[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        set_at("spec", "hostPID", value=True),
        set_at("spec", "securityContext", "runAsUser", value=0),
        set_at("spec", "serviceAccountName", value="default"),
        set_at("spec", "containers", 0, "image", value="web:debug"),
        set_at("spec", "containers", 0, "securityContext", "privileged", value=True),
        set_at("spec", "containers", 0, "resources", "limits", "cpu", value="1"),
        set_at("spec", "containers", 0, "volumeMounts", value=[{"name": "tmp", "mountPath": "/tmp"}]),
        set_at("spec", "containers", value=[*SPEC["containers"], {"name": "proxy", "image": "proxy:1"}]),
        set_at("spec", "initContainers", value=[{"name": "init", "image": "init:1"}]),
        set_at("spec", "ephemeralContainers", value=[{"name": "debugger", "image": "busybox"}]),
        set_at("spec", "volumes", value=[{"name": "tmp", "hostPath": {"path": "/"}}]),
        set_at("spec", "tolerations", value=[]),
        set_at("spec", "affinity", value={"nodeAffinity": {}}),
        set_at("metadata", "labels", value={"app": "other"}),
        set_at("metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/web", value="unconfined"),
        set_at("metadata", "ownerReferences", 0, "controller", value=False),
        set_at("metadata", "ownerReferences", 0, "uid", value="uid-of-somebody-else"),
        set_at("metadata", "namespace", value="other"),
        set_at("spec", value="broken"),
    ],
)  # fmt: skip
def test_a_pod_that_differs_is_judged_for_itself(change: Callable[[dict[str, Any]], None]) -> None:
    objects = rollout()
    change(objects["pod"])
    assert found(objects) == {"set": "Deployment"}


def test_an_earlier_revision_stands_for_itself_until_nothing_of_it_runs() -> None:
    objects = rollout()
    objects["deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2"
    assert found(objects) == {"pod": "ReplicaSet"}
    objects["set"]["spec"]["replicas"] = 0
    objects["set"]["status"] = {"replicas": 1}
    assert found(objects) == {"pod": "ReplicaSet"}
    objects["set"]["status"] = {"replicas": 0}
    assert found({name: objects[name] for name in ("deployment", "set")}) == {"set": "Deployment"}


def test_jobs_of_a_cron_job_claims_of_a_stateful_set_and_nodes_of_a_daemon_set() -> None:
    job = owned("Job", "night-1", "night", spec={"template": template(**{"controller-uid": "1"})})
    cron = owned("CronJob", "night", spec={"jobTemplate": {"spec": {"template": template()}}})
    assert found({"job": job, "cron": cron}) == {"job": "CronJob"}
    claims = owned("StatefulSet", "db", spec={"template": template(), "volumeClaimTemplates": [{"metadata": {"name": "data"}}]})
    made = pod("db")
    made["spec"]["volumes"].append({"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}})
    assert found({"set": claims, "pod": made}) == {"pod": "StatefulSet"}
    daemon = owned("DaemonSet", "agent", spec={"template": template()})
    made = pod("agent")
    made["spec"]["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}
    assert found({"set": daemon, "pod": made}) == {"pod": "DaemonSet"}


def test_without_the_owner_there_is_nothing_to_stand_in() -> None:
    objects = rollout()
    assert found({"pod": objects["pod"]}) == {}
    assert found({"set": objects["set"], "pod": objects["pod"]}) == {"pod": "ReplicaSet"}
