"""Messages: paths, braces, and that nothing secret gets through."""

from __future__ import annotations

from typing import Any

import pytest
from rule_making import SCOPE, subject

from scanner.model.unknown import Unknown
from scanner.ruleset.messages import compile_message
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.subject import Subject

DATA = {"n": 3, "on": True, "name": "web", "list": ["a", "b"], "one": ["a"], "map": {"k": 1}, "u": Unknown("var.x has no value")}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{name} has {n}", "web has 3"),
        ("{on} {nothing} {list} {map}", 'true null ["a","b"] {"k":1}'),
        ("{list[*]} {one[*]}", '["a","b"] a'),
        ("{{name}} is {name}", "{name} is web"),
        ("{address} {key.namespace} {params.floor} {platform.kubernetes}", "kubernetes:shop/Thing/x shop 10 1.30"),
        ("{u}", "unknown: var.x has no value"),
    ],
)
def test_placeholders(template: str, text: str) -> None:
    assert compile_message(template, SCOPE, ())(subject(DATA)) == text


def test_a_value_beside_a_secret_name_is_hidden() -> None:
    whole = subject({"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]})
    item = Subject(whole.resource, whole.data["env"][0], ("env", 0), whole)
    shown = compile_message("{name}={value}", SCOPE._replace(item=True), ())(item)
    assert shown.startswith("DB_PASSWORD=")
    assert "hunter2" not in shown


@pytest.mark.parametrize("template", ["{", "a}", "{a", "{}", "{a b}", 3, None])
def test_impossible(template: Any) -> None:
    with pytest.raises(Mistake):
        compile_message(template, SCOPE, ())
