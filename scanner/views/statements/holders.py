"""Where policy documents are written, and which resources carry them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.views.statements import DOCUMENT
from scanner.views.statements.documents import Statement, content, of_blocks, of_text

_SOURCES = ("source_policy_documents", "override_policy_documents")
_Name = tuple[str | None, str]
"""Scope and address of a resource."""


class Policy(NamedTuple):
    """A policy where it is carried: an attribute of a resource, or a document that nobody carries.

    A statement is None where nobody knows what it says. ``document`` is the data source that says the same, if there is one.
    """

    resource: Resource
    pointer: Pointer
    kind: str
    statements: list[Statement | Unknown]
    document: Resource | None


class Documents:
    """The data sources that make policies, found by name and by what they say."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.all = {_name(one): (one, of_blocks(one.data)) for one in resources}
        self._by_content = {(name[0], content(statements)): name for name, (_, statements) in self.all.items()}

    def behind(self, scope: str | None, said: list[Statement] | Unknown) -> _Name | None:
        """Return the document that a policy comes from: the one that it refers to, or one that says exactly the same."""
        name = (scope, said.origin or "") if isinstance(said, Unknown) else self._by_content.get((scope, content(said)))
        return name if name in self.all else None

    def statements(self, name: _Name, above: tuple[_Name, ...] = ()) -> list[Statement | Unknown]:
        """Return what a document says, with what the documents that it is made of say."""
        resource, own = self.all[name]
        found: list[Statement | Unknown] = list(own)
        for part in _parts(resource):
            origin = (name[0], part.origin or "") if isinstance(part, Unknown) else None
            if origin in self.all and origin is not None and origin not in above:
                found += self.statements(origin, (*above, name))
            else:
                inner = of_text(part, ())
                found += [inner] if isinstance(inner, Unknown) else inner
        return found


def policies(inventory: Inventory) -> list[Policy]:
    """Return every policy: first those that resources carry, then the documents that none of them comes from."""
    documents = Documents(inventory.of(DOCUMENT))
    carried = [_carried(documents, *use) for use in _uses(inventory)]
    used = {_name(one.document) for one in carried if one.document is not None}
    used |= {part for name in used for part in _below(documents, name)}
    return carried + [_unused(documents, name) for name in documents.all if name not in used]


def _carried(documents: Documents, resource: Resource, pointer: Pointer, kind: str, value: Any) -> Policy:
    said = of_text(value, pointer)
    name = documents.behind(resource.key.scope, said)
    document = documents.all[name][0] if name is not None else None
    if isinstance(said, Unknown):
        return Policy(resource, pointer, kind, documents.statements(name) if name is not None else [said], document)
    return Policy(resource, pointer, kind, list(said), document)


def _unused(documents: Documents, name: _Name) -> Policy:
    resource, own = documents.all[name]
    return Policy(resource, (), "unused", list(own), None)


def _below(documents: Documents, name: _Name) -> Iterator[_Name]:
    """Yield the documents that a document is made of."""
    for part in _parts(documents.all[name][0]):
        origin = (name[0], part.origin or "") if isinstance(part, Unknown) else None
        if origin in documents.all and origin is not None and origin != name:
            yield origin


def _name(resource: Resource) -> _Name:
    return resource.key.scope, resource.key.address


def _parts(document: Resource) -> Iterator[Any]:
    for attribute in _SOURCES:
        values = document.data.get(attribute)
        yield from values if isinstance(values, list) else () if values is None else (values,)


def _uses(inventory: Inventory) -> Iterator[tuple[Resource, Pointer, str, Any]]:
    for type_name, attributes in table("aws_policies")["holders"].items():
        for resource in inventory.of(type_name):
            for path, kind in attributes.items():
                yield from ((resource, pointer, kind, value) for pointer, value in _values(resource.data, path))


def _values(data: dict[str, Any], path: str) -> Iterator[tuple[Pointer, Any]]:
    """Yield what is at ``policy``, or at ``inline_policy.policy`` of every block."""
    block, _, attribute = path.rpartition(".")
    blocks = data.get(block) if block else [data]
    for number, one in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(one, dict) and one.get(attribute) is not None:
            yield ((block, number, attribute) if block else (attribute,)), one[attribute]
