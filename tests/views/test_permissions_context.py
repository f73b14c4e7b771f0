"""What surrounds permissions: certificates and their groups, tenants, who may run pods where, and limits on what input may cost."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from permissions_factory import binding, inventory, role

from scanner.config import Config
from scanner.model.unknown import Unknown
from scanner.views.permissions import aggregation, facts
from scanner.views.permissions.access import pictures
from scanner.views.permissions.certificates import groups
from scanner.views.permissions.subjects import account
from scanner.views.permissions.tenants import Tenants


def named(*organizations):
    """Return DER that names organisations, as certificates and requests do."""
    return b"\x30\x10" + b"".join(b"\x31\x09\x30\x07\x06\x03\x55\x04\x0a\x0c" + bytes([len(one)]) + one.encode() for one in organizations)


def armoured(der):
    return b64encode(b"-----BEGIN CERTIFICATE REQUEST-----\n" + b64encode(der) + b"\n-----END CERTIFICATE REQUEST-----\n").decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (armoured(named("system:masters")), ["system:masters"]),
        (armoured(named("a", "b")), ["a", "b"]),
        (b64encode(named("devs")).decode(), ["devs"]),
        (armoured(named()), []),
        ("", []),
        (None, []),
    ],
)
def test_groups_of_a_certificate(text, found):
    assert groups(text) == found


@pytest.mark.parametrize("text", ["not base64!", "-----", "YQ"])
def test_a_certificate_that_cannot_be_read_says_nothing_or_unknown(text):
    found = groups(text)
    assert isinstance(found, Unknown) or found == []


@given(st.binary(max_size=60))
def test_no_certificate_is_too_strange(content):
    assert isinstance(groups(b64encode(content).decode()), list | Unknown)


def namespace(name, **labels):
    return {"kind": "Namespace", "metadata": {"name": name, "labels": labels}}


@pytest.mark.parametrize(
    ("home", "foreign"),
    [
        ("bank", False),  # at home
        ("bank-jobs", False),  # of the same tenant
        ("shop", True),
        ("kube-system", False),  # the platform's
        ("listed", True),  # by configuration
        ("untold", "Namespace untold is neither a tenant's nor listed as the platform's"),
        ("elsewhere", "Namespace elsewhere is not in the scan"),
    ],
)
def test_whose_an_account_is(home, foreign):
    objects = [
        namespace("bank", tenant="bank"),
        namespace("bank-jobs", **{"example.com/tenant": "bank"}),
        namespace("shop", tenant="shop"),
        namespace("untold"),
    ]
    tenants = Tenants(inventory(*objects), Config(tenants={"namespaces": {"third": ["list*"]}}), None)
    found = tenants.foreign(account(home, "x"), "bank")
    assert (found.cause if isinstance(found, Unknown) else found) == foreign


def writers(*objects, **how):
    return {fact.data["subject"]["text"]: fact for fact in facts(inventory(*objects, **how), Config()) if fact.kind == "workload-writer"}


def test_who_may_run_pods_where():
    everywhere = [role("w", ("create", "pods")), role("named", ("create", "pods", None, "web"))]
    found = writers(
        namespace("a", **{"pod-security.kubernetes.io/enforce": "restricted"}),
        namespace("b"),
        *everywhere,
        role("patcher", ("patch", "deployments", None, "web")),
        binding("1", "w", "User:ann", namespace="a", role_kind="ClusterRole"),
        binding("2", "w", "User:ann", namespace="b", role_kind="ClusterRole"),
        binding("3", "w", "User:eve"),
        binding("4", "named", "User:nobody"),
        binding("5", "patcher", "User:bob", namespace="c", role_kind="ClusterRole"),
        binding("6", "cluster-admin", "User:root"),
    )
    assert set(found) == {"User:ann", "User:bob", "User:eve"}
    assert found["User:ann"].data["namespaces"] == [{"name": "a", "level": "restricted"}, {"name": "b", "level": None}]
    assert found["User:eve"].data["cluster_wide"] is True
    assert isinstance(found["User:bob"].data["namespaces"][0]["level"], Unknown)


def test_what_collects_too_much_is_unknown_and_ends(monkeypatch):
    monkeypatch.setattr(aggregation, "MOST_LOOKS", 50)
    everyone = [role(f"c{number}") | {"aggregationRule": {"clusterRoleSelectors": [{"matchExpressions": [
        {"key": f"k{number}", "operator": "DoesNotExist"}]}]}} for number in range(20)]  # fmt: skip
    [access] = pictures(inventory(*everyone, role("leaf", ("get", "pods"))))
    causes = {one.unknown.cause for one in access.roles if one.aggregated and one.resource is not None and one.unknown is not None}
    assert causes == {"there are too many roles that collect others to look at all"}


def test_roles_that_collect_each_other_have_the_same_sum():
    [access] = pictures(inventory(
        role("a", aggregates=[{"x": "1"}], labels={"y": "1"}), role("b", aggregates=[{"y": "1"}, {"x": "1"}], labels={"x": "1"}),
        role("leaf", ("get", "pods"), labels={"x": "1"}),
    ))  # fmt: skip
    sums = {one.name: [rule.verbs for rule in one.rules] for one in access.roles if one.name in {"a", "b"}}
    assert sums == {"a": [("get",)], "b": [("get",)]}
