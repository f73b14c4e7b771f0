"""Rule files: what is wrong is said at its line and column, with the nearest known word; what is right is remembered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from scanner import cache
from scanner.config import Config
from scanner.model.errors import ConfigError, RuleError
from scanner.ruleset import facts_asked, load, select, wanted
from scanner.ruleset.loading import Ruleset
from scanner.ruleset.params import param_values, severity_of
from scanner.ruleset.reading import read_rule
from scanner.tables import data_folder

RULE = """\
id: ACME-001
slug: bad-thing
title: A thing is bad
area: acme
severity: high
rationale: It is.
fix: Make it good.
references: [https://example.com/]
frameworks: {cis: ["5.1"]}
equivalents:
  trivy: [{id: KSV-0012, relation: same}]
  prowler: [{id: "kubernetes:core_x", relation: similar}]
params:
  floor: {type: integer, default: 3, description: the least}
match: {type: Pod}
deny:
  spec.hostNetwork: {equals: true}
"""


def read(text: str) -> dict[str, Any]:
    return read_rule(text.encode(), "acme/bad-thing.yaml", "acme/bad-thing.yaml", own=True)


def test_a_rule_as_plain_data() -> None:
    record = read(RULE)
    assert record["id"] == "ACME-001"
    assert (record["confidence"], record["default"], record["tier"]) == ("high", "on", "own")
    assert record["frameworks"] == {"cis": ("5.1",)}
    assert record["body"] == {"match": {"type": "Pod"}, "deny": {"spec.hostNetwork": {"equals": True}}}


@pytest.mark.parametrize(
    ("old", "new", "place", "words", "hint"),
    [
        ("severity: high", "severity: hihg", (5, 11), "unknown severity 'hihg'", "did you mean 'high'?"),
        ("rationale:", "rational:", (6, 1), "unknown key 'rational'", "did you mean 'rationale'?"),
        ("slug: bad-thing", "slug: Bad Thing", (2, 7), "'Bad Thing' is no slug", None),
        ("id: ACME-001", "id: acme", (1, 5), "'acme' is no id", None),
        ("title: A thing is bad", "title: 3", (3, 8), "title is text", "quote it"),
        ("fix: Make it good.\n", "", (1, 1), "the rule has no fix", None),
        ('["5.1"]', "[5.1]", (9, 20), "a text is expected", 'quote it: "5.1"'),
        ("relation: same", "relation: equal", (11, 36), "unknown relation 'equal'", "known: same, similar"),
        ("type: integer", "type: int", (14, 17), "unknown type 'int'", None),
        ("default: 3", "default: three", (14, 35), "the default of floor is no integer", None),
        ("match: {type: Pod}", "match: {typ: Pod}", (15, 9), "unknown key 'typ'", "did you mean 'type'?"),
        ("match: {type: Pod}", "match: {type: Pods}", (15, 15), "unknown type 'Pods'", "did you mean 'Pod'?"),
        ("match: {type: Pod}", "match: {type: Widget}", (15, 15), "unknown type 'Widget'", "a custom resource is written Widget.its.group"),
        ("match: {type: Pod}", "match: {kind: workloads}", (15, 15), "unknown kind 'workloads'", "did you mean 'workload'?"),
        ("match: {type: Pod}", "match: {fact: permissions}", (15, 15), "unknown fact 'permissions'", "did you mean 'permission'?"),
        ("match: {type: Pod}\n", "", (1, 1), "a rule needs match", None),
        ("deny:", "denies:", (16, 1), "unknown key 'denies'", "did you mean 'deny'?"),
        ("equals: true", "equal: true", (17, 22), "unknown operator 'equal'", "did you mean 'equals'?"),
        ("spec.hostNetwork:", "spec..hostNetwork:", (17, 3), "not a path", None),
        ("spec.hostNetwork:", "params.flor:", (17, 3), "unknown parameter 'flor'", "did you mean 'floor'?"),
        ("deny:", "require: {a: {exists: true}}\ndeny:", (1, 1), "needs one of require and deny", None),
        ("deny:", "message: 'bad {'\ndeny:", (16, 10), "a lone {", "write {{ or }} for a brace"),
        ("deny:", "needs: everything\ndeny:", (16, 8), "unknown word for needs 'everything'", None),
        ("deny:", 'applies: {kubernetes: "newer"}\ndeny:', (16, 23), "'newer' is no range of versions", None),
        ("deny:", "applies: {openshift: x}\ndeny:", (16, 11), "unknown platform 'openshift'", None),
        ("deny:", "each: spec[\ndeny:", (16, 7), "not a path", None),
        ("deny:", "remedy: {sett: {a: 1}}\ndeny:", (16, 10), "unknown remedy 'sett'", "did you mean 'set'?"),
        ("deny:", "join: {b: {relation: grant}}\ndeny:", (16, 22), "unknown relation 'grant'", "did you mean 'grants'?"),
        ("deny:", "examples: {fails: []}\ndeny:", (16, 12), "unknown key 'fails'", "did you mean 'fail'?"),
        ("deny:", "targets:\n  - deny: {a: {exist: true}}\ndeny:", (17, 16), "unknown operator 'exist'", "did you mean 'exists'?"),
        ("deny:", "title: again\ndeny:", (16, 1), "'title' is written twice", None),
        ("deny:", "deny: [", (16, 7), "", None),
    ],
)
def test_mistakes(old: str, new: str, place: tuple[int, int], words: str, hint: str | None) -> None:
    with pytest.raises(RuleError) as caught:
        read(RULE.replace(old, new, 1))
    span = caught.value.span
    assert words in caught.value.message
    assert span is not None
    assert span.path == "acme/bad-thing.yaml"
    assert words == "" or (span.line, span.column) == place
    assert hint is None or hint in (caught.value.hint or "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme").mkdir()
    (tmp_path / "_tables").mkdir()
    (tmp_path / "acme" / "bad-thing.yaml").write_text(RULE)
    (tmp_path / "_tables" / "not-a-rule.yaml").write_text("a: 1")
    return tmp_path


def both(folder: Path) -> Ruleset:
    return load([data_folder("rules"), str(folder)])


def test_users_rules_are_loaded_beside_the_built_in_ones(folder: Path) -> None:
    ruleset = both(folder)
    assert list(ruleset.rules) == sorted(ruleset.rules)
    assert ruleset.rules["ACME-001"].tier == "own"
    assert ruleset.rules["ACME-001"].equivalents[0].relation == "same"
    assert ruleset.digest.startswith("sha256:")
    assert ruleset.digest != load([data_folder("rules")]).digest


def test_every_spelling_of_a_foreign_id_is_known(folder: Path) -> None:
    aliases = both(folder).aliases
    for spelling in ("KSV-0012", "KSV012", "AVD-KSV-0012", "AVD-KSV012", "core_x", "kubernetes:core_x", "KUBERNETES:CORE_X"):
        assert "ACME-001" in {rule for rule, _ in aliases[spelling]}


def test_ids_and_slugs_are_unique(folder: Path) -> None:
    (folder / "acme" / "other.yaml").write_text(RULE.replace("ACME-001", "ACME-002"))
    with pytest.raises(RuleError, match=r"the slug bad-thing is taken by acme/bad-thing\.yaml"):
        both(folder)


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such folder"):
        load([str(tmp_path / "nowhere")])


def test_a_warm_start_reads_no_rule_file(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(cache._state, "enabled", True)
    first = both(folder)
    monkeypatch.setattr("scanner.ruleset.reading.read_rule", lambda *_, **__: pytest.fail("read again"))
    assert both(folder) == first
    rule = folder / "acme" / "bad-thing.yaml"
    rule.write_text(RULE.replace("hostNetwork", "hostPID"))
    os.utime(rule, (1, 1))
    with pytest.raises(pytest.fail.Exception):
        both(folder)


def test_what_rules_ask_of_the_world() -> None:
    rules = load([data_folder("rules")]).rules
    privileged = wanted([rules["PSS-B02"]])
    assert "Deployment" in privileged
    assert "CronJob" in privileged
    assert "ConfigMap" not in privileged
    assert not privileged.everything
    assert facts_asked([rules["PSS-B02"]]) == frozenset()


def test_parameters_and_severity_of_the_organisation(folder: Path) -> None:
    rule = both(folder).rules["ACME-001"]
    assert param_values(rule, Config()) == {"floor": 3}
    tuned = Config(rules={"ACME-001": {"params": {"floor": 5}, "severity": "low"}})
    assert param_values(rule, tuned) == {"floor": 5}
    assert severity_of(rule, tuned) == "low"


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"params": {"flor": 5}}, "unknown parameter 'flor'"),
        ({"params": {"floor": "5"}}, "is of type integer"),
        ({"severity": "bad"}, "unknown severity"),
    ],
)
def test_impossible_settings(folder: Path, section: dict[str, Any], words: str) -> None:
    config = Config(rules={"ACME-001": section}, select=("ACME-001",))
    with pytest.raises(ConfigError, match=words):
        select(both(folder), config)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "text\n"])
def test_what_is_no_rule_at_all(text: str) -> None:
    with pytest.raises(RuleError, match="a rule is a mapping") as refused:
        read(text)
    assert refused.value.span is not None


def test_a_rule_without_parameters_says_so() -> None:
    text = RULE.replace("params:\n  floor: {type: integer, default: 3, description: the least}\n", "").replace(
        "equals: true", "equals: {param: floor}"
    )
    with pytest.raises(RuleError, match="unknown parameter 'floor'") as refused:
        read(text)
    assert refused.value.hint == "this rule has no parameter"
