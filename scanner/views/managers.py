"""Who last wrote a field of a live object, by ``metadata.managedFields``.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management (v1.37); the path elements ``f:``, ``k:`` and ``v:`` are
those of sigs.k8s.io/structured-merge-diff v6.
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.typed import Any, Iterable, Mapping

_TOOLS = frozenset(
    {
        "argocd-controller", "argocd-application-controller", "kustomize-controller", "helm-controller", "helm", "Helm", "flux",
        "Terraform", "HashiCorp", "pulumi-kubernetes", "config-sync", "fleet-agent", "kapp",
    }
)  # fmt: skip
"""Field managers of tools that deploy what a repository says; people use others."""


class Manager(NamedTuple):
    """The last writer of a field, and the day (ISO) where the server says it."""

    name: str
    day: str | None

    @property
    def is_tool(self) -> bool:
        """Whether it is a tool that deploys from a repository."""
        return self.name in _TOOLS

    @property
    def words(self) -> str:
        """Say it to people."""
        return f"last written by {self.name}" + (f" on {self.day}" if self.day else "")


def manager_of(live: Mapping[str, Any], source: Any, pointers: Iterable[Pointer]) -> Manager | None:
    """Return who wrote one of the fields last, None where the server does not say. ``pointers`` lead through ``source``."""
    entries = lookup(live, ("metadata", "managedFields"))
    asked = list(pointers)
    owners = [
        entry
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, Mapping) and any(_owns(entry.get("fieldsV1"), source, pointer) for pointer in asked)
    ]
    if not owners:
        return None
    last = max(owners, key=lambda entry: str(entry.get("time") or ""))
    time = last.get("time")
    return Manager(str(last.get("manager")), time[:10] if isinstance(time, str) else None)


def _owns(fields: Any, data: Any, pointer: Pointer) -> bool:
    """Tell whether a set of fields holds a pointer or, where a list is written as a whole, what is above it."""
    for part in pointer:
        if not isinstance(fields, Mapping):
            return False
        if isinstance(part, str):
            if f"f:{part}" not in fields:
                return False
            fields, data = fields[f"f:{part}"], data.get(part) if isinstance(data, Mapping) else None
        else:
            data = data[part] if isinstance(data, list) and part < len(data) else None
            items = {key: value for key, value in fields.items() if key.startswith(("k:", "v:"))}
            if not items:
                return True
            found = [value for key, value in items.items() if _is_item(key, data)]
            if not found:
                return False
            fields = found[0]
    return isinstance(fields, Mapping)


def _is_item(key: str, item: Any) -> bool:
    """Tell whether a path element means an item of a list: by its keys (defaults need not be written), or by its value."""
    import json  # slow to load, and only what runs has managers

    try:
        said = json.loads(key[2:])
    except ValueError:
        return False
    if key.startswith("v:"):
        return bool(said == item)
    if not isinstance(said, dict) or not isinstance(item, Mapping):
        return False
    return any(name in item for name in said) and all(item.get(name, value) == value for name, value in said.items())
