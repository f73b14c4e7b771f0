"""Known takeovers are found with the right way; what is almost one stays silent."""

import pytest
from permissions_factory import binding, inventory, role

from scanner.config import Config
from scanner.views.permissions import facts

ADMIN = "cluster-admin"
ANN = "User:ann"


def bound(*rules, namespace=None, subject=ANN):
    """Return a role with these rules and the binding that gives it to somebody."""
    name = f"r-{namespace or 'all'}-{subject.rpartition('/')[2].replace(':', '-')}"
    return [role(name, *rules, namespace=namespace), binding(name, name, subject, namespace=namespace)]


def operator(namespace="ops", name="operator"):
    """Return a binding that makes a service account cluster-admin."""
    return [binding(f"admin-{name}", ADMIN, f"ServiceAccount:{namespace}/{name}")]


def strong(namespace="ops", name="strong"):
    """Return a service account that reads secrets everywhere and is no way to more."""
    return bound(("get", "secrets"), subject=f"ServiceAccount:{namespace}/{name}")


def pod(name="p", namespace="ops", account="operator", **spec):
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"serviceAccountName": account, "containers": []} | spec,
    }


def token_secret(name="t", namespace="ops", account="operator"):
    annotations = {"kubernetes.io/service-account.name": account}
    return {"kind": "Secret", "type": "kubernetes.io/service-account-token",
            "metadata": {"name": name, "namespace": namespace, "annotations": annotations}}  # fmt: skip


def cloud_account():
    annotations = {"azure.workload.identity/client-id": "1"}
    return {"kind": "ServiceAccount", "metadata": {"name": "cloud", "namespace": "ops", "annotations": annotations}}


def takeovers(objects, version="1.37"):
    found = facts(inventory(*objects), Config(kubernetes={"version": version}))
    return {fact.data["subject"]["text"]: fact for fact in found if fact.kind == "takeover"}


