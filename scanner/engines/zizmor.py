"""zizmor, for GitHub workflows: its JSON output, version 1 (https://docs.zizmor.sh/usage/#output-formats)."""

from __future__ import annotations

import json
import posixpath
from itertools import islice

from scanner.engines import Answer, Row
from scanner.model.rule import Severity
from scanner.typed import Any, Mapping

NAME = "zizmor"
REQUIREMENT = "zizmor==1.32.0"
_SEVERITY: Mapping[str, Severity] = {"High": "high", "Medium": "medium", "Low": "low", "Informational": "info"}


def arguments(folder: str) -> list[str]:
    """Return the command line."""
    return ["--offline", "--no-config", "--no-exit-codes", "--no-progress", "--format", "json-v1", folder]


def answer(text: str, folder: str) -> Answer:
    """Read a list of findings; what the repository ignores by zizmor's own comments stays ignored."""
    return Answer([_row(found, folder) for found in json.loads(text) if not found["ignored"]])


def _row(found: Mapping[str, Any], folder: str) -> Row:
    primary = next(one for one in found["locations"] if one["symbolic"]["kind"] == "Primary")
    symbolic, place = primary["symbolic"], primary["concrete"]["location"]
    path = posixpath.normpath(symbolic["key"]["Local"]["verbatim_path"])
    steps = (str(value) for step in symbolic["route"]["route"] for value in step.values())
    return Row(
        str(found["ident"]),
        str(found["desc"]),
        _SEVERITY.get(found["determinations"]["severity"], "medium"),
        f"{found['desc']}: {symbolic['annotation']}",
        posixpath.relpath(path, folder),
        int(place["start_point"]["row"]) + 1,
        int(place["end_point"]["row"]) + 1,
        ".".join(steps),
        str(found["url"]),
        *_columns(path, place["start_point"], place["end_point"]),
    )


def _columns(path: str, start: Mapping[str, int], end: Mapping[str, int]) -> tuple[int, int]:
    """Return where a place begins and ends in its first line; zizmor counts bytes, from 0."""
    with open(path, "rb") as file:
        line = next(islice(file, start["row"], None), b"").rstrip(b"\r\n")
    last = end["column"] if end["row"] == start["row"] else len(line)
    first, behind = (len(line[:at].decode("utf-8", "replace")) + 1 for at in (start["column"], last))
    return first, behind
