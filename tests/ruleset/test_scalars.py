"""Quantities, versions and dates."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.ruleset.equality import same
from scanner.ruleset.scalars import date, quantity, version

SIZES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": 1,
    "k": 1000,
    "Mi": 2**20,
    "G": 10**9,
    "Ei": 2**60,
    "e3": 1000,
    "E-2": Fraction(1, 100),
}


@given(st.decimals(0, 10**6, places=4), st.sampled_from(sorted(SIZES)))
def test_quantities(number: Any, unit: str) -> None:
    assert quantity(f"{number}{unit}") == ceil(Fraction(str(number)) * SIZES[unit] * 10**9)


@pytest.mark.parametrize("value", ["", ".", "Mi", "1 Gi", "1gi", "1KiB", "0x10", "1e", "--1", True, None, [], "1e9999", "٣"])
def test_no_quantities(value: Any) -> None:
    assert quantity(value) is None


@pytest.mark.parametrize(("value", "wanted"), [(1, 10**9), (0.5, 5 * 10**8), ("-1.5", -15 * 10**8), ("+.5", 5 * 10**8), ("1.", 10**9)])
def test_numbers_are_quantities(value: Any, wanted: int) -> None:
    assert quantity(value) == wanted


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("1.25", (1, 25)),
        ("v1.30.0-gke.2", (1, 30)),
        ("1.27+", (1, 27)),
        (1.25, (1, 25)),
        (2, (2,)),
        ("0.0", (0,)),
        ("latest", None),
        ("", None),
        (True, None),
        ("1" * 5000, None),
    ],
)
def test_versions(value: Any, numbers: tuple[int, ...] | None) -> None:
    assert version(value) == numbers


def test_dates_compare_across_zones() -> None:
    assert date("2026-11-22") == date("2026-11-22T00:00:00Z") == date("2026-11-22T01:00:00+01:00")
    assert date("2026-11-22") < date("2026-11-23")  # type: ignore[operator]
    assert [date(value) for value in ("tomorrow", "", 20261122, "2026-13-01", "x" * 100)] == [None] * 5


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (True, 1, False),
        ("1", 1, False),
        (0.1, 0.1, True),
        ([1, "a"], [1, "a"], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {}, False),
        (float("nan"), float("nan"), False),
    ],
)
def test_equality_is_strict(left: Any, right: Any, equal: bool) -> None:
    assert same(left, right) is equal
