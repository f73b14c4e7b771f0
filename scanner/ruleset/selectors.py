"""Label selectors, exactly, and found by hash on label pairs.

Semantics: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors (v1.37).
"""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown, unseen
from scanner.ruleset.equality import same
from scanner.ruleset.logic import Truth, every, negate, some
from scanner.ruleset.scope import Joined
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable, Iterable, Iterator

Requirement = tuple[str, str, list[Any]]
"""Label key, operator (In, NotIn, Exists, DoesNotExist) and values."""
_NEVER: Requirement = ("", "Never", [])


class Selector(NamedTuple):
    """The requirements that a selector makes, all of which must hold, or the Unknown that it is."""

    requirements: tuple[Requirement, ...]
    unknown: Unknown | None = None


def parse_selector(value: Any) -> Selector:
    """Read a map of labels or a ``LabelSelector``; what is neither selects nothing."""
    lost = unseen(value)
    if lost is not None:
        return Selector((), lost)
    if not isinstance(value, dict):
        return Selector((_NEVER,))
    if not value.keys() & {"matchLabels", "matchExpressions"}:
        return Selector(tuple(_pairs(value)))
    labels, expressions = value.get("matchLabels"), value.get("matchExpressions")
    lost = unseen(labels, expressions)
    if lost is not None:
        return Selector((), lost)
    listed = expressions if isinstance(expressions, list) else []
    return Selector((*_pairs(labels if isinstance(labels, dict) else {}), *map(_expression, listed)))


def _pairs(labels: dict[str, Any]) -> Iterator[Requirement]:
    return ((key, "In", [value]) for key, value in labels.items())


def _expression(value: Any) -> Requirement:
    lost = unseen(value, *(value.values() if isinstance(value, dict) else ()))
    if lost is not None:
        return ("", "Unknown", [lost])
    if not isinstance(value, dict) or not isinstance(value.get("key"), str):
        return _NEVER
    values = value.get("values")
    return (value["key"], str(value.get("operator")), values if isinstance(values, list) else [])


def selects(selector: Selector, labels: Any) -> Truth:
    """Tell whether a selector selects something with these labels (a map; missing ones are none)."""
    if selector.unknown is not None:
        return selector.unknown
    return every(_holds(requirement, labels if isinstance(labels, dict | Unknown) else {}) for requirement in selector.requirements)


def _holds(requirement: Requirement, labels: Any) -> Truth:
    key, word, values = requirement
    if word == "Unknown":
        return values[0]  # type: ignore[no-any-return]
    if isinstance(labels, Unknown):
        return labels
    value = labels.get(key)
    if word in ("Exists", "DoesNotExist"):
        if isinstance(value, Unknown) and key not in labels:
            return value
        return (value is not None) is (word == "Exists")
    if word in ("In", "NotIn"):
        among = some(same(value, one) for one in values) if value is not None else False
        return among if word == "In" else negate(among)
    return False


class Side(NamedTuple):
    """One side of a selector relation: the subject, the groups (evaluation and namespace) it is about, and its selector or labels."""

    subject: Subject
    groups: tuple[Any, ...]
    value: Any


Pairs = list[tuple[str, Any]]
"""Label pairs one of which must meet; None stands for no such hint."""


class PairIndex:
    """One side of a selector relation, found from the other by the label pairs that both speak of.

    ``own`` gives the pairs of what is kept, ``asked`` those of what asks, each None where only a full look can tell; ``fits`` looks.
    """

    __slots__ = ("_all", "_asked", "_fits", "_order", "_own", "_pairs", "_unhinted")

    def __init__(
        self,
        sides: Iterable[Side],
        own: Callable[[Any], Pairs | None],
        asked: Callable[[Any], Pairs | None],
        fits: Callable[[Any, Any], Truth],
    ) -> None:
        self._own, self._asked, self._fits = own, asked, fits
        self._order: dict[int, int] = {}
        self._all: dict[Any, list[Side]] = {}
        self._unhinted: dict[Any, list[Side]] = {}
        self._pairs: dict[tuple[Any, str, Any], list[Side]] = {}
        for side in sides:
            self._order[id(side.subject)] = len(self._order)
            for group in side.groups:
                self._add(group, side)

    def _add(self, group: Any, side: Side) -> None:
        self._all.setdefault(group, []).append(side)
        pairs = self._own(side.value)
        if pairs is None:
            self._unhinted.setdefault(group, []).append(side)
        for key, value in pairs or ():
            self._pairs.setdefault((group, key, value), []).append(side)

    def find(self, asking: Side) -> list[Joined]:
        """Return what belongs to the asking side in its groups."""
        sides = (side for group in asking.groups for side in self._candidates(group, asking.value))
        return _decided(((side.subject, self._fits(asking.value, side.value)) for side in sides), self._order)

    def _candidates(self, group: Any, value: Any) -> Iterable[Side]:
        pairs = self._asked(value)
        if pairs is None:
            return self._all.get(group, ())
        found = [side for key, one in pairs for side in self._pairs.get((group, key, one), ())]
        return [*found, *self._unhinted.get(group, ())]


def index_by_labels(sides: Iterable[Side]) -> PairIndex:
    """Index things with labels, to be found by selectors."""
    return PairIndex(sides, _known_pairs, _one_of, selects)


def index_by_selectors(sides: Iterable[Side]) -> PairIndex:
    """Index things with selectors, to be found by labels."""
    return PairIndex(sides, _one_of, _known_pairs, lambda labels, selector: selects(selector, labels))


def _known_pairs(labels: Any) -> list[tuple[str, Any]] | None:
    """Return the label pairs that hash, or None where labels are unknown and anything may select them."""
    if unseen(labels) is not None:
        return None
    pairs = list(labels.items()) if isinstance(labels, dict) else []
    if any(isinstance(value, Unknown) for _, value in pairs):
        return None
    return [(key, value) for key, value in pairs if isinstance(value, str | int | float)]


def _one_of(selector: Selector) -> list[tuple[str, Any]] | None:
    """Return label pairs of which one must be there (by the requirement with the fewest), or None where none can be named."""
    if selector.unknown is not None:
        return None
    choices = [
        (key, values) for key, word, values in selector.requirements if word == "In" and not any(isinstance(one, Unknown) for one in values)
    ]
    if not choices:
        return None
    key, values = min(choices, key=lambda choice: len(choice[1]))
    return [(key, value) for value in values if isinstance(value, str | int | float)]


def _decided(verdicts: Iterable[tuple[Subject, Truth]], order: dict[int, int]) -> list[Joined]:
    found = {
        id(subject): Joined(subject, truth if isinstance(truth, Unknown) else None) for subject, truth in verdicts if truth is not False
    }
    return sorted(found.values(), key=lambda joined: order[id(joined.subject)])
