"""The whole carriers table by mutation: a value inside passes, one outside fails, an unknown one is unknown."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placements_factory import TODAY, judged, made, merged, nested, object_of, provider, to

from scanner.config import Config
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.views.placements.atlas import Atlas
from scanner.views.placements.carriers import Carriers, types
from scanner.views.placements.walk import split

INSIDE = {"azure": "germanywestcentral", "aws": "eu-central-1", "gcp": "europe-west3", "digitalocean": "fra1", "kubernetes": "eu-central-1"}
OUTSIDE = {"azure": "eastus", "aws": "us-east-1", "gcp": "us-central1", "digitalocean": "nyc3", "kubernetes": "us-east-1"}
TARGETS = {
    "azure": "azurerm_storage_account",
    "aws": "aws_s3_bucket",
    "gcp": "google_storage_bucket",
    "digitalocean": "digitalocean_spaces_bucket",
}
NOBODY = Unknown("var.x has no value", "var.x")
CARRIERS = Carriers(Config(today=TODAY))
ROWS = [CARRIERS.row(name) for name in types()]
FORKS = [(row, edge, option) for row in ROWS for edge in row.edges for option in edge.options]
OF_HOME = ("pair", "vault_pair", "datazone", "home", "own", "inference", "origin")
NEVER_INSIDE = ("global", "fixed", "host")


def target(cloud, region):
    kind = TARGETS.get(cloud, "aws_s3_bucket")
    return made(kind, "target", {"location" if cloud in ("azure", "gcp") else "region": region, "name": "target", "bucket": "target"})


def base(row, region):
    """Return what says where a resource of a row is, and the resources that this needs."""
    around = []
    if row.cloud == "kubernetes":
        return {}, around
    word, path = (row.at.word, row.at.argument) if row.at else ("", "")
    if word == "parent":
        around = [
            made("azurerm_resource_group" if row.cloud == "azure" else TARGETS[row.cloud], "parent", {"location": region, "region": region})
        ]
        return nested(path, to(around[0].key.address)), around
    if word == "geography":
        return nested(path, "Germany" if region in INSIDE.values() else "United States"), around
    if word == "spanner":
        return nested(path, f"regional-{region}"), around
    return (nested(path, region) if word == "value" else {}), around


def conditions(option):
    parts = [
        nested(path, values[0].replace("*", "100") if isinstance(values[0], str) else values[0]) for path, values in option.only.items()
    ]
    return merged(*parts)


def variants(row, option, region, value=None):
    """Return (data, resources beside it) that make an option lead to a region; ``value`` replaces what the option's path says."""
    data, around = base(row, region if option.to.word in OF_HOME else INSIDE[row.cloud])
    written, more = (value, []) if value is not None else VALUES.get(option.to.word, plain)(row, option, region)
    if option.path.startswith("pod."):
        written = [{"name": "app", "env": [{"name": "API_URL", "value": written}]}]
        said = nested(
            {"Pod": "spec.containers", "CronJob": "spec.jobTemplate.spec.template.spec.containers"}.get(
                row.type, "spec.template.spec.containers"
            ),
            written,
        )
    elif option.to.word == "environment":
        said = nested(option.path, [{"name": "AWS_ENDPOINT", "value": written}])
    else:
        said = nested(option.path.removeprefix("arm:"), written) if option.path else {}
    return merged(data, conditions(option), said), [*around, *more]


def plain(row, option, region):
    if option.when and option.to.word == "value":
        return ("NorthEurope" if region in INSIDE.values() else "WestUs2"), []
    return (option.when[0] if option.when else region), []


def reference(row, option, region):
    if row.cloud == "kubernetes":
        return "target", named_in_azure(AZURE[region], option.path)
    one = target(row.cloud, region)
    return to(one.key.address), [one]


def named_in_azure(region, path):
    """Return the resources that a name in Kubernetes may mean: an account, a vault, a group, a container of an account."""
    account = made("azurerm_storage_account", "account", {"name": "target" if path.endswith("ccount") else "account", "location": region})
    kinds = {"container": "azurerm_storage_container", "keyvaultName": "azurerm_key_vault", "resourceGroup": "azurerm_resource_group"}
    kind = kinds.get(path.rpartition(".")[2])
    return [
        account,
        *([made(kind, "target", {"name": "target", "location": region, "storage_account_id": to(account.key.address)})] if kind else []),
    ]


