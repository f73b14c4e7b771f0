"""Pods for the Pod Security differential test: half of them one step from the restricted level, half anything at all."""

import copy
import json
import random

from scanner.config import Config
from scanner.evaluate import evaluate
from scanner.formats import kubernetes
from scanner.inventory import Inventory
from scanner.ruleset import load, wanted
from scanner.sources.memory import MemoryTree
from scanner.tables import data_folder

CHECKS = {
    "PSS-B01": "hostNamespaces",
    "PSS-B02": "privileged",
    "PSS-B03": "capabilities_baseline",
    "PSS-B04": "hostPathVolumes",
    "PSS-B05": "hostPorts",
    "PSS-B06": "hostProbesAndHostLifecycle",
    "PSS-B07": "appArmorProfile",
    "PSS-B08": "seLinuxOptions",
    "PSS-B09": "procMount",
    "PSS-B10": "seccompProfile_baseline",
    "PSS-B11": "sysctls",
    "PSS-B12": "windowsHostProcess",
    "PSS-R01": "restrictedVolumes",
    "PSS-R02": "allowPrivilegeEscalation",
    "PSS-R03": "runAsNonRoot",
    "PSS-R04": "runAsUser",
    "PSS-R05": "seccompProfile_restricted",
    "PSS-R06": "capabilities_restricted",
    "PSS-R07": "procMount_restricted",
}
"""Our rule → the check of k8s.io/pod-security-admission that it must equal."""

FLAG = [True, False, None]
TYPES = ["RuntimeDefault", "Localhost", "Unconfined", "unconfined", "", None]
SELINUX = [
    None,
    {},
    {"type": "container_t"},
    {"type": "container_engine_t"},
    {"type": "spc_t"},
    {"user": "u"},
    {"role": ""},
    {"role": "r", "level": "s0"},
]
HANDLERS = [
    {"httpGet": {"port": 80}},
    {"httpGet": {"port": 80, "host": "127.0.0.1"}},
    {"tcpSocket": {"port": 80, "host": ""}},
    {"tcpSocket": {"port": 80, "host": "x"}},
    {"exec": {"command": ["true"]}},
    None,
]
CAPABILITIES = ["ALL", "all", "CHOWN", "CAP_CHOWN", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN", "SYS_CHROOT", ""]
SYSCTLS = [
    "kernel.shm_rmid_forced",
    "kernel.msgmax",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_notsent_lowat",
    "net/ipv4/tcp_syncookies",
    "net.ipv4.ping_group_range",
]
SOURCES = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
    "hostPath",
    "nfs",
    "azureFile",
    "azureDisk",
    "gitRepo",
    "iscsi",
    "rbd",
    "cephfs",
    "glusterfs",
    "flexVolume",
    "photonPersistentDisk",
    "storageos",
]
SECCOMP_OLD = ["runtime/default", "docker/default", "localhost/x", "localhost", "unconfined", ""]

