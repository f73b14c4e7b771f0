"""The blocks inside a resource: static ones and what ``dynamic`` makes, each with the scope in which its attributes stand."""

from __future__ import annotations

from itertools import islice

from scanner.formats.terraform.evaluate import evaluate, iterate
from scanner.formats.terraform.scope import Origin, Scope
from scanner.formats.terraform.values import EvaluationError, Lazy, Sensitive, Value, plain
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Open, Unknown, perhaps
from scanner.syntax.hcl.nodes import Attribute, Block, Body, Expression, Tuple
from scanner.syntax.text import Source
from scanner.typed import Any

MAX_BLOCKS = 10_000
_NAMING = frozenset({"ignore_changes", "replace_triggered_by"})


class Nested(NamedTuple):
    """One block inside another one. ``header`` is the block as it is written; for a dynamic one that is the ``dynamic`` block."""

    header: Block
    body: Body
    scope: Scope


def nested(body: Body, scope: Scope) -> dict[str, list[Nested] | Unknown]:
    """Return the blocks of a body by type, in order; Unknown where a dynamic block's collection is."""
    found: dict[str, list[Nested] | Unknown] = {}
    for block in body.blocks:
        type_name = _made(block)
        before = found.setdefault(type_name, [])
        if isinstance(before, Unknown):
            continue
        made = _dynamic(block, scope) if block.type == "dynamic" else [Nested(block, block.body, scope)]
        if isinstance(made, Unknown):
            found[type_name] = made
        else:
            before += made
    return {name: blocks for name, blocks in found.items() if isinstance(blocks, Unknown) or blocks}


def _dynamic(block: Block, scope: Scope) -> list[Nested] | Unknown:
    """Expand ``dynamic "x" { for_each, iterator, labels, content }``."""
    attributes = block.body.attributes
    content = _content(block)
    if content is None:
        return Unknown(f"the dynamic block {block.labels[0]} has no content or for_each")
    over = safely(attributes["for_each"].value, scope)
    over = over.value if isinstance(over, Sensitive) else over
    if isinstance(over, Unknown):
        return Unknown(over.cause, over.origin, kind="list", not_null=True)
    try:
        items = list(islice(iterate(over), MAX_BLOCKS + 1))
    except EvaluationError as error:
        return Unknown(f"the for_each of the dynamic block {block.labels[0]}: {error}")
    if len(items) > MAX_BLOCKS:
        return Unknown(f"the for_each of the dynamic block {block.labels[0]} is too long")
    return [_repeated(block, content, scope, key, value) for key, value in items]


def _made(block: Block) -> str:
    """Return the type of the blocks that a block is, or makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _repeated(block: Block, content: Block, scope: Scope, key: Value, value: Value) -> Nested:
    """Return what a ``dynamic`` block makes of one item of its collection."""
    attributes = block.body.attributes
    name = _iterator(attributes.get("iterator"), block.labels[0])
    origin = Origin(attributes["for_each"].value, scope)
    return Nested(block, content.body, scope.within({name: {"key": key, "value": value}}, {name: origin}))


def _content(block: Block) -> Block | None:
    """Return what a ``dynamic`` block repeats, where it says that and over what."""
    if block.type != "dynamic" or "for_each" not in block.body.attributes:
        return None
    return next((inner for inner in block.body.blocks if inner.type == "content"), None)


def _iterator(attribute: Attribute | None, default: str) -> str:
    name = getattr(attribute.value, "name", None) if attribute else None
    return name if isinstance(name, str) else default


def safely(node: Expression, scope: Scope) -> Value:
    """Evaluate; what Terraform would refuse is unknown, with the refusal as cause."""
    try:
        value = evaluate(node, scope)
    except EvaluationError as error:
        return Unknown(str(error))
    return value.unknown() if isinstance(value, Lazy) else value


class Target(NamedTuple):
    """What a pointer leads to inside a block: an attribute and the pointer's rest inside its value, or a block (``attribute`` None).

    ``missing`` is what the pointer asks for that is not there; the block is then the deepest one that is.
    """

    header: Block
    body: Body
    scope: Scope
    attribute: Attribute | None
    rest: Pointer
    missing: Pointer = ()

    @property
    def source(self) -> Source:
        """The file it is written in."""
        return self.body.source_of(self.attribute.name) if self.attribute else self.body.source


def target(block: Block, scope: Scope, pointer: Pointer) -> Target:
    """Follow a pointer through a block and the blocks inside it."""
    header, body = block, block.body
    while pointer and isinstance(pointer[0], str):
        name = pointer[0]
        if name in body.attributes:
            return Target(header, body, scope, body.attributes[name], pointer[1:])
        inner = nested(body, scope).get(name) if body.blocks else None
        at = pointer[1] if len(pointer) > 1 else 0
        if isinstance(inner, Unknown) or inner is None or not isinstance(at, int) or not -len(inner) <= at < len(inner):
            written = next((one for one in body.blocks if _made(one) == name), None)
            if written is not None:
                return Target(written, written.body, scope, None, (), pointer[1:])
            break
        header, body, scope = inner[at]
        pointer = pointer[2:]
    return Target(header, body, scope, None, (), pointer)


def data_of(body: Body, scope: Scope, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a body as plain data, shaped as plans are: attributes as values, blocks as lists of maps."""
    data = {name: plain(safely(attribute.value, scope)) for name, attribute in body.attributes.items() if name not in leave_out}
    return as_known(body, data | blocks_data(body, scope))


def as_known(body: Body, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a body: of one that is broken, what is not in it may be there."""
    return data if body.broken is None else Open(data, Unknown(body.broken))


def blocks_data(body: Body, scope: Scope) -> dict[str, Any]:
    """Return the blocks of a body as plain data; of each type there may be more where the body is broken."""
    found = nested(body, scope) if body.blocks else {}
    more = [] if body.broken is None else [Unknown(body.broken, kind="items")]
    return {
        name: _perhaps(name, blocks, body, scope) if isinstance(blocks, Unknown) else [*map(_block_data, blocks), *more]
        for name, blocks in found.items()
    }


def _perhaps(name: str, unknown: Unknown, body: Body, scope: Scope) -> Unknown:
    """Return blocks of which nobody knows how many there are with what the first one is, where a single ``dynamic`` block makes all."""
    written = [block for block in body.blocks if _made(block) == name]
    content = _content(written[0]) if len(written) == 1 else None
    return unknown if content is None else perhaps(unknown, [_block_data(_repeated(written[0], content, scope, unknown, unknown))])


def _block_data(block: Nested) -> dict[str, Any]:
    if block.header.type == "lifecycle":
        return as_known(block.body, {**data_of(block.body, block.scope, _NAMING), **_named(block.body)})
    labels = {"type": block.header.labels[0]} if block.header.type == "provisioner" and block.header.labels else {}
    return as_known(block.body, {**labels, **data_of(block.body, block.scope)})


def _named(body: Body) -> dict[str, Any]:
    """Return what a lifecycle block names without looking into it, as text."""
    named = {name: body.attributes[name].value for name in sorted(_NAMING) if name in body.attributes}
    return {name: [_text(body, item) for item in (value.items if isinstance(value, Tuple) else (value,))] for name, value in named.items()}


def _text(body: Body, node: Expression) -> str:
    return body.source.text[node.start : node.end].strip('"')
