"""Real configurations evaluate without a crash, no resource is lost, and what is unknown stays within bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from terraform_scan import EVERYTHING

from scanner.config import Config
from scanner.formats import terraform
from scanner.formats.terraform.evaluations import evaluations
from scanner.formats.terraform.library import Library
from scanner.formats.terraform.resources import modules
from scanner.model.reading import Parsed
from scanner.model.unknown import Unknown
from scanner.sources.files import FileTree
from scanner.syntax.hcl.parser import parse

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ESTATE = Path(__file__).resolve().parents[1] / "estate" / "terraform"
CORPORA = {"terraform-aws-vpc": 0.30, "terraform-azurerm-aks": 0.20, "terragoat": 0.20, "estate": 0.20}
"""The largest share of values that may be unknown: what only applying or a data source can tell."""


def folder_of(name: str) -> Path:
    folder = ESTATE if name == "estate" else SHARED / "corpora" / name
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not beside the checkout")
    return folder


def paths_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.tf"))


def evaluated(folder: Path) -> Parsed:
    return terraform.read(FileTree(str(folder)), paths_in(folder), EVERYTHING, Config())


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


@pytest.mark.parametrize("name", CORPORA)
def test_unknown_values_stay_within_bounds(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(folder_of(name))
    values = [value for one in found.resources for value in leaves(one.data)]
    unknown = [value for value in values if isinstance(value, Unknown)]
    share = len(unknown) / len(values)
    with capsys.disabled():
        print(f"\n{name}: {len(found.resources)} resources, {share:.0%} of {len(values)} values unknown")
        for cause, count in Counter(value.cause for value in unknown).most_common(10):
            print(f"  {count:4} {cause}")
    assert not found.problems
    assert share <= CORPORA[name]
    assert all(value.cause for value in unknown)


@pytest.mark.parametrize("name", CORPORA)
def test_no_resource_is_lost(name: str) -> None:
    """Every block of every file yields an instance, a known zero, or an instance whose key is unknown."""
    folder = folder_of(name)
    tree = FileTree(str(folder))
    written = {
        (path, block.labels) for path in paths_in(folder) for block in parse(path, (folder / path).read_text("utf-8-sig")).body.blocks
        if block.type in {"resource", "data"}
    }  # fmt: skip
    reached: set[tuple[str, tuple[str, ...]]] = set()
    for root in evaluations(Library(tree), paths_in(folder), {}):
        for module in modules(root.module, root.files):
            reached |= {(block.body.source.path, block.labels) for block in module.configuration.resources.values()}
            for resource, block in module.configuration.resources.items():
                assert module.instances(resource, block) or module.expansion(resource, block).instances == {}
        reached |= _of_calls_that_are_none(root.module)
    assert written <= reached


def _of_calls_that_are_none(module: Any) -> set[tuple[str, tuple[str, ...]]]:
    """Return the blocks of modules that are called with a known count of zero."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for inner in modules(module):
        for label, block in inner.configuration.modules.items():
            if not inner.instances(("module", "", label), block):
                source = block.body.attributes["source"].value
                folder = inner.evaluation.library.find(str(getattr(source, "value", "")), inner.configuration.folder, "", label)
                if folder is not None:
                    called = inner.evaluation.library.module(folder)
                    found |= {(one.body.source.path, one.labels) for one in called.resources.values()}
    return found


@pytest.mark.parametrize("name", CORPORA)
def test_two_runs_are_the_same(name: str) -> None:
    one, other = evaluated(folder_of(name)), evaluated(folder_of(name))
    assert [(found.key, repr(found.data)) for found in one.resources] == [(found.key, repr(found.data)) for found in other.resources]


@pytest.mark.parametrize("name", CORPORA)
def test_every_value_has_a_place(name: str) -> None:
    for one in evaluated(folder_of(name)).resources:
        for attribute in one.data:
            assert one.place((attribute,)).primary is not None
            assert one.explain((attribute,))
