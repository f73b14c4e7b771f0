"""Aggregated ClusterRoles: whatever is written in them, they allow the sum of the roles that their selectors collect."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Mapping, Protocol, Sequence, TypeVar
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


MOST_LOOKS = 500_000
"""Roles that are tried and collected in one cluster; what is beyond that is unknown, so that no input costs hours."""


class Collectors:
    """Finds the ClusterRoles that selectors collect, by label where they name one; equal selectors are tried once."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._unlabelled = next((source.labels for source in sources if isinstance(source.labels, Unknown)), None)
        self._looks = 0
        self._known: dict[tuple[str, str], list[Source]] = {}
        self._carriers: dict[tuple[str, str], list[Source]] = {}
        for source in sources:
            for label, value in source.labels.items() if isinstance(source.labels, dict) else ():
                if isinstance(value, str):
                    self._carriers.setdefault((label, value), []).append(source)

    def leaves(self, selectors: Sequence[Any], path: str) -> list[Source]:
        """Return the roles that are collected, through other collecting roles too, without these, sorted by name.

        ``path`` is where the selectors are written. What these roles allow has to be read with ``doubt``.
        """
        found: dict[str, Source] = {}
        waiting = {repr(selectors): selectors}
        asked: set[str] = set()
        while waiting and self._looks <= MOST_LOOKS:
            word, wanted = waiting.popitem()
            asked.add(word)
            collected = self._collected(word, wanted, path)
            self._looks += len(collected)
            found.update((source.name, source) for source in collected if not isinstance(source.selectors, list))
            onward = {repr(source.selectors): source.selectors for source in collected if isinstance(source.selectors, list)}
            waiting.update((one, nested) for one, nested in onward.items() if one not in asked)
        return [found[name] for name in sorted(found)]

    @property
    def doubt(self) -> Unknown | None:
        """Why roles may collect more than is known, or None."""
        return Unknown("there are too many roles that collect others to look at all") if self._looks > MOST_LOOKS else self._unlabelled

    def _collected(self, word: str, selectors: Sequence[Any], path: str) -> list[Source]:
        key = (word, path)
        if key not in self._known:
            by_name: dict[str, list[Source]] = {}
            for selector in selectors:
                for source in self._matching(selector) if isinstance(selector, dict) else ():
                    by_name.setdefault(source.name, []).append(source)
            self._known[key] = [nearest(variants, path) for variants in by_name.values()]
        return self._known[key]

    def _matching(self, selector: Mapping[str, Any]) -> list[Source]:
        labels = selector.get("matchLabels")
        pair = next(iter(labels.items()), None) if isinstance(labels, dict) else None
        candidates = self.sources if pair is None else self._carriers.get(pair, ()) if isinstance(pair[1], str) else ()
        self._looks += len(candidates)
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