CLUSTER = "cluster"
OPERATOR = "ServiceAccount:ops/operator"
WAYS = {
    "escalates its own ClusterRole": (bound(("escalate update", "clusterroles")), ["escalate"], ADMIN),
    "escalates, with a star": (bound(("*", "clusterroles")), ["escalate"], ADMIN),
    "escalates the one that it has, by name": (
        [role("own", ("escalate patch", "clusterroles", None, "own")), binding("b", "own", ANN)], ["escalate"], ADMIN,
    ),
    "binds cluster-admin": (bound(("bind", "clusterroles"), ("create", "clusterrolebindings")), ["bind"], ADMIN),
    "binds cluster-admin by name": (bound(("bind", "clusterroles", None, ADMIN), ("create", "clusterrolebindings")), ["bind"], ADMIN),
    "binds itself to what reads secrets": (
        [role("reader", ("get", "secrets")), *bound(("bind", "clusterroles", None, "reader"), ("create", "clusterrolebindings"))],
        ["bind"], "ClusterRole reader in the whole cluster",
    ),
    "binds in a namespace, where a stronger account is": (
        [*bound(("bind", "clusterroles"), ("create", "rolebindings"), namespace="ops"), *operator()],
        ["bind-in-namespace", "run-workload"], ADMIN,
    ),
    "binds a Role": (
        [role("secrets", ("get", "secrets"), namespace="ops"), *bound(("bind", "roles"), ("create", "rolebindings"), namespace="ops")],
        ["bind-role"], "Role secrets in namespace ops",
    ),
    "escalates its own Role": (
        bound(("escalate update", "roles"), namespace="ops"), ["escalate-in-namespace"], "everything in namespace ops",
    ),
    "escalates a new Role": (
        [role("w", ("escalate create update", "roles"), ("create", "rolebindings")),
         binding("b", "w", ANN, namespace="ops", role_kind="ClusterRole")],
        ["escalate-and-bind"], "everything in namespace ops",
    ),
    "impersonates a controller of the cluster": (
        bound(("impersonate", "users")), ["impersonate-user", "request-token", "escalate"], ADMIN,
    ),
    "impersonates a named administrator": (
        [binding("root", ADMIN, "User:root"), *bound(("impersonate", "users", None, "root"))], ["impersonate-user"], ADMIN,
    ),
    "impersonates system:masters": (bound(("impersonate", "users groups")), ["impersonate-group"], ADMIN),
    "impersonates system:masters by name": (
        bound(("impersonate", "groups", None, "system:masters"), ("impersonate", "users", None, "nobody")), ["impersonate-group"], ADMIN,
    ),
    "impersonates a service account": (
        [*bound(("impersonate", "serviceaccounts"), namespace="ops"), *operator()], ["impersonate-account"], ADMIN,
    ),
    "asks for a token": ([*bound(("create", "serviceaccounts/token"), namespace="ops"), *operator()], ["request-token"], ADMIN),
    "asks for a token by name": (
        [*bound(("create", "serviceaccounts/token", None, "operator"), namespace="ops"), *operator()], ["request-token"], ADMIN,
    ),
    "runs a pod": ([*bound(("create", "pods"), namespace="ops"), *operator()], ["run-workload"], ADMIN),
    "runs a CronJob": ([*bound(("create", "cronjobs"), namespace="ops"), *operator()], ["run-workload"], ADMIN),
    "changes one Deployment by name": (
        [*bound(("patch", "deployments", None, "web"), namespace="ops"), *operator()], ["run-workload"], ADMIN,
    ),
    "runs a Tekton task": ([*bound(("create", "taskruns", "tekton.dev"), namespace="ops"), *operator()], ["run-workload"], ADMIN),
    "runs a pod beside the controllers of the cluster": (
        bound(("create", "pods"), namespace="kube-system"), ["run-workload", "escalate"], ADMIN,
    ),
    "runs a pod anywhere, with edit": ([binding("b", "edit", ANN)], ["run-workload", "escalate"], ADMIN),
    "runs a pod as an account that reads secrets": (
        [*bound(("create", "pods"), namespace="ops"), *strong()], ["run-workload"], "ServiceAccount:ops/strong",
    ),
    "runs a pod as an account that is somebody in Azure": (
        [*bound(("create", "pods"), namespace="ops"), cloud_account()], ["run-workload"], "ServiceAccount:ops/cloud",
    ),
    "runs a pod as what all accounts of a namespace may": (
        [*bound(("create", "pods"), namespace="ops"), binding("all", ADMIN, "Group:system:serviceaccounts:ops")], ["run-workload"], ADMIN,
    ),
    "enters a pod": ([*bound(("create", "pods/exec"), namespace="ops"), *operator(), pod()], ["enter-pod"], ADMIN),
    "enters any subresource exec": ([*bound(("create", "*/exec"), namespace="ops"), *operator(), pod()], ["enter-pod"], ADMIN),
    "attaches to a pod": ([*bound(("create", "pods/attach"), namespace="ops"), *operator(), pod()], ["enter-pod"], ADMIN),
    "injects a container": (
        [*bound(("patch", "pods/ephemeralcontainers"), namespace="ops"), *operator(), pod()], ["inject-container"], ADMIN,
    ),
    "replaces an image": ([*bound(("patch", "pods"), namespace="ops"), *operator(), pod()], ["replace-image"], ADMIN),
    "mints a token": ([*bound(("create list", "secrets"), namespace="ops"), *operator()], ["mint-token"], ADMIN),
    "mints a token from two roles": (
        [*bound(("create", "secrets"), namespace="ops"), *bound(("watch", "secrets")), *operator()], ["mint-token"], ADMIN,
    ),
    "reads a token": ([*bound(("get", "secrets"), namespace="ops"), *operator(), token_secret()], ["read-token"], ADMIN),
    "reads a token by list": ([*bound(("list", "secrets"), namespace="ops"), *operator(), token_secret()], ["read-token"], ADMIN),
    "reads a token by name": ([*bound(("get", "secrets", None, "t"), namespace="ops"), *operator(), token_secret()], ["read-token"], ADMIN),
    "speaks to the kubelets": (bound(("get", "nodes/proxy")), ["proxy-to-kubelet"], ADMIN),
    "looks at everything": (bound(("get list watch", "*")), ["proxy-to-kubelet"], ADMIN),
    "mints a certificate": (
        bound(("create", "certificatesigningrequests"), ("update", "certificatesigningrequests/approval"), ("approve", "signers")),
        ["mint-certificate"], ADMIN,
    ),
    "mutates what is admitted": (bound(("create", "mutatingwebhookconfigurations")), ["mutate-admission"], ADMIN),
    "mutates what is admitted by a named webhook": (
        bound(("patch", "mutatingwebhookconfigurations", None, "injector")), ["mutate-admission"], ADMIN,
    ),
    "mounts the disk of a node": (
        [*bound(("create", "persistentvolumes")), *bound(("create", "persistentvolumeclaims jobs"), namespace="ops")],
        ["host-path-volume"], ADMIN,
    ),
    "converts custom resources": (bound(("patch", "customresourcedefinitions", "apiextensions.k8s.io")), ["convert-resources"], ADMIN),
    "answers for an API group": (bound(("create", "apiservices", "apiregistration.k8s.io")), ["aggregate-api"], ADMIN),
    "maps an AWS identity": (
        [*bound(("update", "configmaps", None, "aws-auth"), namespace="kube-system"),
         {"kind": "ConfigMap", "metadata": {"name": "aws-auth", "namespace": "kube-system"}}], ["aws-auth"], ADMIN,
    ),
    "lets Argo CD apply": (
        [*bound(("create", "applications"), namespace="argocd"), *operator("argocd", "argocd-application-controller")], ["argo-cd"], ADMIN,
    ),
    "lets Flux apply": (
        [*bound(("create", "kustomizations", "kustomize.toolkit.fluxcd.io"), namespace="ops"),
         *operator("flux-system", "kustomize-controller")],
        ["flux-kustomization"], ADMIN,
    ),
    "goes two steps": (
        [*bound(("create", "pods"), namespace="a"),
         *bound(("create", "serviceaccounts/token"), namespace="ops", subject="ServiceAccount:a/x"), *operator()],
        ["run-workload", "request-token"], ADMIN,
    ),
    "goes three steps": (
        [*bound(("create", "pods"), namespace="a"), *bound(("create", "jobs"), namespace="b", subject="ServiceAccount:a/x"),
         *bound(("impersonate", "serviceaccounts"), namespace="ops", subject="ServiceAccount:b/y"), *operator()],
        ["run-workload", "run-workload", "impersonate-account"], ADMIN,
    ),
    "is given it by an aggregated role": (
        [role("sum", aggregates=[{"x": "1"}]), role("part", ("escalate update", "clusterroles"), labels={"x": "1"}),
         binding("b", "sum", ANN)],
        ["escalate"], ADMIN,
    ),
}  # fmt: skip

