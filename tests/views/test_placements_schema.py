"""Every attribute of the carriers table exists in the schema of its provider, as of the versions that the table names."""

import gzip
import json
import os

import pytest

from scanner.config import Config
from scanner.tables import table
from scanner.views.placements.carriers import Carriers, types
from scanner.views.placements.destinations import _FINDERS as DESTINATIONS
from scanner.views.placements.home import _FINDERS as HOMES

SHARED = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "shared"))
CARRIERS = Carriers(Config())
MAPS = ("global_settings", "connector_configuration")
ONLY_DOCUMENTED = (
    "azurerm_data_protection_backup_instance_",
    "azurerm_data_factory",
    "azurerm_data_protection_backup_vault",
    "digitalocean_database_logsink_",
    "digitalocean_dedicated_inference",
    "digitalocean_vector_database",
)


def paths(row):
    if row.at and row.at.word in ("value", "parent", "geography", "spanner"):
        yield row.at.argument
    if row.of:
        yield row.of
    for edge in row.edges:
        for option in edge.options:
            yield from (path for path in (option.path, option.beside, *option.only, *option.unless) if path)
            if option.to.word == "nearest":
                yield option.to.argument
    yield from table("residency_defaults")["defaults"].get(row.type, {})


@pytest.fixture(scope="module")
def schema():
    file = os.path.join(SHARED, "knowledge", "schema_paths.json.gz")
    if not os.path.isfile(file):
        pytest.skip("the provider schemas are not beside the checkout")
    with gzip.open(file) as source:
        by_provider = json.load(source)
    return {name: rows for provider, types_ in by_provider.items() if provider != "meta" for name, rows in types_.items()}


TERRAFORM = [name for name in types() if name.startswith(("azurerm_", "aws_", "google_", "digitalocean_"))]


@pytest.mark.parametrize("name", TERRAFORM)
def test_terraform_paths_exist(name, schema):
    if name not in schema and name.startswith(ONLY_DOCUMENTED):
        pytest.skip("not in the schema: read in the provider's documentation")
    known = schema[name]
    written = {path for path in paths(CARRIERS.row(name)) if not path.startswith("arm:")}
    assert {path for path in written if path not in known and path.partition(".")[0] not in MAPS} == set()


def test_every_word_of_the_table_has_a_finder():
    rows = [CARRIERS.row(name) for name in types()]
    assert {row.at.word for row in rows if row.at} <= set(HOMES)
    assert {option.to.word for row in rows for edge in row.edges for option in edge.options} <= set(DESTINATIONS)


def test_every_kind_and_role_is_in_the_vocabulary():
    rows = [CARRIERS.row(name) for name in types()]
    assert {edge.kind for row in rows for edge in row.edges} <= set(table("carriers")["kinds"])
    assert {role for row in rows for role in row.roles} <= set(table("classification")["unclassified"])


def test_every_default_is_of_an_attribute_that_the_table_reads():
    for name, rows in table("residency_defaults")["defaults"].items():
        assert CARRIERS.row(name) is not None, name
        read = {CARRIERS.row(name).at.argument if CARRIERS.row(name).at else ""}
        read |= {option.path for edge in CARRIERS.row(name).edges for option in edge.options}
        assert set(rows) <= read, name
        assert all(row.get("sure") in ("docs", "general") or "unknown" in row for row in rows.values()), name


def test_pairs_name_regions_and_every_country_is_known():
    for cloud, rows in table("regions")["clouds"].items():
        regions = rows["regions"]
        assert all(row.get("pair") in (None, *regions) for row in regions.values()), cloud
        assert all(len(row["country"]) == 2 for row in regions.values()), cloud
        assert all(member in regions for row in rows["several"].values() for member in row.get("members", ())), cloud


@pytest.mark.parametrize("name", list(table("data_protection")["stores"]))
def test_paths_of_data_protection_exist(name, schema):
    for said in table("data_protection")["stores"][name].values():
        for test in said if said != "always" else ():
            kind, _, path = test["by"].partition(".") if "by" in test else (name, "", test["path"])
            assert path in schema[kind], test
