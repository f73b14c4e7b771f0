"""Finds the modules of a room by walking its folder, so that adding a language, view, format or engine edits no list."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from scanner.kept import cache

_HERE = os.path.dirname(os.path.abspath(__file__))


@cache
def modules(package: str) -> tuple[str, ...]:
    """Return the sorted dotted names of the modules and packages directly inside a package, by its folder alone."""
    return tuple(sorted(_entries(package)))


@cache
def files(package: str) -> tuple[str, ...]:
    """Return the sorted paths of every source file of a package, as a signature of what it declares."""
    found = []
    for folder, _, names in os.walk(_folder(package)):
        found += [os.path.join(folder, name) for name in names if name.endswith(".py")]
    return tuple(sorted(found))


@cache
def declaring(package: str, attribute: str) -> tuple[ModuleType, ...]:
    """Import the modules of a package and return those that declare the attribute (``NAME``, ``FACTS`` …), sorted by name."""
    found = (import_module(name) for name in modules(package))
    return tuple(module for module in found if hasattr(module, attribute))


def _folder(package: str) -> str:
    return os.path.join(_HERE, *package.split(".")[1:])


def _entries(package: str) -> set[str]:
    found = set()
    for entry in os.scandir(_folder(package)):
        name = entry.name.removesuffix(".py")
        is_module = name != entry.name or os.path.isfile(os.path.join(entry.path, "__init__.py"))
        if is_module and not name.startswith("_"):
            found.add(f"{package}.{name}")
    return found
