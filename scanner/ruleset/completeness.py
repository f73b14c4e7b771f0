"""Rules about absence: where the scan may not have seen everything, what is absent is unknown."""

from __future__ import annotations

from collections.abc import Callable

from scanner.inventory import Completeness
from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.mistakes import unknown_word
from scanner.ruleset.subject import Subject

NEEDS = ("namespace", "cluster", "repository")
_CLUSTER = Unknown("no cluster was listed, and none is declared complete", kind="items")
_REPOSITORY = Unknown("the scan does not cover the whole repository without problems", kind="items")


def missing_part(needs: object, seen: Completeness, at: Pointer) -> Callable[[Subject], Unknown | None]:
    """Return what tells why more may exist than the scan has seen, for a rule with these ``needs``. Raises Mistake."""
    if needs is None:
        return lambda _: None
    if needs not in NEEDS:
        raise unknown_word(at, "word for needs", needs, NEEDS)
    if needs == "namespace":
        return lambda subject: _namespace(subject, seen)
    reason = None if (seen.cluster if needs == "cluster" else seen.repository) else _CLUSTER if needs == "cluster" else _REPOSITORY
    return lambda _: reason


def _namespace(subject: Subject, seen: Completeness) -> Unknown | None:
    key = subject.whole.resource.key
    name = key.name if key.type == "Namespace" else key.namespace
    if seen.cluster or name is None or name in seen.namespaces:
        return None
    return Unknown(f"the scan may not hold everything of namespace {name}: its Namespace object is not in it", kind="items")
