"""Schemas that the receivers of our formats publish, taken from packages that carry them, never from this repository."""

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

SARIF = ("@microsoft/jest-sarif", "1.0.0-beta.0", "package/lib/schemas/sarif-2.1.0-rtm.5.json")
"""MIT; its schema is the one of https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""
OPENREPORTS = ("github.com/openreports/reports-api", "v0.2.1", "config/crd")
WGPOLICY = ("github.com/kyverno/kyverno", "v1.19.1", "config/crds/policyreport")


AXE = ("axe-core", "4.14.1", "package/axe.min.js")
"""MPL-2.0; finds what keeps people from using a page: https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md."""


def npm_json(folder: Path, package: str, version: str, member: str) -> Any:
    """Return a JSON file of an npm package, fetched once into a folder; skip the test where it cannot be had."""
    return json.loads(npm_text(folder, package, version, member))


def npm_text(folder: Path, package: str, version: str, member: str) -> str:
    """Return a text file of an npm package, fetched once into a folder; skip the test where it cannot be had."""
    kept = folder / f"{package.rpartition('/')[2]}-{version}{Path(member).suffix}"
    if not kept.exists():
        if shutil.which("npm") is None:
            pytest.skip(f"npm is not here to fetch {package}, which carries the schema")
        done = subprocess.run(
            ["npm", "pack", f"{package}@{version}", "--silent"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            pytest.skip(f"npm could not fetch {package}, which carries the schema: {done.stderr.strip()[-200:]}")
        with tarfile.open(folder / done.stdout.split()[-1]) as archive:
            found = archive.extractfile(member)
            assert found is not None
            kept.write_bytes(found.read())
    return kept.read_text(encoding="utf-8")


def go_folder(folder: Path, module: str, version: str, member: str) -> Path:
    """Return a folder of a Go module in Go's own cache; skip the test where it cannot be had."""
    if shutil.which("go") is None:
        pytest.skip(f"Go is not here to fetch {module}, which carries the schema")
    (folder / "go.mod").write_text("module receivers\n")
    done = subprocess.run(
        ["go", "mod", "download", "-json", f"{module}@{version}"], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        pytest.skip(f"Go could not fetch {module}, which carries the schema: {done.stdout.strip()[-200:]}")
    return Path(json.loads(done.stdout)["Dir"]) / member