SILENT = {
    "escalate without writing": bound(("escalate", "clusterroles")),
    "escalate on a role that it does not have": bound(("escalate update", "clusterroles", None, "other")),
    "escalate on ClusterRoles from inside a namespace": bound(("escalate update", "clusterroles"), namespace="ops"),
    "bind without writing bindings": bound(("bind", "clusterroles")),
    "bindings without bind": bound(("create update patch", "clusterrolebindings rolebindings")),
    "bind of a role that grants no more": [
        role("small", ("get", "configmaps")),
        *bound(("bind", "clusterroles", None, "small"), ("create", "clusterrolebindings"), ("get", "configmaps")),
    ],
    "bind of ClusterRoles, where only rolebindings of another namespace can be written": [
        *bound(("bind", "clusterroles"), namespace="ops"), *bound(("create", "rolebindings"), namespace="shop"),
    ],
    "impersonates a user who is nobody": bound(("impersonate", "users", None, "nobody")),
    "impersonates groups, but no user": bound(("impersonate", "groups")),
    "impersonates users from inside a namespace": bound(("impersonate", "users groups"), namespace="ops"),
    "impersonates accounts that hold nothing": bound(("impersonate", "serviceaccounts"), namespace="ops"),
    "a token of its own": bound(("create", "serviceaccounts/token", None, "me"), namespace="ops", subject="ServiceAccount:ops/me"),
    "a token of an account that does not exist": [*bound(("create", "serviceaccounts/token", None, "x"), namespace="ops"), *operator()],
    "reads service accounts": [*bound(("get list create update", "serviceaccounts"), namespace="ops"), *operator()],
    "runs pods where nobody is stronger": [*bound(("create", "pods"), namespace="shop"), *operator()],
    "runs pods where the others hold the same": [
        *bound(("create", "pods"), namespace="ops"), *bound(("create", "pods"), namespace="ops", subject="ServiceAccount:ops/twin"),
    ],
    "create limited by a name, which allows nothing": [*bound(("create", "pods", None, "web"), namespace="ops"), *operator()],
    "deletes pods": [*bound(("delete deletecollection", "pods deployments"), namespace="ops"), *operator(), pod()],
    "scales deployments": [*bound(("update patch", "deployments/scale"), namespace="ops"), *operator(), pod()],
    "patches the status of deployments": [*bound(("patch", "deployments/status"), namespace="ops"), *operator()],
    "deployments of the wrong group": [*bound(("create", "deployments", "core"), namespace="ops"), *operator()],
    "pods/* matches nothing": [*bound(("create", "pods/*"), namespace="ops"), *operator(), pod()],
    "changes the template of a Job": [*bound(("update patch", "jobs"), namespace="ops"), *operator()],
    "enters pods that run as nobody": [*bound(("create", "pods/exec"), namespace="ops"), *operator(), pod(account="default")],
    "enters pods without a token": [*bound(("create", "pods/exec"), namespace="ops"), *operator(), pod(automountServiceAccountToken=False)],
    "enters pods of another namespace": [*bound(("create", "pods/exec"), namespace="shop"), *operator(), pod()],
    "reads exec, which is not enough from 1.35 on": [*bound(("get", "pods/exec"), namespace="ops"), *operator(), pod()],
    "reads the log": [*bound(("get", "pods/log"), namespace="ops"), *operator(), pod()],
    "forwards ports": [*bound(("create", "pods/portforward"), namespace="ops"), *operator(), pod()],
    "reads secrets, and no token is among them": [*bound(("get list", "secrets"), namespace="ops"), *operator()],
    "reads another secret by name": [*bound(("get", "secrets", None, "other"), namespace="ops"), *operator(), token_secret()],
    "creates secrets without reading": [*bound(("create update", "secrets"), namespace="ops"), *operator()],
    "lists nodes and their proxies": bound(("list watch", "nodes nodes/proxy")),
    "nodes/proxy in a Role": bound(("get", "nodes/proxy"), namespace="ops"),
    "approves without a signer": bound(("create", "certificatesigningrequests"), ("update", "certificatesigningrequests/approval")),
    "approves serving certificates": bound(
        ("create", "certificatesigningrequests"), ("update", "certificatesigningrequests/approval"),
        ("approve", "signers", None, "kubernetes.io/kubelet-serving"),
    ),
    "validates what is admitted": bound(("create", "validatingwebhookconfigurations")),
    "deletes webhooks": bound(("delete", "mutatingwebhookconfigurations")),
    "creates volumes without pods": bound(("create", "persistentvolumes persistentvolumeclaims")),
    "creates claims and pods": bound(("create", "persistentvolumeclaims jobs"), namespace="shop"),
    "creates custom resource definitions": bound(("create delete", "customresourcedefinitions", "apiextensions.k8s.io")),
    "writes an ordinary ConfigMap": [
        *bound(("update", "configmaps", None, "lock"), namespace="kube-system"),
        {"kind": "ConfigMap", "metadata": {"name": "aws-auth", "namespace": "kube-system"}},
    ],
    "writes aws-auth where there is none": bound(("update", "configmaps", None, "aws-auth"), namespace="kube-system"),
    "Applications outside Argo CD's namespace": [
        *bound(("create", "applications"), namespace="shop"), *operator("argocd", "argocd-application-controller"),
    ],
    "is cluster-admin already": [binding("b", ADMIN, ANN)],
    "a Role that is bound in another namespace": [
        role("r", ("create", "pods"), namespace="ops"), binding("b", "r", ANN, namespace="shop"), *operator(),
    ],
    "a rule that aggregation overwrites": [
        role("sum", ("escalate update", "clusterroles"), aggregates=[{"x": "1"}]),
        role("part", ("get", "pods"), labels={"x": "1"}), binding("b", "sum", ANN),
    ],
}  # fmt: skip


