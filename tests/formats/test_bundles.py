"""Charts and kustomizations are recognised and said to be unrendered; their parts are no broken manifests."""

import pytest

from scanner.config import Config
from scanner.formats import kubernetes
from scanner.model.reading import Wanted
from scanner.sources.memory import MemoryTree

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
CHART = {
    "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    "c/values.yaml": "image: {tag: v1}\n",
    "c/templates/pod.yaml": "{{ if .x }}\n" + POD,
    "c/templates/sub/plain.yaml": POD,
    "c/crds/crd.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n",
    "c/charts/d/Chart.yaml": "apiVersion: v2\nname: d\nversion: 1.0.0\n",
    "c/charts/d/templates/x.yaml": "{{ x }}",
}


def read(files):
    return kubernetes.read(
        MemoryTree({path: text.encode() for path, text in files.items()}), sorted(files), Wanted(frozenset(), everything=True), Config()
    )


def told(parsed):
    return [(problem.kind, problem.location.path) for problem in parsed.problems]


def test_a_chart_with_its_subcharts_is_one_problem():
    parsed = read(CHART)
    assert told(parsed) == [("unrenderable", "c/Chart.yaml")]
    assert "3 templates" in parsed.problems[0].detail
    assert [resource.type for resource in parsed.resources] == ["CustomResourceDefinition"]
    assert parsed.files == set(CHART) - {"c/values.yaml"}


def test_templates_of_no_chart_are_manifests_or_unrendered():
    parsed = read({"templates/a.yaml": POD, "templates/b.yaml": "{{ x }}\n" + POD})
    assert told(parsed) == [("unrenderable", "templates/b.yaml")]
    assert [resource.path for resource in parsed.resources] == ["templates/a.yaml"]


def test_a_chart_at_the_root_and_one_beside_it():
    files = {"Chart.yaml": "name: a\n", "templates/x.yaml": "{{ x }}", "other/Chart.yaml": "name: b\n", "other/templates/y.yaml": "{{ y }}"}
    assert told(read(files)) == [("unrenderable", "Chart.yaml"), ("unrenderable", "other/Chart.yaml")]


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_kustomization_is_one_problem_and_its_resources_are_judged(name):
    text = "resources: [pod.yaml]\npatches:\n- path: ./fix.yaml\n- patch: |\n    kind: x\npatchesStrategicMerge: [old.yaml]\n"
    parsed = read({f"k/{name}": text, "k/pod.yaml": POD, "k/fix.yaml": POD, "k/old.yaml": POD, "k/other.yaml": POD})
    assert told(parsed) == [("unrenderable", f"k/{name}")]
    assert [resource.path for resource in parsed.resources] == ["k/other.yaml", "k/pod.yaml"]


@pytest.mark.parametrize("text", ["patches: 5", "[a", "- a", "", "patches: [{path: 5}, null]"])
def test_an_odd_kustomization_does_no_harm(text):
    assert told(read({"kustomization.yaml": text, "pod.yaml": POD})) == [("unrenderable", "kustomization.yaml")]
