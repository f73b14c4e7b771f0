"""What is known of a provider's version: the constraints of all callers together, and the lock file over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from terraform_scan import read

from scanner.formats.terraform.versions import bounds

ACCOUNT = 'resource "azurerm_storage_account" "a" {}\n'


@pytest.mark.parametrize(
    ("constraint", "at_least", "below"),
    [
        ("~> 4.0", (4, 0, 0), (5, 0, 0)),
        ("~> 3.116.0", (3, 116, 0), (3, 117, 0)),
        ("~> 4", (4, 0, 0), None),
        (">= 3.50, < 5.0", (3, 50, 0), (5, 0, 0)),
        (">= 3, <= 4.10", (3, 0, 0), (4, 10, 1)),
        ("= 4.1.2", (4, 1, 2), (4, 1, 3)),
        ("4.1.2", (4, 1, 2), (4, 1, 3)),
        (">=2.40.0,>=2.46.1", (2, 46, 1), None),
        ("!= 4.3.0", None, None),
        ("v4.0.0-beta1", (4, 0, 0), (4, 0, 1)),
        ("", None, None),
        ("the newest", None, None),
    ],
)
def test_constraints(constraint: str, at_least: object, below: object) -> None:
    assert bounds(constraint) == (at_least, below)


VERSIONS = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
PARTS = st.lists(st.tuples(st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "~>"]), VERSIONS), min_size=1, max_size=3)


@given(PARTS, VERSIONS)
def test_every_version_that_a_constraint_allows_lies_within_its_bounds(
    parts: list[tuple[str, tuple[int, ...]]], one: tuple[int, ...]
) -> None:
    """Python's version specifiers write ``~=`` and ``==`` and mean the same for plain versions."""
    words = [(operator, ".".join(map(str, version))) for operator, version in parts]
    other = {"~>": "~=", "=": "=="}
    allowed = SpecifierSet(",".join(f"{other.get(operator, operator)}{version}" for operator, version in words))
    found = bounds(", ".join(f"{operator} {version}" for operator, version in words))
    if ".".join(map(str, one)) in allowed:
        assert found.at_least is None or one >= found.at_least
        assert found.below is None or one < found.below


def versions(files: dict[str, str]) -> list[object]:
    return [one.data.get("provider_version") for one in read(files).resources]


def required(constraint: str) -> str:
    return f'terraform {{\n  required_providers {{\n    azurerm = {{ source = "hashicorp/azurerm", version = "{constraint}" }}\n  }}\n}}\n'


def test_nothing_limits_it() -> None:
    assert versions({"main.tf": ACCOUNT}) == [None]


def test_ways_to_write_it() -> None:
    assert versions({"main.tf": required("~> 4.1") + ACCOUNT}) == [{"at_least": "4.1.0", "below": "5.0.0"}]
    assert versions({"main.tf": 'terraform {\n required_providers {\n  azurerm = "< 3.0"\n }\n}\n' + ACCOUNT}) == [{"below": "3.0.0"}]
    before_013 = 'provider "azurerm" {\n  version = "~> 2.40"\n}\n'
    assert versions({"main.tf": before_013 + ACCOUNT}) == [None, {"at_least": "2.40.0", "below": "3.0.0"}]


def test_another_provider_limits_nothing() -> None:
    assert versions({"main.tf": required("~> 4.1") + 'resource "aws_s3_bucket" "a" {}\n'}) == [None]


def test_a_module_is_limited_by_its_callers_too() -> None:
    files = {"main.tf": required(">= 4.0") + 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": required("< 4.20") + ACCOUNT}
    assert versions(files)[:1] == [{"at_least": "4.0.0", "below": "4.20.0"}]


def test_the_lock_file_knows_best() -> None:
    lock = 'provider "registry.terraform.io/hashicorp/azurerm" {\n  version     = "4.55.0"\n  constraints = "~> 4.1"\n}\n'
    assert versions({"main.tf": required("~> 4.1") + ACCOUNT, ".terraform.lock.hcl": lock}) == [{"at_least": "4.55.0", "below": "4.55.1"}]
    other = lock.replace("azurerm", "random")
    assert versions({"main.tf": required("~> 4.1") + ACCOUNT, ".terraform.lock.hcl": other}) == [{"at_least": "4.1.0", "below": "5.0.0"}]
