"""The wheel is whole: installed into an empty folder, it scans from outside the checkout with its own rules and templates."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    return next(folder.glob("plumbrule-*.whl"))


def test_data_ships_inside_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("scanner/_data/rules/pod-security-standards/") for name in names)
    assert any(name.startswith("scanner/_data/rules/_tables/") for name in names)
    assert any(name.startswith("scanner/_data/reports/") for name in names)
    assert {name.split("/")[0] for name in names} <= {"scanner", *(name.split("/")[0] for name in names if ".dist-info/" in name)}


def test_scans_from_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)], check=True)
    work = tmp_path / "work"
    work.mkdir()
    (work / "pod.yaml").write_text(POD)
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    asks = [sys.executable, "-c", "import scanner; print(scanner.__file__)"]
    where = subprocess.run(asks, cwd=work, env=environment, capture_output=True, text=True, check=True)
    assert where.stdout.startswith(str(site))
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", "--format", "text", "--format", "html=r.html"],
        cwd=work, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert "PSS-B02" in done.stdout
    assert (work / "r.html").is_file()
