"""Every machine fix on every failing example of its rule: the failure goes, no other comes, and then there is nothing left to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import pytest

from scanner.configuration.read import NAME, Settings
from scanner.governance.inline import MARKER
from scanner.model.finding import Finding
from scanner.pipeline import Scan, Scope, scan
from scanner.pipeline.mending import mend, sign, with_fixes
from scanner.ruleset import Ruleset, load
from scanner.ruleset.examples import LIVE, Example, read_examples
from scanner.ruleset.loading import rule_files
from scanner.sources.memory import MemoryTree
from scanner.sources.remembered import RememberedTree
from scanner.tables import data_folder

FOLDER = data_folder("rules")


@cache
def rules() -> Ruleset:
    return load([FOLDER])


def _with_remedy() -> dict[str, Example]:
    mendable = {rule.source for rule in rules().rules.values() if "remedy" in json.dumps(rule.body)}
    examples = [(file.source, one) for file in rule_files(FOLDER) if file.source in mendable for one in read_examples(file)]
    return {f"{source.removesuffix('.yaml')}/{one.title}": one for source, one in examples if one.kind == "fail" and LIVE not in one.files}


EXAMPLES = _with_remedy()


def scope_of(files: Mapping[str, bytes], example: Example) -> Scope:
    config = {**example.config, "inline": {"allow_critical": True}}
    config.pop("today", None)
    tree = RememberedTree(MemoryTree({**files, NAME: json.dumps(config).encode()}), MARKER)
    return Scope(tree, sorted(files), [""], Settings(tree, {}, {}), whole=True)


def judge(scopes: Sequence[Scope]) -> Scan:
    return scan(scopes, rules())


def failing(scope: Scope) -> list[Finding]:
    found = judge([scope])
    report = with_fixes(found.report, found.remedies, [scope])
    return [one.finding for one in report.verdicts if one.disposition == "open" and one.finding.outcome == "fail"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_a_fix_is_offered_for_is_mended_and_nothing_else_changes(name: str) -> None:
    example = EXAMPLES[name]
    files = {path: text.encode() for path, text in example.files.items()}
    before = scope_of(files, example)
    offered = {sign(one) for one in failing(before) if one.fixes}
    patches = mend([before], judge)
    after = scope_of(files | {patch.path: patch.after for patch in patches}, example)
    assert offered.isdisjoint(map(sign, failing(after)))
    assert set(map(sign, failing(after))) <= set(map(sign, failing(before)))
    assert not mend([after], judge)
    for patch in patches:
        old, new = patch.before.splitlines(), patch.after.splitlines()
        assert not [line for line in old if line.lstrip().startswith((b"#", b"//")) and line not in new]


def test_every_remedy_mends_an_example() -> None:
    mended = {example.rule for example in EXAMPLES.values() if any(one.fixes for one in failing(_scope(example)))}
    assert {example.rule for example in EXAMPLES.values()} == mended


def _scope(example: Example) -> Scope:
    return scope_of({path: text.encode() for path, text in example.files.items()}, example)
