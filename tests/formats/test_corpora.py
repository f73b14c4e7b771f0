"""Real repositories are read without a crash, and every problem in them is a true one."""

from pathlib import Path

import pytest

from scanner.config import Config
from scanner.formats import kubernetes, unsupported
from scanner.model.reading import Wanted
from scanner.sources.files import FileTree, walk
from scanner.syntax.text import decode

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
DUPLICATES = {
    "_archived/openshift-origin/etcd-controller.yaml:12",
    "_archived/openshift-origin/etcd-discovery-controller.yaml:12",
    "_archived/openshift-origin/openshift-controller.yaml:12",
    "_archived/persistent-volume-provisioning/quobyte/quobyte-admin-secret.yaml:9",
    "_archived/volumes/scaleio/sc-pvc.yaml:12",
}
TEMPLATES = {
    "_archived/newrelic-infrastructure/newrelic-config-template.yaml:7",
    "_archived/newrelic/newrelic-config-template.yaml:7",
    "_archived/storage/vitess/etcd-controller-template.yaml:6",
    "_archived/storage/vitess/etcd-service-template.yaml:7",
    "_archived/storage/vitess/vtgate-controller-template.yaml:6",
}
READ_ONE_BY_ONE = {"kubernetes-examples": {"duplicate-key": DUPLICATES, "unrenderable": TEMPLATES}}
RESOURCES = {"kube-prometheus": 131, "kubernetes-examples": 281, "microservices-demo": 144}

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")


@pytest.mark.parametrize("name", sorted(path.name for path in CORPORA.iterdir()) if CORPORA.is_dir() else [])
def test_every_problem_is_true(name):
    tree = FileTree(str(CORPORA / name))
    paths = walk(tree, "").paths
    known = {path for path in paths if unsupported.claims(path, lambda path=path: decode(tree.read(path)))}
    left = [path for path in paths if path not in known and kubernetes.claims(path, lambda path=path: decode(tree.read(path)))]
    parsed = kubernetes.read(tree, left, Wanted(frozenset(), everything=True), Config())
    assert len(parsed.resources) == sum(parsed.by_type.values()) == RESOURCES.get(name, 0)
    bundles = {"Chart.yaml", "kustomization.yaml"}
    problems = [problem for problem in parsed.problems if Path(problem.location.path).name not in bundles]
    told = {(problem.kind, f"{problem.location.path}:{problem.location.line}") for problem in problems}
    assert told == {(kind, place) for kind, places in READ_ONE_BY_ONE.get(name, {}).items() for place in places}
    for resource in parsed.resources:
        assert resource.span(("metadata", "name"), "value") is not None or "name" not in resource.data["metadata"]
