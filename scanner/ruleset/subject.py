"""What a condition looks at: a resource, an item inside it, or a fact; and its pod template, whatever kind of workload it is."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any
from scanner.views.pods import CONTAINER_LISTS, template_pointer


class Subject:
    """A value to judge.

    ``whole`` is the resource or fact that it is part of (itself, mostly), ``pointer`` leads from there to ``data``; ``outer`` is what was
    judged when a nested condition began, ``pod`` the pod template of the whole resource (one without data where it carries none).

    Shared by all rules that look at the same resource: ``memo`` keeps what one of them has worked out for the next.
    """

    __slots__ = ("data", "fact", "memo", "outer", "pod", "pointer", "resource", "whole")

    def __init__(
        self, resource: Resource, data: Any, pointer: Pointer = (), whole: Subject | None = None, fact: Fact | None = None
    ) -> None:
        self.resource = resource
        self.data = data
        self.pointer = pointer
        self.whole = whole or self
        self.fact = fact
        self.outer: Subject | None = None
        self.memo: dict[Any, Any] = {}
        self.pod: Pod = whole.pod if whole is not None else _pod(self)


class Pod(NamedTuple):
    """A pod template: where it is, what it says, and its containers (init, ordinary, ephemeral), each with its pointer.

    ``bodies`` are the containers alone.
    """

    pointer: Pointer
    data: Any
    containers: tuple[tuple[Pointer, Any], ...]
    bodies: tuple[Any, ...] = ()


_NO_POD = Pod((), None, ())


def of_resource(resource: Resource) -> Subject:
    """Return a resource as a subject."""
    return Subject(resource, resource.data)


def of_fact(fact: Fact) -> Subject:
    """Return a fact as a subject; its resource is the one that its first step (else its first field) comes from."""
    resource = fact.steps[0][0] if fact.steps else next(iter(fact.fields.values()))[0]
    return Subject(resource, fact.data, fact=fact)


def _pod(whole: Subject) -> Pod:
    pointer = template_pointer(whole.resource.key.type) if whole.fact is None else None
    if pointer is None:
        return _NO_POD
    data = whole.data
    for key in pointer:
        data = data.get(key) if isinstance(data, dict) else data if isinstance(data, Unknown) else None
    spec = data.get("spec") if isinstance(data, dict) else data
    found = _containers(spec, (*pointer, "spec"))
    return Pod(pointer, data, tuple(found), tuple([one for _, one in found]))


def _containers(spec: Any, pointer: Pointer) -> list[tuple[Pointer, Any]]:
    if isinstance(spec, Unknown):
        return [(pointer, spec)]
    found: list[tuple[Pointer, Any]] = []
    for name in CONTAINER_LISTS if isinstance(spec, dict) else ():
        items = spec.get(name)
        if isinstance(items, list):
            found += [((*pointer, name, number), item) for number, item in enumerate(items)]
        elif isinstance(items, Unknown):
            found.append(((*pointer, name), items))
    return found
