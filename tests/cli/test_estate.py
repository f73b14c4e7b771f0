"""The demo estate as people and machines see it: golden outputs of every command that has something to say about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli.main import run

ESTATE = Path(__file__).resolve().parents[1] / "estate"
DAY = ("--today", "2026-11-23")
RULES = "PSS-B01,PSS-B02,PSS-B04,WL-009,IMG-001,SEC-001,RBAC-001,RBAC-009,RBAC-016,NET-001,NET-014,RES-004,RES-010,AZ-PG-001,AWS-001"
"""Named one by one: a new rule must not change a golden file."""
COMMANDS = {
    "estate-scan.txt": ("scan", "{estate}", "--select", RULES, *DAY),
    "estate-residency.txt": ("residency", "{estate}", *DAY),
    "estate-network.txt": ("network", "{estate}", *DAY),
    "estate-who-can-get-secrets.txt": ("rbac", "who-can", "get", "secrets", "--path", "{estate}", *DAY),
}


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the estate that is a repository of its own."""
    folder = tmp_path_factory.mktemp("estate") / "platform"
    shutil.copytree(ESTATE, folder)
    (folder / ".git").mkdir()
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_golden(name: str, estate: Path, golden: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]) -> None:
    run([word.format(estate=estate) for word in COMMANDS[name]])
    golden(name, capsys.readouterr().out)


def test_the_estate_is_read_without_problems(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(estate), "--select", "PSS-B02", "--fail-on", "critical", "--quiet"]) in (0, 1)


def test_nothing_of_the_machine_is_in_any_output(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("json", "sarif", "html", "csv", "markdown", "junit"):
        run(["scan", str(estate), "--format", name, *DAY])
        said = capsys.readouterr().out
        assert str(estate) not in said
        assert str(Path.home()) not in said or str(Path.home()) == "/"