SHARED = {
    "runAsNonRoot": FLAG,
    "runAsUser": [0, 1, 1000, None],
    "seccompProfile": [None, {}, *({"type": one} for one in TYPES)],
    "appArmorProfile": [None, {}, *({"type": one} for one in TYPES)],
    "seLinuxOptions": SELINUX,
    "windowsOptions": [None, {}, {"hostProcess": True}, {"hostProcess": False}, {"hostProcess": None}],
}
"""Fields of the securityContext of pods and of containers."""
OF_CONTAINER = {"privileged": FLAG, "allowPrivilegeEscalation": FLAG, "procMount": ["Default", "Unmasked", "", None]}
OF_POD = {"hostNetwork": FLAG, "hostPID": FLAG, "hostIPC": FLAG, "hostUsers": FLAG, "os": [None, {"name": "windows"}, {"name": "linux"}]}
KINDS = {
    "Pod": (),
    "PodTemplate": ("template",),
    "ReplicationController": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""Kind → where its pod template is."""
VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}


def generated(pick: random.Random) -> dict:
    """Return a pod as JSON."""
    good = pick.random() < 0.5
    lists = {name: pick.choice([0, 0, 1, 2]) for name in ("initContainers", "ephemeralContainers")} | {"containers": pick.choice([1, 1, 2])}
    spec = {name: [_container(pick, f"{name[0]}{one}", good) for one in range(number)] for name, number in lists.items() if number}
    spec["securityContext"] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}} if good else {}
    for _ in range(pick.randint(0, 2) if good else pick.randint(0, 6)):
        _change_pod(pick, spec)
    metadata = {"name": "p", "annotations": _annotations(pick)}
    return {"metadata": metadata, "spec": spec}


def _container(pick: random.Random, name: str, good: bool) -> dict:
    context = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}} if good else {}
    container = {"name": name, "image": "a", "securityContext": context}
    for _ in range(pick.choice([0, 0, 0, 1]) if good else pick.randint(0, 5)):
        _change_container(pick, container)
    if pick.random() < 0.1:
        container["securityContext"] = pick.choice([None, {}])
    return container


def _change_container(pick: random.Random, container: dict) -> None:
    context = container["securityContext"]
    match pick.randrange(5):
        case 0:
            container["ports"] = [{"containerPort": 80, "hostPort": pick.choice([0, 80, None])} for _ in range(pick.randint(0, 2))]
        case 1:
            hook = pick.choice(["livenessProbe", "readinessProbe", "startupProbe", "postStart", "preStop"])
            (container if hook.endswith("Probe") else container.setdefault("lifecycle", {}))[hook] = copy.deepcopy(pick.choice(HANDLERS))
        case 2:
            words = {key: pick.sample(CAPABILITIES, pick.randint(0, 2)) for key in ("add", "drop") if pick.random() < 0.7}
            context["capabilities"] = pick.choice([words, words, words, None])
        case _:
            _set(pick, context, {**SHARED, **OF_CONTAINER})


def _change_pod(pick: random.Random, spec: dict) -> None:
    match pick.randrange(5):
        case 0:
            spec["volumes"] = [_volume(pick, f"v{one}") for one in range(pick.randint(0, 3))]
        case 1:
            spec["securityContext"]["sysctls"] = [{"name": one, "value": "1"} for one in pick.sample(SYSCTLS, pick.randint(0, 3))]
        case 2:
            _set(pick, spec, OF_POD)
        case _:
            _set(pick, spec["securityContext"], SHARED)


def _set(pick: random.Random, target: dict, fields: dict) -> None:
    field = pick.choice(sorted(fields))
    target[field] = copy.deepcopy(pick.choice(fields[field]))


def _volume(pick: random.Random, name: str) -> dict:
    source = pick.choice([*SOURCES, *SOURCES[:9], None])
    return {"name": name} if source is None else {"name": name, source: pick.choice([{}, {}, {}, {"readOnly": True}])}


def _annotations(pick: random.Random) -> dict:
    found = {}
    if pick.random() < 0.2:
        found["seccomp.security.alpha.kubernetes.io/pod"] = pick.choice(SECCOMP_OLD)
    if pick.random() < 0.2:
        found[f"container.seccomp.security.alpha.kubernetes.io/{pick.choice(['c0', 'i0', 'e0', 'gone'])}"] = pick.choice(SECCOMP_OLD)
    if pick.random() < 0.2:
        found[f"container.apparmor.security.beta.kubernetes.io/{pick.choice(['c0', 'gone', ''])}"] = pick.choice(SECCOMP_OLD)
    return found


def defaulted(pod: dict) -> dict:
    """Return the pod as the API server hands it to the admission plugin: a volume without a source is an emptyDir."""
    pod = copy.deepcopy(pod)
    for volume in pod["spec"].get("volumes") or []:
        if len(volume) == 1:
            volume["emptyDir"] = {}
    return pod


def wrapped(pod: dict, kind: str, name: str) -> dict:
    """Return an object of the kind whose template is the pod; the annotations on the object itself must not matter."""
    inner = {"metadata": {**pod["metadata"], "name": name}, "spec": pod["spec"]}
    for key in reversed(KINDS[kind]):
        inner = {key: inner}
    own = (
        {}
        if kind == "Pod"
        else {"metadata": {"name": name, "annotations": {"container.apparmor.security.beta.kubernetes.io/c0": "unconfined"}}}
    )
    return {"apiVersion": VERSIONS.get(kind, "v1"), "kind": kind, **inner, **own}


def failing(objects: list[dict], version: str) -> set[tuple[str, str]]:
    """Return (rule, object name) for every Pod Security control that an object fails at a version."""
    rules = [rule for rule in load([data_folder("rules")]).rules.values() if rule.id in CHECKS]
    config = Config(kubernetes={"version": version})
    tree = MemoryTree({"pods.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).encode()})
    parsed = kubernetes.read(tree, ["pods.json"], wanted(rules), config)
    result = evaluate(rules, Inventory(parsed.resources), {}, config)
    assert not parsed.problems
    assert not result.problems
    assert {finding.outcome for finding in result.findings} <= {"fail"}
    return {(finding.rule.id, finding.resource.name) for finding in result.findings}
