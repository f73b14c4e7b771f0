"""Whose a finding is: by path, by namespace, by name; the last entry that fits counts, as in a CODEOWNERS file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run

OBJECTS = """
kind: Pod
apiVersion: v1
metadata: {name: web, namespace: shop}
spec: {containers: [{name: c, image: x:1, securityContext: {privileged: true}}]}
---
kind: Pod
apiVersion: v1
metadata: {name: job}
spec: {containers: [{name: c, image: x:1, securityContext: {privileged: true}}]}
---
kind: ClusterRole
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: all, namespace: shop}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
"""


def owners(folder: Path, capsys: pytest.CaptureFixture[str], entries: list[dict[str, Any]]) -> dict[str, Any]:
    (folder / "plumbrule.yaml").write_text(json.dumps({"owners": entries}))
    (folder / "apps").mkdir()
    (folder / "apps" / "a.yaml").write_text(OBJECTS)
    run(["scan", str(folder), "--select", "PSS-B02,RBAC-004", "--format", "json"])
    return {row["resource"]["name"]: row["owner"] for row in json.loads(capsys.readouterr().out)["results"]}


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        ([], {"web": None, "job": None, "all": None}),
        ([{"paths": ["apps/**"], "owner": "apps"}], {"web": "apps", "job": "apps", "all": "apps"}),
        ([{"paths": ["infra/**"], "owner": "infra"}], {"web": None, "job": None, "all": None}),
        # The author of a ClusterRole who names a namespace works for that namespace, though the API server drops it.
        ([{"namespaces": ["sh*"], "owner": "shop"}], {"web": "shop", "job": None, "all": "shop"}),
        ([{"namespaces": ["default"], "owner": "platform"}], {"web": None, "job": "platform", "all": None}),
        ([{"paths": ["**"], "owner": "all"}, {"namespaces": ["shop"], "owner": "shop"}], {"web": "shop", "job": "all", "all": "shop"}),
        ([{"namespaces": ["shop"], "owner": "shop"}, {"paths": ["**"], "owner": "all"}], {"web": "all", "job": "all", "all": "all"}),
    ],
)
def test_the_last_entry_that_fits_names_the_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], entries: list[dict[str, Any]], wanted: dict[str, Any]
) -> None:
    assert owners(tmp_path, capsys, entries) == wanted
