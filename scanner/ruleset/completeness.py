"""Rules about absence: where the scan may not have seen everything, what is absent is unknown."""

from __future__ import annotations

from scanner.inventory import KUBERNETES, MODULE, Completeness
from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.conversion import of_terraform
from scanner.ruleset.mistakes import unknown_word
from scanner.ruleset.subject import Subject
from scanner.ruleset.world import World
from scanner.typed import Callable

NEEDS = ("namespace", "cluster", "repository")
_CLUSTER = Unknown("no cluster was listed, and none is declared complete", kind="items")
_REPOSITORY = Unknown("the scan does not cover the whole repository", kind="items")
_UNREAD = Unknown("what could not be read may hold it: see the problems of this scan", kind="items")
_TERRAFORM = frozenset({"terraform"})

Reason = Callable[[Subject], Unknown | None]


def missing_part(needs: object, sought: tuple[str, ...], world: World, at: Pointer) -> Reason:
    """Return what tells why more of the types ``sought`` (none: anything) may exist than the scan has seen. Raises Mistake.

    ``needs`` is the rule's word for what has to be seen whole; without one, only modules that are not on disk hide something.
    """
    seen = world.inventory.completeness
    if needs is None:
        return _in_modules(world) if sought and of_terraform(sought) else _known
    if needs not in NEEDS:
        raise unknown_word(at, "word for needs", needs, NEEDS)
    if needs == "namespace":
        return lambda subject: _namespace(subject, seen)
    if needs == "cluster":
        return _known if seen.cluster else lambda _: _CLUSTER
    reason = None if seen.whole(_languages(sought)) else _UNREAD if seen.repository else _REPOSITORY
    return _in_modules(world) if reason is None else lambda _: reason


def _known(_: Subject) -> None:
    return None


def _languages(types: tuple[str, ...]) -> frozenset[str]:
    """Return the languages that resources of these types are written in; none where that may be any."""
    if not types or any("/" in one or "::" in one or one == "*" for one in types):
        return frozenset()
    return _TERRAFORM if of_terraform(types) else KUBERNETES


def _namespace(subject: Subject, seen: Completeness) -> Unknown | None:
    key = subject.whole.resource.key
    name = key.name if key.type == "Namespace" else key.namespace
    if seen.cluster or name is None or name in seen.namespaces:
        return None
    return Unknown(f"the scan may not hold everything of namespace {name}: its Namespace object is not in it", kind="items")


def _in_modules(world: World) -> Reason:
    """A Terraform module that is not on disk and is given a resource may make what the resource seems to lack."""
    inventory = world.inventory
    if not inventory.of(MODULE):
        return _known
    from scanner.views.elsewhere import elsewhere  # most scans have all modules

    return lambda subject: elsewhere(inventory, subject.whole.resource)
