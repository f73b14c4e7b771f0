"""A pull request is gated on what it changes, over the whole repository, and cannot excuse itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run

BAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec:\n  containers:\n  - name: c\n    image: nginx:1\n"
GOOD = BAD + "    imagePullPolicy: Always\n"
RULE = "IMG-001"
Files = Mapping[str, str | None]
Check = Callable[..., dict[tuple[str, str], str]]


def bad(name: str, tail: str = "") -> str:
    return BAD.replace("NAME", name).replace("nginx:1\n", f"nginx:latest{tail}\n")


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True)


def put(folder: Path, files: Files) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text)


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Return the function that commits files, then others, and gives (path, resource name) → disposition since the first."""

    def judge(base: Files, head: Files, *arguments: str, code: int | None = None) -> dict[tuple[str, str], str]:
        git(tmp_path, "init", "-q", "-b", "main")
        put(tmp_path, base)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "base")
        git(tmp_path, "checkout", "-qb", "change")
        put(tmp_path, head)
        got = run(["scan", str(tmp_path), "--select", RULE, "--changed-since", "main", "--format", "json", *arguments])
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert code is None or got == code
        return {(row["location"]["path"], row["resource"]["name"]): row["disposition"] for row in answer["results"]}

    return judge


SILENCED = bad("a", "  # plumbrule:ignore=IMG-001 the mirror pins it")
CONFIGURED = "suppressions:\n- {rules: [IMG-001], paths: [a.yaml], reason: the mirror pins it}\n"
ANNOTATED = bad("a").replace("{name: a}", "{name: a, annotations: {plumbrule/ignore: IMG-001 the mirror pins it}}")


@pytest.mark.parametrize(
    ("base", "head", "expected", "code"),
    [
        pytest.param({"a.yaml": bad("a")}, {"b.yaml": bad("b")}, {("a.yaml", "a"): "baselined", ("b.yaml", "b"): "open"}, 1, id="new file"),
        pytest.param({"a.yaml": bad("a")}, {"c.yaml": GOOD}, {("a.yaml", "a"): "baselined"}, 0, id="nothing new"),
        pytest.param({"a.yaml": bad("a")}, {"a.yaml": None, "z/b.yaml": bad("a")}, {("z/b.yaml", "a"): "baselined"}, 0, id="moved"),
        pytest.param(
            {"a.yaml": bad("a")}, {"b.yaml": bad("a")}, {("a.yaml", "a"): "baselined", ("b.yaml", "a"): "open"}, 1, id="copied"
        ),
        pytest.param({"a.yaml": bad("a")}, {"a.yaml": "# moved down\n\n" + bad("a")}, {("a.yaml", "a"): "baselined"}, 0, id="other line"),
        pytest.param({"c.yaml": GOOD}, {"a.yaml": SILENCED}, {("a.yaml", "a"): "open"}, 1, id="comment is new"),
        pytest.param(
            {"c.yaml": GOOD}, {"a.yaml": bad("a"), "plumbrule.yaml": CONFIGURED}, {("a.yaml", "a"): "open"}, 1, id="new entry"
        ),
        pytest.param({"c.yaml": GOOD}, {"a.yaml": ANNOTATED}, {("a.yaml", "a"): "open"}, 1, id="new annotation"),
        pytest.param({"a.yaml": SILENCED}, {"c.yaml": GOOD}, {("a.yaml", "a"): "suppressed"}, 0, id="comment was there"),
        pytest.param({"a.yaml": SILENCED}, {"a.yaml": "# a line more\n" + SILENCED}, {("a.yaml", "a"): "suppressed"}, 0, id="lower"),
        pytest.param({"a.yaml": ANNOTATED}, {"c.yaml": GOOD}, {("a.yaml", "a"): "suppressed"}, 0, id="annotation was there"),
        pytest.param(
            {"c.yaml": GOOD, "plumbrule.yaml": CONFIGURED}, {"a.yaml": bad("a")}, {("a.yaml", "a"): "suppressed"}, 0, id="configured before"
        ),
        pytest.param({"a.yaml": bad("a"), "plumbrule.yaml": "a: b"}, {"plumbrule.yaml": "{}"}, {("a.yaml", "a"): "baselined"}, 0, id="ok"),
        pytest.param(
            {"a.yaml": SILENCED}, {"a.yaml": SILENCED + "---\n" + SILENCED.replace("name: a", "name: b")},
            {("a.yaml", "a"): "baselined", ("a.yaml", "b"): "open"}, 1, id="a second comment like the first",
        ),
    ],
)  # fmt: skip
def test_what_is_open(check: Check, base: Files, head: Files, expected: dict[tuple[str, str], str], code: int) -> None:
    assert check(base, head, code=code) == expected


