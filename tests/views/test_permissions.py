"""Effective permissions: subjects, matching, aggregation, built-in roles, unknowns, answers, and the facts that rules read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from permissions_factory import binding, inventory, made, role, spoken, worded

from scanner.config import Config
from scanner.inventory import Completeness, Inventory
from scanner.model.unknown import Unknown
from scanner.views.permissions import facts
from scanner.views.permissions.access import empty_picture, permitted, pictures
from scanner.views.permissions.answers import permissions, request, who_can
from scanner.views.permissions.policy import Request, allows, parsed
from scanner.views.permissions.subjects import Subject, account, groups_of, user
from scanner.views.permissions.subjects import spoken as read_subject

CORE = ["pods", "pods/exec", "secrets", "nodes/proxy"]


def picture(*objects, **how):
    [access] = pictures(inventory(*objects, **how))
    return access


def can(access, subject, verb, resource, namespace=None, name=""):
    return permitted(access, read_subject(subject), request(verb, resource, name), namespace)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("User:ann", Subject("User", "ann")),
        ("User:system:admin", Subject("User", "system:admin")),
        ("Group:a:b", Subject("Group", "a:b")),
        ("ServiceAccount:ns/x", account("ns", "x")),
        ("User:system:serviceaccount:ns:x", account("ns", "x")),
        ("User:system:serviceaccount:ns", Subject("User", "system:serviceaccount:ns")),
    ],
)
def test_subjects_are_read_and_written(text, subject):
    assert read_subject(text) == subject
    assert read_subject(str(subject)) == subject


@pytest.mark.parametrize("text", ["ann", "User:", "Robot:x", "ServiceAccount:x", "ServiceAccount:/x", "ServiceAccount:ns/", ""])
def test_what_is_no_subject_is_refused(text):
    with pytest.raises(ValueError):
        read_subject(text)


@pytest.mark.parametrize(
    ("subject", "groups"),
    [
        ("User:ann", ["system:authenticated"]),
        ("User:system:anonymous", ["system:unauthenticated"]),
        ("ServiceAccount:ns/x", ["system:serviceaccounts:ns", "system:serviceaccounts", "system:authenticated"]),
        ("Group:devs", ["system:authenticated"]),
        ("Group:system:serviceaccounts:ns", ["system:serviceaccounts", "system:authenticated"]),
        ("Group:system:authenticated", []),
        ("Group:system:unauthenticated", []),
    ],
)
def test_groups_come_with_being_somebody(subject, groups):
    assert [group.name for group in groups_of(read_subject(subject))] == groups


# The facts that naive tools miss: one line each.
@pytest.mark.parametrize(
    ("rule", "asked", "answer"),
    [
        (worded("get", "pods"), Request("get", "", "pods/exec"), False),
        (worded("get", "pods/*"), Request("get", "", "pods/exec"), False),
        (worded("get", "pods/*"), Request("get", "", "pods"), False),
        (worded("get", "*/exec"), Request("get", "", "pods/exec"), True),
        (worded("get", "*/exec"), Request("get", "", "pods"), False),
        (worded("get", "*"), Request("get", "", "pods/exec"), True),
        (worded("delete", "pods"), Request("deletecollection", "", "pods"), False),
        (worded("*", "pods"), Request("deletecollection", "", "pods"), True),
        (worded("*", "pods", "core"), Request("get", "metrics.k8s.io", "pods"), False),
        (worded("*", "pods", "*"), Request("get", "metrics.k8s.io", "pods"), True),
        (worded("create", "pods", "core", "web"), Request("create", "", "pods"), False),
        (worded("create", "pods/exec", "core", "web"), Request("create", "", "pods/exec", "web"), True),
        (worded("list", "secrets", "core", "db"), Request("list", "", "secrets"), False),
        (worded("list", "secrets", "core", "db"), Request("list", "", "secrets", "db"), True),
        (worded("get", "secrets", "core", "*"), Request("get", "", "secrets", "db"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["/metrics/*"]}, Request("get", url="/metrics/a"), True),
        ({"verbs": ["get"], "nonResourceURLs": ["/metrics/*"]}, Request("get", url="/metrics"), False),
        ({"verbs": ["get"], "nonResourceURLs": ["*"]}, Request("get", url="/anything"), True),
        ({"verbs": ["get"], "resources": ["pods"]}, Request("get", "", "pods"), False),
        ({}, Request("get", "", "pods"), False),
    ],
)
def test_rules_allow_what_the_api_server_allows(rule, asked, answer):
    assert allows(parsed([rule], "r")[0], asked) is answer


def test_a_role_binding_to_a_cluster_role_grants_in_its_own_namespace():
    access = picture(
        role("r", ("get", "pods"), {"verbs": ["get"], "nonResourceURLs": ["/x"]}),
        binding("b", "r", "User:ann", namespace="a", role_kind="ClusterRole"),
    )
    assert can(access, "User:ann", "get", "pods", "a")
    assert not can(access, "User:ann", "get", "pods", "b")
    assert not can(access, "User:ann", "get", "pods")
    assert not can(access, "User:ann", "get", "/x")


@pytest.mark.parametrize(
    "subject", ["Group:system:serviceaccounts:ns", "Group:system:serviceaccounts", "Group:system:authenticated", "ServiceAccount:ns/x"]
)
def test_implied_groups_grant(subject):
    access = picture(role("r", ("get", "pods")), binding("b", "r", subject))
    assert can(access, "ServiceAccount:ns/x", "get", "pods", "ns")


def test_an_account_without_namespace_is_the_bindings():
    access = picture(role("r", ("get", "pods"), namespace="ns"), binding("b", "r", "ServiceAccount:x", namespace="ns"))
    assert can(access, "ServiceAccount:ns/x", "get", "pods", "ns")


def test_aggregation_is_a_sum_through_other_sums_and_never_what_is_written():
    access = picture(
        role("top", ("delete", "pods"), aggregates=[{"a": "1"}]),
        role("middle", aggregates=[{"b": "1"}, {"a": "1"}], labels={"a": "1"}),
        role("leaf", ("get", "secrets"), labels={"b": "1"}),
        role("other", ("list", "pods"), labels={"b": "2"}),
        binding("b", "top", "User:ann"),
    )
    assert can(access, "User:ann", "get", "secrets")
    assert not can(access, "User:ann", "delete", "pods")
    assert not can(access, "User:ann", "list", "pods")


def test_a_user_role_grows_the_default_ones():
    labels = {"rbac.authorization.k8s.io/aggregate-to-view": "true"}
    access = picture(role("more", ("get", "orders", "shop.example.com"), labels=labels), binding("b", "edit", "User:ann"))
    assert can(access, "User:ann", "get", "orders.shop.example.com")
    assert can(access, "User:ann", "create", "pods/exec")
    assert not can(access, "User:ann", "create", "rolebindings")


def test_default_roles_are_there_before_anybody_writes_one():
    access = empty_picture()
    assert can(access, "Group:system:masters", "delete", "nodes")
    assert can(access, "User:ann", "create", "selfsubjectaccessreviews")
    assert can(access, "User:system:anonymous", "get", "/version")
    assert not can(access, "User:system:anonymous", "get", "/metrics")


@pytest.mark.parametrize(
    ("complete", "cause"), [(False, "ClusterRole r is not in the scan"), (True, None)], ids=["perhaps elsewhere", "nowhere"]
)
def test_a_missing_role_is_unknown_unless_nothing_is_missing(complete, cause):
    access = picture(binding("b", "r", "User:ann"), complete=complete)
    answer = can(access, "User:ann", "get", "pods")
    assert (answer.cause if isinstance(answer, Unknown) else None) == cause
    assert complete is (answer is False)


def test_unknown_parts_of_a_rule_allow_perhaps():
    unknown = Unknown("var.x has no value", "var.x")
    access = picture(
        role("r", {"verbs": [unknown], "apiGroups": [""], "resources": ["pods"]}, ("get", "secrets")), binding("b", "r", "User:ann")
    )
    assert can(access, "User:ann", "delete", "pods") is unknown
    assert can(access, "User:ann", "delete", "secrets") is False
    assert can(access, "User:ann", "get", "secrets") is True


def test_a_role_of_several_variants_is_the_nearest():
    resources = [
        made(role("r", ("get", "pods")), path="dev/role.yaml"), made(role("r", ("delete", "pods")), path="prod/role.yaml"),
        made(binding("b", "r", "User:ann"), path="prod/binding.yaml"),
    ]  # fmt: skip
    [access] = pictures(Inventory(resources))
    assert can(access, "User:ann", "delete", "pods")
    assert not can(access, "User:ann", "get", "pods")
    assert sum(fact.kind == "role" for fact in facts(Inventory(resources), Config())) == 2


def test_scopes_do_not_mix():
    objects = [role("r", ("get", "pods")), binding("b", "r", "User:ann")]
    both = Inventory([*(made(one, "dev") for one in objects), made(binding("b", "view", "User:ann"), "prod")])
    dev, prod = pictures(both)
    assert can(dev, "User:ann", "get", "pods/log") is False
    assert can(prod, "User:ann", "get", "pods/log") is True


def test_permissions_are_rows_with_their_way():
    access = picture(
        role("sum", aggregates=[{"a": "1"}]),
        role("part", ("get", "pods/exec", None, "web"), labels={"a": "1"}),
        binding("b", "sum", "User:ann"),
    )
    rows, doubts = permissions(access, user("ann"))
    row = next(row for row in rows if row.resource == "pods/exec")
    way = ("kubernetes:-/ClusterRoleBinding/b", "kubernetes:-/ClusterRole/sum", "kubernetes:-/ClusterRole/part")
    assert row == ("get", "", "pods/exec", ("web",), None, None, way)
    assert doubts == []


def test_a_subject_that_nothing_names_has_its_groups_share():
    rows, _ = permissions(empty_picture(), user("nobody"))
    assert {row.via[0] for row in rows} == {
        "kubernetes:-/ClusterRoleBinding/system:basic-user", "kubernetes:-/ClusterRoleBinding/system:discovery",
        "kubernetes:-/ClusterRoleBinding/system:public-info-viewer",
    }  # fmt: skip


def test_who_can_names_lines_by_namespace():
    access = picture(
        role("r", ("get", "secrets"), namespace="a"),
        binding("b", "r", "Group:devs", "User:ann", namespace="a"),
        binding("v", "missing", "User:eve"),
        scope="cluster:1",
    )
    holders, doubts = who_can(access, request("get", "secrets"))
    assert [(str(row.subject), row.namespace) for row in holders] == [("Group:devs", "a"), ("User:ann", "a")]
    assert doubts == []
    assert who_can(access, request("get", "secrets"), "b")[0] == []


def test_a_resource_of_one_group_needs_no_group():
    assert request("create", "deployments/scale") == Request("create", "apps", "deployments/scale")
    assert request("get", "events") == Request("get", "", "events")
    assert request("get", "things.example.com/status") == Request("get", "example.com", "things/status")


def facts_of(kind, *objects, **how):
    return [fact for fact in facts(inventory(*objects, **how), Config()) if fact.kind == kind]


@pytest.mark.parametrize(
    ("bindings", "reach"),
    [
        ([], "cluster"),
        ([binding("b", "r", "User:ann", namespace="a", role_kind="ClusterRole")], "namespaces"),
        ([binding("b", "r", "User:ann", namespace="a", role_kind="ClusterRole"), binding("c", "r", "User:eve")], "cluster"),
    ],
    ids=["bound to nobody", "in a namespace", "in the cluster too"],
)
def test_a_cluster_role_reaches_as_far_as_it_is_handed_out(bindings, reach):
    [fact] = facts_of("role", role("r", ("get", "pods")), *bindings)
    assert fact.data["reach"] == reach
    assert fact.data["homes"] == (["a"] if bindings else [])


def test_of_a_default_role_only_what_was_added_is_judged():
    rules = [worded("get list watch", "secrets pods"), worded("create", "pods pods/exec")]
    assert facts_of("role", role("admin", *rules, aggregates=[{"rbac.authorization.k8s.io/aggregate-to-admin": "true"}])) == []
    [fact] = facts_of("role", role("system:aggregate-to-view", *rules))
    assert fact.data["rules"][0] == {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["secrets"]}
    assert fact.fields["rules[0].resources[0]"][1] == ("rules", 0, "resources", 0)


def test_an_aggregated_role_is_placed_at_its_selectors():
    [fact] = [one for one in facts_of("role", role("sum", aggregates=[{"a": "1"}])) if one.data["aggregated"]]
    assert fact.fields["rules"][1] == ("aggregationRule",)
    assert isinstance(fact.data["rules"], Unknown)


def test_lines_that_every_cluster_has_are_nobodys_doing():
    subject = {"kind": "Group", "name": "system:authenticated"}
    line = binding("system:basic-user", "system:basic-user") | {"subjects": [subject, spoken("User:ann")]}
    assert [fact.data["subject"]["text"] for fact in facts_of("permission", line)] == ["User:ann"]


def pod(name, account=None, **spec):
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "ns"},
        "spec": spec | ({"serviceAccountName": account} if account else {}),
    }


@pytest.mark.parametrize(
    ("of_pod", "of_account", "mounted", "place"),
    [
        (None, None, True, "spec.automountServiceAccountToken"),
        (None, False, False, "automountServiceAccountToken"),
        (True, False, True, "spec.automountServiceAccountToken"),
        (False, True, False, "spec.automountServiceAccountToken"),
    ],
)
def test_the_pods_word_on_tokens_counts_before_the_accounts(of_pod, of_account, mounted, place):
    owner = {"kind": "ServiceAccount", "metadata": {"name": "x", "namespace": "ns"}, "automountServiceAccountToken": of_account}
    spec = {} if of_pod is None else {"automountServiceAccountToken": of_pod}
    [fact] = facts_of("identity", pod("p", "x", **spec), owner)
    resource, pointer = fact.fields["mounted"]
    assert fact.data["mounted"] is mounted
    assert ".".join(pointer) == place
    assert resource.key.type == ("ServiceAccount" if place.startswith("auto") else "Pod")


def test_whether_an_account_is_granted_something_may_be_unknown():
    known = [
        fact.data["granted"]
        for fact in facts_of("identity", pod("a", "x"), pod("b"), pod("c", "y"), binding("b", "view", "ServiceAccount:ns/y"))
    ]
    assert isinstance(known[0], Unknown)
    assert known[1:] == [False, True]
    whole = Inventory([made(pod("a", "x"))], Completeness(repository=True))
    assert [fact.data["granted"] for fact in facts(whole, Config())] == [False]


def test_a_cloud_identity_is_a_fact_with_its_place():
    annotations = {"azure.workload.identity/client-id": "0-1", "other": "x"}
    [fact] = facts_of(
        "cloud-identity",
        {"kind": "ServiceAccount", "metadata": {"name": "x", "namespace": "ns", "annotations": annotations}},
        pod("p", "x"),
    )
    assert (fact.data["provider"], fact.data["identity"], fact.data["workloads"]) == ("azure", "0-1", 1)
    assert fact.fields["identity"][1] == ("metadata", "annotations", "azure.workload.identity/client-id")


KINDS = st.sampled_from(["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Pod", "ServiceAccount", "Secret", "Config"])
TOP = st.sampled_from(["rules", "subjects", "roleRef", "aggregationRule", "spec", "users", "type"])
INNER = st.sampled_from(
    ["kind", "name", "verbs", "resources", "apiGroups", "clusterRoleSelectors", "matchLabels", "matchExpressions", "values", "a"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(["*", "get", "pods", "", "User", "a"])
    | st.just(Unknown("nobody knows"))
)
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER, inner, max_size=4), max_leaves=12)


@given(st.lists(st.tuples(KINDS, st.dictionaries(TOP, JUNK, max_size=4)), max_size=6))
@settings(max_examples=200, deadline=None)
def test_no_manifest_is_too_strange(parts):
    objects = [{"kind": kind, "metadata": {"name": "n"}} | data for kind, data in parts]
    found = facts(inventory(*objects), Config())
    assert repr([fact.data for fact in found]) == repr([fact.data for fact in facts(inventory(*objects), Config())])


WORDS = st.lists(st.sampled_from(["get", "list", "create", "*"]), min_size=1, max_size=2).map(" ".join)
RULES = st.tuples(WORDS, st.lists(st.sampled_from([*CORE, "*", "*/exec"]), min_size=1, max_size=2).map(" ".join))
LINES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["User:u", "Group:g", "ServiceAccount:x/s"]), st.sampled_from([None, "x", "y"])),
    max_size=6,
)
ROLES = st.dictionaries(st.sampled_from("abc"), st.lists(RULES, max_size=3))


@given(ROLES, LINES, st.sampled_from(["get", "list", "create", "delete"]), st.sampled_from(CORE), st.sampled_from(["x", "y", None]))
@settings(max_examples=150, deadline=None)
def test_who_can_and_permitted_agree(roles, lines, verb, resource, namespace):
    objects = [role(name, *((verbs, what, "core") for verbs, what in rules)) for name, rules in roles.items()]
    objects += [binding(f"b{n}", name, subject, namespace=home, role_kind="ClusterRole") for n, (name, subject, home) in enumerate(lines)]
    if not objects:
        return
    access = picture(*objects, scope="cluster:1")
    asked = request(verb, resource)
    holders = {row.subject for row in who_can(access, asked, namespace)[0] if namespace or row.namespace is None}
    for subject in map(read_subject, ("User:u", "Group:g", "ServiceAccount:x/s")):
        assert (permitted(access, subject, asked, namespace) is True) is (subject in holders)


@given(ROLES, LINES, LINES, st.sampled_from(CORE))
@settings(max_examples=100, deadline=None)
def test_a_further_binding_never_takes_anything_away(roles, lines, more, resource):
    written = [role(name, *((verbs, what, "core") for verbs, what in rules)) for name, rules in roles.items()]
    written.append(role("base"))

    def answers(chosen):
        bindings = [
            binding(f"b{n}", name, subject, namespace=home, role_kind="ClusterRole") for n, (name, subject, home) in enumerate(chosen)
        ]
        access = picture(*written, *bindings)
        return {
            (who, home)
            for who in ("User:u", "ServiceAccount:x/s")
            for home in ("x", None)
            if can(access, who, "get", resource, home) is True
        }

    assert answers(lines) <= answers([*lines, *more])