VALUES = {
    "ref": reference,
    "origin": reference,
    "bucket": lambda row, option, region: ("s3://target/backups", [target("aws" if row.cloud == "kubernetes" else row.cloud, region)]),
    "peers": lambda row, option, region: ("group", [made(row.type, "peer", merged(base(row, region)[0], nested(option.path, "group")))]),
    "endpoint": lambda row, option, region: (f"https://s3.{real(region)}.amazonaws.com", []),
    "hosts": lambda row, option, region: (f"https://s3.{real(region)}.amazonaws.com:443", []),
    "known_hosts": lambda row, option, region: (f"url: https://s3.{real(region)}.amazonaws.com/x", []),
    "environment": lambda row, option, region: (f"https://s3.{real(region)}.amazonaws.com", []),
    "geography": lambda row, option, region: ("Germany" if region in INSIDE.values() else "United States", []),
    "inference": lambda row, option, region: ("eu.some-model" if region in INSIDE.values() else "us.some-model", []),
    "atlas": lambda row, option, region: (region.upper().replace("-", "_"), []),
    "context": lambda row, option, region: (region, []),
    "awslogs": lambda row, option, region: (json.dumps([{"logConfiguration": {"options": {"awslogs-region": region}}}]), []),
    "secret": lambda row, option, region: ("target", [secret(region)]),
    "named": lambda row, option, region: ("target", [backup_location(option.to.argument, region)]),
    "storage_class": lambda row, option, region: ("target", [storage_class(region)]),
}


def real(region):
    return "eu-central-1" if region in INSIDE.values() else "us-east-1"


def secret(region):
    return object_of("Secret", "target", {"data": {"uri": base64.b64encode(f"amqps://u:p@mq.{region}.amazonaws.com".encode()).decode()}})


def backup_location(kind, region):
    data = {
        "BackupStorageLocation.velero.io": {"spec": {"config": {"region": region}}},
        "ObjectStore.barmancloud.cnpg.io": {"spec": {"configuration": {"endpointURL": f"https://s3.{region}.amazonaws.com"}}},
    }.get(kind, {"spec": {"nodeSets": [{"podTemplate": {"spec": {"nodeSelector": {"topology.kubernetes.io/region": region}}}}]}})
    return object_of(kind, "target", data)


def storage_class(region):
    rule = {"key": "topology.kubernetes.io/region", "values": [region]}
    return object_of("StorageClass", "target", {"allowedTopologies": [{"matchLabelExpressions": [rule]}]}, None)


CLUSTERS = {"clusters": {"one": {"name": "us-east-1", "region": "us-east-1"}, "two": {"name": "eu-central-1", "region": "eu-central-1"}}}


def verdicts(row, edge, data, around, region):
    """Return the verdicts of the edges that the option of an edge makes of a resource with this data."""
    if row.cloud == "kubernetes":
        subject = object_of(row.type, "x", data)
    else:
        subject = made(row.type, "x", data | ({"provider": "provider.p"} if row.provider else {}))
    if edge.options[0].path.startswith("arm:"):
        around = [*around, updated(subject, data)]
    resources = [subject, *around, *([provider("p", region=region)] if row.provider else [])]
    cluster = {"clusters": {"only": {"region": AZURE.get(region, region)}}} if _of_cluster(edge) else CLUSTERS
    found = judged(resources, kubernetes=cluster, classify={"default": "personal"}, stack_regions={"cloudformation": region})
    return {one.verdict for one in found if one.holder is subject and one.kind == edge.kind and _is_option(one, subject, edge.options[0])}


def updated(subject, data):
    """Return an update by azapi that writes what only ARM has."""
    return made("azapi_update_resource", "u", {"resource_id": to(subject.key.address), "type": "Any/type@1", "body": data})


AZURE = {INSIDE["kubernetes"]: INSIDE["azure"], OUTSIDE["kubernetes"]: OUTSIDE["azure"]}


def _of_cluster(edge):
    return any(option.to.word in OF_HOME for option in edge.options)


def _is_option(one, subject, option):
    """Tell whether a placement comes from the attribute of an option, in whichever item of a list it stands."""
    path = option.path.removeprefix("arm:").replace("*", "any")
    if path.startswith("pod.") or option.to.word == "environment":
        return one.via == option.to.word
    said = [".".join(part for part in hop.pointer if isinstance(part, str)).removeprefix("body.") for hop in one.hops]
    return path.replace('["', ".").replace('"]', "") in said if path else one.via == option.to.word


def name_of(fork):
    row, edge, option = fork
    return f"{row.type}-{edge.kind}-{option.path or option.to.word}"


DATALESS = {"import", "network"}


