"""Where policy documents are written, and which resources carry them."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterable, Iterator
from scanner.views.statements import DOCUMENT
from scanner.views.statements.documents import Statement, content, of_blocks, of_text

_SOURCES = ("source_json", "source_policy_documents")
_OVERRIDES = ("override_json", "override_policy_documents")
_Name = tuple[str | None, str]
"""Scope and address of a resource."""


class Said(NamedTuple):
    """A statement, or an unknown for what nobody knows, and the resource that it is written in."""

    statement: Statement | Unknown
    by: Resource


class Policy(NamedTuple):
    """A policy where it is carried: an attribute of a resource, or a document that nobody carries. ``pointer`` is that attribute."""

    resource: Resource
    pointer: Pointer
    kind: str
    said: list[Said]


class Documents:
    """The data sources that make policies, found by name and by what they say."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.all = {_name(one): (one, of_blocks(one.data)) for one in resources}
        self._by_content = {(name[0], content(statements)): name for name, (_, statements) in self.all.items()}

    def behind(self, scope: str | None, said: list[Statement | Unknown] | Unknown) -> _Name | None:
        """Return the document that a policy comes from: the one that it refers to, or one that says exactly the same."""
        name = (scope, said.origin or "") if isinstance(said, Unknown) else self._by_content.get((scope, content(said)))
        return name if name in self.all else None

    def statements(self, name: _Name, above: tuple[_Name, ...] = ()) -> list[Said]:
        """Return what a document says, with what the documents that it is made of say.

        One with an identifier takes the place of an earlier one with the same: the document's own those of its sources, its overrides all.
        """
        resource, own = self.all[name]
        found: list[Said] = []
        for part in self.parts(name, _SOURCES):
            found = _merged(found, self._said(part, resource, (*above, name)))
        found = _merged(found, [Said(one, resource) for one in own])
        for part in self.parts(name, _OVERRIDES):
            found = _merged(found, self._said(part, resource, (*above, name)))
        return found

    def parts(self, name: _Name, attributes: Iterable[str]) -> Iterator[_Name | list[Statement | Unknown]]:
        """Yield what a document is made of: other documents, or what texts say."""
        resource = self.all[name][0]
        for value in (resource.data.get(attribute) for attribute in attributes):
            for text in value if isinstance(value, list) else () if value is None else (value,):
                said = of_text(text, ())
                yield self.behind(name[0], said) or ([said] if isinstance(said, Unknown) else said)

    def _said(self, part: _Name | list[Statement | Unknown], resource: Resource, above: tuple[_Name, ...]) -> list[Said]:
        if isinstance(part, list):
            return [Said(one, resource) for one in part]
        return self.statements(part, above) if part not in above else []


def _merged(before: list[Said], after: list[Said]) -> list[Said]:
    replaced = {one.statement.sid for one in after if isinstance(one.statement, Statement) and isinstance(one.statement.sid, str)} - {""}
    return [one for one in before if not (isinstance(one.statement, Statement) and one.statement.sid in replaced)] + after


def policies(inventory: Inventory) -> list[Policy]:
    """Return every policy: first those that resources carry, then the documents that none of them comes from."""
    documents = Documents(inventory.of(DOCUMENT))
    carried = [_carried(documents, *use) for use in _uses(inventory)]
    used = {_name(one.by) for policy in carried for one in policy.said} & set(documents.all)
    used |= {part for name in used for part in documents.parts(name, _SOURCES + _OVERRIDES) if isinstance(part, tuple)}
    return carried + [_unused(documents, name) for name in documents.all if name not in used]


def _carried(documents: Documents, resource: Resource, pointer: Pointer, kind: str, value: Any) -> Policy:
    text = of_text(value, pointer)
    name = documents.behind(resource.key.scope, text)
    if name is not None:
        return Policy(resource, pointer, kind, documents.statements(name))
    return Policy(resource, pointer, kind, [Said(one, resource) for one in ([text] if isinstance(text, Unknown) else text)])


def _unused(documents: Documents, name: _Name) -> Policy:
    resource, own = documents.all[name]
    return Policy(resource, (), "unused", [Said(one, resource) for one in own])


def _name(resource: Resource) -> _Name:
    return resource.key.scope, resource.key.address


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
