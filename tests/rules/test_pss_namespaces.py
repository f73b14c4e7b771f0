"""PSS-N05 refuses what its namespace's level and version refuse: the same controls, asked by another rule."""

import json
import random

import pytest
from pss_pods import KINDS, failing, generated, wrapped

from scanner.config import Config
from scanner.evaluate import evaluate
from scanner.formats import kubernetes
from scanner.inventory import Inventory
from scanner.model.unknown import Unknown
from scanner.ruleset import load, wanted
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.ranges import Platform
from scanner.ruleset.targets import Setting, compile_target
from scanner.ruleset.world import NOTHING
from scanner.sources.memory import MemoryTree
from scanner.tables import data_folder

LABEL = "pod-security.kubernetes.io/enforce"


def refused(objects: list[dict], judged_at: str) -> set[str]:
    rule = load([data_folder("rules")]).rules["PSS-N05"]
    config = Config(kubernetes={"version": judged_at})
    tree = MemoryTree({"all.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).encode()})
    parsed = kubernetes.read(tree, ["all.json"], wanted([rule]), config)
    result = evaluate([rule], Inventory(parsed.resources), {}, config)
    assert not result.problems
    return {finding.resource.name for finding in result.findings if finding.outcome == "fail"}


def in_namespace(thing: dict) -> dict:
    return {**thing, "metadata": {**thing["metadata"], "namespace": "n"}}


def a_namespace(labels: dict[str, str]) -> dict:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "labels": labels}}


@pytest.mark.parametrize(
    ("labels", "version", "prefixes"),
    [
        ({LABEL: "baseline"}, "1.37", ("PSS-B",)),
        ({LABEL: "baseline", f"{LABEL}-version": "v1.18"}, "1.18", ("PSS-B",)),
        ({LABEL: "baseline", f"{LABEL}-version": "latest"}, "1.37", ("PSS-B",)),
        ({LABEL: "baseline", f"{LABEL}-version": "v1.99"}, "1.37", ("PSS-B",)),
        ({LABEL: "restricted", f"{LABEL}-version": "v1.24"}, "1.24", ("PSS-B", "PSS-R")),
        ({LABEL: "misspelt"}, "1.37", ("PSS-B", "PSS-R")),
        ({LABEL: "privileged"}, "1.37", ()),
        ({}, "1.37", ()),
    ],
)
def test_level_and_version_of_the_namespace_hold(labels, version, prefixes):
    pick = random.Random(5)
    objects = [wrapped(generated(pick), pick.choice(sorted(KINDS)), f"p{number}") for number in range(120)]
    expected = {name for rule, name in failing(objects, version) if rule.startswith(prefixes)} if prefixes else set()
    assert refused([a_namespace(labels), *map(in_namespace, objects)], "1.37") == expected


def compiled(condition: dict):
    body = {"match": {"kind": "workload"}, "deny": condition}
    return compile_target(body, lambda key: (key,), Setting({}, Platform("1.37"), NOTHING), "a rule")


@pytest.mark.parametrize(
    "body", [[], {"rules": ["PSS-B01"]}, {"rules": "PSS-B01", "kubernetes": "a"}, {"rules": [], "kubernetes": "a", "x": 1}]
)
def test_what_is_no_question_to_other_rules_is_a_mistake(body):
    with pytest.raises(Mistake):
        compiled({"breaks": body})


def test_unknown_versions_and_unknown_answers_stay_unknown():
    from unittest.mock import Mock

    from scanner.ruleset.subject import of_resource

    target = compiled({"breaks": {"rules": ["PSS-B01"], "kubernetes": "version"}})
    for data in ({"version": Unknown("not known"), "spec": {"hostPID": True}}, {"spec": {"hostPID": Unknown("not known")}}):
        subject = of_resource(Mock(data=data, key=Mock(type="Pod")))
        assert isinstance(target.parts.check.test(subject), Unknown)
    assert target.parts.check.test(of_resource(Mock(data={"version": "v1.20", "spec": {"hostPID": True}}, key=Mock(type="Pod")))) is True
