"""Attributes of a resource as others see them: what is configured, what a data source can be known to answer, else unknown."""

from __future__ import annotations

from scanner.formats.terraform.blocks import Nested, nested
from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.namespaces import Members
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import Value
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Body
from scanner.typed import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from scanner.formats.terraform.modules import Instance

_IDENTIFIERS = frozenset({"id", "arn", "self_link", "key_id", "name", "email", "unique_id", "versionless_id"})
META = frozenset({"count", "for_each", "provider", "depends_on"})
_PLAIN = frozenset({"input", "triggers_replace"})
"""Attributes of the built-in ``terraform_data`` that nobody but the author sets."""


def configured(instance: Instance, body: Body, scope: Scope, name: str) -> Value:
    """Return an attribute or the nested blocks of a body; a missing or null one is known after apply."""
    attribute = body.attributes.get(name) if name not in META else None
    if attribute is not None and body is instance.block.body:
        value = instance.module.own(instance, name)
    else:
        value = evaluate(attribute.value, scope) if attribute is not None else None
    if value is not None or (instance.name[1] == "terraform_data" and name in _PLAIN):
        return value
    if body.blocks:
        blocks = nested(body, scope).get(name)
        if blocks is not None:
            return blocks if isinstance(blocks, Unknown) else tuple(_block_value(instance, block) for block in blocks)
    known = _answer(instance, name) if instance.name[0] == "data" and body is instance.block.body else None
    return after_apply(instance, name) if known is None else known


def _answer(instance: Instance, name: str) -> Value:
    from scanner.formats.terraform.data_sources import answer  # few modules ask
    from scanner.formats.terraform.providers import region_of

    return answer(instance.name[1], name, instance.block.body, instance.scope, lambda: region_of(instance))


def _block_value(instance: Instance, block: Nested) -> Value:
    return Members(lambda name: configured(instance, block.body, block.scope, name), instance_unknown(instance))


def after_apply(instance: Instance, name: str) -> Unknown:
    """Return the unknown for an attribute that the platform decides; what identifies a resource is never null or empty."""
    told = "is read from the platform" if instance.name[0] == "data" else "is known after apply"
    identifies = name in _IDENTIFIERS
    return Unknown(f"{instance.address}.{name} {told}", instance.address, not_null=identifies, filled=identifies)


def instance_unknown(instance: Instance) -> Callable[[], Unknown]:
    """Return what makes the unknown for a whole resource."""
    return lambda: Unknown(f"{instance.address} is known after apply", instance.address, kind="object", not_null=True)
