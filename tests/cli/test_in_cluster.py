"""What ``init`` prints for clusters is whole, and passes our own rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from scanner.cli.cluster_role import plural
from scanner.cli.main import run


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["init", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Pod", "pods"), ("Ingress", "ingresses"), ("NetworkPolicy", "networkpolicies"), ("Gateway", "gateways"), ("Endpoints", "endpoints"),
     ("IngressClass", "ingressclasses"), ("HTTPProxy", "httpproxies"), ("Prometheus", "prometheuses")],
)  # fmt: skip
def test_plural(kind: str, expected: str) -> None:
    assert plural(kind) == expected


def test_the_role_lists_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    role = yaml.safe_load(printed(capsys, "--cluster-role"))
    verbs = {verb for rule in role["rules"] for verb in rule["verbs"]}
    assert verbs == {"list", "get"}
    assert all(rule.get("resourceNames") == ["kube-system"] for rule in role["rules"] if "get" in rule["verbs"])
    assert not any(word in ("secrets", "*") for rule in role["rules"] for word in rule["resources"])


def test_secrets_only_when_asked_and_with_a_word_of_warning(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "--cluster-role", "--include-secret-metadata")
    assert any(rule["resources"] == ["secrets"] for rule in yaml.safe_load(text)["rules"])
    assert "may read every Secret" in text


def test_our_own_manifests_pass_our_own_rules(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "plumbrule.yaml").write_text("kubernetes: {clusters: {here: {region: germanywestcentral}}}\n")
    (tmp_path / "all.yaml").write_text(printed(capsys, "--in-cluster"))
    run(["scan", str(tmp_path), "--profile", "platform", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    assert [(row["rule"], row["message"]) for row in answer["results"] if row["outcome"] == "fail"] == []
    assert answer["problems"] == []
