"""Literals: what is written under a secret's name is seen, what comes from elsewhere is not."""

import base64

import pytest
from terraform_facts import facts_of

from scanner.views import literals


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('resource "aws_db_instance" "d" { password = "x" }', {"password": "x"}),
        ('resource "azurerm_key_vault_secret" "s" { value = "x" }', {"value": "x"}),
        (
            'resource "aws_lambda_function" "f" {\n environment {\n variables = { API_KEY = "x" }\n }\n}',
            {"environment[0].variables.API_KEY": "x"},
        ),
        ('variable "p" { default = "x" }\nresource "aws_db_instance" "d" { password = var.p }', {"password": "x"}),
        ('variable "p" {}\nresource "aws_db_instance" "d" { password = var.p }', {}),
        ('resource "random_password" "p" {}\nresource "aws_db_instance" "d" { password = random_password.p.result }', {}),
        ('resource "aws_db_instance" "d" { identifier = "x" }', {}),
        ('resource "aws_db_instance" "d" { password = null }', {}),
    ],
)
def test_texts_under_a_secrets_name(body, found):
    assert {fact.data["path"]: fact.data["value"] for fact in facts_of(literals, body)} == found


@pytest.mark.parametrize("written", ["echo hello", base64.b64encode(b"echo hello").decode()])
def test_scripts_are_decoded(written):
    (fact,) = facts_of(literals, f'resource "aws_instance" "w" {{ user_data = "{written}" }}')
    assert (fact.data["script"], fact.data["value"]) == (True, "echo hello")
