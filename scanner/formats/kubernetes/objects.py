"""Kubernetes objects in a document: the object itself, or the items of a list, with the places of their attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scanner.formats.kubernetes.kinds import Kind, written_kind
from scanner.model.place import Place, Pointer, Related, Span, Step, dotted
from scanner.model.resource import Key, Part, Resource
from scanner.syntax.documents import Document

NAMESPACE: Pointer = ("metadata", "namespace")
_UNWRITTEN = frozenset({NAMESPACE})
_WRITTEN: frozenset[Pointer] = frozenset()
_MAX_LISTS = 8


class Written(NamedTuple):
    """Places of one object that stands at ``base`` in a document (``model.resource.Locator``)."""

    document: Document
    base: Pointer
    data: Mapping[str, Any]
    address: str

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute; through an alias or merge it is where the value stands."""
        return self.document.span((*self.base, *pointer), part)

    def place(self, pointer: Pointer) -> Place:
        """Return the line to edit, and the aliases and merges that lead there."""
        detours = self.document.detours((*self.base, *pointer))
        return Place(self.span(pointer), tuple(Related(span, "used here by reference") for span in reversed(detours)))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return where the attribute is used, and where its value stands."""
        value, attribute = _value(self.data, pointer), dotted(pointer)
        detours = self.document.detours((*self.base, *pointer))
        return tuple(Step(self.address, attribute, value, span) for span in (*detours, self.span(pointer)))


class Found(NamedTuple):
    """One object of a document, before anything is made of it."""

    kind: Kind
    pointer: Pointer
    data: dict[str, Any]


def objects(data: Any, pointer: Pointer = (), inherited: Kind | None = None) -> Iterator[Found]:
    """Yield the objects of a document's data. What is no object of Kubernetes is passed over."""
    kind = written_kind(data, inherited) if isinstance(data, dict) else None
    if kind is None:
        return
    items = data.get("items")
    if kind.name == "List" or (kind.name.endswith("List") and isinstance(items, list)):
        if isinstance(items, list) and len(pointer) < 2 * _MAX_LISTS:
            singular = kind._replace(name=kind.name.removesuffix("List")) if kind.name != "List" else None
            for index, item in enumerate(items):
                yield from objects(item, (*pointer, "items", index), singular)
    else:
        yield Found(kind, pointer, data)


def resource(found: Found, document: Document) -> Resource:
    """Make the resource of an object. A namespace that nobody wrote is ``default``, and implied."""
    metadata = found.data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    written = metadata.get("namespace")
    written = written if isinstance(written, str) and written else None
    namespace = (written or "default") if found.kind.namespaced else None
    name = _text(metadata.get("name")) or _text(metadata.get("generateName"))
    address = f"kubernetes:{namespace or '-'}/{found.kind.name}/{name}"
    key = Key("kubernetes", found.kind.type, found.kind.group, namespace, name, address)
    implied = _UNWRITTEN if namespace and not written else _WRITTEN
    return Resource(key, found.data, "kubernetes", document.source.path, Written(document, found.pointer, found.data, address), implied)


def _value(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)
