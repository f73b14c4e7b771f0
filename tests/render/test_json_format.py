"""JSON by the contract ``plumbrule/results/v1``."""

import json
from typing import Any

from sample_report import sample

from scanner.render import render


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("json", sample()))
    return found


def test_the_document_has_what_the_contract_names() -> None:
    found = document()
    assert found["schema"] == "plumbrule/results/v1"
    assert found["tool"] == {"name": "plumbrule", "version": "0.1.0", "rules_digest": "sha256:" + "0" * 64}
    assert found["summary"] == {
        "files": 4, "resources": 5, "rules": 7, "fail": 9, "unknown": 2, "pass": 1, "open_fail": 6, "problems": 3, "accepted": 1,
    }  # fmt: skip
    assert found["coverage"]["by_type"] == {"ConfigMap": 1, "Pod": 3, "azurerm_mssql_server": 1}
    assert found["coverage"]["rules_not_run"][0] == {"rule": "DEMO-008", "why": "needs a live cluster"}


def test_a_row_has_every_key_of_the_contract() -> None:
    row = next(row for row in document()["results"] if row["rule"] == "DEMO-001" and row["location"])
    assert row | {"message": "", "attribute": "", "reason": None} == {
        "rule": "DEMO-001", "slug": "privileged", "area": "workloads", "severity": "critical", "confidence": "high", "engine": "plumbrule",
        "aliases": ["CKV_K8S_1", "KSV-001"], "outcome": "fail",
        "resource": {"provider": "kubernetes", "type": "Pod", "api_group": "", "namespace": "shop", "name": "web",
                     "address": "kubernetes:shop/Pod/web", "scope": None},
        "location": {"path": "shop/web pod.yaml", "line": 13, "column": 2, "end_line": 13, "end_column": 18},
        "related": [{"path": "shop/web pod.yaml", "line": 3, "column": 12, "end_line": 3, "end_column": 21, "note": "this pod"}],
        "message": "", "cause": None, "fingerprint": "DEMO-001-776562-13", "disposition": "open", "owner": "@shop/web", "waiver": None,
        "attribute": "", "reason": None, "severity_reason": None,
    }  # fmt: skip


def test_a_custom_resource_prints_its_bare_kind() -> None:
    resource = next(row["resource"] for row in document()["results"] if row["engine"] == "checkov")
    assert (resource["type"], resource["api_group"], resource["scope"]) == ("Rollout", "argoproj.io", "overlays/prod")


def test_rows_without_a_place_are_last() -> None:
    places = [row["location"] is None for row in document()["results"]]
    assert places == sorted(places)


def test_problems_and_accepted_problems_are_told_apart() -> None:
    problems = document()["problems"]
    assert problems[0]["location"] == {"path": "broken.yaml", "line": 2, "column": 4}
    assert [(row["kind"], row["accepted"]) for row in problems] == [("unparsable", False), ("forbidden", False), ("unrenderable", True)]


def test_the_text_is_ascii_with_one_row_per_line() -> None:
    text = render("json", sample())
    assert text.isascii()
    assert sum(line.startswith('{"rule": ') for line in text.splitlines()) == 12
