"""Which rules run: profiles, and the words of ``--select`` and ``--skip``."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.errors import ConfigError, nearest
from scanner.model.glob import fits
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule
from scanner.ruleset.loading import Ruleset
from scanner.ruleset.params import param_values, severity_of
from scanner.typed import Iterable, Mapping

AGREED = frozenset(("WL-009", "WL-010", "WL-011", "IMG-001", "NET-001", "NET-002", "NET-004", "NET-005"))
"""Rules below high that a first day starts with, because everybody agrees on them."""


class Selection(NamedTuple):
    """The rules that run, sorted by id, and what is to be said about the words that chose them."""

    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()


def select(ruleset: Ruleset, config: Config) -> Selection:
    """Return the rules that the configuration runs. Raises ConfigError for a word that names no rule, and for impossible settings."""
    _check(ruleset, config)
    chosen = set().union(*(_written("select", word, ruleset) for word in config.select)) if config.select else _of_profile(ruleset, config)
    skipped, notes = _skipped(config.skip, ruleset)
    return Selection(tuple(ruleset.rules[rule] for rule in sorted(chosen - skipped)), tuple(notes))


def _check(ruleset: Ruleset, config: Config) -> None:
    for rule in config.rules:
        if rule not in ruleset.rules:
            raise ConfigError(f"rules: {rule!r} names no rule", hint=nearest(rule, list(ruleset.rules))).of("rules", rule)
        param_values(ruleset.rules[rule], config)
        severity_of(ruleset.rules[rule], config)


def _of_profile(ruleset: Ruleset, config: Config) -> set[str]:
    known = None if config.rules else ruleset.profiles.get(config.profile)
    return _profile(ruleset.rules, config) if known is None else set(known)


def profiles_of(rules: Mapping[str, Rule]) -> dict[str, frozenset[str]]:
    """Return the ids that each profile runs where no rule is configured."""
    return {name: frozenset(_profile(rules, Config(profile=name))) for name in ("starter", "platform", "audit")}


def _profile(rules: Mapping[str, Rule], config: Config) -> set[str]:
    on = [rule for rule in rules.values() if config.rules.get(rule.id, {}).get("default", rule.default) == "on"]
    return {rule.id for rule in on if config.profile != "starter" or _starts(rule, config)}


def _starts(rule: Rule, config: Config) -> bool:
    if rule.tier == "own" or rule.id in AGREED or config.rules.get(rule.id, {}).get("default") == "on":
        return True
    return rule.tier == "core" and rule.confidence != "low" and severity_of(rule, config) in ("critical", "high")


def named(word: str, ruleset: Ruleset) -> set[str]:
    """Return the ids of the rules that a word names: id, slug, area, foreign id or glob. Raises ConfigError where it names none."""
    if word == "*":
        return set(ruleset.rules)
    found = _own(word, ruleset) or {rule for rule, _ in foreign(word, ruleset)}
    if not found and any(sign in word for sign in "*?["):
        found = _globbed(word, ruleset)
    if not found:
        raise ConfigError(f"{word!r} names no rule", hint=nearest(word, _words(ruleset)))
    return found


def _written(key: str, word: str, ruleset: Ruleset) -> set[str]:
    try:
        return named(word, ruleset)
    except ConfigError as error:
        raise error.of(key, word) from None


def _own(word: str, ruleset: Ruleset) -> set[str]:
    rule = ruleset.rules.get(word) or ruleset.rules.get(word.upper())
    return {rule.id} if rule else {one.id for one in ruleset.rules.values() if word in (one.slug, one.area)}


def foreign(word: str, ruleset: Ruleset) -> tuple[tuple[str, str], ...]:
    """Return what the id of another tool means here: ((rule id, same | similar), …)."""
    return ruleset.aliases.get(word) or ruleset.aliases.get(word.upper()) or ()


def _globbed(word: str, ruleset: Ruleset) -> set[str]:
    own = {one.id for one in ruleset.rules.values() if any(fits(name, word) for name in (one.id, one.slug, one.area))}
    return own.union(*({rule for rule, _ in rows} for alias, rows in ruleset.aliases.items() if fits(alias, word)))


def find(ruleset: Ruleset, word: str) -> list[Rule]:
    """Return the rules that a word names, sorted by id; none where it names none."""
    try:
        return [ruleset.rules[rule] for rule in sorted(named(word, ruleset))]
    except ConfigError:
        return []


def silenced_by(word: str, ruleset: Ruleset) -> tuple[set[str], str | None]:
    """Return the rules that a word takes away or suppresses, and what is to be said about it.

    A foreign id silences only the rules that ask the same; the note names the others. Raises ConfigError where it names none.
    """
    rows = () if _own(word, ruleset) else foreign(word, ruleset)
    if not rows:
        return named(word, ruleset), None
    similar = ", ".join(sorted(rule for rule, relation in rows if relation != "same"))
    same = {rule for rule, relation in rows if relation == "same"}
    return same, f"{word} is only similar to {similar}, which it does not silence: name the rule itself" if similar else None


def _skipped(words: Iterable[str], ruleset: Ruleset) -> tuple[set[str], list[str]]:
    taken = []
    for word in words:
        try:
            taken.append(silenced_by(word, ruleset))
        except ConfigError as error:
            raise error.of("skip", word) from None
    return set().union(*(rules for rules, _ in taken)), [note for _, note in taken if note is not None]


def _words(ruleset: Ruleset) -> list[str]:
    rules = ruleset.rules.values()
    return sorted({*ruleset.rules, *(rule.slug for rule in rules), *(rule.area for rule in rules), *ruleset.aliases})
