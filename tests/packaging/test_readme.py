"""What the README says is held by a test is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
LINKS = re.findall(r"\[`(test_\w+)`\]\((tests/[\w/.]+)\)", (TOP / "README.md").read_text())


@pytest.mark.parametrize(("name", "path"), LINKS)
def test_the_test_is_there(name: str, path: str) -> None:
    assert f"def {name}(" in (TOP / path).read_text()


def test_every_yes_has_one() -> None:
    promises = [line for line in (TOP / "README.md").read_text().splitlines() if re.search(r"\| yes\b", line)]
    assert promises
    assert all("[`test_" in line for line in promises)
