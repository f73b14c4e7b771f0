"""Statements of AWS policies: every way of writing them says the same, and what they open is found."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_facts import facts_of

from scanner.model.unknown import Unknown
from scanner.views import statements
from scanner.views.statements.documents import of_text

ALLOW = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": "*"}}'
WAYS = {
    "text": f'resource "aws_s3_bucket_policy" "p" {{\n policy = <<EOT\n{ALLOW}\nEOT\n}}',
    "encoded": """resource "aws_s3_bucket_policy" "p" {
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = ["*"], Principal = { AWS = "*" } }] })
    }""",
    "document": """data "aws_iam_policy_document" "d" {
      statement {
        actions   = ["s3:GetObject"]
        resources = ["*"]
        principals {
          type        = "AWS"
          identifiers = ["*"]
        }
      }
    }
    resource "aws_s3_bucket_policy" "p" { policy = data.aws_iam_policy_document.d.json }""",
}


@pytest.mark.parametrize("way", WAYS)
def test_all_ways_of_writing_a_policy_say_the_same(way):
    (fact,) = facts_of(statements, WAYS[way])
    data = fact.data
    assert (data["kind"], data["holder"], data["effect"]) == ("bucket", "aws_s3_bucket_policy.p", "Allow")
    assert (data["actions"], data["resources"], data["principals"]) == (["s3:GetObject"], ["*"], ["*"])


def test_a_document_that_nobody_carries_is_unused():
    (fact,) = facts_of(statements, 'data "aws_iam_policy_document" "d" {\n statement {\n actions = ["*"]\n resources = ["*"]\n }\n}')
    assert (fact.data["kind"], fact.data["holder"]) == ("unused", "data.aws_iam_policy_document.d")


def test_what_a_document_is_made_of_is_said_by_whoever_carries_it():
    text = """
    data "aws_iam_policy_document" "deny" {
      statement {
        effect    = "Deny"
        actions   = ["s3:*"]
        resources = ["*"]
      }
    }
    data "aws_iam_policy_document" "all" {
      source_policy_documents = [data.aws_iam_policy_document.deny.json]
      statement {
        actions   = ["s3:GetObject"]
        resources = ["*"]
      }
    }
    resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.all.json }
    """
    found = facts_of(statements, text)
    assert {(fact.data["holder"], fact.data["effect"]) for fact in found if fact.data["kind"] == "identity"} == {
        ("aws_iam_policy.p", "Allow"),
        ("aws_iam_policy.p", "Deny"),
    }


def test_a_policy_from_nowhere_is_unknown():
    (fact,) = facts_of(statements, 'variable "policy" {}\nresource "aws_iam_policy" "p" { policy = var.policy }')
    assert fact.data["actions"].cause == "var.policy has no value"


def test_a_part_that_is_not_known_leaves_the_rest():
    text = """
    variable "who" {}
    resource "aws_sqs_queue" "q" {
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:*", Principal = { AWS = ["*", var.who] } }] })
    }
    """
    (fact,) = facts_of(statements, text)
    assert fact.data["actions"] == ["sqs:*"]
    assert fact.data["principals"][0] == "*"
    assert isinstance(fact.data["principals"][1], Unknown)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("aws_sqs_queue.q.arn", True),
        ("data.aws_caller_identity.me.account_id", True),
        ('"${aws_sqs_queue.q.arn}/*"', True),
        ("var.x", False),
        ('"${var.x}*"', False),
        ('"${var.x}/*"', True),
    ],
)
def test_what_can_be_a_star_is_unknown(value, known):
    policy = f'jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Resource = {value} }}] }})'
    others = 'variable "x" {}\nresource "aws_sqs_queue" "q" {}\ndata "aws_caller_identity" "me" {}\n'
    text = f'{others}resource "aws_iam_policy" "p" {{ policy = {policy} }}'
    (fact,) = [one for one in facts_of(statements, text) if one.data["kind"] == "identity"]
    resources = fact.data["resources"]
    assert (not isinstance(resources, Unknown) and not isinstance(resources[0], Unknown)) is known


@pytest.mark.parametrize(
    ("actions", "resource", "opens"),
    [
        (["iam:PassRole", "ec2:Run*"], "*", ["iam:PassRole to an instance"]),
        (["IAM:putuserpolicy"], "*", ["iam:PutUserPolicy"]),
        (["iam:PassRole", "ec2:RunInstances"], "arn:aws:iam::1:role/web", []),
        (["iam:PassRole"], "*", []),
        (["s3:*"], "*", []),
    ],
)
def test_ways_to_more_power(actions, resource, opens):
    said = json.dumps({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]})
    (fact,) = facts_of(statements, f'resource "aws_iam_policy" "p" {{\n policy = <<EOT\n{said}\nEOT\n}}')
    assert fact.data["escalates"] == opens


@pytest.mark.parametrize(("excluded", "opens"), [("iam:*", False), ("s3:*", True)])
def test_all_actions_but_some_open_what_they_do_not_exclude(excluded, opens):
    said = json.dumps({"Statement": [{"Effect": "Allow", "NotAction": [excluded], "Resource": "*"}]})
    (fact,) = facts_of(statements, f'resource "aws_iam_policy" "p" {{\n policy = <<EOT\n{said}\nEOT\n}}')
    assert ("iam:PutUserPolicy" in fact.data["escalates"]) is opens


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["Statement", "Effect", "Principal", "Condition", "AWS"]), inner, max_size=4)
        ),
    )
)
def test_any_json_is_read_without_a_crash(value):
    assert isinstance(of_text(json.dumps(value), ("policy",)), list)


def test_what_is_no_policy_says_nothing():
    assert of_text("no json", ("policy",)) == []
    assert of_text("[" * 100_000, ("policy",)) == []


TEXT = '{"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": "*", "Resource": "%s"}}'
OPEN = '"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": "*"'


@pytest.mark.parametrize(
    "policy",
    [
        f'<<EOT\n{{"Statement": [{{{OPEN}, "Resource": "${{aws_sqs_queue.nobody.arn}}"}}]}}\nEOT',
        f'<<EOT\n{{"Statement": [{{{OPEN}, "Resource": "${{var.x}}/*"}}]}}\nEOT',
        f'<<EOT\n{{"Statement": [{{{OPEN}, "Resource": ${{jsonencode(var.x)}}}}]}}\nEOT',
        f"format({json.dumps(TEXT)}, var.x)",
        'jsonencode({ Statement = { Effect = "Allow", Action = "sqs:SendMessage", NotPrincipal = { AWS = var.x } } })',
    ],
)
def test_a_gap_in_the_text_leaves_the_rest(policy):
    found = facts_of(statements, f'variable "x" {{}}\nresource "aws_sqs_queue_policy" "p" {{ policy = {policy}\n}}')
    assert [(fact.data["effect"], fact.data["actions"], fact.data["principals"]) for fact in found] == [
        ("Allow", ["sqs:SendMessage"], ["*"])
    ]


def test_one_statement_that_nobody_knows_leaves_the_others():
    known = 'resource "aws_sqs_queue_policy" "p" {\n policy = jsonencode({ Statement = [var.x, { Effect = "Deny", Principal = "*" }] })\n}'
    unknown, deny = facts_of(statements, f'variable "x" {{}}\n{known}')
    assert (unknown.data["effect"].cause, deny.data["effect"]) == ("var.x has no value", "Deny")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('policy = jsonencode({\n  Statement = [{\n    Effect    = "Allow"\n    Principal = "*"\n  }]\n})', 'Principal = "*"'),
        ('policy = jsonencode({\n  Statement = [local.all]\n})\n}\nlocals {\n  all = {\n  Principal = "*"\n  }', 'Principal = "*"'),
        ('policy = <<EOT\n{"Statement": {\n  "Principal": {"AWS": "*"},\n  "Resource": "${var.x}"\n}}\nEOT', '"AWS": "*"'),
        ('policy = <<EOT\n{"Statement": {\n  "Principal": {"AWS": ["1", "*"]},\n "Resource": ${var.x}\n}}\nEOT', "policy"),
    ],
)
def test_a_statement_is_placed_where_it_is_written(text, line):
    (fact,) = facts_of(statements, written := f'variable "x" {{}}\nresource "aws_sqs_queue_policy" "p" {{\n{text}\n}}')
    resource, pointer = fact.fields["principals"]
    span = resource.place(pointer).primary
    assert written.split("\n")[span.line - 1][span.column - 1 :].startswith(line)


def test_an_override_takes_the_place_of_the_statement_with_its_identifier():
    text = """
    data "aws_iam_policy_document" "base" {
      statement {
        sid       = "all"
        actions   = ["*"]
        resources = ["*"]
      }
    }
    data "aws_iam_policy_document" "narrow" {
      source_policy_documents = [data.aws_iam_policy_document.base.json]
      statement {
        sid       = "all"
        actions   = ["s3:GetObject"]
        resources = ["*"]
      }
    }
    resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.narrow.json }
    """
    (fact,) = facts_of(statements, text)
    assert fact.data["actions"] == ["s3:GetObject"]