def test_there_are_enough():
    assert len(WAYS) >= 30
    assert len(SILENT) >= 30


@pytest.mark.parametrize("name", WAYS)
def test_way_is_found(name):
    objects, techniques, becomes = WAYS[name]
    fact = takeovers(objects)[ANN]
    assert fact.data["techniques"] == techniques
    assert fact.data["becomes"] == becomes
    assert fact.data["chain"].startswith(ANN)
    assert fact.data["goal"] == ("cluster" if becomes == ADMIN else "account")


@pytest.mark.parametrize("name", WAYS)
def test_way_starts_at_the_subjects_line(name):
    resource, pointer, _ = takeovers(WAYS[name][0])[ANN].steps[0]
    assert resource.data["subjects"][pointer[1]] == {"kind": "User", "name": "ann"}
    assert pointer == ("subjects", pointer[1], "name")


@pytest.mark.parametrize("name", SILENT)
def test_near_miss_is_silent(name):
    found = takeovers(SILENT[name])
    assert ANN not in found
    assert "ServiceAccount:ops/me" not in found


def test_reading_exec_is_enough_before_1_35():
    objects = SILENT["reads exec, which is not enough from 1.35 on"]
    assert takeovers(objects, "1.34")[ANN].data["techniques"] == ["enter-pod"]


