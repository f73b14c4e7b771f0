"""Each placement that is not allowed is a finding of exactly one rule."""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir, "views"))

from placements_reader import files_of
from test_placements_scenarios import SCENARIOS

from scanner.cli.trial import judging
from scanner.ruleset import load
from scanner.tables import data_folder

FAILING = [
    (area, one) for area, one in SCENARIOS if any("fail" in row["verdicts"].values() for row in one["rows"]) and "ended" not in one["title"]
]
"""All but those about a day: examples of rules are judged on no particular one."""


@pytest.fixture(scope="module")
def judge():
    return judging(load([data_folder("rules")]))


@pytest.mark.parametrize("scenario", [one for _, one in FAILING], ids=[f"{area}: {one['title']}" for area, one in FAILING])
def test_what_fails_is_found_once(scenario, judge):
    profile = scenario["profiles"][0]
    config = scenario.get("config", {})
    config = config | {"select": ["gdpr-residency"], "residency": {**config.get("residency", {}), "profile": profile}}
    found = [one for one in judge(files_of(scenario), config).findings if one.outcome == "fail" and one.rule.area == "gdpr-residency"]
    expected = [row["edge"] for row in scenario["rows"] if row["verdicts"][profile] == "fail" and not inherited(row)]
    by_message = [one.message.split(" (")[0] for one in found if "which" in one.message]
    assert sorted(by_message) == sorted(edge.split(" ")[0] for edge in expected)


def inherited(row):
    """Tell whether the place is that of a parent, which has its own finding."""
    source, kind, _ = row["edge"].split(" ", 2)
    return kind == "primary" and any(source not in step for step in row["reason"]) and "_id" in row["reason"][0]
