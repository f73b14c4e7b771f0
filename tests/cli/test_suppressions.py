"""Suppressions work where people write them, say why, and are reported when they are of no use."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: p
  namespace: shop
spec:
  containers:
  - name: one
    image: nginx:latest
  - name: two
    image: nginx:latest
"""
DISK = """\
resource "azurerm_storage_account" "a" {
  name                      = "a"
  shared_access_key_enabled = true
}
"""
IGNORE = "plumbrule:ignore="
Scan = Callable[..., dict[str, Any]]


@pytest.fixture
def scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Scan:
    def judge(files: Mapping[str, str], *arguments: str, select: str = "IMG-001") -> dict[str, Any]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        run(["scan", str(tmp_path), "--select", select, "--format", "json", *arguments])
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return judge


def states(answer: Mapping[str, Any]) -> list[str]:
    return [row["disposition"] for row in answer["results"]]


BESIDE = POD.replace("latest\n  - name: two", f"latest # {IGNORE}IMG-001 pinned by the mirror\n  - name: two")
ABOVE_ITEM = POD.replace("  - name: two", f"  # {IGNORE}IMG-001 pinned by the mirror\n  - name: two")
ABOVE_LIST = POD.replace("  containers:", f"  # {IGNORE}IMG-001 pinned by the mirror\n  containers:")
ABOVE_ALL = f"# {IGNORE}IMG-001 pinned by the mirror\n{POD}"
ANNOTATED = POD.replace("  namespace: shop\n", "  namespace: shop\n  annotations:\n    plumbrule/ignore: IMG-001 pinned by the mirror\n")
LINES = ANNOTATED.replace("IMG-001 pinned by the mirror", "|\n      WL-009 another\n      IMG-001 pinned by the mirror")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(BESIDE, ["suppressed", "open"], id="beside the line"),
        pytest.param(ABOVE_ITEM, ["open", "suppressed"], id="above an item"),
        pytest.param(ABOVE_LIST, ["suppressed", "suppressed"], id="above a list"),
        pytest.param(ABOVE_ALL, ["suppressed", "suppressed"], id="above a document"),
        pytest.param(f"{POD}---\n{ABOVE_ALL.replace('name: p', 'name: q')}", ["open", "open", "suppressed", "suppressed"], id="that alone"),
        pytest.param(ANNOTATED, ["suppressed", "suppressed"], id="annotation"),
        pytest.param(LINES, ["suppressed", "suppressed"], id="annotation of several lines"),
        pytest.param(ABOVE_ALL.replace("IMG-001", "mutable-tag"), ["suppressed", "suppressed"], id="by slug"),
        pytest.param(ABOVE_ALL.replace("IMG-001", "WL-009,IMG-001"), ["suppressed", "suppressed"], id="several"),
        pytest.param(ABOVE_ALL.replace("IMG-001", "IMG-*"), ["suppressed", "suppressed"], id="glob"),
        pytest.param(ABOVE_ALL.replace("IMG-001", "CKV_K8S_14"), ["suppressed", "suppressed"], id="another tool's id"),
        pytest.param(ABOVE_ALL.replace("IMG-001 pinned by the mirror", "IMG-001"), ["open", "open"], id="no reason"),
        pytest.param(ABOVE_ALL.replace("IMG-001", "WL-009"), ["open", "open"], id="another rule"),
        pytest.param(ABOVE_ALL.replace("IMG-001", "IMG-0001"), ["open", "open"], id="no rule"),
        pytest.param(POD.replace("name: p\n", f'name: "p # {IGNORE}IMG-001"\n'), ["open", "open"], id="in a string elsewhere"),
    ],
)
def test_where_a_comment_holds(scan: Scan, text: str, expected: list[str]) -> None:
    assert states(scan({"p.yaml": text})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DISK.replace("= true", f"= true # {IGNORE}AZ-ST why"), "open"),
        (DISK.replace("= true", f"= true # {IGNORE}st-shared-key the old exporter needs it"), "suppressed"),
        (DISK.replace("= true", f"= true // {IGNORE}st-shared-key the old exporter needs it"), "suppressed"),
        (DISK.replace("= true", f"= true /* {IGNORE}st-shared-key the old exporter needs it */"), "suppressed"),
        (f"# {IGNORE}st-shared-key the old exporter needs it\n{DISK}", "suppressed"),
        (f"{DISK}# {IGNORE}st-shared-key the old exporter needs it\n", "open"),
    ],
)
def test_terraform(scan: Scan, text: str, expected: str) -> None:
    assert states(scan({"main.tf": text}, select="st-shared-key")) == [expected]


