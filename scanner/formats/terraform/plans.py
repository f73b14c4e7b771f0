"""Plans and states (``terraform show -json``, any format version) as planned resources.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re

from scanner.formats.terraform.plan_references import References, mapping, objects
from scanner.model.place import Pointer, dotted
from scanner.model.record import NamedTuple
from scanner.model.sensitive import Hidden
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping

_KEY = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]\Z")


class Planned(NamedTuple):
    """One resource instance of a plan: its address and that of its module, kind and type, values, and where these stand in the file."""

    address: str
    module: str
    kind: str
    type: str
    name: str
    data: dict[str, Any]
    pointer: Pointer


class PlannedProvider(NamedTuple):
    """One provider configuration of a plan."""

    address: str
    name: str
    data: dict[str, Any]
    pointer: Pointer


def planned(plan: Mapping[str, Any]) -> Iterator[Planned]:
    """Yield every resource that a plan or state holds, in its order."""
    changes = {str(change.get("address")): mapping(change.get("change")) for change in objects(plan.get("resource_changes"))}
    found = [*_resources(plan, ("planned_values", "root_module")), *_resources(plan, ("values", "root_module"))]
    read = [one for one in _resources(plan, ("prior_state", "values", "root_module")) if one[1].get("mode") == "data"]
    references = References(mapping(mapping(plan.get("configuration")).get("root_module")), [str(one[1].get("address")) for one in found])
    for module, resource, pointer in (*found, *read):
        if isinstance(resource.get("address"), str) and isinstance(resource.get("type"), str):
            yield _planned(module, resource, pointer, changes.get(resource["address"], {}), references)


def _resources(plan: Mapping[str, Any], pointer: Pointer) -> Iterator[tuple[str, dict[str, Any], Pointer]]:
    """Yield module address, resource and pointer for everything below a module."""
    module: Any = plan
    for key in pointer:
        module = mapping(module).get(str(key))
    open_modules: list[tuple[dict[str, Any], Pointer]] = [(mapping(module), pointer)]
    while open_modules:
        inside, at = open_modules.pop(0)
        for index, resource in enumerate(objects(inside.get("resources"))):
            yield str(inside.get("address") or ""), resource, (*at, "resources", index)
        open_modules += [(child, (*at, "child_modules", index)) for index, child in enumerate(objects(inside.get("child_modules")))]


def _planned(module: str, resource: dict[str, Any], pointer: Pointer, change: dict[str, Any], references: References) -> Planned:
    address, type_name, name = resource["address"], resource["type"], str(resource.get("name"))
    kind = "data" if resource.get("mode") == "data" else "managed"
    key = _KEY.search(address)
    block = references.block(module, f"{'data.' if kind == 'data' else ''}{type_name}.{name}")
    expressions = mapping(block.get("expressions"))
    unknown = _Unknowns(address, module, key[0] if key else "", references)
    data = unknown.merged(mapping(resource.get("values")), mapping(change.get("after_unknown")), expressions, ())
    data = _hidden(data, resource.get("sensitive_values") or change.get("after_sensitive"))
    provider = provider_address(str(block.get("provider_config_key") or ""))
    return Planned(address, module, kind, type_name, name, {**data, **({"provider": provider} if provider else {})}, (*pointer, "values"))


class _Unknowns(NamedTuple):
    """What it takes to say where an unknown value of one instance begins."""

    address: str
    module: str
    key: str
    references: References

    def merged(self, value: Any, unknown: Any, expression: Any, at: Pointer) -> Any:
        """Put unknowns into a value where the plan says that it is known after apply."""
        if unknown is True:
            return self._unknown(expression, at)
        if isinstance(unknown, dict) and isinstance(value, dict | None):
            names = [*(value or {}), *(name for name in unknown if name not in (value or {}))]
            inner = mapping(expression)
            return {name: self.merged((value or {}).get(name), unknown.get(name), inner.get(name), (*at, name)) for name in names}
        if isinstance(unknown, list) and isinstance(value, list | None):
            items = value or []
            length = max(len(items), len(unknown))
            return [self.merged(_item(items, at_), _item(unknown, at_), _expression(expression, at_), (*at, at_)) for at_ in range(length)]
        return value

    def _unknown(self, expression: Any, at: Pointer) -> Unknown:
        found = self.references.behind(expression, self.module, self.key)
        if found:
            return Unknown(f"{found.address}.{found.attribute} is known after apply", found.address)
        return Unknown(f"{self.address}.{dotted(at)} is known after apply", self.address)


def _item(items: list[Any], at: int) -> Any:
    return items[at] if at < len(items) else None


def _expression(expression: Any, at: int) -> Any:
    """Return the expression of a list's item: nested blocks have one each, a single expression makes the whole list."""
    return _item(expression, at) if isinstance(expression, list) else expression


def _hidden(value: Any, sensitive: Any) -> Any:
    """Hide what the plan marks as sensitive."""
    if sensitive is True:
        return _hide(value)
    if isinstance(sensitive, dict) and isinstance(value, dict):
        return {name: _hidden(item, sensitive.get(name)) for name, item in value.items()}
    if isinstance(sensitive, list) and isinstance(value, list):
        return [_hidden(item, _item(sensitive, at)) for at, item in enumerate(value)]
    return value


def _hide(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _hide(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_hide(item) for item in value]
    return Hidden(value) if isinstance(value, str) else value


def provider_address(key: str) -> str:
    """Return the address for a provider key: ``provider.aws.eu`` for ``aws.eu``, with its module's for ``module.m:aws.eu``."""
    module, _, name = key.rpartition(":")
    if module and not module.startswith("module."):
        module = ".".join(f"module.{part}" for part in module.split("."))
    return f"{module}.provider.{name}" if module and name else f"provider.{name}" if name else ""


def planned_providers(plan: Mapping[str, Any]) -> Iterator[PlannedProvider]:
    """Yield the provider configurations of a plan; what is not a constant or a root variable is unknown."""
    configured = mapping(mapping(plan.get("configuration")).get("provider_config"))
    variables = {name: mapping(variable).get("value") for name, variable in mapping(plan.get("variables")).items()}
    for key, provider in configured.items():
        address = provider_address(key)
        name = str(mapping(provider).get("name") or key)
        expressions = mapping(mapping(provider).get("expressions"))
        data = {attribute: _constant(expression, variables, address) for attribute, expression in expressions.items()}
        alias = mapping(provider).get("alias")
        named = {"name": name, "alias": alias} if alias else {"name": name}
        yield PlannedProvider(address, name, {**named, **data}, ("configuration", "provider_config", key, "expressions"))


def _constant(expression: Any, variables: Mapping[str, Any], address: str) -> Any:
    """Return the value of an expression, as far as the configuration in a plan says it."""
    if isinstance(expression, list):
        return [_constant(item, variables, address) for item in expression]
    known = mapping(expression)
    if "constant_value" in known:
        return known["constant_value"]
    if "references" in known:
        names = known["references"] if isinstance(known["references"], list) else ()
        name = next((str(one).removeprefix("var.") for one in names if str(one).startswith("var.")), "")
        return variables[name] if name in variables else Unknown(f"{address} is configured by an expression", address)
    return {name: _constant(item, variables, address) for name, item in known.items()}