@pytest.mark.parametrize("fork", FORKS, ids=name_of)
def test_every_edge(fork):
    row, edge, option = fork
    single = edge._replace(options=(option,))
    inside, outside = INSIDE[row.cloud], OUTSIDE[row.cloud]
    if option.to.word == "unknown":
        assert verdicts(row, single, *variants(row, option, inside), inside) == {"unknown"}
        return
    local_zone = option.when == ("*-*-*-*-*",)
    if option.to.word not in NEVER_INSIDE and not local_zone:
        assert verdicts(row, single, *variants(row, option, inside), inside) == {"pass"}
    expected = "pass" if edge.kind in DATALESS or row.roles == ("metadata",) else "fail"
    of_stack = row.at is not None and row.at.word == "stack" and option.to.word == "peers"
    home = outside if option.to.word in OF_HOME or of_stack else inside
    if not local_zone:
        assert verdicts(row, single, *variants(row, option, outside), home) == {expected}
    if option.path and option.to.word not in ("known_hosts", "storage_class", "global", "fixed", "host"):
        doubted = verdicts(row, single, *variants(row, option, inside, NOBODY), inside)
        assert doubted == {"pass" if expected == "pass" else "unknown"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.at and row.at.word == "value"], ids=lambda row: row.type)
def test_every_own_place(row):
    def own(value):
        found = judged([made(row.type, "x", nested(row.at.argument, value))])
        return {one.verdict for one in found if one.kind == "primary"}

    placed = {"store", "process", "backup", "key", "container", "edge", "metadata", "network"}
    free = not placed.intersection(row.roles) or row.of
    bound = row.roles[0] not in ("metadata", "network")
    assert own(INSIDE[row.cloud]) == (set() if free else {"pass"})
    assert own(OUTSIDE[row.cloud]) == (set() if free else {"fail" if bound else "pass"})
    assert own(NOBODY) == (set() if free else {"unknown" if bound else "pass"})


REGIONS = [(cloud, name) for cloud, rows in table("regions")["clouds"].items() for name in rows["regions"]]
FREE = [row for row in ROWS if row.at and row.at.word == "value" and row.roles[0] == "store" and not row.of and row.cloud != "kubernetes"]


@given(st.sampled_from(FREE), st.data(), st.sampled_from(["de-only", "eu-only", "eea", "eea-adequate"]))
def test_every_region_of_the_table_is_judged_by_its_country(row, data, profile):
    name = data.draw(st.sampled_from([name for cloud, name in REGIONS if cloud == row.cloud]))
    place = Atlas(Config(today=TODAY)).region(row.cloud, name)
    allowed = table("jurisdictions")["profiles"][profile]
    inside = place.country in allowed.get("countries", ()) or place.jurisdiction in allowed.get("jurisdictions", ())
    found = judged([made(row.type, "x", nested(row.at.argument, name))], profile)
    assert {one.verdict for one in found if one.kind == "primary"} == {"pass" if inside else "fail"}


@given(st.sampled_from(FREE), st.text(max_size=20))
def test_a_name_that_no_table_knows_is_unknown(row, word):
    place = Atlas(Config(today=TODAY)).region(row.cloud, word)
    found = [one for one in judged([made(row.type, "x", nested(row.at.argument, word))]) if one.kind == "primary"]
    assert place is not None or all(one.verdict != "pass" for one in found)


DEFAULTS = [(name, path) for name, rows in table("residency_defaults")["defaults"].items() for path in rows]


@pytest.mark.parametrize(("name", "path"), DEFAULTS, ids=[f"{name}-{path}" for name, path in DEFAULTS])
def test_silence_takes_the_default_and_says_how_sure_it_is(name, path):
    row, said = CARRIERS.row(name), CARRIERS.default(name, path)
    options = [option for edge in row.edges for option in edge.options if option.path == path]
    home, around = base(row, INSIDE[row.cloud])
    at_home = row.at is not None and row.at.argument == path
    needed = [conditions(option) for option in options] + [nested(option.beside, [{}]) for option in options if option.beside]
    source = target(row.cloud, INSIDE[row.cloud]) if "(" in said.get("to", "") else None
    disk = {"source_disk": to(source.key.address)} if source else {}
    data = merged({} if at_home else home, disk, *needed)
    subject = object_of(name, "x", data) if row.cloud == "kubernetes" else made(name, "x", data)
    found = judged([subject, *around, *([source] if source else [])], classify={"default": "personal"})
    silent = [one for one in found if any(hop.by_default and hop.pointer == split(path.removeprefix("arm:")) for hop in one.hops)]
    same_place = [one for one in found if one.decisive and one.decisive.by_default]  # two defaults that say the same are one placement
    assert silent or same_place
    assert all(one.verdict != "pass" or one.destination.spots for one in silent)
    if "unknown" in said:
        assert {one.verdict for one in silent} == {"unknown"}
    else:
        known = [one for one in silent or same_place if one.destination.spots]
        assert known
        assert said["sure"] == "docs" or not any(one.destination.sure for one in known)