def test_a_comment_where_the_value_was_set_holds(scan: Scan) -> None:
    module = DISK.replace("= true", "= var.keys") + 'variable "keys" {}\n'
    said = f"keys = true # {IGNORE}st-shared-key the old exporter needs it\n"
    assert states(scan({"main.tf": module, "terraform.tfvars": said}, select="st-shared-key")) == ["suppressed"]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"plumbrule.yaml": "suppressions: [{rules: [IMG-001], reason: later}]"}, "ssss"),
        ({"plumbrule.yaml": "suppressions: [{rules: [IMG-001], paths: [a/**], reason: later}]"}, "ssoo"),
        ({"a/plumbrule.yaml": "suppressions: [{rules: [IMG-001], reason: later}]"}, "ssoo"),
        ({"a/plumbrule.yaml": "suppressions: [{rules: [IMG-001], paths: [p.yaml], reason: later}]"}, "ssoo"),
        ({"plumbrule.yaml": "suppressions: [{rules: [IMG-001], resources: ['*/Pod/q'], reason: later}]"}, "ooss"),
    ],
)
def test_configuration(scan: Scan, configuration: Mapping[str, str], expected: str) -> None:
    found = states(scan({**configuration, "a/p.yaml": POD, "b/q.yaml": POD.replace("name: p", "name: q")}))
    assert "".join(state[0] for state in found) == expected


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (ABOVE_ALL.replace("latest", "1.2.3"), "p.yaml:1: the ignore of IMG-001 silences nothing"),
        (ABOVE_ALL.replace("IMG-001 pinned by the mirror", "IMG-001"), "p.yaml:1: the ignore of IMG-001 gives no reason"),
        (ABOVE_ALL.replace("IMG-001", "IMG-0001"), "'IMG-0001' names no rule"),
        (f"# {IGNORE}\n{POD}", "p.yaml:1: the ignore names no rule"),
    ],
)
def test_what_is_of_no_use_is_reported(scan: Scan, text: str, note: str) -> None:
    assert any(note in one for one in scan({"p.yaml": text})["notes"])


def test_an_ignore_of_a_rule_that_did_not_run_is_not_called_useless(scan: Scan) -> None:
    assert scan({"p.yaml": f"# {IGNORE}WL-009 why not\n{POD}"})["notes"] == []


def test_a_rule_made_critical_by_configuration_is_critical(scan: Scan) -> None:
    answer = scan({"p.yaml": ABOVE_ALL, "plumbrule.yaml": "rules: {IMG-001: {severity: critical}}"})
    assert states(answer) == ["open", "open"]
    assert any("refused" in note for note in answer["notes"])


def test_suppressed_results_stay_visible_where_they_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.yaml").write_text(ABOVE_ALL)

    def results(name: str) -> int:
        run(["scan", str(tmp_path), "--select", "IMG-001", "--format", name])
        return len(json.loads(capsys.readouterr().out)["runs"][0]["results"])

    assert (results("sarif"), results("sarif-full")) == (0, 2)


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_lines_are_counted_alike(scan: Scan, mark: str) -> None:
    text = DISK.replace('"a"\n', f'"a{mark}"\n').replace("= true", f"= true # {IGNORE}st-shared-key the old exporter needs it")
    assert states(scan({"main.tf": text}, select="st-shared-key")) == ["suppressed"]
