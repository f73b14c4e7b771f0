"""The loop: rows, places, causes, facts, what is not applicable, and crashes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config
from scanner.evaluate import Evaluation, evaluate
from scanner.inventory import Completeness, Inventory
from scanner.model.errors import ConfigError
from scanner.model.resource import Fact, Resource
from scanner.model.rule import Rule
from scanner.model.unknown import Unknown
from scanner.ruleset.remedies import Change

sys.path.insert(0, str(Path(__file__).parents[1] / "ruleset"))
from rule_making import resource, rule

U = Unknown("var.x has no value", "var.x")
HOST = {"match": {"type": "Pod"}, "deny": {"spec.hostNetwork": {"equals": True}}}


def pod(name: str, spec: Any = None, **key: Any) -> Resource:
    return resource({"metadata": {"name": name}, "spec": spec or {}}, "Pod", **key)


def run(body: dict[str, Any], *resources: Resource, facts: Any = (), seen: Completeness | None = None, **config: Any) -> Evaluation:
    fields = config.pop("fields", {})
    return evaluate([rule(body, **fields)], Inventory(resources, seen), dict(facts), Config(**config))


def outcomes(result: Evaluation) -> list[tuple[str, str, str]]:
    return [(one.resource.name, one.outcome, one.attribute) for one in result.findings]


def test_one_finding_per_resource_and_one_pass_row_for_the_others() -> None:
    pods = (pod("bad", {"hostNetwork": True}), pod("good"), pod("vague", {"hostNetwork": U}))
    assert outcomes(run(HOST, *pods)) == [("bad", "fail", "spec.hostNetwork"), ("vague", "unknown", "spec.hostNetwork")]
    passing = run(HOST, *pods, include_passing=True)
    assert outcomes(passing)[2:] == [("good", "pass", "")]


def test_an_unknown_says_why() -> None:
    finding = run(HOST, pod("vague", {"hostNetwork": U})).findings[0]
    assert (finding.cause, finding.message) == ("var.x has no value", "cannot be judged: var.x has no value")


EACH = {
    "match": {"kind": "workload"},
    "each": "pod.containers",
    "deny": {"image": {"equals": "bad"}},
    "message": "container {name} of {address}",
}
CONTAINERS = {"containers": [{"name": "a", "image": "bad"}, {"name": "b"}], "initContainers": [{"name": "i", "image": "bad"}]}


def test_one_finding_per_failing_item_of_each() -> None:
    result = run(EACH, pod("p", CONTAINERS), pod("empty"), include_passing=True)
    assert outcomes(result) == [("p", "fail", "spec.initContainers[0].image"), ("p", "fail", "spec.containers[0].image")]
    assert [one.message for one in result.findings] == ["container i of kubernetes:shop/Pod/p", "container a of kubernetes:shop/Pod/p"]
    assert result.findings[0].location.path == "kubernetes:shop/Pod/p:spec.initContainers[0].image"  # type: ignore[union-attr]


def test_a_template_is_judged_where_it_is() -> None:
    deployment = resource({"metadata": {"name": "d"}, "spec": {"template": {"spec": CONTAINERS}}}, "Deployment")
    assert outcomes(run(EACH, deployment))[0][2] == "spec.template.spec.initContainers[0].image"


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ({"containers": U}, ["spec.containers"]),
        (U, ["spec"]),
        ({"containers": [U]}, ["spec.containers[0]"]),
        ({"containers": None}, []),
        (None, []),
    ],
)
def test_what_is_unknown_of_containers_is_unknown(spec: Any, wanted: list[str]) -> None:
    found = outcomes(run(EACH, resource({"metadata": {"name": "p"}, "spec": spec}, "Pod")))
    assert [(outcome, attribute.removesuffix(".image")) for _, outcome, attribute in found] == [("unknown", place) for place in wanted]


def test_several_matches_are_one_finding_with_related_places() -> None:
    body = {"match": {"type": "Role"}, "deny": {"rules[*].verbs[*]": {"equals": "*"}}}
    result = run(body, resource({"metadata": {"name": "r"}, "rules": [{"verbs": ["*"]}, {"verbs": ["get", "*"]}]}, "Role"))
    (finding,) = result.findings
    assert finding.attribute == "rules[0].verbs[0]"
    assert [(related.span.path.partition(":rules")[2], related.note) for related in finding.related] == [
        ("[1].verbs[1]", "rules[1].verbs[1]")
    ]


def test_missing_keys_of_other_branches_are_not_related() -> None:
    body = {"match": {"type": "Pod"}, "require": {"any": [{"spec.a": {"equals": 1}}, {"spec.b": {"equals": 1}}, {"spec.c": {"equals": 1}}]}}
    (finding,) = run(body, pod("p", {"c": 2})).findings
    assert finding.attribute == "spec.a"
    assert [related.note for related in finding.related] == ["spec.c"]


def test_a_filter_that_cannot_tell_makes_failures_unknown_and_leaves_passes() -> None:
    body = {**HOST, "match": {"type": "Pod", "where": {"spec.os": {"equals": "linux"}}}}
    pods = (pod("a", {"os": U, "hostNetwork": True}), pod("b", {"os": U}), pod("c", {"os": "windows", "hostNetwork": True}))
    assert outcomes(run(body, *pods, include_passing=True)) == [("a", "unknown", "spec.hostNetwork"), ("b", "pass", "")]


def test_targets_share_and_overrule() -> None:
    body = {
        "match": {"type": "Pod"},
        "deny": {"spec.a": {"equals": 1}},
        "targets": [{"message": "first"}, {"require": {"spec.b": {"equals": 1}}, "message": "second"}, {"match": {"type": "Role"}}],
    }
    result = run(body, pod("p", {"a": 1, "b": 1}), resource({"spec": {"a": 1}}, "Role"), include_passing=True)
    assert [(one.resource.type, one.outcome, one.message) for one in result.findings] == [
        ("Pod", "fail", "first"),
        ("Role", "fail", "Something is bad"),
    ]


def test_an_unwritten_namespace_is_unknown_to_rules_about_it_and_default_to_filters() -> None:
    implied = frozenset([("metadata", "namespace")])
    bare = pod("p", namespace="default", implied=implied)
    for path in ("key.namespace", "metadata.namespace"):
        (finding,) = run({"match": {"type": "Pod"}, "deny": {path: {"equals": "default"}}}, bare).findings
        assert finding.outcome == "unknown"
        assert "names no namespace" in (finding.cause or "")
    body = {**HOST, "match": {"type": "Pod", "where": {"key.namespace": {"equals": "default"}}}}
    assert outcomes(run(body, pod("p", {"hostNetwork": True}, namespace="default", implied=implied))) == [("p", "fail", "spec.hostNetwork")]


ABSENT: dict[str, Any] = {
    "match": {"type": "Pod"},
    "join": {"policies": {"relation": "policies"}},
    "require": {"policies": {"exists": True}},
}
POLICY = resource({"metadata": {"name": "all"}, "spec": {}}, "NetworkPolicy")


@pytest.mark.parametrize(
    ("needs", "seen", "outcome"),
    [
        (None, Completeness(), "fail"),
        ("namespace", Completeness(), "unknown"),
        ("namespace", Completeness(namespaces=frozenset(["shop"])), "fail"),
        ("namespace", Completeness(cluster=True), "fail"),
        ("repository", Completeness(namespaces=frozenset(["shop"])), "unknown"),
        ("repository", Completeness(repository=True), "fail"),
        ("cluster", Completeness(repository=True), "unknown"),
        ("cluster", Completeness(cluster=True), "fail"),
    ],
)
def test_absence_where_not_everything_was_seen(needs: str | None, seen: Completeness, outcome: str) -> None:
    body = {**ABSENT, **({"needs": needs} if needs else {})}
    labelled = resource({"metadata": {"name": "p", "labels": {"app": "x"}}, "spec": {}}, "Pod")
    assert [one.outcome for one in run(body, labelled, seen=seen).findings] == [outcome]
    assert run(body, labelled, POLICY, seen=seen).findings == []
    plain = {"match": {"type": "Pod"}, "require": {"spec.a": {"exists": True}}, **({"needs": needs} if needs else {})}
    assert [one.outcome for one in run(plain, labelled, seen=seen).findings] == [outcome]


def test_joined_places_are_related() -> None:
    body = {
        "match": {"type": "Role"},
        "join": {"bindings": {"relation": "grants"}},
        "deny": {"all": [{"rules": {"exists": True}}, {"bindings": {"exists": True}}]},
        "message": "{bindings.count}",
    }
    role = resource({"metadata": {"name": "r"}, "rules": []}, "Role")
    binding = resource({"metadata": {"name": "b"}, "roleRef": {"kind": "Role", "name": "r"}}, "RoleBinding")
    (finding,) = run(body, role, binding).findings
    assert (finding.attribute, finding.message) == ("rules", "1")
    assert [related.note for related in finding.related] == ["kubernetes:shop/RoleBinding/b"]


def test_what_joins_nothing_is_placed_at_its_key() -> None:
    body = {"match": {"type": "Pod"}, "join": {"account": {"relation": "runs_as"}}, "deny": {"account": {"exists": False}}}
    (finding,) = run(body, pod("p", {"serviceAccountName": "ghost"})).findings
    assert finding.attribute == "spec.serviceAccountName"


@pytest.mark.parametrize(
    ("applies", "config", "why"),
    [
        ({"kubernetes": ">=1.34"}, {"kubernetes": {"version": "1.33"}}, "applies to Kubernetes >=1.34, judged at 1.33"),
        ({"kubernetes": ">=1.25 <1.31"}, {"kubernetes": {"version": "1.31"}}, "applies to Kubernetes >=1.25 <1.31, judged at 1.31"),
        ({"kubernetes": ">=1.25, <1.31"}, {"kubernetes": {"version": "1.30"}}, None),
        ({"kubernetes": ">=1.9"}, {"kubernetes": {"version": "1.10"}}, None),
        (
            {"pod_security": "restricted"},
            {"kubernetes": {"pod_security": {"level": "baseline"}}},
            "belongs to the level restricted, judged at baseline",
        ),
        ({"pod_security": "baseline"}, {}, None),
    ],
)
def test_rules_that_do_not_apply_are_named(applies: Any, config: Any, why: str | None) -> None:
    result = run({**HOST, "applies": applies}, pod("p", {"hostNetwork": True}), include_passing=True, **config)
    assert [row.why for row in result.not_run] == ([why] if why else [])
    assert len(result.findings) == (0 if why else 1)


@pytest.mark.parametrize(
    ("section", "words"), [({"pod_security": {"level": "strict"}}, "unknown level"), ({"version": "newest"}, "is no version")]
)
def test_an_impossible_platform_is_a_mistake(section: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        run(HOST, pod("p"), kubernetes=section)


PARAMS = {"least": {"type": "string", "default": "a+"}}


def test_parameters_are_the_organisations() -> None:
    body = {"match": {"type": "Pod"}, "require": {"metadata.name": {"matches": {"param": "least"}}}}
    assert outcomes(run(body, pod("b"), fields={"params": PARAMS})) == [("b", "fail", "metadata.name")]
    assert run(body, pod("b"), fields={"params": PARAMS}, rules={"TEST-001": {"params": {"least": "b"}}}).findings == []
    with pytest.raises(ConfigError, match=r"rules\.TEST-001\.params: matches"):
        run(body, pod("b"), fields={"params": PARAMS}, rules={"TEST-001": {"params": {"least": "("}}})


def permission(who: str, role: Resource, binding: Resource, **data: Any) -> Fact:
    fields = {"subject": (binding, ("subjects", 0)), "rules": (role, ("rules",))}
    steps = ((binding, ("roleRef",), "binds"), (role, ("rules",), "allows"))
    return Fact("permission", {"subject": {"text": who}, **data}, (who,), fields, steps)


ROLE = resource({"metadata": {"name": "r"}, "rules": [{"verbs": ["get", "*"]}]}, "Role")
BINDING = resource({"metadata": {"name": "b"}, "subjects": [{}], "roleRef": {}}, "RoleBinding")


@pytest.mark.parametrize(
    ("deny", "name", "path", "attribute"),
    [
        ({"subject.text": {"equals": "eve"}}, "b", "subjects[0].text", "subject.text"),
        ({"rules[*].verbs[*]": {"equals": "*"}}, "r", "rules[0].verbs[1]", "rules[0].verbs[1]"),
        ({"other": {"equals": 1}}, "b", "roleRef", "other"),
    ],
)
def test_a_fact_is_placed_where_its_field_comes_from(deny: Any, name: str, path: str, attribute: str) -> None:
    fact = permission("eve", ROLE, BINDING, rules=ROLE.data["rules"], other=1)
    result = run({"match": {"fact": "permission"}, "deny": deny}, ROLE, BINDING, facts={"permission": [fact]}, include_passing=True)
    (finding,) = result.findings
    assert (finding.resource.name, finding.attribute) == (name, attribute)
    assert finding.location.path.partition(f"/{name}:")[2] == path  # type: ignore[union-attr]
    assert {related.note for related in finding.related} <= {"binds", "allows"}


def test_a_fact_that_is_fine_is_a_pass_of_its_first_steps_resource() -> None:
    facts = [permission(who, ROLE, BINDING) for who in ("ann", "bob")]
    body = {"match": {"fact": "permission", "where": {"subject.text": {"not_equals": "root"}}}, "deny": {"subject.text": {"equals": "eve"}}}
    result = run(body, ROLE, BINDING, facts={"permission": facts}, include_passing=True)
    assert outcomes(result) == [("b", "pass", "")]


def test_only_what_holds_is_judged_and_all_take_part_in_joins() -> None:
    bound = {"match": {"type": "Role"}, "join": {"bindings": {"relation": "grants"}}, "deny": {"bindings": {"exists": True}}}
    roles = [resource({"metadata": {"name": name}}, "Role") for name in ("a", "b")]
    bindings = [resource({"metadata": {"name": name}, "roleRef": {"kind": "Role", "name": name}}, "RoleBinding") for name in ("a", "b")]
    result = evaluate([rule(bound)], Inventory([*roles, *bindings]), {}, Config(), holds=lambda one: one is roles[1])
    assert [one.resource.name for one in result.findings] == ["b"]


def test_the_same_object_in_two_files_is_two() -> None:
    twins = (pod("p", {"hostNetwork": True}), pod("p", path="b.yaml"))
    assert outcomes(run(HOST, *twins, include_passing=True)) == [("p", "fail", "spec.hostNetwork"), ("p", "pass", "")]


def test_remedies_say_what_would_mend_a_failure() -> None:
    remedy = [{"set": {"securityContext.privileged": False}}, {"remove": "ports[*].hostPort"}, {"append": {"drop": {"param": "least"}}}]
    body = {**EACH, "remedy": remedy}
    containers = [{"image": "good"}, {"image": "bad", "ports": [{"hostPort": 1}, {}]}]
    (offer,) = run(body, pod("p", {"containers": containers}), fields={"params": PARAMS}).remedies
    at = ("spec", "containers", 1)
    assert offer.finding.outcome == "fail"
    assert offer.changes == (
        Change("set", (*at, "securityContext", "privileged"), False),
        Change("remove", (*at, "ports", 0, "hostPort")),
        Change("append", (*at, "drop"), "a+"),
    )


class Broken(dict[str, Any]):
    def get(self, *_: Any) -> Any:
        raise ZeroDivisionError("boom")


def test_a_crash_is_a_problem_that_names_both_and_leaves_the_others_alone() -> None:
    body = {"match": {"type": "Pod"}, "deny": {"spec.a.b": {"equals": 1}}}
    result = run(body, pod("broken", {"a": Broken()}), pod("bad", {"a": {"b": 1}}), include_passing=True)
    assert outcomes(result) == [("bad", "fail", "spec.a.b")]
    (problem,) = result.problems
    assert problem.kind == "rule-crash"
    assert "TEST-001" in problem.detail
    assert "kubernetes:shop/Pod/broken" in problem.detail


def test_order_is_that_of_rules_and_inventory() -> None:
    pods = [pod(name, {"hostNetwork": True}) for name in ("z", "a", "m")]
    rules: list[Rule] = [rule(HOST, "TEST-002"), rule(HOST, "TEST-001")]
    result = evaluate(rules, Inventory(pods), {}, Config())
    assert [(one.rule.id, one.resource.name) for one in result.findings] == [
        (identity, name) for identity in ("TEST-002", "TEST-001") for name in ("z", "a", "m")
    ]


class Underivable(dict[str, Any]):
    def get(self, *_: Any) -> Any:
        raise ZeroDivisionError("boom")


def test_a_view_that_crashes_is_a_problem_of_the_rules_that_ask_it() -> None:
    asking = rule({"match": {"fact": "isolation"}, "deny": {"system": {"equals": True}}})
    other = rule({"match": {"type": "Pod"}, "deny": {"spec.a": {"equals": 1}}})
    result = evaluate([asking, other._replace(id="TEST-002")], Inventory([pod("bad", {"a": 1})]), Underivable(), Config())
    assert outcomes(result) == [("bad", "fail", "spec.a")]
    (problem,) = result.problems
    assert (problem.kind, problem.location) == ("rule-crash", None)
    assert "TEST-001 was not asked" in problem.detail
