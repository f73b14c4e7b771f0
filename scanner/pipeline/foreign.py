"""What other engines say, as findings of ours: placed, fingerprinted, owned and suppressed alike, and none said twice."""

from __future__ import annotations

from scanner.engines import Answer, Row
from scanner.engines.program import run
from scanner.evaluate.fingerprint import fingerprint
from scanner.inventory import Inventory
from scanner.model.finding import Finding
from scanner.model.place import Span
from scanner.model.resource import Key, Resource
from scanner.model.rule import Rule
from scanner.pipeline.looking import Foreign, Looked
from scanner.pipeline.scopes import Scope
from scanner.typed import Iterable, Iterator, Mapping, Sequence


def foreign(engines: Sequence[str], scopes: Sequence[Scope], looked: Looked) -> Foreign:
    """Run engines over the scopes and merge what they say with what we said. Raises ConfigError for one that is not installed."""
    merged = [_merged(name, run(name, scope.tree, scope.paths), looked) for name in dict.fromkeys(engines) for scope in scopes]
    return Foreign(
        [finding for one in merged for finding in one.findings],
        {rule.id: rule for one in merged for rule in one.rules.values()},
        [problem for one in merged for problem in one.problems],
        [note for one in merged for note in one.notes],
    )


def _merged(engine: str, answer: Answer, looked: Looked) -> Foreign:
    equals, likes = (_asking(engine, looked.ran.values(), relation) for relation in ("same", "similar"))
    places = _Places(looked.inventory)
    said = {(finding.rule.id, finding.resource) for finding in looked.judged.findings if finding.outcome != "pass"}
    rules: dict[str, Rule] = {}
    findings = []
    for row in answer.failed:
        keys = places.keys(row)
        ours = equals.get(row.check, ())
        if row.check in looked.config_of(row.path).skip or any((rule, key) in said for rule in ours for key in keys):
            continue
        rule = rules.setdefault(row.check, _rule(engine, row))
        near = [rule for rule in likes.get(row.check, ()) if any((rule, key) in said for key in keys)]
        findings.append(_finding(engine, row, rule, keys, _note(ours if keys else (), near)))
    return Foreign(findings, rules, answer.problems, list(_only_ours(engine, answer.passed, equals, places, said)))


def _asking(engine: str, rules: Iterable[Rule], relation: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of an engine → our rules that ask the same, or something similar, and ran."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        for one in rule.equivalents:
            if one.tool == engine and one.relation == relation:
                found[one.id] = (*found.get(one.id, ()), rule.id)
    return found


def _note(ours: Sequence[str], near: Sequence[str]) -> str:
    """Return what a reader should know besides: that we do not agree, or that we say something like it of the same resource."""
    if ours:
        return f" ({', '.join(ours)} judged the same and does not agree)"
    return f" (see {', '.join(near)} of the same resource)" if near else ""


def _finding(engine: str, row: Row, rule: Rule, keys: Sequence[Key], note: str) -> Finding:
    key = keys[0] if keys else Key(engine, row.resource.partition(".")[0], "", None, row.resource, f"{row.path}/{row.resource}")
    span = Span(row.path, row.line, row.column, row.line, row.end_column)
    return Finding(rule, key, "fail", span, (), row.message + note, None, fingerprint(rule.id, key, (row.resource,)), engine=engine)


def _only_ours(
    engine: str, passed: Iterable[Row], equals: Mapping[str, Sequence[str]], places: _Places, said: set[tuple[str, Key]]
) -> Iterator[str]:  # fmt: skip
    for row in passed:
        for rule in equals.get(row.check, ()):
            if any((rule, key) in said for key in places.keys(row)):
                yield f"{row.path}:{row.line}: {engine} passes {row.resource} by {row.check}, {rule} does not"


def _rule(engine: str, row: Row) -> Rule:
    links = (row.url,) if row.url.startswith("https://") else ()
    return Rule(
        row.check, row.check.lower(), row.title, engine, row.severity, "medium", "on",
        f"Reported by {engine}.", f"See {engine}'s documentation.", links, {}, {}, (), {}, {}, "", "own",
    )  # fmt: skip


class _Places:
    """Which of our resources stands where an engine points."""

    def __init__(self, inventory: Inventory) -> None:
        self._by_path: dict[str, list[Resource]] = {}
        for resource in inventory.all:
            self._by_path.setdefault(resource.path, []).append(resource)

    def keys(self, row: Row) -> list[Key]:
        """Return the keys of the innermost resources around a row's first line: several where one text makes several."""
        around = [(span, one) for one in self._by_path.get(row.path, ()) if (span := one.span((), "whole")) and _holds(span, row.line)]
        inner = max((span.line for span, _ in around), default=0)
        return [one.key for span, one in around if span.line == inner]


def _holds(span: Span, line: int) -> bool:
    return span.line <= line <= span.end_line
