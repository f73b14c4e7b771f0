"""Two days are alike exactly where every comparison with the dates comes out the same."""

from __future__ import annotations

import operator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import scanner
from scanner import views
from scanner.config import Config
from scanner.pipeline.days import alike, compared
from scanner.ruleset import load
from scanner.ruleset.dated import tables_of_dates
from scanner.tables import data_folder

DAYS = st.dates().map(lambda day: day.isoformat())


@given(DAYS, DAYS, st.lists(DAYS, max_size=3))
def test_alike(one: str, other: str, dates: list[str]) -> None:
    tests = (operator.lt, operator.le, operator.eq, operator.ge, operator.gt)
    same = all(test(one, date) == test(other, date) for test in tests for date in dates)
    assert alike(one, other, dates) is same
    assert alike(one, other, None) is (one == other)


def test_dates_of_rules_views_and_configuration() -> None:
    rules = load([data_folder("rules")])
    found = compared(rules, [Config(residency={"exceptions": ({"until": "2031-05-06"},)}, today="2019-01-01")])
    assert found is not None
    assert {"2026-11-30", "2031-05-06"} <= found
    assert "2019-01-01" not in found
    assert compared(rules._replace(dated=None), []) is None


def test_with_what_rules_compare_the_day() -> None:
    by_table = {"require": {"v": {"via": {"table": "a.b", "then": {"lt": {"date": "today"}}}}}}
    assert tables_of_dates([by_table, {"match": {}}]) == ("a",)
    assert tables_of_dates([by_table, {"deny": [{"v": {"lt": {"date": "today"}}}]}]) is None
    assert tables_of_dates([{"deny": {"v": {"lt": {"date": {"param": "day"}}}}}]) is None
    assert tables_of_dates([{"deny": {"v": {"lt": {"param": "day"}}}}]) == ()


def test_only_views_that_declare_it_look_at_the_day() -> None:
    folder = Path(scanner.__file__).parent / "views"
    looking = {path.relative_to(folder).parts[0].removesuffix(".py") for path in folder.rglob("*.py") if ".today" in path.read_text()}
    assert looking == {view.module.split(".")[2] for view in views.declared() if view.dated}
