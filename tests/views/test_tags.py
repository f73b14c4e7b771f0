"""Tags: which types take them, which take effect, and what the policy misses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_facts import facts_of

from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.views import tags
from scanner.views.tags.effective import read
from scanner.views.tags.policy import Policy
from scanner.views.tags.taggable import taking

NAMES = st.text("abcXYZ-_", min_size=1, max_size=8)
OWNER = {"tags": {"required": ["owner"]}}


def one(text, **config):
    (fact,) = facts_of(tags, text, **config)
    return fact.data


@pytest.mark.parametrize(
    ("type_name", "pointer"),
    [
        ("azurerm_storage_account", ("tags",)),
        ("aws_s3_bucket", ("tags",)),
        ("aws_autoscaling_group", ("tag",)),
        ("google_storage_bucket", ("labels",)),
        ("google_sql_database_instance", ("settings", 0, "user_labels")),
        ("google_container_node_pool", ("node_config", 0, "resource_labels")),
        ("digitalocean_droplet", ("tags",)),
        ("Namespace", ("metadata", "labels")),
        ("Deployment", ("metadata", "labels")),
    ],
)
def test_where_tags_are_written(type_name, pointer):
    assert taking(type_name, {}).pointer == pointer


@pytest.mark.parametrize(
    "type_name",
    [
        "azurerm_subnet",
        "aws_s3_bucket_policy",
        "google_compute_firewall",
        "digitalocean_firewall",
        "google_project_iam_member",
        "random_id",
        "Service",
    ],
)
def test_what_takes_no_tags_is_not_asked(type_name):
    assert taking(type_name, {}) is None


def test_a_type_of_tomorrow_is_doubtful():
    doubt = taking("azurerm_thing_of_tomorrow", {}).doubt
    assert isinstance(doubt, Unknown)
    assert "azurerm_thing_of_tomorrow" in doubt.cause


@pytest.mark.parametrize(
    ("arm", "taken"),
    [("Microsoft.Storage/storageAccounts@2023-01-01", True), ("Microsoft.AAD/DomainServices/oucontainer@2022-12-01", False)],
)
def test_azapi_by_the_type_inside(arm, taken):
    assert (taking("azapi_resource", {"type": arm}) is not None) is taken


def test_no_type_is_in_both_lists():
    for row in table("taggable")["clouds"].values():
        assert not set(row["taggable"].split()) & set(row["not_taggable"].split())


@pytest.mark.parametrize(
    ("written", "blocks", "found", "sure"),
    [
        ({"a": "1"}, False, {"a": "1"}, True),
        (["env:prod", "web"], False, {"env": "prod", "web": ""}, True),
        ([{"key": "a", "value": "1"}], True, {"a": "1"}, True),
        ([Unknown("later")], False, {}, False),
        (Unknown("later"), False, {}, False),
        (Unknown("later", partial={"a": "1"}), False, {"a": "1"}, False),
        (None, False, {}, True),
        ("text", False, {}, True),
    ],
)
def test_shapes_of_tags(written, blocks, found, sure):
    tags_read, gap = read(written, blocks=blocks)
    assert (tags_read, gap is None) == (found, sure)


@given(NAMES, st.dictionaries(NAMES, st.just("x")))
def test_azure_does_not_tell_case_apart_and_others_do(name, written):
    policy = Policy((), {}, ())
    found = policy.find(name, written, "azure")
    assert (found is not None) == (name.casefold() in {other.casefold() for other in written})
    assert policy.find(name, written, "aws") == (name if name in written else None)


def test_the_resource_wins_over_its_provider():
    data = one(
        'provider "aws" { default_tags { tags = { owner = "all", k = "v" } } }\nresource "aws_s3_bucket" "b" { tags = { owner = "me" } }'
    )
    assert data["tags"] == {"owner": "me", "k": "v"}
    assert [pair["name"] for pair in data["pairs"]] == ["owner"]


def test_tags_of_an_aliased_provider():
    text = """
    provider "aws" {}
    provider "aws" {
      alias = "eu"
      default_tags { tags = { owner = "eu" } }
    }
    resource "aws_s3_bucket" "here" {}
    resource "aws_s3_bucket" "there" { provider = aws.eu }
    """
    here, there = facts_of(tags, text, **OWNER)
    assert (here.data["missing"], there.data["missing"]) == (["owner"], [])


def test_a_missing_tag_is_unknown_where_more_may_come():
    data = one('variable "tags" {}\nresource "azurerm_key_vault" "k" { tags = var.tags }', **OWNER)
    assert data["missing"].cause == "var.tags has no value"
    assert isinstance(data["known"]["owner"], Unknown)


@pytest.mark.parametrize(
    ("merged", "owner"),
    [
        ('merge(var.tags, { owner = "me" })', "me"),
        ('merge({ owner = "me" }, var.tags)', None),
        ('merge(merge(var.tags, { owner = "me" }), { other = "x" })', "me"),
    ],
)
def test_what_is_there_is_there_whatever_may_come(merged, owner):
    data = one(f'variable "tags" {{}}\nresource "azurerm_key_vault" "k" {{ tags = {merged} }}', **OWNER)
    assert data["missing"] == []
    known = data["known"]["owner"]
    assert (known == owner) if owner else isinstance(known, Unknown)


@pytest.mark.parametrize(("inherit", "missing"), [([], ["owner"]), (["resource_group"], [])])
def test_the_group_counts_only_where_that_is_configured(inherit, missing):
    text = """
    resource "azurerm_resource_group" "g" {
      name = "g"
      tags = { owner = "me" }
    }
    resource "azurerm_key_vault" "k" { resource_group_name = azurerm_resource_group.g.name }
    """
    found = {fact.data["type"]: fact.data["missing"] for fact in facts_of(tags, text, tags={"required": ["owner"], "inherit": inherit})}
    assert found == {"azurerm_resource_group": [], "azurerm_key_vault": missing}


def test_a_group_that_is_not_in_the_scan_is_unknown():
    data = one(
        'resource "azurerm_key_vault" "k" { resource_group_name = "g" }', tags={"required": ["owner"], "inherit": ["resource_group"]}
    )
    assert data["missing"].cause == "the resource group g is not in the scan"


@pytest.mark.parametrize(
    ("demand", "missing"),
    [
        ({"types": ["azurerm_key_*"], "required": ["tenant"]}, ["tenant"]),
        ({"types": ["aws_*"], "required": ["tenant"]}, []),
        ({"environments": ["prod*"], "required": ["tenant"]}, ["tenant"]),
        ({"environments": ["dev"], "required": ["tenant"]}, []),
    ],
)
def test_demands_by_type_and_environment(demand, missing):
    data = one('resource "azurerm_key_vault" "k" { tags = { env = "production" } }', tags={"required": [], "demands": [demand]})
    assert data["missing"] == missing


def test_pairs_carry_what_the_policy_says_of_them():
    section = {"required": [], "values": {"environment": ["dev"]}, "patterns": {"cost-centre": "[0-9]+"}}
    data = one('resource "azurerm_key_vault" "k" { tags = { Env = "dev", COSTCENTER = "1", other = "x" } }', tags=section)
    said = {pair["name"]: (pair.get("allowed"), pair.get("pattern")) for pair in data["pairs"]}
    assert said == {"Env": (["dev"], None), "COSTCENTER": (None, "[0-9]+"), "other": (None, None)}
