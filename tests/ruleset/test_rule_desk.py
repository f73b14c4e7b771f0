"""The rule author's desk: schema, first draft, documentation, and examples that say where they are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rule_making import resource, rule
from test_rule_reading import RULE

from scanner.cli.trial import judging
from scanner.model.errors import ConfigError, RuleError
from scanner.model.finding import Finding
from scanner.model.place import Span
from scanner.model.problem import file_problem
from scanner.ruleset import document, load, scaffold
from scanner.ruleset.examples import Mark, Trial, disagreement, read_examples
from scanner.ruleset.loading import RuleFile, rule_files
from scanner.ruleset.schema import rule_schema
from scanner.syntax.yaml import load_located
from scanner.tables import data_folder

EXAMPLES = """\
examples:
  fail:
    - title: yes
      kubernetes: |
        a: 1
        b: 2 # FINDING
  pass:
    - title: no
      config: {params: {floor: 1}}
      files: {a.tf: "x = 1", b.tf: "y = 2"}
"""


def written(tmp_path: Path, text: str) -> RuleFile:
    path = tmp_path / "bad-thing.yaml"
    path.write_text(text)
    return RuleFile(str(path), "acme/bad-thing.yaml", own=True)


def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    return jsonschema.Draft202012Validator(rule_schema())


def test_every_rule_keeps_the_schema() -> None:
    check = validator()
    for file in rule_files(data_folder("rules")):
        data = load_located(Path(file.path).read_bytes(), file.source).data
        assert [f"{file.source}: {error.json_path}: {error.message}" for error in check.iter_errors(data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: high", "severity: bad"),
        ("rationale:", "rational:"),
        ("equals: true", "equal: true"),
        ("{type: Pod}", "{typ: Pod}"),
        ("id: ACME-001", "id: acme"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    check = validator()
    assert check.is_valid(load_located(RULE.encode(), "x").data)
    assert not check.is_valid(load_located(RULE.replace(old, new).encode(), "x").data)


def test_a_first_draft_loads_and_its_examples_hold(tmp_path: Path) -> None:
    path = tmp_path / "acme" / "foreign-registry.yaml"
    path.parent.mkdir()
    path.write_text(scaffold.draft("ACME-001", "foreign-registry", "acme", str(path)))
    ruleset = load([data_folder("rules"), str(tmp_path)])
    assert ruleset.rules["ACME-001"].area == "acme"
    examples = read_examples(RuleFile(str(path), "acme/foreign-registry.yaml", own=True))
    assert [disagreement(example, judging(ruleset)) for example in examples] == [None, None]


@pytest.mark.parametrize("words", [("acme", "a-b", "c"), ("ACME-1", "A b", "c"), ("ACME-1", "a-b", "C d")])
def test_no_draft_of_an_impossible_name(words: tuple[str, str, str]) -> None:
    with pytest.raises(ConfigError):
        scaffold.draft(*words, "x")


def test_examples(tmp_path: Path) -> None:
    fail, ok = read_examples(written(tmp_path, RULE + EXAMPLES))
    assert fail.marks == {Mark("example.yaml", 2, "fail")}
    assert fail.files == {"example.yaml": "a: 1\nb: 2\n"}
    assert fail.config == {"select": ["ACME-001"]}
    assert ok.config == {"rules": {"ACME-001": {"params": {"floor": 1}}}, "select": ["ACME-001"]}
    assert list(ok.files) == ["a.tf", "b.tf"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (" # FINDING", "", "marks a line with # FINDING"),
        ("x = 1", "x = 1 # FINDING", "marks no line"),
        ("kubernetes:", "kubernets:", "unknown key 'kubernets'"),
        ("title: yes", "name: yes", "an example has a title"),
        ("config: {params: {floor: 1}}", "config: []", "config holds keys"),
    ],
)
def test_examples_that_cannot_be(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        read_examples(written(tmp_path, (RULE + EXAMPLES).replace(old, new)))


def found(line: int, outcome: Any = "fail", identity: str = "ACME-001") -> Finding:
    judged = rule({}, identity)
    return Finding(judged, resource({}).key, outcome, Span("example.yaml", line, 1, line, 2), (), "", None, "f")


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([found(2)], None),
        ([found(2), found(1, "pass"), found(1, identity="OTHER-1")], None),
        ([], "fail at example.yaml:2 is marked, not found"),
        ([found(2), found(1)], "fail at example.yaml:1 is found, not marked"),
        ([found(2, "unknown")], "fail at example.yaml:2 is marked, not found; unknown at example.yaml:2 is found, not marked"),
    ],
)
def test_marked_and_found_lines_are_the_same(tmp_path: Path, findings: list[Finding], words: str | None) -> None:
    example = read_examples(written(tmp_path, RULE + EXAMPLES))[0]
    assert disagreement(example, lambda files, config: Trial(findings, ())) == words


def test_an_example_that_cannot_be_read_is_wrong(tmp_path: Path) -> None:
    example = read_examples(written(tmp_path, RULE + EXAMPLES))[0]
    trial = Trial([found(2)], [file_problem("unparsable", "example.yaml", "no YAML")])
    assert disagreement(example, lambda files, config: trial) == "unparsable: no YAML"


def test_a_rule_as_text(tmp_path: Path) -> None:
    ruleset = load([data_folder("rules"), str(Path(written(tmp_path, RULE + EXAMPLES).path).parent)])
    text = document.text(ruleset.rules["ACME-001"])
    for words in (
        "ACME-001 bad-thing: A thing is bad",
        "high severity",
        "It is.",
        "Make it good.",
        "floor (integer, 3): the least",
        "cis: 5.1",
        "trivy: KSV-0012 (same)",
        "https://example.com/",
    ):
        assert words in text
    page = document.markdown(ruleset.rules["ACME-001"], read_examples(written(tmp_path, RULE + EXAMPLES)))
    assert "### Fails: yes\n\n`example.yaml` (line 2):\n\n    a: 1\n    b: 2" in page
    assert "<https://example.com/>" in page