def test_a_way_is_told_with_every_step():
    fact = takeovers(WAYS["goes two steps"][0])[ANN]
    assert fact.data["chain"] == (
        "User:ann may create pods in namespace a and so runs a pod as ServiceAccount:a/x,"
        " which may create serviceaccounts/token in namespace ops and so asks for a token of ServiceAccount:ops/operator,"
        " which is granted everything in the whole cluster"
    )
    assert [(resource.key.name, pointer) for resource, pointer, _ in fact.steps] == [
        ("r-a-User-ann", ("subjects", 0, "name")), ("r-a-User-ann", ("rules", 0, "verbs", 0)),
        ("r-ops-x", ("subjects", 0, "name")), ("r-ops-x", ("rules", 0, "verbs", 0)),
        ("admin-operator", ("subjects", 0, "name")), ("admin-operator", ("roleRef",)),
    ]  # fmt: skip


def test_what_a_group_has_is_the_groups_finding():
    found = takeovers([binding("all", "edit", "Group:system:authenticated"), *bound(("get", "pods"))])
    assert set(found) == {"Group:system:authenticated"}


def test_a_controller_outside_the_scan_is_unknown():
    fact = takeovers(bound(("create", "applications"), namespace="argocd"))[ANN]
    assert fact.data["becomes"].cause == "what the controller's account argocd-application-controller is granted is not in the scan"


def test_a_cluster_that_was_listed_has_no_defaults_but_its_own():
    objects = bound(("create", "pods"), namespace="kube-system")
    found = facts(inventory(*objects, scope="cluster:1"), Config())
    assert not [fact for fact in found if fact.kind == "takeover"]
