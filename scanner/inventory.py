"""Every resource once, indexed by type, name and namespace. No rule and no view ever scans a list of everything."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable, Iterable, Mapping, Sequence, TypeVar

T = TypeVar("T")
MODULE = "module"
"""Calls of Terraform modules that are not on disk; one without a name stands for what could not be read of a module that is."""
KUBERNETES = frozenset({"kubernetes", "terraform"})
"""The languages in which Kubernetes objects are written: Terraform holds some."""


class Completeness(NamedTuple):
    """What the scan is known to have seen whole, for rules about something's absence.

    ``repository`` tells that the scan covers the repository's root, ``unread`` in which languages something of it could not be read ("*":
    in any). ``namespaces`` are complete by a Namespace object in the scan or by configuration, ``cluster`` is one that was listed.
    """

    repository: bool = False
    namespaces: frozenset[str] = frozenset()
    cluster: bool = False
    unread: frozenset[str] = frozenset()

    def whole(self, languages: frozenset[str] = KUBERNETES) -> bool:
        """Tell whether the scan has seen everything of the repository that is written in these languages; none means in any."""
        return self.repository and not (self.unread & {*languages, "*"} if languages else self.unread)


class Inventory:
    """The resources of one scan. Indexes are built when first asked for; the resources themselves never change."""

    __slots__ = ("_by_name", "_by_type", "_derived", "_indexes", "all", "completeness")

    def __init__(self, resources: Iterable[Resource], completeness: Completeness | None = None) -> None:
        self.all: tuple[Resource, ...] = tuple(resources)
        self.completeness = completeness or Completeness()
        self._by_type: dict[str, list[Resource]] = {}
        for resource in self.all:
            self._by_type.setdefault(resource.key.type, []).append(resource)
        self._by_name: dict[str, dict[tuple[str | None, str], list[Resource]]] = {}
        self._indexes: dict[tuple[str, Pointer], dict[Any, list[Resource]]] = {}
        self._derived: dict[Callable[[Inventory], Any], Any] = {}

    @property
    def types(self) -> Iterable[str]:
        """The types that occur, in order of first occurrence."""
        return self._by_type

    def of(self, *types: str) -> Sequence[Resource]:
        """Return the resources of the given types, in inventory order within each type."""
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return [resource for name in types for resource in self._by_type.get(name, ())]

    def named(self, type_name: str, namespace: str | None, name: str) -> Sequence[Resource]:
        """Return the resources of one type with this namespace (None for cluster scope) and name."""
        index = self._by_name.get(type_name)
        if index is None:
            index = self._by_name[type_name] = {}
            for resource in self.of(type_name):
                index.setdefault((resource.key.namespace, resource.key.name), []).append(resource)
        return index.get((namespace, name), ())

    def derived(self, derive: Callable[[Inventory], T]) -> T:
        """Return what a function makes of this inventory; it is asked once."""
        if derive not in self._derived:
            self._derived[derive] = derive(self)
        found: T = self._derived[derive]
        return found

    def index(self, type_name: str, pointer: Pointer) -> Mapping[Any, Sequence[Resource]]:
        """Return value at the pointer → resources of the type; unknown values are listed under the key ``Unknown``."""
        found = self._indexes.get((type_name, pointer))
        if found is None:
            found = self._indexes[(type_name, pointer)] = {}
            for resource in self.of(type_name):
                value = lookup(resource.data, pointer)
                key = Unknown if isinstance(value, Unknown) else value
                if isinstance(key, str | int | float | bool | type):
                    found.setdefault(key, []).append(resource)
        return found


def lookup(data: Any, pointer: Pointer) -> Any:
    """Follow a pointer through plain data; None where it leads nowhere, the Unknown where it meets one."""
    for part in pointer:
        if isinstance(data, dict):  # which nearly all of it is
            data = data.get(part) if isinstance(part, str) else None
        elif isinstance(data, Unknown):
            return data
        else:
            data = data[part] if isinstance(data, list) and isinstance(part, int) and -len(data) <= part < len(data) else None
        if data is None:
            return None
    return data
