"""Effective permissions and takeovers at the size of a large cluster: cost linear in bindings, memory bounded.

Run ``python tests/benchmarks/bench_rbac.py``: facts of 2,000 subjects, 3,000 roles and 10,000 bindings, and of half of that. The last
line is the ratio of the two times; it must stay below 2.3, and the peak below 300 MB.
"""

import gc
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "views"))
MOST_TIMES, MOST_MEGABYTES = 2.3, 300
RESOURCES = [
    "pods",
    "configmaps",
    "services",
    "deployments",
    "secrets",
    "pods/log",
    "pods/exec",
    "jobs",
    "serviceaccounts/token",
    "rolebindings",
]
VERBS = ["get", "list", "watch", "create", "update", "patch", "delete"]


def cluster(bindings):
    """Return the objects of a cluster with this many bindings, a fifth as many subjects and three tenths as many roles."""
    from permissions_factory import binding, role

    pick = random.Random(7)
    namespaces = [f"team-{number}" for number in range(max(1, bindings // 50))]

    def rules():
        return [(" ".join(pick.sample(VERBS, 3)), " ".join(pick.sample(RESOURCES, 2))) for _ in range(4)]

    roles = [(f"r{number}", pick.choice([None, *namespaces])) for number in range(bindings * 3 // 10)]
    subjects = [
        f"ServiceAccount:{pick.choice(namespaces)}/sa{number}" if number % 2 else f"User:u{number}" for number in range(bindings // 5)
    ]
    yield from (role(name, *rules(), namespace=namespace) for name, namespace in roles)
    for number in range(bindings):
        name, home = pick.choice(roles)
        place = home or (pick.choice(namespaces) if pick.random() < 0.9 else None)
        yield binding(f"b{number}", name, pick.choice(subjects), namespace=place, role_kind=None if home else "ClusterRole")


def measure(bindings):
    """Print CPU seconds and peak megabytes of the facts of one cluster."""
    from permissions_factory import inventory

    from scanner.config import Config
    from scanner.views.permissions import facts

    objects = inventory(*cluster(bindings))
    gc.disable()
    started = time.process_time()
    found = facts(objects, Config())
    spent = time.process_time() - started
    kinds = {kind: sum(fact.kind == kind for fact in found) for kind in ("role", "permission", "takeover", "workload-writer")}
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, kinds)


def asked(bindings):
    """Measure in a process of its own, three times; return the best time and its peak."""
    runs = [subprocess.run([sys.executable, __file__, str(bindings)], capture_output=True, text=True, check=True).stdout for _ in range(3)]
    print(bindings, "bindings:", *runs[:1], end="")
    return min(tuple(map(float, run.split()[:2])) for run in runs)


def main():
    """Measure both sizes and compare; exit status 1 where a bound is broken."""
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return 0
    half, whole = asked(5_000), asked(10_000)
    print(f"10,000 bindings: {whole[0]:.2f} s CPU, {whole[1]:.0f} MB; twice the bindings take {whole[0] / half[0]:.2f} times")
    return int(whole[0] / half[0] > MOST_TIMES or whole[1] > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
