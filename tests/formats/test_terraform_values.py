"""Values where no program is at hand to ask: patterns, numbers, what is not known, what only OpenTofu has, what costs too much."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_scan import data, resources, shown

from scanner.formats.terraform import numbers
from scanner.formats.terraform.functions.regular import compiled
from scanner.formats.terraform.functions.text import graphemes
from scanner.formats.terraform.values import EvaluationError
from scanner.model.unknown import Unknown


def value_of(expression: str) -> Any:
    text = f'variable "u" {{}}\nresource "x_y" "r" {{}}\nresource "x_y" "a" {{\n  v = {expression}\n}}\n'
    return resources(text)["x_y.a"].data["v"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('cidrcontains("10.0.0.0/8", "10.1.2.0/24")', True),
        ('cidrcontains("10.0.0.0/8", "11.0.0.1")', False),
        ('cidrcontains("10.0.0.0/8", "fd00::1")', False),
        ('urldecode("a+b%2Fc")', "a b/c"),
        ('base64gunzip("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==")', "hello"),
        ('setsymmetricdifference(["a", "b"], ["b", "c"])', ["a", "c"]),
        ('core::upper("a")', "A"),
        ('templatestring("<$${x}>", { x = "y" })', "<y>"),
        ("false && local.nothing", False),
        ("true || local.nothing", True),
        ('lookup({}, path.cwd, "d")', "d"),
        ('startswith("abc", "b")', False),
        ('element(["a"], -1)', "<the list is empty, has no order, or the index is negative>"),
        ('abspath("x")', "<an absolute path depends on the machine>"),
        ('list("a")', "<this function has been removed from Terraform>"),
        ("nothing(1)", "<there is no function nothing>"),
        ("upper()", "<it takes 1 arguments, not 0>"),
    ],
)
def test_functions(expression: str, expected: Any) -> None:
    assert shown(value_of(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "partial"),
    [
        ("jsonencode({ a = var.u, b = [x_y.r.id, 1] })", {"a": "<var.u has no value>", "b": ["<x_y.r.id is known after apply>", 1]}),
        ("yamlencode([var.u])", ["<var.u has no value>"]),
        ('"a-${var.u}-b"', "a-\ufffd-b"),
        ('"x${"a-${var.u}"}"', "xa-\ufffd"),
        ('jsondecode("{\\"a\\": \\"${var.u}\\"}")', {"a": "\ufffd"}),
        ('format("<%s:%d>", var.u, 3)', "<\ufffd:3>"),
        ('format("%d", var.u)', None),
        ('join("/", ["a", var.u, "b"])', "a/\ufffd/b"),
        ('trimspace(" ${var.u} ")', "\ufffd"),
        ("upper(var.u)", None),
        ("var.u", None),
    ],
)
def test_what_is_known_of_a_text(expression: str, partial: Any) -> None:
    found = value_of(expression)
    assert isinstance(found, Unknown)
    assert found.origin == "var.u"
    assert shown(found.partial) == partial


POLICY = """
data "aws_iam_policy_document" "d" {
  statement {
    sid       = "s"
    actions   = ["a:*", "b:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:x"
      values   = ["true"]
    }
  }
}
resource "x_y" "a" { v = jsondecode(data.aws_iam_policy_document.d.json) }
"""
STATEMENT = {
    "Sid": "s",
    "Effect": "Allow",
    "Action": ["a:*", "b:*"],
    "Resource": "*",
    "Principal": {"AWS": "*"},
    "Condition": {"Bool": {"aws:x": "true"}},
}
REGION = """
provider "aws" { region = "cn-north-1" }
data "aws_region" "r" {}
data "aws_partition" "p" {}
resource "x_y" "a" { v = [data.aws_region.r.name, data.aws_partition.p.partition] }
"""
NO_REGION = 'data "aws_region" "r" {}\nresource "x_y" "a" {\n  v = data.aws_region.r.name\n}\n'
TEMPLATE = """
data "template_file" "t" {
  template = "<$${x}>"
  vars     = { x = "y" }
}
resource "x_y" "a" { v = data.template_file.t.rendered }
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (POLICY, {"Version": "2012-10-17", "Statement": [STATEMENT]}),
        (REGION, ["cn-north-1", "aws-cn"]),
        (NO_REGION, "<data.aws_region.r.name is read from the platform>"),
        (TEMPLATE, "<y>"),
    ],
)
def test_data_sources_that_the_configuration_answers(text: str, expected: Any) -> None:
    assert data(text, "x_y.a")["v"] == expected


SAFE = st.recursive(
    st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", r"\d", r"\w", "^", "$", r"\b"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        inner.map(lambda one: f"({one})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?"])).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=6,
)  # fmt: skip


@given(SAFE, st.text(alphabet="abc1 ", max_size=10))
def test_patterns_match_as_in_python(pattern: str, text: str) -> None:
    """The two differ only in what a group holds that was repeated, and in ``$`` before a last newline: neither is asked here."""
    theirs = re.compile(pattern).search(text)
    ours = compiled(pattern).search(text)
    assert (ours[:2] if ours else None) == (theirs.span() if theirs else None)


@pytest.mark.parametrize("pattern", [r"\1", "(?=a)", "(?<!a)", r"\pL", "(", "a{5001}", "(((a{99}){99}){99})"])
def test_patterns_that_are_refused(pattern: str) -> None:
    with pytest.raises(EvaluationError):
        compiled(pattern)


def test_no_pattern_takes_forever() -> None:
    assert compiled("(a*)*(a|a)*b").search("a" * 2000) is None


FRACTIONS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=5)
CLOSE = Decimal("1e-120")


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_whole_numbers_stay_exact(left: int, right: int) -> None:
    assert (numbers.add(left, right), numbers.multiply(left, right)) == (left + right, left * right)
    if right:
        assert numbers.modulo(left, right) == (abs(left) % abs(right)) * (1 if left >= 0 else -1)


@given(FRACTIONS, FRACTIONS)
def test_fractions_have_512_bits(left: Decimal, right: Decimal) -> None:
    one, other = (numbers.parse(numbers.text(value)) for value in (left, right))
    assert one == left
    assert other == right
    assert abs(Decimal(numbers.add(left, right)) - (left + right)) < CLOSE
    assert abs(Decimal(numbers.multiply(left, right)) - left * right) < CLOSE
    if right:
        assert abs(Decimal(numbers.multiply(numbers.divide(left, right), right)) - left) < CLOSE


@given(st.text(max_size=20))
def test_graphemes_make_up_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text
