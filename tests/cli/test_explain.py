"""``plumbrule explain``: rules by any name they have, findings by the beginning of their fingerprint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.cli.main import run

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}\n"


@pytest.mark.parametrize("word", ["PSS-B02", "privileged", "CKV_K8S_16", "KSV-0017"])
def test_a_rule_by_any_of_its_names(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", word]) == 0
    assert "PSS-B02" in capsys.readouterr().out


def test_a_finding_by_its_fingerprint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    run(["scan", str(tmp_path), "--select", "PSS-B02", "--format", "json"])
    fingerprint = json.loads(capsys.readouterr().out)["results"][0]["fingerprint"]
    assert run(["explain", fingerprint[:10], "--path", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "pod.yaml:4:63" in said
    assert "PSS-B02" in said


def test_a_finding_that_is_not_open_is_explained_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pod.yaml").write_text(POD.replace("p}", "p, annotations: {plumbrule/ignore: 'PSS-B02 the node agent, see OPS-7'}}", 1))
    (tmp_path / "plumbrule.yaml").write_text("inline: {allow_critical: true}\nowners: [{owner: team-node, paths: ['**']}]\n")
    run(["scan", str(tmp_path), "--select", "PSS-B02", "--format", "json"])
    (row,) = json.loads(capsys.readouterr().out)["results"]
    assert row["disposition"] == "suppressed"
    assert run(["explain", row["fingerprint"], "--path", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    for words in (row["fingerprint"], "pod.yaml:4", "owner       team-node", "state       suppressed", "see OPS-7"):
        assert words in said


@pytest.mark.parametrize("word", ["privilegd", "deadbeef00"])
def test_what_names_nothing_is_said(word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    assert run(["explain", word, "--path", str(tmp_path)]) == 2
    assert word in capsys.readouterr().err
