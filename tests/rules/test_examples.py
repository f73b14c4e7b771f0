"""Every example of every rule file is a test: marked lines and found lines are the same."""

from __future__ import annotations

from functools import cache

import pytest
import yaml

from scanner.cli.trial import judging
from scanner.ruleset import load
from scanner.ruleset.examples import Example, Judge, disagreement, read_examples
from scanner.ruleset.loading import rule_files
from scanner.tables import data_folder

FOLDER = data_folder("rules")
FILES = {file.source: file for file in rule_files(FOLDER)}
EXAMPLES = {
    f"{source.rpartition('/')[2].removesuffix('.yaml')}/{example.kind}/{example.title}": example
    for source, file in FILES.items()
    for example in read_examples(file)
}


@cache
def judge() -> Judge:
    return judging(load([FOLDER]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    assert disagreement(EXAMPLES[name], judge()) is None


@pytest.mark.parametrize("source", FILES)
def test_rule_file_has_its_place_and_its_proof(source: str) -> None:
    examples: list[Example] = read_examples(FILES[source])
    rule = next(rule for rule in load([FOLDER]).rules.values() if rule.source == source)
    assert source == f"{rule.area}/{rule.slug}.yaml"
    assert {"fail", "pass"} <= {example.kind for example in examples}
    assert rule.references, "an auditor asks what it rests on"


def test_titles_of_examples_are_unique() -> None:
    assert len(EXAMPLES) == sum(len(read_examples(file)) for file in FILES.values())


@pytest.mark.parametrize("source", FILES)
def test_rule_file_is_read_without_libyaml_too(source: str) -> None:
    with open(FILES[source].path, encoding="utf-8") as handle:
        assert yaml.compose(handle, Loader=yaml.SafeLoader) is not None
