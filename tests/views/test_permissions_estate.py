"""The demo estate, read by hand: every finding about access in it, and none besides."""

import json
from pathlib import Path

from scanner.cli.main import run

ESTATE = Path(__file__).parents[1] / "estate" / "kubernetes"
EVERYTHING = "argocd-application-controller"
"""Its role has a star everywhere: every rule about what roles grant speaks of it."""

FOUND = {
    # people.yaml: one break-glass group, operators who label nodes, support that plays two viewers, developers, scientists
    ("RBAC-001", "break-glass"), ("RBAC-022", "platform-operator"), ("RBAC-016", "support"), ("RBAC-038", "shop-viewer"),
    ("RBAC-013", "tenant-developer"), ("RBAC-012", "scientist"), ("RBAC-016", "scientists"), ("RBAC-038", "scientists"),
    # pipelines.yaml: a token kept in a Secret, and a runner beside an account that releases to other namespaces
    ("RBAC-039", "deployer-token"), ("RBAC-016", "build"),
    # controllers.yaml: an ingress controller that reads that token, and developers who may write Applications
    ("RBAC-009", "ingress-nginx"), ("RBAC-016", "ingress-nginx"), ("RBAC-032", "ingress-nginx-controller"), ("RBAC-001", EVERYTHING),
    ("RBAC-016", "application-editors"),
    # analytics.yaml: secrets, the default account, another tenant, and a role that is gone
    ("RBAC-010", "collector"), ("RBAC-028", "notebooks"), ("RBAC-033", "reporting"), ("RBAC-031", "ledger"),
}  # fmt: skip
UNKNOWN = {("RBAC-033", "release")}
"""Whose the pipelines' namespace is, nobody says."""
CHAINS = {
    "scientists": "runs a pod as ServiceAccount:analytics/collector",
    "build": "runs a pod as ServiceAccount:ci/deployer",
    "ingress-nginx": "reads the token of ServiceAccount:ci/deployer",
    "application-editors": "as ServiceAccount:argocd/argocd-application-controller, which is granted everything in the whole cluster",
    "support": "impersonates User:shop-viewer",
}


def rows(capsys):
    run(["scan", str(ESTATE), "--select", "kubernetes-rbac", "--skip", "RBAC-029,RBAC-042", "--format", "json"])
    return json.loads(capsys.readouterr().out)["results"]


def test_every_finding_is_known(capsys):
    found = rows(capsys)
    of_everything = {row["rule"] for row in found if (row["resource"]["type"], row["resource"]["name"]) == ("ClusterRole", EVERYTHING)}
    others = [row for row in found if (row["resource"]["type"], row["resource"]["name"]) != ("ClusterRole", EVERYTHING)]
    assert {(row["rule"], row["resource"]["name"]) for row in others if row["outcome"] == "fail"} == FOUND
    assert {(row["rule"], row["resource"]["name"]) for row in others if row["outcome"] == "unknown"} == UNKNOWN
    assert {"RBAC-002", "RBAC-003", "RBAC-004", "RBAC-006", "RBAC-009", "RBAC-017"} <= of_everything


def test_chains_say_how(capsys):
    told = {row["resource"]["name"]: row["message"] for row in rows(capsys) if row["rule"] == "RBAC-016"}
    assert set(told) == set(CHAINS)
    assert all(part in told[name] for name, part in CHAINS.items())
