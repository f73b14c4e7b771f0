"""What makes a finding the same tomorrow: rule, resource and pointer, with list items by their own name; no line, no order, no path."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.resource import Key
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterable, Iterator

try:  # hashlib loads OpenSSL, which takes longer than a small scan; ``random`` of the standard library does the same
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]  # its name before Python 3.12
    except ImportError:
        from hashlib import sha256

_NAMES = ("name", "id", "key")


def fingerprint(rule: str, key: Key, named: tuple[str, ...]) -> str:
    """Hash a rule id, a resource's key and a pointer whose items are named (or a fact's identity)."""
    parts = (rule, key.provider, key.type, key.api_group, key.namespace or "", key.name, key.address, key.scope or "", *named)
    return str(sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32])


def stable(data: Any, pointer: Pointer, memo: dict[Any, Any]) -> tuple[str, ...]:
    """Write a pointer with each list index replaced by what names the item; equal items are numbered.

    ``memo`` keeps the names of lists that were met, as long as the data lives.
    """
    parts = []
    for step in pointer:
        if isinstance(step, int) and isinstance(data, list) and step < len(data):
            parts.append(_names(data, memo)[step])
            data = data[step]
        else:
            parts.append(str(step))
            data = data.get(step) if isinstance(data, dict) else None
    return tuple(parts)


def _names(items: list[Any], memo: dict[Any, Any]) -> list[str]:
    found = memo.get(id(items))
    if found is None:
        found = memo[id(items)] = list(_numbered(map(_name, items)))
    return found


def _numbered(names: Iterable[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, -1) + 1
        yield f"[{name}]#{seen[name]}" if seen[name] else f"[{name}]"


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
