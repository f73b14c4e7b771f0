"""Pods for a server to accept or refuse: a good one, and variations of it."""

from __future__ import annotations

import copy
import random
from typing import Any

SPEC_CHANGES: list[dict[str, Any]] = [
    {}, {"hostNetwork": True}, {"hostPID": True}, {"hostIPC": True}, {"securityContext": {"runAsNonRoot": False}}, {"securityContext": {}},
    {"securityContext": {"runAsNonRoot": True, "runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}},
    {"volumes": [{"name": "v", "hostPath": {"path": "/var"}}]}, {"volumes": [{"name": "v", "emptyDir": {}}]},
    {"volumes": [{"name": "v", "nfs": {"server": "a", "path": "/"}}]},
    {"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}], "runAsNonRoot": True}},
    {"securityContext": {"sysctls": [{"name": "net.ipv4.tcp_rmem", "value": "1"}], "runAsNonRoot": True}},
    {"os": {"name": "linux"}},
]  # fmt: skip
CONTAINER_CHANGES: list[dict[str, Any]] = [
    {}, {"securityContext": {}}, {"securityContext": {"privileged": True}}, {"ports": [{"containerPort": 80, "hostPort": 8080}]},
    {"ports": [{"containerPort": 80}]}, {"securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}},
    {"securityContext": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, "allowPrivilegeEscalation": False}},
    {"securityContext": {"procMount": "Default", "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}},
    {"securityContext": {"seccompProfile": {"type": "Unconfined"}, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}},
    {"livenessProbe": {"httpGet": {"port": 80, "host": "127.0.0.1"}}}, {"livenessProbe": {"httpGet": {"port": 80}}},
    {"securityContext": {"seLinuxOptions": {"type": "spc_t"}}},
]  # fmt: skip


def generated(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return pods named p0, p1, … without a namespace."""
    source = random.Random(seed)
    pods = []
    for number in range(count):
        spec: dict[str, Any] = {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [_container(source, "a")],
        }
        if source.random() < 0.3:
            spec["initContainers"] = [_container(source, "b")]
        spec |= copy.deepcopy(source.choice(SPEC_CHANGES))
        pods.append({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}"}, "spec": spec})
    return pods


def _container(source: random.Random, name: str) -> dict[str, Any]:
    good = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {"name": name, "image": "nginx", "securityContext": good} | copy.deepcopy(source.choice(CONTAINER_CHANGES))
