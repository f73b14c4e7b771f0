"""Our evaluator against the program itself: the same value, the same type, unknown and sensitive in the same places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terraform_expressions import POOLS, expressions
from terraform_program import console, needs_terraform, same_type, shape, type_shape

from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.functions import functions
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import EvaluationError, Sensitive, Value
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.parser import parse_expression

RESOURCE = 'resource "terraform_data" "u" {\n  input = 1\n}\n'
UNKNOWN = "terraform_data.u.id"
"""Nobody knows it before applying; the console, which plans nothing, does not even know that it is a string."""

UNKNOWNS = f"""
{UNKNOWN} | [1, {UNKNOWN}] | {{a = {UNKNOWN}, b = 2}} | "a-${{{UNKNOWN}}}" | "${{{UNKNOWN}}}" | {UNKNOWN} == null | {UNKNOWN} == "x" | {UNKNOWN} != {UNKNOWN} | [{UNKNOWN}][0] | {{a = {UNKNOWN}}}.a | {{a = {UNKNOWN}}}["a"]
length([{UNKNOWN}, 1]) | length({UNKNOWN}) | keys({{a = {UNKNOWN}}}) | values({{a = {UNKNOWN}}}) | merge({{a = 1}}, {{b = {UNKNOWN}}}) | concat([1], [{UNKNOWN}]) | [for x in [{UNKNOWN}, 1] : x]
[for x in [1, 2] : {UNKNOWN}] | {{for k in ["a", "b"] : k => {UNKNOWN}}} | {{for k in [{UNKNOWN}] : k => 1}} | [for x in [1, 2] : x if {UNKNOWN} == "x"] | flatten([[{UNKNOWN}], [1]])
element([{UNKNOWN}, 2], 1) | element([{UNKNOWN}, 2], 0) | reverse([1, {UNKNOWN}]) | slice([1, {UNKNOWN}, 3], 0, 1) | join(",", ["a", {UNKNOWN}]) | upper({UNKNOWN}) | tolist(["a", {UNKNOWN}])
toset(["a", {UNKNOWN}]) | tomap({{a = {UNKNOWN}}}) | jsonencode({{a = {UNKNOWN}}}) | {UNKNOWN} == "a" ? 1 : 2 | {UNKNOWN} == "a" ? "x" : "y" | {UNKNOWN} == "a" ? ["x"] : ["y"]
coalesce({UNKNOWN}, "x") | coalesce("x", {UNKNOWN}) | coalesce(null, {UNKNOWN}) | try({UNKNOWN}, 1) | can({UNKNOWN}) | lookup({{a = {UNKNOWN}}}, "a", 1) | lookup({{a = 1}}, {UNKNOWN}, 1)
zipmap(["a"], [{UNKNOWN}]) | zipmap([{UNKNOWN}], ["a"]) | one([{UNKNOWN}]) | contains(["a"], {UNKNOWN}) | contains([{UNKNOWN}], "a") | distinct([{UNKNOWN}, {UNKNOWN}]) | sort(["a", {UNKNOWN}])
tostring({UNKNOWN}) | tonumber({UNKNOWN}) | [{UNKNOWN}][*] | [{{a = {UNKNOWN}}}][*].a | [{{a = {UNKNOWN}}}, {{a = 1}}].*.a | 1 + tonumber({UNKNOWN}) | -tonumber({UNKNOWN}) | !tobool({UNKNOWN})
tonumber({UNKNOWN}) < 3 | format("%s", {UNKNOWN}) | format("x") | formatlist("%s-%s", ["a", {UNKNOWN}], "b") | substr({UNKNOWN}, 0, 1) | split(",", {UNKNOWN}) | range(tonumber({UNKNOWN}))
setproduct(["a"], [{UNKNOWN}]) | chunklist([{UNKNOWN}, "a"], 1) | index([{UNKNOWN}, "a"], "a") | sum([1, tonumber({UNKNOWN})]) | max(1, tonumber({UNKNOWN})) | compact(["a", {UNKNOWN}])
transpose({{a = [{UNKNOWN}]}}) | matchkeys(["a"], [{UNKNOWN}], ["x"]) | coalescelist([], [{UNKNOWN}]) | cidrsubnet({UNKNOWN}, 8, 1) | cidrhost("10.0.0.0/8", tonumber({UNKNOWN}))
"%{{ if {UNKNOWN} == "x" }}a%{{ else }}b%{{ endif }}" | "%{{ for x in [{UNKNOWN}, "b"] }}${{x}}%{{ endfor }}" | {UNKNOWN} == {UNKNOWN}
replace("a", "b", {UNKNOWN}) | regex("a", {UNKNOWN}) | md5({UNKNOWN}) | base64encode({UNKNOWN}) | yamlencode([{UNKNOWN}]) | nonsensitive({UNKNOWN}) | title({UNKNOWN}) | trimspace({UNKNOWN}) | {{(({UNKNOWN})) = 1}}
[for k, v in {{a = {UNKNOWN}}} : "${{k}}=${{v}}"] | {{for k, v in {{a = {UNKNOWN}}} : k => v if k != "a"}} | [{UNKNOWN}] == [1, 2] | {{a = {UNKNOWN}}} == {{b = 1}} | [1, tostring({UNKNOWN})] == [2, tostring({UNKNOWN})]
setunion(["a"], [{UNKNOWN}]) | setintersection(["a"], ["b"]) | startswith({UNKNOWN}, "a") | strcontains("a", {UNKNOWN}) | parseint({UNKNOWN}, 10) | lower("A${{{UNKNOWN}}}") | tobool({UNKNOWN})
"""  # fmt: skip

SENSITIVE = """
sensitive("a") | [sensitive("a"), "b"] | {a = sensitive("a"), b = 1} | "x${sensitive("a")}" | upper(sensitive("a")) | sensitive("a") == "a"
length(sensitive(["a"])) | sensitive(["a", "b"])[0] | sensitive({a = 1}).a | [for x in sensitive(["a"]) : x] | [for x in [sensitive("a")] : x]
sensitive(true) ? 1 : 2 | true ? sensitive(1) : 2 | false ? sensitive(1) : 2 | sensitive(1) + 1 | -sensitive(1) | !sensitive(true) | nonsensitive(sensitive("a"))
issensitive(sensitive("a")) | issensitive("a") | issensitive([sensitive("a")]) | jsonencode({a = sensitive(1)}) | merge({a = sensitive(1)}, {b = 2})
concat([sensitive("a")], ["b"]) | values({a = sensitive("a")}) | keys({a = sensitive("a")}) | keys(sensitive({a = 1})) | join(",", ["a", sensitive("b")])
lookup({a = sensitive("x")}, "a", "y") | coalesce(sensitive("a"), "b") | try(sensitive("a"), "b") | can(sensitive("a")) | tolist([sensitive("a"), "b"])
element([sensitive("a"), "b"], 1) | element([sensitive("a"), "b"], 0) | flatten([[sensitive("a")], ["b"]]) | length([sensitive("a")]) | format("%s", sensitive("a"))
{for k, v in {a = sensitive(1)} : k => v} | sensitive(["a"])[*] | [{a = sensitive(1)}][*].a | tostring(sensitive(1)) | split(",", sensitive("a,b"))
sensitive(true) && false | sensitive(1) < 2 | "%{ if sensitive(true) }a%{ endif }" | zipmap(["a"], [sensitive("x")]) | reverse([sensitive(1), 2]) | slice([sensitive(1), 2], 1, 2)
"""  # fmt: skip
# Not here, as Terraform 1.11 hides less of it than it did or will: what functions make of marks deep inside sets.


class _Names:
    """One resource whose id is known after apply."""

    tree: Any = None
    folder = ""

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


def _listed(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split(" | ")]


@needs_terraform
def test_every_function_and_operator(tmp_path: Path) -> None:
    many = expressions()
    assert len(many) >= 1500
    assert differences(tmp_path, many, guarded=True) == []


@needs_terraform
def test_what_is_unknown(tmp_path: Path) -> None:
    assert differences(tmp_path, _listed(UNKNOWNS), guarded=False) == []


@needs_terraform
def test_what_is_sensitive(tmp_path: Path) -> None:
    assert differences(tmp_path, _listed(SENSITIVE), guarded=False) == []


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Build larger expressions from smaller ones."""
    two = st.tuples(inner, inner)
    return st.one_of(
        inner.map(lambda a: f"[{a}]"), two.map(lambda p: f"[{p[0]}, {p[1]}]"), two.map(lambda p: f"{{x = {p[0]}, y = {p[1]}}}"),
        two.map(lambda p: f"({p[0]}) == ({p[1]})"), two.map(lambda p: f"(true ? ({p[0]}) : ({p[1]}))"), inner.map(lambda a: f"jsonencode({a})"),
        inner.map(lambda a: f"try(({a}).x, ({a})[0], 0)"), inner.map(lambda a: f"[for k, v in ({a}) : v]"), inner.map(lambda a: f"tolist({a})"),
        inner.map(lambda a: f"{{for k, v in ({a}) : k => v}}"), inner.map(lambda a: f"({a})[*]"), inner.map(lambda a: f"flatten([{a}])"),
        two.map(lambda p: f"concat([{p[0]}], [{p[1]}])"), two.map(lambda p: f"merge({{a = {p[0]}}}, {{a = {p[1]}}})"), inner.map(lambda a: f"toset([{a}])"),
        inner.map(lambda a: f"length({a})"), inner.map(lambda a: f"yamldecode(yamlencode({a}))"), two.map(lambda p: f"contains([{p[0]}], {p[1]})"),
        two.map(lambda p: f"distinct([{p[0]}, {p[1]}])"), two.map(lambda p: f"coalesce({p[0]}, {p[1]})"), inner.map(lambda a: f"keys({a})"),
    )  # fmt: skip


LEAVES = st.sampled_from(sorted({leaf for name in ("any", "string", "number", "list", "map") for leaf in POOLS[name]}))


@needs_terraform
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.recursive(LEAVES, _grown, max_leaves=6), min_size=250, max_size=250))
def test_expressions_inside_expressions(tmp_path_factory: pytest.TempPathFactory, nested: list[str]) -> None:
    assert differences(tmp_path_factory.mktemp("oracle"), nested, guarded=True) == []


@needs_terraform
def test_no_function_is_missing(tmp_path: Path) -> None:
    from json import loads

    from terraform_program import run

    known = loads(run(tmp_path, "metadata", "functions", "-json"))["function_signatures"]
    assert {name for name in known if "::" not in name} - {"try", "can"} <= functions().keys()


def test_marks_hide_values() -> None:
    assert isinstance(ours('sensitive("a")'), Sensitive)
