"""How a store protects what it holds: whether it keeps it for a limited time, and whether it encrypts it. One fact per store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
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
    for type_name, row in stores().items():
        for resource in survey.inventory.of(type_name):
            yield _fact(survey, resource, row)


def _fact(survey: Survey, resource: Resource, row: Mapping[str, Any]) -> Fact:
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
            data[aspect] = tests == "always" or _holds(survey, resource, tests)
            fields[aspect] = (resource, _place(resource, tests))
    return Fact("data-store", data, (resource.key.address,), fields, ((resource, (), "holds the data"),))


def _holds(survey: Survey, resource: Resource, tests: list[Mapping[str, Any]]) -> Unknown | bool:
    """Tell whether one of the tests holds; unknown where none does and one may."""
    each = [_referred(survey, resource, test["by"]) if "by" in test else _is_set(resource, test) for test in tests]
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


def _referred(survey: Survey, resource: Resource, by: str) -> bool:
    type_name, _, path = by.partition(".")
    others = survey.inventory.of(type_name)
    return any(resource in survey.referred(other, one.value, path) for other in others for one in written(other.data, path))


def _place(resource: Resource, tests: Any) -> Pointer:
    """Return where an aspect is set, or would be."""
    paths = [test["path"] for test in tests if "path" in test] if tests != "always" else []
    found = [one.pointer for path in paths for one in written(resource.data, path)]
    return found[0] if found else split(paths[0]) if paths else ()
