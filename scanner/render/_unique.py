"""Names for findings where a receiver needs every row to have its own: the fingerprint with path and ordinal."""

from __future__ import annotations

from hashlib import sha256

from scanner import mask
from scanner.model.counts import Counts
from scanner.model.finding import Finding, Verdict
from scanner.model.problem import Problem
from scanner.typed import Iterable, Iterator


def named(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, str]]:
    """Give every verdict a hexadecimal name that no other one has and that the next scan gives it again."""
    seen: Counts[tuple[str, str]] = Counts()
    for verdict in verdicts:
        key = (verdict.finding.fingerprint, path_of(verdict.finding))
        yield verdict, _digest(*key, str(seen[key]))
        seen[key] += 1


def name_of(problem: Problem) -> str:
    """Return the name of a problem; an equal one is the same."""
    place = problem.location
    return _digest(problem.kind, f"{place.path}:{place.line}:{place.column}" if place else "", problem.detail)


def path_of(finding: Finding) -> str:
    """Return the path of a finding; a live object has none and is named by its address, for receivers that demand one."""
    return mask.escape(finding.location.path) if finding.location else f"live/{mask.prose(finding.resource.address)}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:40]
