"""Small phrases that several formats write the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner import mask
from scanner.model.finding import Finding, Verdict
from scanner.model.place import Span


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def sentence(text: str) -> str:
    """Write the prose of a rule on one line."""
    return mask.prose(" ".join(text.split()))


def place(span: Span | None) -> str:
    """Write ``path:line:column``; "" where there is no place."""
    return f"{mask.escape(span.path)}:{span.line}:{span.column}" if span else ""


def reason(verdict: Verdict) -> str:
    """Say why a verdict is not open: its waiver and the reason that somebody gave."""
    return ", ".join(mask.prose(text) for text in (verdict.waiver, verdict.reason) if text)


def cause(finding: Finding) -> str:
    """Say what was missing for an unknown; "" where the message says it itself."""
    if finding.outcome != "unknown" or (finding.cause and finding.cause in finding.message):
        return ""
    return mask.prose(finding.cause or "no cause given")


def message(verdict: Verdict) -> str:
    """Write the message, with the cause of an unknown where it does not say it itself."""
    finding = verdict.finding
    return f"{mask.prose(finding.message)} (unknown: {cause(finding)})" if cause(finding) else mask.prose(finding.message)


def controls(frameworks: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """List framework and control, sorted by framework."""
    return [(framework, control) for framework in sorted(frameworks) for control in frameworks[framework]]


def http(links: Sequence[str]) -> list[str]:
    """Keep the links that are web pages."""
    return [link for link in links if link.startswith(("https://", "http://"))]
