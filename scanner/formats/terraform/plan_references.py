"""What an unknown value of a plan refers to: the plan's own configuration says which resource each expression names."""

from __future__ import annotations

import re

from scanner.model.record import NamedTuple
from scanner.typed import Any, Iterable, Mapping

MAX_HOPS = 20
_RESOURCE = re.compile(r"((?:data\.)?[\w-]+\.[\w-]+)(\[[^\]]*\])?(?:\.(\w+))?")
_MODULE = re.compile(r"module\.([\w-]+)(\[[^\]]*\])?(?:\.([\w-]+))?")
_LAST_MODULE = re.compile(r"(?:(.*)\.)?module\.([\w-]+)(?:\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?")


class Reference(NamedTuple):
    """The resource instance that a value comes from, and its attribute."""

    address: str
    attribute: str


class References:
    """The configuration of a plan, and the addresses of its instances."""

    def __init__(self, configuration: Mapping[str, Any], addresses: Iterable[str]) -> None:
        self._root = configuration
        self._addresses = frozenset(addresses)

    def module(self, path: str) -> Mapping[str, Any]:
        """Return the configuration of a module by its address; empty where there is none."""
        if not path:
            return self._root
        found = _LAST_MODULE.fullmatch(path)
        if found is None:
            return {}
        calls = mapping(self.module(found[1] or "").get("module_calls"))
        return mapping(mapping(calls.get(found[2])).get("module"))

    def block(self, path: str, block_address: str) -> Mapping[str, Any]:
        """Return what the configuration says about a resource block."""
        blocks = objects(self.module(path).get("resources"))
        return next((block for block in blocks if block.get("address") == block_address), {})

    def behind(self, expression: Any, path: str, index: str) -> Reference | None:
        """Return the first resource that an expression of a module instance names, through variables and outputs."""
        return self._behind(expression, path, index, MAX_HOPS)

    def _behind(self, expression: Any, path: str, index: str, hops: int) -> Reference | None:
        if hops and isinstance(expression, dict):
            names = expression.get("references")
            for name in names if isinstance(names, list) else ():
                found = self._named(str(name), path, index, hops - 1)
                if found:
                    return found
        return None

    def _named(self, name: str, path: str, index: str, hops: int) -> Reference | None:
        kind = name.partition(".")[0]
        if kind == "var":
            return self._variable(name.split(".")[1], path, hops)
        if kind == "module":
            return self._output(name, path, index, hops)
        found = None if kind in {"local", "each", "count", "path", "terraform", "self"} else _RESOURCE.match(name)
        return Reference(self._instance(path, found[1], found[2] or index), found[3] or "id") if found else None

    def _instance(self, path: str, block: str, index: str) -> str:
        """Return the address of an instance: with the key that is written or that we have ourselves, or without any."""
        address = f"{path}.{block}" if path else block
        return address + index if address + index in self._addresses else address

    def _variable(self, name: str, path: str, hops: int) -> Reference | None:
        found = _LAST_MODULE.fullmatch(path)
        if found is None:
            return None
        parent = found[1] or ""
        call = mapping(mapping(self.module(parent).get("module_calls")).get(found[2]))
        return self._behind(mapping(call.get("expressions")).get(name), parent, "", hops)

    def _output(self, name: str, path: str, index: str, hops: int) -> Reference | None:
        found = _MODULE.match(name)
        if found is None or not found[3]:
            return None
        plain = f"{path}.module.{found[1]}" if path else f"module.{found[1]}"
        keyed = plain + (found[2] or index)
        child = keyed if any(address.startswith(f"{keyed}.") for address in self._addresses) else plain
        output = mapping(mapping(self.module(plain).get("outputs")).get(found[3]))
        return self._behind(output.get("expression"), child, "", hops)


def mapping(value: Any) -> dict[str, Any]:
    """Return an object of a plan, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, none for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
