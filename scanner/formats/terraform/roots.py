"""Which modules are judged by themselves: those that nobody calls, and those that configuration names, each with its variable sets."""

from __future__ import annotations

import posixpath

from scanner.formats.terraform.library import Library
from scanner.formats.terraform.variables import VariableSet
from scanner.syntax.hcl.nodes import Literal
from scanner.typed import Any, Iterable, Mapping, Sequence


def roots(library: Library, folders: Iterable[str], configured: Iterable[str]) -> list[str]:
    """Return the folders to evaluate, sorted: of a circle of calls, its first folder."""
    candidates = sorted(set(folders))
    calls = {folder: _called(library, folder) for folder in candidates}
    called = {target for targets in calls.values() for target in targets}
    found = [folder for folder in candidates if folder not in called or folder in set(configured)]
    reached = _reached(found, calls)
    for folder in candidates:
        if folder not in reached:
            found.append(folder)
            reached |= _reached([folder], calls)
    return sorted(found)


def _called(library: Library, folder: str) -> set[str]:
    """Return the folders that a folder's module blocks lead to, as far as their sources are written plainly."""
    found = set()
    for body in library.bodies(folder):
        for block in body.blocks:
            source = block.body.attributes.get("source") if block.type == "module" and block.labels else None
            if source and isinstance(source.value, Literal) and isinstance(source.value.value, str):
                target = library.find(source.value.value, folder, folder, block.labels[0])
                if target is not None and target != folder:
                    found.add(target)
    return found


def lost_calls(library: Library, folders: Iterable[str]) -> dict[str, str]:
    """Return the folders in which calls of modules may not have been seen, each with why."""
    found = {}
    for folder in folders:
        bodies = library.bodies(folder)
        calls = (block.body for body in bodies for block in body.blocks if block.type == "module")
        causes = [body.broken for body in bodies] + [body.broken for body in calls if "source" not in body.attributes]
        found[folder] = next(filter(None, causes), None)
    return {folder: cause for folder, cause in found.items() if cause}


def may_be_called(library: Library, folder: str) -> bool:
    """Tell whether a module looks like one that others call: it configures no provider and no backend."""
    blocks = [block for body in library.bodies(folder) for block in body.blocks]
    inner = (one.type for block in blocks if block.type == "terraform" for one in block.body.blocks)
    return not any(block.type == "provider" for block in blocks) and not {"backend", "cloud"} & set(inner)


def _reached(starts: Sequence[str], calls: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    open_folders = list(starts)
    while open_folders:
        folder = open_folders.pop()
        if folder not in reached:
            reached.add(folder)
            open_folders += calls.get(folder, ())
    return reached


def variable_sets(configured: Mapping[str, Any], folder: str) -> list[VariableSet]:
    """Return the variable sets of a root module that configuration names, else the plain one."""
    section = next((value for path, value in configured.items() if _normal(path) == folder), None)
    entries = section if isinstance(section, list) else [section or {}]
    sets = [
        VariableSet("", tuple(entry.get("var_files", ())), entry.get("variables", {}), str(entry.get("workspace", "default")))
        for entry in entries
    ]
    return [one._replace(name=_name(one, at)) for at, one in enumerate(sets)] if len(sets) > 1 else sets


def _name(one: VariableSet, at: int) -> str:
    """Name a variable set by its workspace, its last file, or its number."""
    if one.workspace != "default":
        return one.workspace
    return posixpath.basename(one.var_files[-1]).split(".")[0] if one.var_files else str(at + 1)


def _normal(path: str) -> str:
    path = posixpath.normpath(path)
    return "" if path == "." else path
