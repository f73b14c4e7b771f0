"""What rules found across files is said again only where it would be found again: compared with asking everything after each change."""

from __future__ import annotations

import copy
import marshal
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.configuration.read import NAME, Settings
from scanner.governance.inline import MARKER
from scanner.model.finding import Finding
from scanner.pipeline.looking import Looked, look
from scanner.pipeline.scopes import Scope
from scanner.ruleset import Ruleset, load
from scanner.ruleset.examples import read_examples
from scanner.ruleset.loading import rule_files
from scanner.sources.memory import MemoryTree
from scanner.sources.notes import Notes
from scanner.sources.remembered import RememberedTree
from scanner.tables import data_folder

FOLDER = data_folder("rules")
ODD: list[Any] = [None, True, 0, 2, "x", "web", "*", [], {}, "reg.example.com/web:9", {"app": "web"}, ["x"], "10.0.0.0/8"]
CONFIG = b"profile: audit\nselect: ['*']\nseverities:\n  - {exposed: true, raise: 1, reason: seen}\n"
STACK = 'resource "azurerm_storage_account" "a" {\n  name = "a"\n  location = "REGION"\n}\n'
CARRIED = 'resource "kubernetes_service" "s" {\n  metadata { name = "web" }\n  spec {\n    selector = { app = "web" }\n  }\n}\n'


@cache
def ruleset() -> Ruleset:
    return load([FOLDER])


@cache
def documents() -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The documents of each example of a rule that looks beyond its resource: they are about each other."""
    far = {rule.source for rule in ruleset().rules.values() if rule.sees}
    examples = (example for file in rule_files(FOLDER) if file.source in far for example in read_examples(file))
    manifests = ((one.title, one.files["example.yaml"]) for one in examples if "example.yaml" in one.files)
    return tuple((title, tuple(filter(None, yaml.safe_load_all(text)))) for title, text in manifests)


def pointers(data: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, inner in items:
        yield (*pointer, key)
        yield from pointers(inner, (*pointer, key))


def change(data: Any, number: int, value: Any) -> Any:
    """Return a document with another value at one of its pointers, or without it."""
    data = copy.deepcopy(data)
    every = list(pointers(data))
    *way, last = every[number % len(every)]
    holder = data
    for key in way:
        holder = holder[key]
    if value == "x" and isinstance(holder, dict):
        del holder[last]
    elif value == "web" and isinstance(holder, list):
        holder.insert(0, copy.deepcopy(holder[last]))
    else:
        holder[last] = value
    return data


Tree = dict[str, list[Any] | str]
EDITS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["change"] * 6 + ["lines", "away", "move", "twice"]), st.integers(0, 10_000), st.sampled_from(ODD)),
        st.tuples(st.just("stack"), st.integers(0, 1), st.sampled_from(["germanywestcentral", "eastus", CARRIED])),
    ),
    min_size=1,
    max_size=6,
)


def edited(tree: Tree, kind: str, number: int, value: Any) -> Tree:
    tree = dict(tree)
    path = sorted(name for name in tree if name.startswith("k8s"))[number % 7 % sum(name.startswith("k8s") for name in tree)]
    held = tree[path]
    assert isinstance(held, list)
    if kind == "stack":
        tree[f"tf{number}/main.tf"] = value if value == CARRIED else STACK.replace("REGION", value)
    elif kind == "lines":
        tree[path] = ["# a line", *held]
    elif kind == "away":
        tree[path] = held[1:] if len(held) > 1 else [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}]
    elif kind == "move":
        tree[f"k8s/{number % 3}/moved.yaml"] = tree.pop(path)
    elif kind == "twice":
        tree[f"k8s/{number % 3}/again.yaml"] = held
    else:
        which = number % len(held)
        tree[path] = [change(one, number, value) if at == which and isinstance(one, dict) else one for at, one in enumerate(held)]
    return tree


def bytes_of(tree: Tree) -> Mapping[str, bytes]:
    texts = {
        path: held if isinstance(held, str) else "---\n".join(one + "\n" if isinstance(one, str) else yaml.safe_dump(one) for one in held)
        for path, held in tree.items()
    }
    return {NAME: CONFIG, **{path: text.encode() for path, text in texts.items()}}


def looked(files: Mapping[str, bytes], notes: Notes | None) -> Looked:
    tree = RememberedTree(MemoryTree(files), MARKER, notes)
    return look([Scope(tree, sorted(files), [""], Settings(tree, {}, {}), whole=True)], ruleset())


def plain(found: Looked) -> Any:
    def row(one: Finding) -> Any:
        return (one.rule.id, *one[1:])

    return sorted(map(repr, map(row, found.judged.findings))), found.judged.problems, found.judged.not_run, found.around


@settings(max_examples=40)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=4), EDITS)
def test_what_is_kept_is_what_would_be_found(picked: list[int], edits: list[tuple[str, int, Any]]) -> None:
    known = documents()
    tree: Tree = {f"k8s/{at}/a.yaml": list(known[number % len(known)][1]) for at, number in enumerate(picked)}
    notes = Notes({})
    looked(bytes_of(tree), notes)
    for one in edits:
        tree = edited(tree, *one)
        files = bytes_of(tree)
        notes = Notes({key: marshal.dumps(note) for key, note in notes.used.items()}, notes.judged)
        assert plain(looked(files, notes)) == plain(looked(files, None)), one
