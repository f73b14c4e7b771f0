"""Joins: by hash, but as if every pair were compared; perhaps where a key is unknown; and the relations of the table."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_making import resource, setting

from scanner.inventory import Completeness
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.ruleset.equality import same
from scanner.ruleset.joins import Site, compile_joins
from scanner.ruleset.logic import Truth, every, some
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.scope import Scope
from scanner.ruleset.selectors import parse_selector, selects
from scanner.ruleset.subject import of_resource
from scanner.tables import table

U = Unknown("var.x has no value", "var.x")


def joined(ours: Resource, join: Any, *others: Resource, facts: Any = (), **scope: Any) -> list[tuple[str, bool]]:
    """Return what a resource is joined to: (name, certainly)."""
    world = setting(ours, *others, facts=facts).world
    plain = Scope({}, {}, {"kubernetes": "1.37"}, "2026-11-22", **scope)
    compiled = compile_joins({"j": join}, Site(plain, world, (ours.type,)), ())["j"]
    found = compiled.others(world.subject(ours))
    return [(one.subject.whole.resource.key.name, one.doubt is None) for one in found]


def thing(name: str, data: dict[str, Any] | None = None, type_name: str = "Other", **key: Any) -> Resource:
    return resource({"metadata": {"name": name}, **(data or {})}, type_name, **key)


VALUES = st.one_of(st.sampled_from(["a", "b"]), st.integers(0, 1), st.booleans(), st.just(U), st.none())
ITEMS = st.lists(st.fixed_dictionaries({"k": VALUES, "l": VALUES}), max_size=3)


@settings(max_examples=300, deadline=None)
@given(st.tuples(VALUES, ITEMS), st.lists(st.tuples(VALUES, ITEMS), max_size=4))
def test_an_index_finds_what_comparing_every_pair_finds(mine: Any, theirs: list[Any]) -> None:
    ours = thing("ours", {"a": mine[0], "items": mine[1]}, "Ours")
    others = [thing(f"o{number}", {"a": one[0], "items": one[1]}) for number, one in enumerate(theirs)]
    join = {"type": "Other", "by": {"items[*].k": "a", "items[*].l": "items[*].k"}}
    wanted = [(other.key.name, truth) for other in others if (truth := _meet(ours, other)) is not False]
    assert joined(ours, join, *others) == [(name, truth is True) for name, truth in wanted]


def _meet(ours: Resource, other: Resource) -> Truth:
    """Both keys agree, the two of theirs in one item, ours in any: compared pair by pair."""
    a, mine = ours.data["a"], [item["k"] for item in ours.data["items"]]
    pairs = [(a, k, item["k"], item["l"]) for k in mine for item in other.data["items"]]
    present = (pair for pair in pairs if None not in [one for one in pair if not isinstance(one, Unknown)])
    return some(every((same(a, k), same(mine_k, other_l))) for a, mine_k, k, other_l in present)


LABELS = st.dictionaries(st.sampled_from(["app", "tier"]), st.one_of(st.sampled_from(["x", "y"]), st.just(U)), max_size=2)
EXPRESSIONS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["app", "tier"]),
        "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Odd"]),
        "values": st.lists(st.sampled_from(["x", "y"]), max_size=2),
    }
)
SELECTORS = st.one_of(
    LABELS,
    st.just(U),
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "matchLabels": st.one_of(LABELS, st.just(U)),
            "matchExpressions": st.lists(st.one_of(EXPRESSIONS, st.just(U)), max_size=2),
        },
    ),
)
NAMESPACES = st.sampled_from(["shop", "bank"])


def policy(number: int, selector: Any, namespace: str) -> Resource:
    return thing(f"p{number}", {"spec": {"podSelector": selector}}, "NetworkPolicy", namespace=namespace)


def pod(number: int, labels: Any, namespace: str) -> Resource:
    return resource({"metadata": {"name": f"w{number}", "labels": labels}, "spec": {}}, "Pod", namespace=namespace)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(SELECTORS, NAMESPACES), max_size=4),
    st.lists(st.tuples(st.one_of(LABELS, st.just(U), st.none()), NAMESPACES), max_size=4),
)
def test_selectors_select_both_ways_what_comparing_every_pair_finds(selectors: list[Any], labels: list[Any]) -> None:
    policies = [policy(number, *one) for number, one in enumerate(selectors)]
    pods = [pod(number, *one) for number, one in enumerate(labels)]
    there: Counter[Any] = Counter()
    for one in policies:
        there.update((one.key.name, *found) for found in joined(one, {"relation": "workloads"}, *policies, *pods))
    back: Counter[Any] = Counter()
    for one in pods:
        back.update((name, one.key.name, sure) for name, sure in joined(one, {"relation": "policies"}, *policies, *pods))
    wanted = Counter(
        (p.key.name, w.key.name, truth is True)
        for p in policies
        for w in pods
        if p.key.namespace == w.key.namespace and (truth := _selected(p, w)) is not False
    )
    assert there == back == wanted


def _selected(one: Resource, other: Resource) -> Truth:
    selector = one.data["spec"]["podSelector"]
    return (
        True
        if selector in (None, {}) and not isinstance(selector, Unknown)
        else selects(parse_selector(selector), other.data["metadata"]["labels"])
    )


def test_unknown_keys_match_perhaps_and_certain_matches_win() -> None:
    others = [thing("sure"), resource({"metadata": {"name": U}}, "Other", "maybe")]
    ours = thing("ours", {"ref": "sure"}, "Ours")
    assert joined(ours, {"type": "Other", "by": {"metadata.name": "ref"}}, *others) == [("sure", True), ("maybe", False)]


def test_a_reference_joins_the_resource_it_names_whatever_its_id_will_be() -> None:
    account = resource({"name": "st"}, "azurerm_storage_account", "a", None, provider="azurerm", address="azurerm_storage_account.a")
    twin = resource({"name": "tw"}, "azurerm_storage_account", "b", None, provider="azurerm", address="azurerm_storage_account.b")
    known = Unknown("azurerm_storage_account.a.id is known after apply", "azurerm_storage_account.a")
    rules = resource({"storage_account_id": known}, "azurerm_storage_account_network_rules", "r", None, provider="azurerm", address="x.r")
    stray = resource({"storage_account_id": U}, "azurerm_storage_account_network_rules", "s", None, provider="azurerm", address="x.s")
    elsewhere = resource(
        {"storage_account_id": known}, "azurerm_storage_account_network_rules", "e", None, provider="azurerm", address="x.e", scope="other"
    )
    join = {"type": "azurerm_storage_account_network_rules", "by": {"storage_account_id": "id"}}
    assert joined(account, join, twin, rules, stray, elsewhere) == [("r", True), ("s", False)]
    assert joined(twin, join, account, rules, stray) == [("s", False)]
    back = {"type": "azurerm_storage_account", "by": {"id": "storage_account_id"}}
    assert joined(rules, back, account, twin) == [("a", True)]


@pytest.mark.parametrize(
    ("origin", "partial", "found"),
    [
        ("azurerm_linux_web_app.w", None, []),
        ('module.m["x.y"].azurerm_linux_web_app.w[0]', None, []),
        ("azurerm_linux_web_app.w", "\ufffd/slots", [("o", False)]),
        ("data.azurerm_linux_web_app.w", None, [("o", False)]),
        ("random_id.r", None, [("o", False)]),
        ("module.my_module", None, [("o", False)]),
        ("var.a_b", None, [("o", False)]),
    ],
)
def test_what_refers_to_a_resource_that_was_not_read_is_none_of_those_that_were(origin: str, partial: Any, found: Any) -> None:
    """Which resources are read depends on the rules that run, and a verdict must not."""
    value = Unknown(f"{origin}.id is known after apply", origin, partial=partial)
    ours = thing("ours", {"target": value}, "azurerm_role_assignment")
    other = thing("o", {"id": "x"}, "azurerm_storage_account")
    assert joined(ours, {"type": "azurerm_storage_account", "by": {"id": "target"}}, other) == found


def test_a_join_goes_on_from_where_another_has_led_by_reference() -> None:
    def made(word: str, kind: str, /, **data: Any) -> Resource:
        return resource(data, kind, word, None, provider="azurerm", address=f"{kind}.{word}")

    group, other = made("g", "azurerm_resource_group", name="shop"), made("o", "azurerm_resource_group", name="stock")
    scope = Unknown("azurerm_resource_group.g.id is known after apply", "azurerm_resource_group.g")
    lock, ours = made("l", "azurerm_management_lock", scope=scope), made("s", "azurerm_storage_account", resource_group_name="shop")
    world = setting(ours, group, other, lock).world
    joins = {
        "groups": {"type": "azurerm_resource_group", "by": {"name": "resource_group_name"}},
        "locks": {"type": "azurerm_management_lock", "by": {"scope": "groups[*].id"}},
    }
    compiled = compile_joins(joins, Site(Scope({}, {}, {}, "2026-11-22"), world, (ours.type,)), ())["locks"]
    for subject, found in ((ours, ["l"]), (made("t", "azurerm_storage_account", resource_group_name="stock"), [])):
        assert [one.subject.resource.key.name for one in compiled.others(world.subject(subject))] == found


def test_where_narrows_and_what_it_cannot_tell_is_doubtful() -> None:
    others = [thing("yes", {"on": True}), thing("no", {"on": False}), thing("maybe", {"on": U})]
    join = {"type": "Other", "by": {"key.namespace": "key.namespace"}, "where": {"on": {"equals": True}}}
    assert joined(thing("ours", type_name="Ours"), join, *others) == [("yes", True), ("maybe", False)]


def test_a_join_leads_to_others_and_stays_in_one_evaluation() -> None:
    ours = thing("same", scope="prod")
    others = [thing("same", scope="prod", address="other"), thing("same", scope="dev")]
    join = {"type": "Other", "by": {"metadata.name": "metadata.name"}}
    assert joined(ours, join, *others) == [("same", True)]
    assert joined(ours, {**join, "namespace": "same"}, thing("same", namespace="bank", scope="prod")) == []


def test_facts_are_joined_like_resources() -> None:
    ours = thing("ours", type_name="Ours")
    facts = [Fact("power", {"who": who}, (who,), {"who": (ours, ())}, ()) for who in ("ours", "other")]
    world = setting(ours, facts={"power": facts}).world
    join = {"fact": "power", "by": {"who": "key.name"}}
    compiled = compile_joins({"j": join}, Site(Scope({}, {}, {}, ""), world, ("Ours",)), ())["j"]
    assert [one.subject.data["who"] for one in compiled.others(world.subject(ours))] == ["ours"]


def test_a_join_may_start_from_an_earlier_one() -> None:
    ours = thing("ours", {"ref": "middle"}, "Ours")
    world = setting(ours, thing("middle", type_name="Middle"), thing("end", {"of": "middle"})).world
    body = {"m": {"type": "Middle", "by": {"metadata.name": "ref"}}, "e": {"type": "Other", "by": {"of": "m[*].metadata.name"}}}
    joins = compile_joins(body, Site(Scope({}, {}, {}, ""), world, ("Ours",)), ())
    assert [one.subject.resource.key.name for one in joins["e"].others(world.subject(ours))] == ["end"]


def role(name: str, kind: str = "Role", namespace: str | None = "shop") -> Resource:
    return resource({"metadata": {"name": name}}, kind, namespace=namespace)


def binding(
    name: str, role_kind: str, role_name: str, kind: str = "RoleBinding", namespace: str | None = "shop", subjects: Any = ()
) -> Resource:
    return resource(
        {"metadata": {"name": name}, "roleRef": {"kind": role_kind, "name": role_name}, "subjects": list(subjects)},
        kind,
        namespace=namespace,
    )


def test_grants_knows_scope() -> None:
    bindings = [
        binding("here", "Role", "r"),
        binding("there", "Role", "r", namespace="bank"),
        binding("of-cluster-role", "ClusterRole", "r"),
        binding("everywhere", "ClusterRole", "r", "ClusterRoleBinding", None),
    ]
    assert joined(role("r"), {"relation": "grants"}, *bindings) == [("here", True)]
    assert joined(role("r", "ClusterRole", None), {"relation": "grants"}, *bindings) == [("everywhere", True), ("of-cluster-role", True)]
    assert joined(bindings[2], {"relation": "grants", "reverse": True}, role("r"), role("r", "ClusterRole", None)) == [("r", True)]


def test_accounts_match_name_and_namespace_of_one_subject() -> None:
    accounts = [
        resource({"metadata": {"name": name}}, "ServiceAccount", namespace=namespace)
        for name in ("a", "b")
        for namespace in ("shop", "bank")
    ]
    subjects = [{"kind": "ServiceAccount", "name": "a", "namespace": "shop"}, {"kind": "ServiceAccount", "name": "b", "namespace": "bank"}]
    found = joined(binding("x", "Role", "r", subjects=subjects), {"relation": "accounts"}, *accounts)
    assert sorted(found) == [("a", True), ("b", True)]


def monitor(selector: Any, namespaces: Any) -> Resource:
    return resource(
        {"metadata": {"name": "m"}, "spec": {"selector": selector, "namespaceSelector": namespaces}}, "ServiceMonitor.monitoring.coreos.com"
    )


@pytest.mark.parametrize(
    ("namespaces", "found"),
    [
        (None, ["here"]),
        ({"any": True}, ["here", "there"]),
        ({"matchNames": ["bank"]}, ["there"]),
        ({"matchNames": ["shop", "bank"]}, ["here", "there"]),
    ],
)
def test_monitors_say_which_namespaces(namespaces: Any, found: list[str]) -> None:
    services = [
        thing(name, {"metadata": {"name": name, "labels": {"app": "x"}}}, "Service", namespace=where)
        for name, where in (("here", "shop"), ("there", "bank"))
    ]
    assert joined(monitor({"matchLabels": {"app": "x"}}, namespaces), {"relation": "services"}, *services) == [
        (name, True) for name in found
    ]


@pytest.mark.parametrize(
    ("join", "words"),
    [
        ({"relation": "grant"}, "unknown relation 'grant'"),
        ({"relation": "grants"}, "grants starts at ClusterRole, Role"),
        ({"relation": "grants", "by": {}}, "unknown key 'by'"),
        ({"type": "Other"}, "a join is"),
        ({"type": "Other", "by": []}, "by takes"),
        ({"type": "Other", "by": {"a": "b["}}, "not a path"),
        ({"type": "Other", "by": {"a": "b"}, "namespace": "other"}, "unknown word for namespace"),
        ({"kind": "workloads", "by": {"a": "b"}}, "unknown kind 'workloads'"),
        ({"type": "Other", "by": {"a": "b"}, "needs": "all"}, "unknown word for needs"),
        ("bindings", "a join is"),
    ],
)
def test_impossible(join: Any, words: str) -> None:
    with pytest.raises(Mistake, match=words.replace("[", r"\[")):
        joined(thing("ours", type_name="Ours"), join)


def test_every_relation_of_the_table_compiles_both_ways() -> None:
    for name, relation in table("relations")["relations"].items():
        assert relation["about"]
        for link in relation["links"]:
            turned = link.get("turned", False)
            for side, reverse in (("to" if turned else "from", False), ("from" if turned else "to", True)):
                types = link[side] if isinstance(link[side], list | str) else "Pod"
                first = types if isinstance(types, str) else types[0]
                assert joined(thing("x", type_name=first), {"relation": name, "reverse": reverse}) is not None


def test_needs_makes_what_may_be_missing_perhaps_there() -> None:
    ours = thing("ours", type_name="Ours")
    world = setting(ours, seen=Completeness(repository=False)).world
    join = {"type": "Other", "by": {"metadata.name": "ref"}, "needs": "repository"}
    compiled = compile_joins({"j": join}, Site(Scope({}, {}, {}, ""), world, ("Ours",)), ())["j"]
    reason = compiled.incomplete(of_resource(ours))
    assert reason is not None
    assert "whole repository" in reason.cause
