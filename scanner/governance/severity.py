"""How bad a finding is where it is: the rule's severity, as configured, then raised or lowered by its environment and exposure."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.finding import Finding
from scanner.model.glob import fits
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Key
from scanner.typed import Any, Callable, Iterable, Mapping, Sequence

ORDER = ("critical", "high", "medium", "low", "info")
_LOWEST = ORDER.index("low")
"""Steps lead no further down: what is for information alone is said by name."""
TAGS, ENTRY, EXPOSURE = "tags", "entry", "exposure"
"""Facts of the views that tell the circumstances."""


class Circumstances(NamedTuple):
    """What views say of resources, by scope and address: the environment that a tag names, and what the internet leads to."""

    environments: Mapping[tuple[str | None, str], str] = {}
    exposed: frozenset[tuple[str | None, str]] = frozenset()

    def environment(self, key: Key) -> str | None:
        """Return the environment of a resource, or of the namespace that it is in."""
        own = self.environments.get((key.scope, key.address))
        return own or self.environments.get((key.scope, f"kubernetes:-/Namespace/{key.namespace}"))

    def joined(self, others: Circumstances) -> Circumstances:
        """Return these and others; where both name an environment, the others' holds."""
        return Circumstances({**self.environments, **others.environments}, self.exposed | others.exposed)


def asked(configs: Iterable[Config]) -> frozenset[str]:
    """Return the facts that the ``severities`` of these configurations need."""
    entries = [entry for config in configs for entry in config.severities]
    return frozenset(
        fact for fact, key in ((TAGS, "environments"), (ENTRY, "exposed"), (EXPOSURE, "exposed")) if any(key in entry for entry in entries)
    )


def circumstances(facts: Iterable[Fact]) -> Circumstances:
    """Gather what facts of the views say. What is not known counts as nothing."""
    environments: dict[tuple[str | None, str], str] = {}
    exposed: set[tuple[str | None, str]] = set()
    for fact in facts:
        scope = fact.steps[0][0].key.scope
        if fact.kind == TAGS and isinstance(fact.data["known"].get("environment"), str):
            environments[scope, fact.data["address"]] = fact.data["known"]["environment"]
        elif fact.kind == EXPOSURE and fact.data["public"] is True:
            exposed.add((scope, fact.data["address"]))
        elif fact.kind == ENTRY and fact.data["public"] is True:
            exposed |= {(scope, fact.data["workload"]["address"]), (scope, fact.data["address"])}
    return Circumstances(environments, frozenset(exposed))


def severity_of(finding: Finding, config: Config, around: Circumstances) -> tuple[str, str | None]:
    """Return the severity of a finding, and what changed it: every entry that fits, in the order in which they are written."""
    severity = said = str(config.rules.get(finding.rule.id, {}).get("severity") or finding.rule.severity)
    reasons = []
    for entry in config.severities:
        changed = _changed(severity, entry) if _fits(finding, entry, around) else severity
        if changed != severity:
            severity = changed
            reasons.append(str(entry["reason"]))
    return severity, f"{said} elsewhere: {'; '.join(reasons)}" if reasons else None


def _changed(severity: str, entry: Mapping[str, Any]) -> str:
    at = ORDER.index(str(entry.get("severity", severity)))
    if severity == ORDER[-1]:
        return ORDER[at]
    lowered = at + int(entry.get("lower", 0)) - int(entry.get("raise", 0))
    return ORDER[max(0, min(lowered, max(at, _LOWEST)))]


def _fits(finding: Finding, entry: Mapping[str, Any], around: Circumstances) -> bool:
    key, rule = finding.resource, finding.rule
    environment = around.environment(key) if "environments" in entry else None
    return (
        _any(entry.get("rules"), lambda glob: any(fits(word, glob) for word in (rule.id, rule.slug, rule.area)))
        and _any(entry.get("resources"), lambda glob: fits(key.address, glob))
        and _any(entry.get("environments"), lambda glob: environment is not None and fits(environment.casefold(), glob.casefold()))
        and ("exposed" not in entry or entry["exposed"] is ((key.scope, key.address) in around.exposed))
    )


def _any(globs: Sequence[str] | None, test: Callable[[str], bool]) -> bool:
    return not globs or any(map(test, globs))
