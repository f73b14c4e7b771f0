"""What makes a finding the same tomorrow: rule, resource and pointer, with list items by their own name; no line, no order, no path."""

from __future__ import annotations

from typing import Any

from scanner.model.place import Pointer
from scanner.model.resource import Key
from scanner.model.unknown import Unknown

_NAMES = ("name", "id", "key")


def fingerprint(rule: str, key: Key, named: tuple[str, ...]) -> str:
    """Hash a rule id, a resource's key and a pointer whose items are named (or a fact's identity)."""
    from hashlib import sha256  # only findings have one

    parts = (rule, key.provider, key.type, key.api_group, key.namespace or "", key.name, key.address, key.scope or "", *named)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def stable(data: Any, pointer: Pointer) -> tuple[str, ...]:
    """Write a pointer with each list index replaced by what names the item; equal items are numbered."""
    parts = []
    for step in pointer:
        parts.append(_item(data, step) if isinstance(step, int) and isinstance(data, list) and step < len(data) else str(step))
        data = _inside(data, step)
    return tuple(parts)


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return data[step] if isinstance(data, list) and step < len(data) else None
    return data.get(step) if isinstance(data, dict) else None


def _item(items: list[Any], index: int) -> str:
    name = _name(items[index])
    twins = [number for number, item in enumerate(items) if _name(item) == name]
    return f"[{name}]" if len(twins) == 1 else f"[{name}]#{twins.index(index)}"


def _name(item: Any) -> str:
    if isinstance(item, dict):
        for key in _NAMES:
            if isinstance(item.get(key), str):
                return f"{key}={item[key]}"
    return _content(item)


def _content(value: Any) -> str:
    """Write a value so that equal ones are written the same, whatever the order of their keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_content(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_content, value)) + "]"
    return f"?{value.origin or value.cause}" if isinstance(value, Unknown) else repr(value)
