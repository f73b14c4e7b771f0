"""checkov: its JSON output as of 3.3 (https://www.checkov.io/2.Basics/Reviewing%20Scan%20Results.html)."""

from __future__ import annotations

import json
import os

from scanner.engines import Answer, Row
from scanner.model.problem import file_problem
from scanner.model.rule import SEVERITIES
from scanner.typed import Any, Mapping

NAME = "checkov"
REQUIREMENT = "checkov==3.3.30"
_FRAMEWORKS = (
    "ansible", "arm", "azure_pipelines", "bicep", "cloudformation", "dockerfile", "github_actions", "gitlab_ci", "kubernetes", "terraform",
    "terraform_json", "terraform_plan",
)  # fmt: skip
"""Those that only read files: helm and kustomize run programs, sca and secrets ask the network or print what they find."""


def arguments(folder: str) -> list[str]:
    """Return the command line."""
    fixed = ["--output", "json", "--compact", "--skip-download", "--soft-fail", "--framework", *_FRAMEWORKS]
    return ["--directory", folder, *fixed]


def answer(text: str, folder: str) -> Answer:
    """Read one report, or a list of one per framework; nothing to judge is a map of zeros."""
    data = json.loads(text)
    reports = [one for one in (data if isinstance(data, list) else [data]) if "results" in one]
    failed = [_row(check) for one in reports for check in one["results"]["failed_checks"]]
    passed = [_row(check) for one in reports for check in one["results"]["passed_checks"]]
    broken = sorted({os.path.relpath(path, folder) for one in reports for path in one["results"]["parsing_errors"]})
    return Answer(failed, passed, [file_problem("engine-failed", path, "checkov could not parse this file") for path in broken])


def _row(check: Mapping[str, Any]) -> Row:
    first, last = check["file_line_range"]
    severity = str(check["severity"] or "medium").lower()
    title = str(check["check_name"])
    return Row(
        str(check["check_id"]),
        title,
        next((known for known in SEVERITIES if known == severity), "medium"),
        title,
        str(check["file_path"]).lstrip("/"),
        max(int(first), 1),
        max(int(last), int(first), 1),
        str(check["resource"]),
        str(check["guideline"] or ""),
    )
