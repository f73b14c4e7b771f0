"""Dated lookup data of ``rules/_tables/``: one YAML file each, with ``source`` and ``as_of``. Parsed once, then remembered."""

from __future__ import annotations

import os

from scanner.cache import remember
from scanner.kept import cache
from scanner.typed import Any

_HERE = os.path.dirname(os.path.abspath(__file__))


@cache
def data_folder(name: str) -> str:
    """Return the absolute path of ``rules`` or ``reports``: inside the installed package, else at the top of the checkout."""
    inside = os.path.join(_HERE, "_data", name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_HERE), name)


@cache
def table(name: str) -> Any:
    """Return one table as plain data (YAML 1.2 scalars); the caller must not change it. Raises FileNotFoundError."""
    path = os.path.join(data_folder("rules"), "_tables", f"{name}.yaml")
    return remember(f"table-{name}", [path], lambda: _parse(path))


def _parse(path: str) -> Any:
    import yaml  # only when the remembered form is missing

    with open(path, "rb") as handle:
        return yaml.load(handle, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe in both forms
