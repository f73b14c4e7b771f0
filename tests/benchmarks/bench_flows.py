"""What reachability costs: 5,000 pods in 200 namespaces with 1,000 policies, and ten times the replicas of the same labels.

Run with ``python tests/benchmarks/bench_flows.py``; prints the memory and the ratio, ends with 1 where a promise is broken.
"""

import gc
import resource
import sys
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "views"))

from flows_factory import inventory, namespace, policy

from scanner.config import Config
from scanner.views.flows import facts
from scanner.views.flows.rows import connections
from scanner.views.flows.scene import scene_of

NAMESPACES, APPS, ROOM, MOST = 200, 5, 500, 1.5


def cluster(replicas):
    """Return the objects: per namespace five applications, a default that denies, and a policy for each of four applications."""
    made = []
    for number in range(NAMESPACES):
        space = f"ns{number}"
        made.append(namespace(space, tenant=f"t{number % 20}"))
        made.append(policy("default-deny", space, podSelector={}, policyTypes=["Ingress", "Egress"]))
        made += [one for app in range(APPS) for one in pods(space, app, replicas)]
        made += [allow(space, app) for app in range(1, APPS)]
    return made


def pods(space, app, replicas):
    """Return live pods of one ReplicaSet."""
    owner = {"kind": "ReplicaSet", "name": f"app{app}-5d9", "controller": True}
    labels = {"app": f"app{app}", "pod-template-hash": "5d9", "release": "stable"}
    for number in range(replicas):
        meta = {"name": f"app{app}-5d9-{number}", "namespace": space, "labels": labels, "ownerReferences": [owner]}
        spec = {"containers": [{"name": "c", "image": f"registry.example.com/app{app}:1", "ports": [{"containerPort": 8080}]}]}
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def allow(space, app):
    """Let the application before, and monitoring everywhere, come in, and everything ask the DNS."""
    sources = [{"podSelector": {"matchLabels": {"app": f"app{app - 1}"}}}, {"namespaceSelector": {"matchLabels": {"tenant": "t0"}}}]
    out = [{"to": [{"podSelector": {}}]}, {"ports": [{"protocol": "UDP", "port": 53}]}]
    subject = {"matchLabels": {"app": f"app{app}"}}
    return policy(f"app{app}", space, podSelector=subject, policyTypes=["Ingress", "Egress"], ingress=[{"from": sources}], egress=out)


def seconds(objects):
    """Return the CPU time of the whole view: policies, map and facts."""
    resources = inventory(*objects, complete=True)
    gc.collect()
    gc.disable()
    start = process_time()
    scene = scene_of(resources, Config())
    rows = sum(1 for _ in connections(scene.network))
    found = len(facts(resources, Config()))
    took = process_time() - start
    gc.enable()
    print(
        f"{len(resources.of('Pod'))} pods: {len(scene.network.universe.classes)} classes, {rows} connections, {found} facts, {took:.2f} s"
    )
    return took


def main():
    """Measure and judge."""
    once = seconds(cluster(5))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    many = seconds(cluster(50))
    ratio = many / once
    print(f"peak memory {peak:.0f} MB (below {ROOM}), ten times the pods cost {ratio:.2f} times (at most {MOST})")
    return int(peak >= ROOM or ratio > MOST)


if __name__ == "__main__":
    sys.exit(main())
