"""Scenarios of four clouds and Kubernetes: every place of the data, its verdict under several profiles, and the way there, line by line."""

import os

import pytest
import yaml
from placements_reader import rows

FOLDER = os.path.join(os.path.dirname(__file__), "placements_scenarios")


def read(area):
    with open(os.path.join(FOLDER, area), encoding="utf-8") as source:
        return [(area.removesuffix(".yaml"), one) for one in yaml.load(source, yaml.CSafeLoader)]


SCENARIOS = [one for area in sorted(os.listdir(FOLDER)) for one in read(area)]


@pytest.mark.parametrize("scenario", [one for _, one in SCENARIOS], ids=[f"{area}: {one['title']}" for area, one in SCENARIOS])
def test_scenario(scenario):
    for profile in scenario["profiles"]:
        expected = {row["edge"]: (row["verdicts"][profile], row["reason"]) for row in scenario["rows"]}
        assert rows(scenario, profile) == expected


def verdicts(scenario):
    return {verdict for row in scenario["rows"] for verdict in row["verdicts"].values()}


def test_enough_scenarios_fire_not_and_are_unknown():
    silent = [one for _, one in SCENARIOS if verdicts(one) <= {"pass"}]
    unsure = [one for _, one in SCENARIOS if "unknown" in verdicts(one)]
    assert len(SCENARIOS) >= 200
    assert all(len(one["profiles"]) >= 2 for _, one in SCENARIOS)
    assert len(silent) * 3 >= len(SCENARIOS)
    assert len(unsure) * 5 >= len(SCENARIOS)
