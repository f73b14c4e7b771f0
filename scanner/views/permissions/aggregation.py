"""Aggregated ClusterRoles: whatever is written in them, they allow the sum of the roles that their selectors collect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.views.permissions.policy import Rule


class _Placed(Protocol):
    @property
    def path(self) -> str: ...


Written = TypeVar("Written", bound=_Placed)


class Source(NamedTuple):
    """A ClusterRole as written. ``selectors`` is None where it collects nothing, ``unknown`` says why its own rules are not known."""

    name: str
    labels: Any
    selectors: Any
    rules: tuple[Rule, ...]
    resource: Resource | None = None
    unknown: Unknown | None = None

    @property
    def path(self) -> str:
        """The file it is written in; empty for a built-in one."""
        return self.resource.path if self.resource else ""


def selectors_of(aggregation: Any) -> Any:
    """Return the selectors of an ``aggregationRule``, None where there is none."""
    if aggregation is None or isinstance(aggregation, Unknown):
        return aggregation
    found = aggregation.get("clusterRoleSelectors") if isinstance(aggregation, dict) else None
    return found if isinstance(found, list | Unknown) else []


def nearest(variants: Sequence[Written], path: str) -> Written:
    """Return the variant whose file is nearest to a path: a repository holds the same object for several clusters."""
    if len(variants) == 1:
        return variants[0]
    return max(variants, key=lambda one: _shared(one.path, path))


def _shared(one: str, other: str) -> int:
    parts, others = one.split("/"), other.split("/")
    length = min(len(parts), len(others))
    return next((index for index in range(length) if parts[index] != others[index]), length)


class Collectors:
    """Finds the ClusterRoles that a selector collects, by label and not by looking at all of them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.doubt = next((source.labels for source in sources if isinstance(source.labels, Unknown)), None)
        self._carriers: dict[tuple[str, str], list[Source]] = {}
        for source in sources:
            for label, value in source.labels.items() if isinstance(source.labels, dict) else ():
                if isinstance(value, str):
                    self._carriers.setdefault((label, value), []).append(source)

    def leaves(self, owner: Source) -> list[Source]:
        """Return the roles that one collects, through other collecting roles too, without these, sorted by name."""
        seen = {owner.name}
        waiting = self._collected(owner.selectors, owner.path)
        found = []
        while waiting:
            source = waiting.pop()
            if source.name not in seen:
                seen.add(source.name)
                if isinstance(source.selectors, list):
                    waiting += self._collected(source.selectors, owner.path)
                else:
                    found.append(source)
        return sorted(found, key=lambda source: source.name)

    def _collected(self, selectors: Iterable[Any], path: str) -> list[Source]:
        by_name: dict[str, list[Source]] = {}
        for selector in selectors:
            for source in self._matching(selector) if isinstance(selector, dict) else ():
                by_name.setdefault(source.name, []).append(source)
        return [nearest(variants, path) for variants in by_name.values()]

    def _matching(self, selector: Mapping[str, Any]) -> list[Source]:
        labels = selector.get("matchLabels")
        pair = next(iter(labels.items()), None) if isinstance(labels, dict) else None
        candidates = self.sources if pair is None else self._carriers.get(pair, ()) if isinstance(pair[1], str) else ()
        return [source for source in candidates if selects(selector, source.labels)]


def selects(selector: Mapping[str, Any], labels: Any) -> bool:
    """Tell whether a label selector (``matchLabels``, ``matchExpressions``) matches; an empty one matches everything."""
    known = labels if isinstance(labels, dict) else {}
    equal = selector.get("matchLabels")
    expressions = selector.get("matchExpressions")
    pairs = equal.items() if isinstance(equal, dict) else ()
    asked = [one for one in expressions if isinstance(one, dict)] if isinstance(expressions, list) else []
    return all(known.get(key) == value for key, value in pairs) and all(_holds(one, known) for one in asked)


def _holds(expression: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    value, values = labels.get(str(expression.get("key"))), expression.get("values")
    listed = value in values if isinstance(values, list) else False
    match expression.get("operator"):
        case "In":
            return listed
        case "NotIn":
            return not listed
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            return False
