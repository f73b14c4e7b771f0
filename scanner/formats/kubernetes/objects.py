"""Kubernetes objects in a document: the object itself, or the items of a list, with the places of their attributes."""

from __future__ import annotations

from scanner.formats.kubernetes.kinds import Kind, written_kind
from scanner.model.place import Place, Pointer, Related, Span, Step, dotted, value_at
from scanner.model.reading import Embedded
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Part, Resource
from scanner.model.unknown import Unknown
from scanner.syntax.documents import Document
from scanner.typed import Any, Iterator, Mapping, Protocol, Sequence

_NAMESPACE: frozenset[Pointer] = frozenset({("metadata", "namespace")})


class Surveyed(Protocol):
    """A document that tells the places of its attributes, and where in the file it begins."""

    @property
    def start(self) -> int:
        """The offset of its first character."""
        ...

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute (see ``model.resource.Part``)."""
        ...

    def detours(self, pointer: Pointer) -> tuple[Span, ...]:
        """Return the places of the aliases and merges that lead to where the attribute stands."""
        ...


class Written(NamedTuple):
    """Places of one object that stands at ``base`` in a document (``model.resource.Locator``)."""

    document: Surveyed
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
        value, attribute = value_at(self.data, pointer), dotted(pointer)
        detours = self.document.detours((*self.base, *pointer))
        return tuple(Step(self.address, attribute, value, span) for span in (*detours, self.span(pointer)))


class Carried(NamedTuple):
    """Places of one object inside another language's resource, which answers for them (``model.resource.Locator``)."""

    origin: Resource
    base: Pointer

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute in the carrying text."""
        return self.origin.span((*self.base, *pointer), part)

    def place(self, pointer: Pointer) -> Place:
        """Return the line to edit, as the carrying language knows it."""
        return self.origin.place((*self.base, *pointer))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way of the value through the carrying language."""
        return self.origin.explain((*self.base, *pointer))


class Found(NamedTuple):
    """One object of a document, before anything is made of it."""

    kind: Kind
    pointer: Pointer
    data: dict[str, Any]


def objects(data: Any, pointer: Pointer = (), inherited: Kind | None = None) -> Iterator[Found]:
    """Yield the objects of a document's data, also of a bare list. What is no object of Kubernetes is passed over."""
    if isinstance(data, list) and not pointer:
        yield from _items(data, (), None)
    kind = written_kind(data, inherited) if isinstance(data, dict) else None
    if kind is None:
        return
    items = data.get("items")
    if kind.name == "List" or (kind.name.endswith("List") and isinstance(items, list)):
        singular = kind._replace(name=kind.name.removesuffix("List")) if kind.name != "List" else None
        yield from _items(items if isinstance(items, list) else (), (*pointer, "items"), singular)
    else:
        yield Found(kind, pointer, data)


def _items(items: Sequence[Any], pointer: Pointer, singular: Kind | None) -> Iterator[Found]:
    for index, item in enumerate(items):
        yield from objects(item, (*pointer, index), singular)


def resource(found: Found, document: Document) -> Resource:
    """Make the resource of an object in a document."""
    key = key_of(found)
    written = Written(document, found.pointer, found.data, key.address)
    return Resource(key, found.data, "kubernetes", document.source.path, written, _implied(found))


def lifted(found: Found, embedded: Embedded) -> Resource:
    """Make the resource of an object that stands inside another language; it exists where its carrier does."""
    key = key_of(found, embedded.origin.key.scope)
    carried = Carried(embedded.origin, (*embedded.pointer, *found.pointer))
    return Resource(key, found.data, "kubernetes", embedded.origin.path, carried, _implied(found))


def key_of(found: Found, scope: str | None = None) -> Key:
    """Return who an object is. A namespace that nobody wrote is ``default``."""
    kind, metadata = found.kind, _metadata(found)
    written = _text(metadata.get("namespace"))
    namespace = (written or "default") if kind.namespaced else None
    name = _text(metadata.get("name")) or _text(metadata.get("generateName"))
    address = f"kubernetes:{namespace or '-'}/{kind.name}/{name}"
    dropped = written if written and not kind.namespaced else None
    return Key("kubernetes", kind.type, kind.group, namespace, name, address, scope, dropped)


def _implied(found: Found) -> frozenset[Pointer]:
    written = not found.kind.namespaced or _text(_metadata(found).get("namespace"))
    return frozenset() if written else _NAMESPACE


def _metadata(found: Found) -> dict[str, Any]:
    metadata = found.data.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _text(value: Any) -> str:
    """Return a name as text; what is no name is none, and what is not known is ``?``."""
    if isinstance(value, str):  # which nearly all of them are
        return value
    if isinstance(value, Unknown):
        return "?"
    return "" if value is None or isinstance(value, dict | list) else str(value)
