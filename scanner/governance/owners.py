"""Whose a finding is, by the ``owners`` of the configuration."""

from __future__ import annotations

from scanner.model.finding import Finding
from scanner.model.glob import fits, matches
from scanner.typed import Any, Callable, Mapping, Sequence


def owner_of(finding: Finding, owners: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the owner that the last matching entry names, or None."""
    for entry in reversed(owners):
        if _fits(finding, entry):
            return str(entry["owner"])
    return None


def _fits(finding: Finding, entry: Mapping[str, Any]) -> bool:
    path = finding.location.path if finding.location else None
    return (
        _any(entry.get("paths"), lambda glob: path is not None and matches(path, glob))
        and _any(entry.get("namespaces"), lambda glob: fits(finding.resource.namespace or finding.resource.written or "", glob))
        and _any(entry.get("resources"), lambda glob: fits(finding.resource.address, glob))
    )


def _any(globs: Sequence[str] | None, test: Callable[[str], bool]) -> bool:
    return not globs or any(map(test, globs))
