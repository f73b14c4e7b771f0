"""What could not be looked at, as answers beside the report write it."""

from __future__ import annotations

from scanner import mask
from scanner.model.problem import Problem
from scanner.render._words import spot
from scanner.typed import Any


def row(problem: Problem) -> dict[str, Any]:
    """Write a problem as every JSON answer does."""
    place = problem.location
    location = place and {"path": mask.escape(place.path), "line": place.line, "column": place.column}
    return {"kind": problem.kind, "location": location, "detail": mask.prose(problem.detail)}


def told(problem: Problem) -> str:
    """Write a problem on one line: ``path:line: kind: detail``."""
    return ": ".join(filter(None, (spot(problem.location), problem.kind, mask.prose(problem.detail))))
