"""Our evaluator against the program itself: the same value, the same type, unknown and sensitive in the same places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from terraform_expressions import expressions, lines, pools
from terraform_program import console, needs_terraform, same_type, shape, type_shape

from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.functions import functions
from scanner.formats.terraform.limits import Budget
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import EvaluationError, Sensitive, Value
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.parser import parse_expression

RESOURCE = 'resource "terraform_data" "u" {\n  input = 1\n}\n'
UNKNOWN = "terraform_data.u.id"
"""Nobody knows it before applying; the console, which plans nothing, does not even know that it is a string."""


class _Names:
    """One resource whose id is known after apply."""

    tree: Any = None
    folder = ""
    functions: Mapping[str, Any] = {}
    budget = Budget(10**9)

    def root(self, name: str) -> Value:
        if name != "terraform_data":
            raise EvaluationError(f"there is no {name}")
        return {"u": {"id": Unknown("terraform_data.u.id is known after apply", "terraform_data.u")}}


def ours(expression: str) -> Value:
    return evaluate(parse_expression(expression), Scope(_Names()))


def differences(folder: Path, given_expressions: list[str], *, guarded: bool) -> list[str]:
    """Return what differs, in words. A guarded expression may fail, then it has to fail on both sides."""
    written = [f'try([{one}], "FAILED")' for one in given_expressions] if guarded else given_expressions
    values, types = console(folder, written, RESOURCE)
    found = []
    for expression, value, of in zip(written, values, types, strict=True):
        mine = ours(expression)
        if shape(mine) != value:
            found.append(f"{expression}\n  ours   {shape(mine)}\n  theirs {value}")
        elif not same_type(type_shape(mine), of):
            found.append(f"{expression}\n  our type   {type_shape(mine)}\n  their type {of}")
    return found


@needs_terraform
def test_every_function_and_operator(tmp_path: Path) -> None:
    many = expressions()
    assert len(many) >= 1500
    assert differences(tmp_path, many, guarded=True) == []


@needs_terraform
def test_what_is_unknown(tmp_path: Path) -> None:
    assert differences(tmp_path, [line.replace("UNKNOWN", UNKNOWN) for line in lines("unknown.txt")], guarded=False) == []


@needs_terraform
def test_what_is_sensitive(tmp_path: Path) -> None:
    assert differences(tmp_path, lines("sensitive.txt"), guarded=False) == []


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build larger expressions from smaller ones."""
    two = st.tuples(inner, inner)
    one = st.sampled_from([line for line in lines("nested.txt") if "<b>" not in line])
    two = st.sampled_from([line for line in lines("nested.txt") if "<b>" in line])
    filled = st.tuples(one, inner).map(lambda parts: parts[0].replace("<a>", parts[1]))
    return filled | st.tuples(two, inner, inner).map(lambda parts: parts[0].replace("<a>", parts[1]).replace("<b>", parts[2]))


LEAVES = st.sampled_from(sorted({leaf for name in ("any", "string", "number", "list", "map") for leaf in pools()[name]}))


@needs_terraform
@settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.recursive(LEAVES, _grown, max_leaves=6), min_size=250, max_size=250))
def test_expressions_inside_expressions(tmp_path_factory: pytest.TempPathFactory, nested: list[str]) -> None:
    assert differences(tmp_path_factory.mktemp("oracle"), nested, guarded=True) == []


NUMBERS = st.one_of(
    st.integers(-1000, 1000), st.integers(-(10**40), 10**40), st.decimals(-1000, 1000, places=5), st.sampled_from(["1/3", "0.1", "1e-30"])
)


@needs_terraform
@settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NUMBERS, st.sampled_from("+-*/%"), NUMBERS), min_size=300, max_size=300))
def test_arithmetic_to_the_last_digit(tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[Any, str, Any]]) -> None:
    written = [f"({left}) {operator} ({right})" for left, operator, right in operations]
    assert differences(tmp_path_factory.mktemp("oracle"), written, guarded=True) == []


@needs_terraform
def test_no_function_is_missing(tmp_path: Path) -> None:
    from json import loads

    from terraform_program import run

    known = loads(run(tmp_path, "metadata", "functions", "-json"))["function_signatures"]
    assert {name for name in known if "::" not in name} - {"try", "can"} <= functions().keys()


def test_marks_hide_values() -> None:
    assert isinstance(ours('sensitive("a")'), Sensitive)
