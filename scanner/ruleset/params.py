"""What an organisation tunes about a rule, from ``rules.<id>`` of its configuration."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.errors import ConfigError, nearest
from scanner.model.rule import SEVERITIES, Rule
from scanner.typed import Any, Mapping


def param_values(rule: Rule, config: Config) -> Mapping[str, Any]:
    """Return the rule's parameters with the configured values. Raises ConfigError for an unknown name or a value of the wrong type."""
    values = {name: param["default"] for name, param in rule.params.items()}
    for name, value in config.rules.get(rule.id, {}).get("params", {}).items():
        if name not in values:
            wrong = ConfigError(f"rules.{rule.id}.params: unknown parameter {name!r}", hint=nearest(name, list(values)))
            raise wrong.of("rules", rule.id, "params", name)
        from scanner.ruleset.vocabulary import TYPES  # only where something is tuned

        wanted = rule.params[name]["type"]
        if not TYPES[wanted](value):
            raise ConfigError(f"rules.{rule.id}.params.{name} is of type {wanted}, not {value!r}").of("rules", rule.id, "params", name)
        values[name] = value
    return values


def severity_of(rule: Rule, config: Config) -> str:
    """Return the severity that the organisation reports the rule with. Raises ConfigError."""
    severity = config.rules.get(rule.id, {}).get("severity", rule.severity)
    if severity not in SEVERITIES:
        wrong = ConfigError(f"rules.{rule.id}.severity: unknown severity {severity!r}", hint=nearest(str(severity), list(SEVERITIES)))
        raise wrong.of("rules", rule.id, "severity")
    return str(severity)
