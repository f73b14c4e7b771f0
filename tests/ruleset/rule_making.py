"""Small things that tests of the rule engine are made of: resources without files, conditions without rules."""

from __future__ import annotations

from typing import Any

from scanner.inventory import Completeness, Inventory
from scanner.model.place import Place, Pointer, Span, dotted
from scanner.model.resource import Key, Resource
from scanner.model.rule import Rule
from scanner.ruleset.checks import Check
from scanner.ruleset.conditions import compile_condition
from scanner.ruleset.logic import Truth
from scanner.ruleset.needs import asked_by, types_read
from scanner.ruleset.ranges import Platform
from scanner.ruleset.scope import Scope
from scanner.ruleset.screens import packed_screens
from scanner.ruleset.subject import Subject, of_resource
from scanner.ruleset.targets import Setting
from scanner.ruleset.world import World

SCOPE = Scope({}, {"floor": 10, "names": ["a", "b"]}, {"kubernetes": "1.30"}, "2026-11-22", checking=True)


class Nowhere:
    """A locator whose spans say which pointer was asked for, in the path."""

    def __init__(self, path: str) -> None:
        self.path = path

    def span(self, pointer: Pointer, part: str = "attribute") -> Span:
        return Span(f"{self.path}:{dotted(pointer)}", 1, 1, 1, 1)

    def place(self, pointer: Pointer) -> Place:
        return Place(self.span(pointer))

    def explain(self, pointer: Pointer) -> tuple[Any, ...]:
        return ()


def resource(data: dict[str, Any], type_name: str = "Thing", name: str = "", namespace: str | None = "shop", **key: Any) -> Resource:
    """Make a resource; its name comes from metadata where none is given."""
    metadata = data.get("metadata")
    name = name or (metadata.get("name", "x") if isinstance(metadata, dict) else "x")
    provider = key.pop("provider", "kubernetes")
    address = key.pop("address", f"kubernetes:{namespace or '-'}/{type_name}/{name}")
    implied, path = key.pop("implied", frozenset()), key.pop("path", "a.yaml")
    identity = Key(provider, type_name, "", namespace, str(name), address, key.pop("scope", None))
    return Resource(identity, data, "kubernetes", path, Nowhere(address), implied)


def subject(data: dict[str, Any], type_name: str = "Thing", **key: Any) -> Subject:
    """Make a subject of a resource with this data."""
    return of_resource(resource(data, type_name, **key))


def check(tree: Any, *, every: bool = False, **scope: Any) -> Check:
    """Compile a condition; ``every`` is its polarity."""
    return compile_condition(tree, SCOPE._replace(every=every, **scope), ())


def truth(tree: Any, data: dict[str, Any], *, every: bool = False, **scope: Any) -> Truth:
    """Judge data by a condition."""
    return check(tree, every=every, **scope).test(subject(data))


def setting(*resources: Resource, facts: Any = (), seen: Completeness | None = None, version: str = "1.37", **params: Any) -> Setting:
    """Make what a rule is compiled for."""
    return Setting(params, Platform(version), World(Inventory(resources, seen), dict(facts)))


def rule(body: dict[str, Any], identity: str = "TEST-001", **fields: Any) -> Rule:
    """Make a rule with this body."""
    plain = {"slug": "bad-thing", "title": "Something is bad", "area": "test", "severity": "high", "confidence": "high", "default": "on"}
    texts = {"rationale": "", "fix": "", "references": (), "source": "test/bad-thing.yaml"}
    maps: dict[str, Any] = {"frameworks": {}, "proposed": {}, "equivalents": (), "params": {}}
    worked_out: dict[str, Any] = {} if not body else {"reads": types_read(body), "asks": asked_by(body), "screens": packed_screens(body)}
    return Rule(id=identity, body=body, **{**plain, **texts, **maps, **worked_out, **fields})
