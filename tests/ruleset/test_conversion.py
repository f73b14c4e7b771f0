"""What Terraform converts is judged as the provider will see it, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from rule_making import truth

from scanner.model.unknown import Unknown
from scanner.ruleset.conversion import of_terraform

ASKED = [
    ({"equals": True}, "true", True),
    ({"equals": True}, "false", False),
    ({"equals": True}, "yes", False),
    ({"equals": True}, "1", True),
    ({"not_equals": False}, "0", False),
    ({"not_equals": False}, "false", False),
    ({"gte": 90}, "365", True),
    ({"gte": {"param": "floor"}}, "9", False),
    ({"in": [True, "true", "TRUE"]}, "TRUE", True),
    ({"equals": 2}, "2", True),
    ({"gte": 2}, "two", False),
    ({"in": ["1.2", "1.3"]}, 1.2, True),
    ({"matches": "[4-9]|[1-9][0-9]+"}, 30, True),
    ({"equals": "true"}, True, True),
    ({"spans_port": [22]}, "22", True),
    ({"lt": {"path": "other"}}, "90", True),
]


@pytest.mark.parametrize(("block", "value", "wanted"), ASKED)
def test_an_argument_has_the_type_that_is_asked_for(block: Any, value: Any, wanted: bool) -> None:
    assert truth({"value": block}, {"value": value, "other": "100"}, converts=True) is wanted


@pytest.mark.parametrize(("block", "value"), [row[:2] for row in ASKED if row[0].keys() & {"equals", "in"} and row[1] != "TRUE"])
def test_elsewhere_types_differ(block: Any, value: Any) -> None:
    found = truth({"value": block}, {"value": value})
    assert found is False or (isinstance(found, Unknown) and "in quotes" in found.cause)


@pytest.mark.parametrize("block", [{"equals": True}, {"not_equals": True}, {"in": [True]}, {"not_in": [False]}])
@pytest.mark.parametrize("value", ["True", "FALSE"])
def test_a_text_that_terraform_refuses_for_a_boolean_decides_nothing(block: Any, value: str) -> None:
    found = truth({"value": block}, {"value": value}, converts=True)
    assert isinstance(found, Unknown)
    assert found.cause == f'Terraform refuses "{value}" for a boolean: write {value.lower()}'


@pytest.mark.parametrize(
    ("types", "wanted"),
    [
        (("azurerm_key_vault", "data.aws_iam_policy_document"), True),
        (("azurerm_key_vault", "Microsoft.KeyVault/vaults"), False),
        (("Deployment",), False),
        (("AWS::S3::Bucket",), False),
        (("*",), False),
        ((), False),
    ],
)
def test_types_of_terraform(types: tuple[str, ...], wanted: bool) -> None:
    assert of_terraform(types) is wanted
