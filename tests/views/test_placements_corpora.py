"""Real repositories: nothing crashes, and no place is named that the tables do not know."""

import json
import os

import pytest
from click.testing import CliRunner

from scanner.cli.residency import residency
from scanner.tables import table

CORPORA = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "shared", "corpora"))
NAMES = (
    "terraform-aws-vpc",
    "terraform-azurerm-aks",
    "terragoat",
    "kubernetes-examples",
    "microservices-demo",
    "kube-prometheus",
    "ALZ-Bicep",
)


def known_regions():
    found = {"global", "European Union"}
    for rows in table("regions")["clouds"].values():
        found |= {row.get("name", name) for name, row in rows["several"].items()} | set(rows["regions"]) | set(rows.get("spanner", ()))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_corpus(name):
    folder = os.path.join(CORPORA, name)
    if not os.path.isdir(folder):
        pytest.skip("the corpora are not beside the checkout")
    result = CliRunner().invoke(residency, [folder, "--format", "json", "--today", "2026-11-23"], standalone_mode=False)
    assert result.exception is None
    placements = json.loads(result.stdout)["placements"]
    for one in placements:
        region = one["destination"]["region"]
        assert region is None or region in known_regions() or one["verdict"] == "unknown", one
        assert (one["verdict"] == "unknown") == (one["cause"] is not None)
        assert one["reason"], one
