"""Azure resources that Terraform writes as ARM: an azapi block is also the ARM resource that its body describes.

Source: https://registry.terraform.io/providers/Azure/azapi/2.7.0/docs. ``body`` is an object since azapi 2 and JSON text before it;
``azapi_update_resource`` changes what another resource has made, named by ``resource_id``, or by ``parent_id`` and ``name``.
"""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Place, Pointer, Span, Step
from scanner.model.resource import Key, Part, Resource
from scanner.model.unknown import Amendment, Unknown
from scanner.typed import Any, Iterator, Mapping, Sequence

NEW, UPDATE = "azapi_resource", "azapi_update_resource"
_OUTSIDE = ("location", "name", "tags", "identity")
"""What azapi writes beside the body."""


class Shaped:
    """The places of an ARM resource: those of the block that writes it, and first those of the blocks that change it.

    ``changes`` is, for an update by itself, the resource that it changes, where the scan has it.
    """

    __slots__ = ("changes", "holder", "updates")

    def __init__(self, block: Resource, updates: Sequence[Resource] = (), changes: Resource | None = None) -> None:
        self.holder = block
        self.updates = updates
        self.changes = changes

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute in the text of its block."""
        block, own = self._own(pointer)
        return block.span(own, part)

    def place(self, pointer: Pointer) -> Place:
        """Return where a person would edit the attribute."""
        block, own = self._own(pointer)
        return block.place(own)

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way that the attribute's value took."""
        block, own = self._own(pointer)
        return block.explain(own)

    def _own(self, pointer: Pointer) -> tuple[Resource, Pointer]:
        changed = (one for one in reversed(self.updates) if pointer and lookup(body_of(one), pointer) is not None)
        block = next(changed, self.holder)
        if not pointer or pointer[0] in _OUTSIDE:
            return block, pointer
        secret = lookup(block.data.get("sensitive_body"), pointer) is not None
        return block, ("sensitive_body" if secret else "body", *pointer)


def arm_resources(inventory: Inventory) -> dict[str, list[Resource]]:
    """Return the ARM resources that azapi blocks write, by their type in lower case, in inventory order.

    An update of another azapi block is merged into it; one of anything else is a resource by itself, of which only that much is known.
    """
    blocks = {(one.key.scope, one.key.address): one for one in inventory.of(NEW)}
    merged: dict[int, list[Resource]] = {}
    alone: list[Resource] = []
    for update in inventory.of(UPDATE):
        made = blocks.get((update.key.scope, _address(update.data.get("resource_id"))))
        if made is None:
            alone.append(update)
        else:
            merged.setdefault(id(made), []).append(update)
    found: dict[str, list[Resource]] = {}
    for shaped in (*_made(blocks.values(), merged), *_changes(alone, inventory)):
        found.setdefault(shaped.key.type.lower(), []).append(shaped)
    return found


def body_of(block: Resource) -> dict[str, Any]:
    """Return what the body of an azapi block says; a body that is not known leaves everything in it unknown."""
    body = _body(block.data.get("body"))
    secret = block.data.get("sensitive_body")
    return _with(body, secret) if isinstance(secret, dict) else body


def _body(body: Any) -> dict[str, Any]:
    if isinstance(body, Unknown) and isinstance(body.partial, dict) and body.kind == "string":  # JSON text with unknown parts
        return body.partial
    if isinstance(body, str):
        import json  # few write it so

        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {}
    if isinstance(body, Unknown):
        return dict.fromkeys(("properties", "sku", "kind"), body)
    return body if isinstance(body, dict) else {}


def _made(blocks: Any, merged: Mapping[int, Sequence[Resource]]) -> Iterator[Resource]:
    for block in blocks:
        updates = merged.get(id(block), ())
        body = body_of(block)
        for update in updates:
            body = _with(body, body_of(update))
        yield from _shaped(block, body | _outside(block), Shaped(block, updates))


def _changes(updates: Sequence[Resource], inventory: Inventory) -> Iterator[Resource]:
    if not updates:
        return
    known = {(one.key.scope, one.key.address): one for one in inventory.all}
    for update in updates:
        rest = Unknown(f"{update.key.address} leaves it as it is", update.key.address)
        target = known.get((update.key.scope, _address(_target(update))))
        yield from _shaped(update, Amendment(body_of(update) | _outside(update), rest), Shaped(update, (), target))


def _target(update: Resource) -> Any:
    """Return what names the resource that an update changes: for the one child called default, its parent."""
    said = update.data.get("resource_id")
    return update.data.get("parent_id") if said is None and update.data.get("name") == "default" else said


def _shaped(block: Resource, data: dict[str, Any], places: Shaped) -> Iterator[Resource]:
    said = block.data.get("type")
    if isinstance(said, str):
        key = block.key._replace(type=said.partition("@")[0])
        yield Resource(Key(*key), data, block.format, block.path, places)


def _outside(block: Resource) -> dict[str, Any]:
    return {name: block.data[name] for name in _OUTSIDE if block.data.get(name) is not None}


def _address(value: Any) -> str:
    """Return the address that a reference leads to."""
    return value.origin or "" if isinstance(value, Unknown) else ""


def _with(base: Any, more: Any) -> Any:
    """Lay a map over another one, key by key; what is no map is replaced."""
    if not isinstance(base, dict) or not isinstance(more, dict):
        return more
    return {**base, **{name: _with(base.get(name), value) for name, value in more.items()}}
