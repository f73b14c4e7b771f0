"""How a store protects what it holds: whether it keeps it for a limited time, and whether it encrypts it. One fact per store."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterator, Mapping
from scanner.views.elsewhere import elsewhere
from scanner.views.placements.classes import classify
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import split, written

_ASPECTS = ("retention", "rest", "transit", "key")


def stores() -> Mapping[str, Mapping[str, Any]]:
    """Return the rows of the table of data protection, by type."""
    found: Mapping[str, Mapping[str, Any]] = table("data_protection")["stores"]
    return found


def companions() -> tuple[str, ...]:
    """Return the types whose resources say something about a store, such as a life cycle."""
    tests = (test for row in stores().values() for said in row.values() if said != "always" for test in said)
    return tuple(sorted({test["by"].partition(".")[0] for test in tests if "by" in test}))


def protection_facts(survey: Survey) -> Iterator[Fact]:
    """Yield a fact for each store of the table; an aspect that does not apply to its type is missing."""
    covered = _Covered(survey)
    for type_name, row in stores().items():
        for resource in survey.inventory.of(type_name):
            yield _fact(survey, resource, row, covered)


class _Referred(NamedTuple):
    """The stores (by ``id``) that companions of one kind refer to, and by evaluation why one may refer to any other store there."""

    stores: set[int]
    doubts: dict[str | None, Unknown]


class _Covered:
    """Which stores the resources of a type refer to at a path, worked out once per path."""

    __slots__ = ("_known", "_survey")

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._known: dict[str, _Referred] = {}

    def by(self, companion: str, resource: Resource) -> Unknown | bool:
        """Tell whether a companion (``type.path``) refers to a resource; unknown where one may that is not seen, or not seen whole."""
        if companion not in self._known:
            self._known[companion] = self._referred(*companion.partition(".")[::2])
        stores, doubts = self._known[companion]
        if id(resource) in stores:
            return True
        doubt = doubts.get(resource.key.scope)
        doubt = elsewhere(self._survey.inventory, resource) if doubt is None else doubt
        return False if doubt is None else doubt

    def _referred(self, type_name: str, path: str) -> _Referred:
        found = _Referred(set(), {})
        for other in self._survey.inventory.of(type_name):
            for one in written(other.data, path):
                targets = self._survey.referred(other, one.value, path)
                found.stores.update(map(id, targets))
                if isinstance(one.value, Unknown) and not targets:
                    found.doubts.setdefault(other.key.scope, one.value)
        return found


def _fact(survey: Survey, resource: Resource, row: Mapping[str, Any], covered: _Covered) -> Fact:
    said = classify(survey, resource)
    data: dict[str, Any] = {
        "source": {"address": resource.key.address, "type": resource.type, "name": resource.key.name},
        "classification": said.word,
        "classified": said.said,
    }
    fields: dict[str, tuple[Resource, Pointer]] = {}
    for aspect in _ASPECTS:
        tests = row.get(aspect)
        if tests is not None:
            data[aspect] = tests == "always" or _holds(resource, tests, covered)
            fields[aspect] = (resource, _place(resource, tests))
    return Fact("data-store", data, (resource.key.address,), fields, ((resource, (), "holds the data"),))


def _holds(resource: Resource, tests: list[Mapping[str, Any]], covered: _Covered) -> Unknown | bool:
    """Tell whether one of the tests holds; unknown where none does and one may."""
    each = [covered.by(test["by"], resource) if "by" in test else _is_set(resource, test) for test in tests]
    if any(one is True for one in each):
        return True
    return next((one for one in each if isinstance(one, Unknown)), False)


def _is_set(resource: Resource, test: Mapping[str, Any]) -> Unknown | bool:
    found = written(resource.data, test["path"])
    if not found:
        return _by_default(test)
    if "equals" not in test:
        return True
    return next((one.value for one in found if isinstance(one.value, Unknown)), all(one.value in test["equals"] for one in found))


def _by_default(test: Mapping[str, Any]) -> Unknown | bool:
    if test.get("absent") == "unknown":
        return Unknown(f"{test['path']} is not written, and its default depends on the account")
    return "equals" in test and test.get("absent") in test["equals"]


def _place(resource: Resource, tests: Any) -> Pointer:
    """Return where an aspect is set, or would be."""
    paths = [test["path"] for test in tests if "path" in test] if tests != "always" else []
    found = [one.pointer for path in paths for one in written(resource.data, path)]
    return found[0] if found else split(paths[0]) if paths else ()
