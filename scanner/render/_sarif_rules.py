"""The tool half of a SARIF run: rules as GitHub shows them, frameworks as taxonomies."""

from __future__ import annotations

from scanner.model.finding import Verdict
from scanner.model.report import Report
from scanner.model.rule import Rule
from scanner.render._controls import controls
from scanner.render._order import rank
from scanner.render._words import links_of, sentence
from scanner.typed import Any, Iterable, Mapping, Sequence

HOME = "https://github.com/plumbrule/plumbrule"
LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
RANK = {"critical": 95.0, "high": 80.0, "medium": 55.0, "low": 20.0, "info": 5.0}
_SECURITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.5"}
_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
_LONGEST, _TAGS = 1024, 10


def rules_of(report: Report) -> list[tuple[Rule, str]]:
    """Return every rule that ran or found something, sorted by id, each with the worst severity that its verdicts have here."""
    rules = {**{verdict.finding.rule.id: verdict.finding.rule for verdict in report.verdicts}, **report.rules}
    worst = _worst(report.verdicts)
    return [(rules[rule_id], worst.get(rule_id, rules[rule_id].severity)) for rule_id in sorted(rules)]


def _worst(verdicts: Iterable[Verdict]) -> dict[str, str]:
    worst: dict[str, str] = {}
    for verdict in verdicts:
        rule_id = verdict.finding.rule.id
        if rule_id not in worst or rank(verdict.severity) < rank(worst[rule_id]):
            worst[rule_id] = verdict.severity
    return worst


def driver(report: Report, rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return ``tool.driver``; its name never changes, receivers file results under it."""
    return {"name": "plumbrule", "semanticVersion": report.version, "informationUri": HOME, "rules": rules}


def descriptor(rule: Rule, severity: str, site: str = "") -> dict[str, Any]:
    """Return a rule as a reportingDescriptor with everything that GitHub requires and recommends; ``site`` has a page about it."""
    links = links_of(rule, site) or [HOME]
    level = LEVEL[severity]
    return {
        "id": rule.id,
        "name": rule.slug[:255],
        "shortDescription": {"text": _cut(rule.title)},
        "fullDescription": {"text": _cut(rule.rationale)},
        "help": {"text": _help(rule, links), "markdown": _help_markdown(rule, links)},
        "helpUri": links[0],
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": _tags(rule),
            "precision": rule.confidence,
            "problem.severity": _PROBLEM[level],
            "security-severity": _SECURITY[severity],
        },
    }


def taxonomies(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return every framework that the rules name as a taxonomy of its controls, sorted."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        for frameworks in (rule.frameworks, rule.proposed):
            for framework, ids in frameworks.items():
                found.setdefault(framework, set()).update(ids)
    return [{"name": name, "taxa": [{"id": control} for control in sorted(found[name])]} for name in sorted(found)]


def relationships(rule: Rule) -> list[dict[str, Any]]:
    """Return a rule's controls: ``relevant`` where a benchmark or peer says so, marked ``proposed`` where it is our own reading."""
    stated = [_relationship(*row, "stated") for row in controls(rule.frameworks)]
    return stated + [_relationship(*row, "proposed") for row in controls(rule.proposed)]


def _relationship(framework: str, control: str, basis: str) -> dict[str, Any]:
    return {"target": {"id": control, "toolComponent": {"name": framework}}, "kinds": ["relevant"], "properties": {"basis": basis}}


def _tags(rule: Rule) -> list[str]:
    named = [f"{framework}/{control}" for framework, control in controls(rule.frameworks)]
    return ["security", rule.area, *named][:_TAGS]


def _help(rule: Rule, links: Sequence[str]) -> str:
    return "\n\n".join((sentence(rule.rationale), f"Fix: {sentence(rule.fix)}", "\n".join(links)))


def _help_markdown(rule: Rule, links: Sequence[str]) -> str:
    listed = "\n".join(f"* <{link}>" for link in links)
    return f"{sentence(rule.rationale)}\n\n**Fix:** {sentence(rule.fix)}\n\n{listed}"


def _cut(text: str) -> str:
    line = sentence(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
