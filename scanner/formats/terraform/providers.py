"""Which provider configuration a resource uses: its own ``provider``, what the call of its module passes, or the default one."""

from __future__ import annotations

from scanner.formats.terraform.blocks import safely
from scanner.formats.terraform.values import Value
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Expression, Get, Index, Literal, Object, Root
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.formats.terraform.modules import Instance, Module


def provider_type(type_name: str) -> str:
    """Return the provider that a resource type belongs to: ``azurerm`` for ``azurerm_storage_account``."""
    return type_name.partition("_")[0]


def provider_of(instance: Instance) -> str | Unknown | None:
    """Return the address of the provider configuration (``provider.aws.eu``) of a resource, None where none is written."""
    found = _configured(instance)
    return provider_address(*found) if isinstance(found, tuple) else found


def region_of(instance: Instance) -> Value:
    """Return the region that the provider configuration of a resource says; None where it says none."""
    found = _configured(instance)
    if not isinstance(found, tuple):
        return found
    body = found[0].configuration.providers[found[1]].body
    region = body.attributes.get("region")
    return safely(region.value, found[0].scope) if region else _lost(body.broken)


def provider_address(module: Module, name: str) -> str:
    """Return the address of a provider configuration that is written in a module."""
    return f"{module.address}provider.{name}"


def _configured(instance: Instance) -> tuple[Module, str] | Unknown | None:
    """Follow a resource's provider from its module up to where it is configured."""
    body = instance.block.body
    chosen = body.attributes.get("provider")
    if chosen is None and body.broken:
        return Unknown(body.broken)
    module, name = instance.module, (_reference(chosen.value) if chosen else None) or provider_type(instance.name[1])
    while name not in module.configuration.providers:
        if module.configuration.broken or module.instance is None:
            return _lost(module.configuration.broken)
        call = module.instance.block.body
        if call.broken and "providers" not in call.attributes:
            return Unknown(call.broken)
        passed = _passed(module.instance).get(name)
        if passed is None and "." in name:
            return None
        module, name = module.instance.module, passed or name
    return module, name


def _lost(broken: str | None) -> Unknown | None:
    return Unknown(broken) if broken else None


def _passed(call: Instance) -> dict[str, str]:
    """Return what a module block's ``providers`` passes."""
    attribute = call.block.body.attributes.get("providers")
    if attribute is None or not isinstance(attribute.value, Object):
        return {}
    found = {}
    for key, value in attribute.value.items:
        name, given = _reference(key), _reference(value)
        if name and given:
            found[name] = given
    return found


def _reference(node: Expression) -> str | None:
    """Read ``aws``, ``aws.eu`` or the same as a string."""
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, Root):
        return node.name
    if isinstance(node, Index):  # one of several, as OpenTofu has them
        return _reference(node.of)
    if isinstance(node, Get) and isinstance(node.of, Root):
        return f"{node.of.name}.{node.name}"
    return None
