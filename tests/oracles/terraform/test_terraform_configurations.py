"""Whole configurations against ``terraform plan``: the same instances, values and outputs, unknown and sensitive in the same places."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from terraform_program import needs_terraform, run

from scanner.config import Config
from scanner.formats import terraform
from scanner.formats.terraform.evaluations import evaluations
from scanner.formats.terraform.library import Library
from scanner.formats.terraform.values import forced, plain, reveal
from scanner.model.reading import Wanted
from scanner.model.unknown import Unknown
from scanner.sources.memory import MemoryTree

FOLDER = Path(__file__).parent / "configurations"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


def files_of(name: str) -> dict[str, str]:
    """Read a configuration: its files follow each other, each behind a line with its path."""
    parts = (FOLDER / f"{name}.txt").read_text().split("==> ")[1:]
    return {head: body for head, _, body in (part.partition("\n") for part in parts)}


def theirs(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plan, and return instance address → input and triggers, output → value; "unknown" stands for what is known after apply."""
    run(folder, "init", "-no-color")
    run(folder, "plan", "-no-color", "-out=plan")
    plan = json.loads(run(folder, "show", "-json", "plan"), parse_float=Decimal, parse_int=Decimal)
    changes = {change["address"]: change["change"] for change in plan.get("resource_changes", [])}
    instances = {address: {key: known(change, key) for key in ("input", "triggers_replace")} for address, change in changes.items()}
    outputs = {name: merged(change.get("after"), change.get("after_unknown")) for name, change in plan.get("output_changes", {}).items()}
    return instances, outputs


def known(change: dict[str, Any], key: str) -> Any:
    return merged(change["after"].get(key), change["after_unknown"].get(key))


def merged(value: Any, unknown: Any) -> Any:
    """Put "unknown" into a value where the plan says so."""
    if unknown is True:
        return "unknown"
    if isinstance(unknown, dict):
        return {key: merged((value or {}).get(key), unknown.get(key)) for key in {*(value or {}), *unknown}}
    if isinstance(unknown, list):
        value = value or []
        return [
            merged(value[at] if at < len(value) else None, unknown[at] if at < len(unknown) else False)
            for at in range(max(len(value), len(unknown)))
        ]
    return value


def ours(name: str, root: str) -> tuple[dict[str, Any], dict[str, Any]]:
    tree = MemoryTree({path: text.encode() for path, text in files_of(name).items()})
    paths = [path for path in files_of(name) if terraform.claims(path, lambda: "")]
    found = terraform.read(tree, paths, Wanted(frozenset(), everything=True), Config())
    assert not found.problems
    instances = {one.key.address: {key: shown(one.data.get(key)) for key in ("input", "triggers_replace")} for one in found.resources}
    (module,) = [one.module for one in evaluations(Library(tree), paths, {}) if one.module.evaluation.root == root]
    outputs = {output: shown(plain(reveal(forced(module.output(output)))[0])) for output in module.configuration.outputs}
    return instances, outputs


def shown(value: Any) -> Any:
    """Return plain data with "unknown" for what is, numbers as decimals."""
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


@needs_terraform
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_as_planned(name: str, tmp_path: Path) -> None:
    for path, text in files_of(name).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    root = "env/prod" if (tmp_path / "env").exists() else ""
    assert ours(name, root) == theirs(tmp_path / root)


def test_there_are_enough() -> None:
    assert len(NAMES) >= 40