def test_problems_are_those_of_head(check: Check) -> None:
    check({"broken.yaml": "kind: Pod\nspec: [\n", "c.yaml": GOOD}, {"broken.yaml": GOOD}, code=0)


def test_a_new_problem_makes_the_scan_incomplete(check: Check) -> None:
    check({"c.yaml": GOOD}, {"broken.yaml": "kind: Pod\nspec: [\n"}, code=3)


def test_todays_rules_judge_the_past(check: Check) -> None:
    rows = check({"a.yaml": bad("a"), "plumbrule.yaml": "skip: [IMG-001]\n"}, {"plumbrule.yaml": "skip: []\n"}, code=0)
    assert rows == {("a.yaml", "a"): "baselined"}


def test_the_commit_is_where_the_branches_parted(tmp_path: Path, check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    check({"c.yaml": GOOD}, {"a.yaml": bad("a")})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "change")
    git(tmp_path, "checkout", "-q", "main")
    put(tmp_path, {"a.yaml": bad("a")})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "the same on main")
    git(tmp_path, "checkout", "-q", "change")
    assert run(["scan", str(tmp_path), "--select", RULE, "--changed-since", "main", "--quiet"]) == 1


@pytest.mark.parametrize(
    ("ref", "words"), [("nowhere", "names no commit"), ("--help", "names no commit"), ("main:c.yaml", "names no commit")]
)
def test_a_revision_that_is_none(tmp_path: Path, check: Check, capsys: pytest.CaptureFixture[str], ref: str, words: str) -> None:
    check({"c.yaml": GOOD}, {})
    assert run(["scan", str(tmp_path), f"--changed-since={ref}"]) == 2
    assert words in capsys.readouterr().err


def test_what_was_unknown_does_not_excuse_a_failure(tmp_path: Path, check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    disk = 'variable "public" {}\nresource "azurerm_storage_account" "a" {\n  name = "a"\n  shared_access_key_enabled = var.public\n}\n'
    check({"main.tf": disk}, {"v.auto.tfvars": "public = true\n"})
    run(["scan", str(tmp_path), "--select", "st-shared-key", "--changed-since", "main", "--format", "json"])
    assert [(row["outcome"], row["disposition"]) for row in json.loads(capsys.readouterr().out)["results"]] == [("fail", "open")]


def test_a_named_configuration_holds_as_it_was_too(tmp_path: Path, check: Check) -> None:
    named = ("--config", str(tmp_path / "ci" / "rules.yaml"))
    assert check({"c.yaml": GOOD, "ci/rules.yaml": "{}"}, {"a.yaml": bad("a"), "ci/rules.yaml": CONFIGURED}, *named) == {
        ("a.yaml", "a"): "open"
    }


def test_a_named_configuration_that_was_there_holds(tmp_path: Path, check: Check) -> None:
    named = ("--config", str(tmp_path / "ci" / "rules.yaml"))
    assert check({"c.yaml": GOOD, "ci/rules.yaml": CONFIGURED}, {"a.yaml": bad("a")}, *named) == {("a.yaml", "a"): "suppressed"}
