"""``plumbrule rbac``: the contract's JSON, text for people, pictures, and exit codes."""

import json

import pytest

from scanner.cli.main import run
from scanner.sources.cluster import Seen

MANIFESTS = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: runner, namespace: shop}
rules:
  - {apiGroups: ["", apps], resources: [pods, deployments], verbs: [create]}
  - {apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runner, namespace: shop}
roleRef: {kind: Role, name: runner, apiGroup: rbac.authorization.k8s.io}
subjects:
  - {kind: User, name: ann}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: operator}
roleRef: {kind: ClusterRole, name: cluster-admin, apiGroup: rbac.authorization.k8s.io}
subjects:
  - {kind: ServiceAccount, name: operator, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: metrics}
roleRef: {kind: ClusterRole, name: elsewhere, apiGroup: rbac.authorization.k8s.io}
subjects:
  - {kind: User, name: "<b>eve</b>"}
"""


@pytest.fixture
def ask(tmp_path, capsys):
    (tmp_path / "rbac.yaml").write_text(MANIFESTS)

    def answer(*words, code=0):
        assert run(["rbac", *words, "--path", str(tmp_path)]) == code
        return capsys.readouterr()

    return answer


def test_permissions_by_the_contract(ask):
    found = json.loads(ask("permissions", "User:ann", "--format", "json").out)
    own = [row for row in found["permissions"] if row["namespace"]]
    via = ["kubernetes:shop/RoleBinding/runner", "kubernetes:shop/Role/runner"]
    plain = {"namespace": "shop", "non_resource_url": None, "scope": None, "via": via}
    assert {"schema", "tool", "problems", "subject", "permissions"} <= set(found)
    assert found["subject"] == "User:ann"
    assert {"verb": "create", "api_group": "apps", "resource": "deployments", "resource_names": None} | plain in own
    assert {"verb": "get", "api_group": "", "resource": "secrets", "resource_names": ["db"]} | plain in own
    assert any(row["non_resource_url"] == "/version" and row["api_group"] is None for row in found["permissions"])


def test_a_subject_that_nothing_names_is_answered(ask):
    found = json.loads(ask("permissions", "User:nobody", "--format", "json").out)
    assert found["permissions"]
    assert {row["namespace"] for row in found["permissions"]} == {None}


def test_what_cannot_be_known_is_said(ask):
    found = json.loads(ask("permissions", "User:<b>eve</b>", "--format", "json").out)
    assert [row["cause"] for row in found["unknown"]] == ["ClusterRole elsewhere is not in the scan"]
    assert "unknown: User:<b>eve</b>" in ask("permissions", "User:<b>eve</b>").out


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        (["create", "pods", "-n", "shop"], {("User:ann", "shop"), ("ServiceAccount:shop/operator", None)}),
        (["create", "deployments"], {("User:ann", "shop"), ("ServiceAccount:shop/operator", None)}),
        (["create", "pods", "-n", "other"], {("ServiceAccount:shop/operator", None)}),
        (["get", "secrets", "-n", "shop", "--name", "db"], {("User:ann", "shop"), ("ServiceAccount:shop/operator", None)}),
        (["get", "secrets", "-n", "shop"], {("ServiceAccount:shop/operator", None)}),
        (["get", "/metrics"], {("ServiceAccount:shop/operator", None)}),
    ],
)
def test_who_can_by_the_contract(ask, words, subjects):
    found = json.loads(ask("who-can", *words, "--format", "json").out)
    written = {
        (row["subject"], row["namespace"])
        for row in found["subjects"]
        if ":system" not in row["subject"] and "kube-system" not in row["subject"]
    }
    assert written == subjects
    assert all(row["via"] for row in found["subjects"])
    assert "ServiceAccount:shop/operator" in ask("who-can", *words).out


def test_subjects_are_listed_strongest_first(ask):
    found = json.loads(ask("subjects", "--format", "json").out)
    assert [(row["subject"], row["power"]) for row in found["subjects"]] == [
        ("ServiceAccount:shop/operator", "everything"), ("User:ann", "can become cluster-admin"), ("User:<b>eve</b>", "unknown"),
    ]  # fmt: skip
    assert "runner in namespace shop" in ask("subjects").out


def test_the_page_escapes_what_people_name(ask):
    page = ask("subjects", "--format", "html").out
    assert "&lt;b&gt;eve&lt;/b&gt;" in page
    assert "<b>" not in page


@pytest.mark.parametrize(("output", "part"), [
    ("text", "which is granted everything in the whole cluster"), ("json", '"becomes": "cluster-admin"'),
    ("dot", '"User:ann" -> "ServiceAccount:shop/operator" [label="create pods in namespace shop"];'),
    ("svg", ">ServiceAccount:shop/operator</text>"),
])  # fmt: skip
def test_a_takeover_is_told_and_drawn(ask, output, part):
    assert part in ask("takeover", "User:ann", "--format", output).out


def test_no_takeover_is_said_too(ask):
    assert ask("takeover", "User:nobody").out == "User:nobody can become no more than it is\n"


def test_a_wrong_subject_is_a_wrong_command_line(ask):
    said = ask("permissions", "ann", code=2)
    assert said.out == ""
    assert "'ann' is no subject" in said.err


def test_what_could_not_be_read_is_no_green_answer(ask, tmp_path):
    (tmp_path / "broken.yaml").write_text("a: [1\nkind: Role\n")
    said = ask("permissions", "User:ann", "--format", "json", code=3)
    assert [row["kind"] for row in json.loads(said.out)["problems"]] == ["unparsable"]


def test_a_running_cluster_is_a_scope_of_its_own(ask, monkeypatch):
    group = "rbac.authorization.k8s.io/v1"
    reference = {"kind": "ClusterRole", "name": "reader", "apiGroup": "rbac.authorization.k8s.io"}
    subject = {"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"}
    objects = [
        {
            "apiVersion": group,
            "kind": "ClusterRole",
            "metadata": {"name": "reader"},
            "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
        },
        {"apiVersion": group, "kind": "ClusterRoleBinding", "metadata": {"name": "reader"}, "roleRef": reference, "subjects": [subject]},
    ]
    monkeypatch.setattr(
        "scanner.sources.cluster.read",
        lambda context, asked, watched, secrets, made: Seen(context, "7", "1.37", objects, []),
    )
    found = json.loads(ask("permissions", "User:ann", "--cluster", "prod", "--format", "json").out)
    live = [(row["verb"], row["resource"]) for row in found["permissions"] if row["scope"] == "cluster:7"]
    assert live == [("get", "pods")]
