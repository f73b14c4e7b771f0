"""The estate and whole corpora in a real API server: rule by rule and object by object the verdicts of their files.

Both are judged at the server's minor version. Whatever differs is one of ``EXPLAINED``, each with its reason; nothing is ignored otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from apiserver import missing, running
from applying import Refused, apply, objects_in, served

from scanner.cli.main import run

WHY = missing()
pytestmark = [pytest.mark.live, pytest.mark.skipif(WHY is not None, reason=WHY or "")]
ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "corpora"
CORPORA = {
    "estate": (ROOT / "tests" / "estate" / "kubernetes", 100),
    "kube-prometheus": (SHARED / "kube-prometheus", 100),
    "microservices-demo": (SHARED / "microservices-demo", 30),
    "kubernetes-examples": (SHARED / "kubernetes-examples", 100),
}
"""Name → folder, and how many objects of it the server takes at least."""
Row = tuple[str, str, str]
"""Rule, address, outcome."""


class Explained(NamedTuple):
    """A class of differences: what it takes in, given all rows of the live scan, and why it is right."""

    holds: Callable[[Row, set[Row]], bool]
    why: str


def only(*rules: str) -> Callable[[Row, set[Row]], bool]:
    return lambda row, _: row[0] in rules


def kind_of(row: Row) -> str:
    return row[1].split("/")[1]


def stands_at_its_namespace(row: Row, live: set[Row]) -> bool:
    return row[0] in ("NET-001", "NET-002") and (row[0], f"kubernetes:-/Namespace/{row[1][11:].split('/')[0]}", row[2]) in live


EXPLAINED = {
    "namespace objects": Explained(
        stands_at_its_namespace, "a namespace that no file declares is spoken of at its first workload; in the cluster it has an object"
    ),
    "namespaces": Explained(only("WL-027"), "a file may leave its namespace to the deployment (unknown); in the cluster it is default"),
    "empty lists": Explained(only("NET-017"), "the server stores no empty list: a section that was switched off is gone"),
    "secrets": Explained(lambda row, _: kind_of(row) == "Secret", "values of Secrets never leave the server"),
}


def scan(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    run(["scan", *words, "--profile", "platform", "--format", "json", "--allow-incomplete"])
    return json.loads(capsys.readouterr().out)


def rows(answer: Any, taken: set[str] | None = None) -> set[Row]:
    found = ((row["rule"], row["resource"]["address"], row["outcome"]) for row in answer["results"])
    return {row for row in found if taken is None or row[1] in taken}


def address(one: dict[str, Any], cluster_wide: set[str]) -> str:
    space = "-" if one["kind"] in cluster_wide else one["metadata"].get("namespace") or "default"
    return f"kubernetes:{space}/{one['kind']}/{one['metadata']['name']}"


@pytest.mark.parametrize("name", CORPORA)
def test_live_as_in_the_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder, least = CORPORA[name]
    if not folder.is_dir():
        pytest.skip(f"the corpus {name} is not here")
    objects = objects_in(folder)
    files, empty, home = tmp_path / "files", tmp_path / "empty", tmp_path / "server"
    for one in (files, empty, home):
        one.mkdir()
    with running(home) as server:
        refused = apply(server, objects)
        gone = {(one.kind, one.name, one.namespace) for one in refused}
        wide = {kind for (_, kind), (_, namespaced) in served(server).items() if not namespaced}
        kept = [
            one for one in objects
            if not {(one["kind"], one["metadata"]["name"], one["metadata"].get("namespace") or "default"),
                    (one["kind"], one["metadata"]["name"], "-")} & gone
        ]  # fmt: skip
        assert len(kept) >= least, refused
        assert [one for one in refused if not understood(one)] == []
        (files / "all.yaml").write_text("---\n".join(yaml.safe_dump(one, sort_keys=False) for one in kept))
        spaces = sorted({one["metadata"].get("namespace") or "default" for one in kept})
        settings = {"kubernetes": {"version": "1.37", "complete": True, "complete_namespaces": spaces}}
        (files / "plumbrule.yaml").write_text(yaml.safe_dump(settings))
        monkeypatch.setenv("KUBECONFIG", str(server.kubeconfig))
        monkeypatch.chdir(empty)
        live_answer = scan(["--cluster", "admin", "--include-secret-metadata"], capsys)
    file_answer = scan([str(files)], capsys)
    taken = {address(one, wide) for one in kept}
    in_files, live = rows(file_answer, taken), rows(live_answer, taken)
    assert len(in_files) > 50
    everything = rows(live_answer)
    differing = sorted(in_files ^ live)
    unexplained = [
        ("files" if row in in_files else "live", row)
        for row in differing
        if not any(one.holds(row, everything) for one in EXPLAINED.values())
    ]
    assert unexplained == [], "\n".join(map(str, unexplained[:60]))


def understood(refused: Refused) -> bool:
    """Tell whether a refusal is one of a known class: an API that is gone or not installed, or an object that the server finds invalid."""
    return refused.status in (400, 404, 409, 422)
