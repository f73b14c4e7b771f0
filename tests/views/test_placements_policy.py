"""Profiles, classifications and exceptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placements_factory import TODAY, judged, made, object_of, provider, to

from scanner.config import Config
from scanner.model.errors import ConfigError
from scanner.model.unknown import Unknown
from scanner.views.placements.atlas import Atlas
from scanner.views.placements.classes import canonical
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.policy import fits, policy_of

ATLAS = Atlas(Config(today=TODAY))


def policy(**residency):
    return policy_of(Config(residency=residency, today=TODAY))


@pytest.mark.parametrize(
    ("profile", "inside", "outside"),
    [
        ("de-only", ["germanynorth"], ["westeurope", "norwayeast", "uksouth", "eastus"]),
        ("eu-only", ["germanynorth", "westeurope"], ["norwayeast", "uksouth", "eastus"]),
        ("eea", ["westeurope", "norwayeast"], ["uksouth", "eastus", "centralindia"]),
        ("eea-adequate", ["norwayeast", "uksouth", "switzerlandnorth", "japaneast"], ["eastus", "canadacentral", "centralindia"]),
    ],
)
def test_built_in_profiles(profile, inside, outside):
    chosen = policy(profile=profile)
    assert [chosen.verdict(ATLAS.region("azure", name), "personal", "primary") for name in inside] == ["pass"] * len(inside)
    assert [chosen.verdict(ATLAS.region("azure", name), "personal", "primary") for name in outside] == ["fail"] * len(outside)


def test_every_member_of_several_must_be_allowed():
    chosen = policy(profile="eu-only")
    assert chosen.verdict(ATLAS.region("gcp", "EUR4"), "personal", "primary") == "pass"
    assert chosen.verdict(ATLAS.region("gcp", "EUR5"), "personal", "primary") == "fail"
    assert ATLAS.region("gcp", "EUR5").jurisdiction == "mixed"


def test_unknown_is_never_allowed_but_for_what_may_be_anywhere():
    for profile in ("de-only", "eu-only", "eea", "eea-adequate"):
        assert policy(profile=profile).verdict(lost("var.x has no value"), "personal", "primary") == "unknown"
        assert policy(profile=profile).verdict(lost("var.x has no value"), "public", "primary") == "pass"
        assert policy(profile=profile).verdict(Destination(), "personal", "primary") == "unknown"


@given(st.sampled_from(["germanynorth", "westeurope", "uksouth", "eastus", "norwayeast"]), st.sampled_from(["de-only", "eu-only", "eea"]))
def test_an_unknown_classification_contradicts_no_known_one(region, profile):
    chosen, place = policy(profile=profile), ATLAS.region("azure", region)
    unsure = chosen.verdict(place, Unknown("var.c has no value"), "primary")
    known = {chosen.verdict(place, word, "primary") for word in ("personal", "internal", "public", None)}
    assert unsure == "unknown" or known == {unsure}


@given(st.lists(st.sampled_from(["germanynorth", "westeurope", "uksouth", "eastus"]), min_size=1, max_size=3, unique=True))
def test_one_of_several_contradicts_none_of_them(names):
    place, chosen = ATLAS.one_of("azure", names, "var.location has no value", "var.location"), policy(profile="eu-only")
    each = {chosen.verdict(ATLAS.region("azure", name), "personal", "primary") for name in names}
    assert chosen.verdict(place, "personal", "primary") == ("pass" if each == {"pass"} else "unknown")


def test_profiles_of_ones_own():
    own = {"countries": ["DE"], "jurisdictions": ["eea"], "exclude_countries": ["IS"], "backup": "eu-only", "kinds": {"edge": "any"}}
    chosen = policy(profile="own", profiles={"own": own | {"classifications": {"special_category": {"countries": ["DE"]}}}})
    verdicts = {
        ("westeurope", "personal", "primary"): "fail",
        ("westeurope", "personal", "backup"): "pass",
        ("norwayeast", "personal", "primary"): "pass",
        ("norwayeast", "special_category", "primary"): "fail",
        ("eastus", "personal", "edge"): "pass",
    }
    assert {row: chosen.verdict(ATLAS.region("azure", row[0]), *row[1:]) for row in verdicts} == verdicts
    assert chosen.verdict(ATLAS.country("IS", None), "personal", "primary") == "fail"


@pytest.mark.parametrize(
    ("residency", "word"),
    [
        ({"profile": "eu-onyl"}, "eu-only"),
        ({"profile": "own", "profiles": {"own": {"backups": "eea"}}}, "backup"),
        ({"profile": "own", "profiles": {"own": {"kinds": {"backup": "ea"}}}}, "eea"),
        ({"profile": "own", "profiles": {"own": {"classifications": {"persnal": "eea"}}}}, "personal"),
    ],
)
def test_words_that_do_not_exist_name_the_nearest(residency, word):
    with pytest.raises(ConfigError) as raised:
        policy(**residency)
    assert word in raised.value.hint


def test_jurisdictions_end_and_are_overridden():
    assert ATLAS.jurisdiction("GB") == "adequacy"
    assert Atlas(Config(today="2032-01-01")).jurisdiction("GB") == "third"
    said = {"jurisdictions": {"US": "adequacy", "CH": {"jurisdiction": "eu", "until": "2026-01-01"}}}
    own = Atlas(Config(residency=said, today=TODAY))
    assert (own.jurisdiction("US"), own.jurisdiction("CH"), own.jurisdiction("XX")) == ("adequacy", "third", "third")


@pytest.mark.parametrize(
    ("address", "glob", "expected"),
    [
        ("module.a.aws_s3_bucket.b[0]", "module.a.aws_s3_bucket.b[0]", True),
        ("module.a.aws_s3_bucket.b[0]", "module.a.*[0]", True),
        ("module.a.aws_s3_bucket.b[1]", "module.a.*[0]", False),
        ('x.y["eu"]', 'x.y["*"]', True),
        ("kubernetes:shop/Deployment/web", "kubernetes:shop/*", True),
    ],
)
def test_globs_over_addresses(address, glob, expected):
    assert fits(address, glob) is expected


def exempted(**entry):
    front = made("azurerm_cdn_frontdoor_profile", "f")
    entry = {"resources": ["azurerm_cdn_frontdoor_profile.f"], "reason": "agreed", "until": TODAY} | entry
    return judged([front], exceptions=[entry])[0]


def test_exceptions_hold_until_and_including_their_last_day():
    assert exempted().verdict == "pass"
    assert exempted(until="2026-11-22").verdict == "fail"
    assert exempted(resources=["*.other"]).verdict == "fail"
    assert exempted(approver="dpo").exemption.approver == "dpo"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("PII", "personal"), ("Highly Confidential", "personal"), ("Confidential", "confidential"), ("General", "internal"),
        ("non-business", "none"), ("special-category", "special_category"), ("ÖFFENTLICH", "public"), ("tier-3", None), ("", None),
    ],
)  # fmt: skip
def test_canonical_classifications(value, word):
    assert canonical(value) == word


SAID = {
    "tags": ({"tags": {"DataClassification": "Public"}}, "public"),
    "tags in any case": ({"tags": {"data_classification": "PUBLIC"}}, "public"),
    "namespaced tags": ({"tags": {"acme:data:classification": "internal"}}, "internal"),
    "labels": ({"labels": {"data-classification": "health"}}, "special_category"),
    "words": ({"tags": ["data-classification:none"]}, "none"),
    "CloudFormation": ({"Tags": [{"Key": "DataClassification", "Value": "Public"}]}, "public"),
    "nothing": ({}, "personal"),
    "a value that nobody knows": ({"tags": {"DataClassification": "tier-3"}}, "personal"),
}


@pytest.mark.parametrize("name", SAID)
def test_where_a_classification_is_said(name):
    data, word = SAID[name]
    assert judged([made("azurerm_storage_account", "a", {"location": "eastus", **data})])[0].word == word


def test_tags_that_are_not_known_may_say_anything():
    unknown = {"location": "eastus", "tags": Unknown("var.tags has no value", "var.tags")}
    assert judged([made("azurerm_storage_account", "a", unknown)])[0].verdict == "unknown"
    assert judged([made("azurerm_storage_account", "a", unknown | {"location": "westeurope"})])[0].verdict == "pass"


def test_defaults_by_role_and_from_the_configuration():
    vault = made("azurerm_key_vault", "k", {"location": "italynorth"})
    network = made("azurerm_private_endpoint", "p", {"location": "eastus"})
    assert [one.word for one in judged([vault, network])] == ["confidential", "none"]
    assert judged([vault], classify={"default": {"key": "internal"}})[0].word == "internal"
    assert judged([made("azurerm_storage_account", "a", {"location": "eastus"})], classify={"default": "internal"})[0].word == "internal"


def test_the_stricter_of_namespace_and_object():
    space = object_of("Namespace", "shop", {"metadata": {"name": "shop", "labels": {"data-classification": "internal"}}}, None)

    def claim(word):
        labels = {"data-classification": word}
        return object_of("PersistentVolumeClaim", "c", {"metadata": {"name": "c", "labels": labels}})

    assert judged([space, claim("public")])[0].word == "internal"
    assert judged([space, claim("personal")])[0].word == "personal"


def test_circles_end():
    one = made("azurerm_mssql_database", "a", {"server_id": to("azurerm_mssql_database.b")})
    other = made("azurerm_mssql_database", "b", {"server_id": to("azurerm_mssql_database.a")})
    assert {placement.verdict for placement in judged([one, other])} == {"unknown"}


def test_what_the_provider_works_out_itself_is_not_written():
    bucket = made("aws_s3_bucket", "b", {"provider": "provider.aws", "region": to("aws_s3_bucket.b"), "tags_all": to("aws_s3_bucket.b")})
    assert [one.verdict for one in judged([bucket, provider("aws", region="eu-west-1")])] == ["pass"]


def test_a_block_that_says_no_place_is_unknown():
    flow = made(
        "aws_appflow_flow",
        "f",
        {"region": "eu-west-1", "destination_flow_config": [{"connector_type": "S3"}, {"connector_type": "Zendesk"}]},
    )
    assert [one.verdict for one in judged([flow])] == ["unknown", "unknown"]
