"""Small phrases that several formats write the same way."""

from __future__ import annotations

from scanner import mask
from scanner.model.finding import Finding, Verdict
from scanner.model.place import Span
from scanner.model.rule import Rule
from scanner.typed import Sequence


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def sentence(text: str) -> str:
    """Write the prose of a rule on one line."""
    return mask.prose(" ".join(text.split()))


def place(span: Span | None) -> str:
    """Write ``path:line:column``; "" where there is no place."""
    return f"{mask.escape(span.path)}:{span.line}:{span.column}" if span else ""


def spot(span: Span | None) -> str:
    """Write ``path:line``; "" where there is no place."""
    return f"{mask.escape(span.path)}:{span.line}" if span else ""


def reason(verdict: Verdict) -> str:
    """Say why a verdict is not open: its waiver and the reason that somebody gave."""
    return ", ".join(mask.prose(text) for text in (verdict.waiver, verdict.reason) if text)


def cause(finding: Finding) -> str:
    """Say what was missing for an unknown; "" where the message says it itself."""
    if finding.outcome != "unknown" or (finding.cause and finding.cause in finding.message):
        return ""
    return mask.prose(finding.cause or "no cause given")


def headline(finding: Finding) -> str:
    """Write the message, with the address of an unknown, whose message speaks of its cause alone."""
    address = finding.resource.address
    alone = finding.outcome == "unknown" and address not in finding.message
    return mask.prose(f"{address} {finding.message}" if alone else finding.message)


def message(verdict: Verdict) -> str:
    """Write the message, with the cause of an unknown where it does not say it itself."""
    finding = verdict.finding
    return f"{mask.prose(finding.message)} (unknown: {cause(finding)})" if cause(finding) else mask.prose(finding.message)


def links_of(rule: Rule, site: str = "") -> list[str]:
    """List the web pages about a rule: its own on the published site, where there is one, then its references."""
    own = [f"{site.rstrip('/')}/{rule_page(rule.id)}"] if site else []
    return [*own, *http(rule.references)]


def http(links: Sequence[str]) -> list[str]:
    """Keep the links that are web pages."""
    return [link for link in links if link.startswith(("https://", "http://"))]


def framework_name(framework: str) -> str:
    """Write a framework's id for people: ``cis_kubernetes_1.12`` is ``CIS Kubernetes 1.12``."""
    return " ".join(_NAMES.get(word, word.title() if word.isalpha() else word) for word in framework.split("_"))


_NAMES = {
    "cis": "CIS", "aks": "AKS", "eks": "EKS", "gke": "GKE", "gdpr": "GDPR", "owasp": "OWASP", "k8s": "Kubernetes", "nsa": "NSA",
    "cisa": "CISA", "mitre": "MITRE", "nist": "NIST", "bsi": "BSI", "c5": "C5", "soc2": "SOC 2", "iso27001": "ISO 27001",
    "annexA": "Annex A", "mcsb": "MCSB", "pci": "PCI", "dss": "DSS", "aws": "AWS", "ci": "CI", "cd": "CD", "slsa": "SLSA", "iac": "IaC",
    "tsc": "TSC", "gcp": "GCP", "caf": "CAF", "top10": "Top 10", "attack": "ATT&CK",
}  # fmt: skip


def natural(control: str) -> list[tuple[int, int, str]]:
    """Sort ``5.2.10`` after ``5.2.9``."""
    parts = control.replace("-", ".").split(".")
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def rule_page(rule: str) -> str:
    """Return the path of a rule's page in the site that ``plumbrule rules docs`` writes."""
    return f"rules/{file_name(rule)}.html"


def file_name(words: str) -> str:
    """Write words so that they are the same in a folder and in a link."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else f"~{ord(char):x}" for char in words)
