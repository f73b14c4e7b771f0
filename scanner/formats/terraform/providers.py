"""Which provider configuration a resource uses: its own ``provider``, what the call of its module passes, or the default one."""

from __future__ import annotations

from scanner.formats.terraform.modules import Instance, Module
from scanner.syntax.hcl.nodes import Expression, Get, Literal, Object, Root


def provider_type(type_name: str) -> str:
    """Return the provider that a resource type belongs to: ``azurerm`` for ``azurerm_storage_account``."""
    return type_name.partition("_")[0]


def provider_of(instance: Instance) -> str | None:
    """Return the address of the provider configuration (``provider.aws.eu``) of a resource, None where none is written."""
    chosen = instance.block.body.attributes.get("provider")
    name = _reference(chosen.value) if chosen else None
    return _resolve(instance.module, name or provider_type(instance.name[1]))


def provider_address(module: Module, name: str) -> str:
    """Return the address of a provider configuration that is written in a module."""
    return f"{module.address}provider.{name}"


def _resolve(module: Module, name: str) -> str | None:
    """Follow a provider name from a module up to where it is configured."""
    while True:
        if name in module.configuration.providers:
            return provider_address(module, name)
        if module.instance is None:
            return None
        passed = _passed(module.instance).get(name)
        if passed is None and "." in name:
            return None
        module, name = module.instance.module, passed or name


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
    if isinstance(node, Get) and isinstance(node.of, Root):
        return f"{node.of.name}.{node.name}"
    return None
