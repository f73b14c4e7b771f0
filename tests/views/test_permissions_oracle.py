"""Every decision equals that of Kubernetes' own authorizer, over generated roles, bindings and questions."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from permissions_factory import inventory

from scanner.views.permissions.access import permitted, pictures
from scanner.views.permissions.policy import Request
from scanner.views.permissions.subjects import groups_of, user

ORACLE = Path(__file__).parents[1] / "oracles" / "rbac"
VERBS = ["get", "list", "watch", "create", "delete", "deletecollection", "bind", "impersonate", "*"]
GROUPS = ["", "apps", "rbac.authorization.k8s.io", "*"]
RESOURCES = ["pods", "pods/exec", "pods/*", "*/exec", "*/scale", "*", "deployments", "deployments/scale", "secrets", "nodes/proxy", "*/*"]
NAMES = ["a", "b", "*", ""]
URLS = ["/metrics", "/metrics/*", "/*", "*", "/healthz", "/logs*", "/apis/**"]
ASKED_URLS = ["/metrics", "/metrics/cadvisor", "/", "/healthz", "/healthz/x", "/logs", "/logs/a", "/apis/x", "/apis/", "*"]
NAMESPACES = ["one", "two", "three"]
SUBJECTS = [
    *({"kind": "User", "name": name} for name in ("ann", "system:serviceaccount:one:builder", "system:anonymous")),
    {"kind": "User", "name": "system:serviceaccount:x"},
    *({"kind": "Group", "name": name} for name in ("system:serviceaccounts", "system:serviceaccounts:two", "system:authenticated", "devs")),
    *({"kind": "ServiceAccount", "name": name} for name in ("builder", "default")),
    *({"kind": "ServiceAccount", "name": "builder", "namespace": name} for name in ("one", "two")),
    {"kind": "group", "name": "system:authenticated"},
]  # fmt: skip
ASKERS = [
    "ann",
    "bob",
    "system:anonymous",
    "system:serviceaccount:x",
    *(f"system:serviceaccount:{n}:{a}" for n in NAMESPACES for a in ("builder", "default")),
]


@pytest.fixture(scope="session")
def oracle(tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("Go is not installed: Kubernetes' authorizer cannot be asked")
    program = tmp_path_factory.mktemp("oracle") / "rbac"
    built = subprocess.run(["go", "build", "-o", program, "."], cwd=ORACLE, capture_output=True, text=True, check=False)
    if built.returncode:
        pytest.skip(f"the oracle does not build here: {built.stderr[-200:]}")
    return program


def some(pick, values, most=2, least=0):
    return pick.sample(values, pick.randint(least, most))


def a_rule(pick):
    verbs = some(pick, VERBS, 4, 1)
    if pick.random() < 0.2:
        return {"verbs": verbs, "nonResourceURLs": some(pick, URLS)}
    rule = {"verbs": verbs, "apiGroups": some(pick, GROUPS, 3), "resources": some(pick, RESOURCES, 4)}
    return rule | ({"resourceNames": some(pick, NAMES)} if pick.random() < 0.3 else {})


def a_world(pick):
    def named(kind, name, namespace, **rest):
        return {"kind": kind, "metadata": {"name": name} | ({"namespace": namespace} if namespace else {})} | rest

    places = [*NAMESPACES, None]
    roles = [
        named("Role" if place else "ClusterRole", f"r{i}", place, rules=[a_rule(pick) for _ in range(2)])
        for place in places
        for i in range(4)
    ]
    bindings = []
    for number in range(40):
        place = pick.choice(places)
        ref = {"kind": pick.choice(["Role", "ClusterRole"]), "name": f"r{pick.randint(0, 4)}"}
        kind = "RoleBinding" if place else "ClusterRoleBinding"
        bindings.append(named(kind, f"b{number}", place, roleRef=ref, subjects=some(pick, SUBJECTS, 3)))
    return roles, bindings


def a_question(pick):
    if pick.random() < 0.15:
        return {"User": pick.choice(ASKERS), "Verb": pick.choice(VERBS), "Path": pick.choice(ASKED_URLS)}
    resource, _, sub = pick.choice(["pods", "pods/exec", "deployments/scale", "secrets", "nodes/proxy", "things", "deployments"]).partition(
        "/"
    )
    place = {"Namespace": pick.choice([*NAMESPACES, ""]), "Name": pick.choice(["", "a", "b", "c", "*"])}
    return {
        "User": pick.choice(ASKERS),
        "Verb": pick.choice(VERBS),
        "Group": pick.choice(GROUPS),
        "Resource": resource,
        "Subresource": sub,
    } | place


def ours(access, question):
    resource = "/".join(filter(None, (question.get("Resource"), question.get("Subresource"))))
    request = Request(question["Verb"], question.get("Group", ""), resource, question.get("Name", ""), question.get("Path", ""))
    return permitted(access, user(question["User"]), request, question.get("Namespace") or None) is True


def ask(oracle, roles, bindings, questions):
    of = lambda objects, kind: [one for one in objects if one["kind"] == kind]  # noqa: E731
    text = json.dumps({
        "Roles": of(roles, "Role"), "ClusterRoles": of(roles, "ClusterRole"), "RoleBindings": of(bindings, "RoleBinding"),
        "ClusterRoleBindings": of(bindings, "ClusterRoleBinding"), "Questions": questions,
    })  # fmt: skip
    return json.loads(subprocess.run([oracle], input=text, capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_decisions_equal_the_authorizer(oracle, seed):
    pick = random.Random(seed)
    roles, bindings = a_world(pick)
    questions = [a_question(pick) for _ in range(1500)]
    for question in questions:
        question["Groups"] = [group.name for group in groups_of(user(question["User"]))]
    [access] = pictures(inventory(*roles, *bindings, scope="cluster:test"))
    theirs = ask(oracle, roles, bindings, questions)
    wrong = [question for question, answer in zip(questions, theirs, strict=True) if ours(access, question) != answer]
    assert not wrong
    assert 0 < sum(theirs) < len(theirs)
