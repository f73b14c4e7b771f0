"""The modules on disk: folders read once, and where the module behind a ``source`` lies."""

from __future__ import annotations

import posixpath

from scanner.formats.terraform.configuration import Configuration, configuration, conflicting, module_files, read_body
from scanner.model.problem import Problem
from scanner.model.reading import Tree, UnreadableError
from scanner.syntax.hcl.nodes import Body
from scanner.syntax.text import decode
from scanner.typed import Any


class Library:
    """Every folder that was read in one scan, with the problems found on the way."""

    def __init__(self, tree: Tree, cache: str | None = None) -> None:
        self.tree = tree
        self.problems: list[Problem] = []
        self._cache = cache
        self._bodies: dict[str, tuple[Body, ...]] = {}
        self._modules: dict[str, Configuration] = {}
        self._manifests: dict[str, dict[str, str]] = {}

    def bodies(self, folder: str) -> tuple[Body, ...]:
        """Return the files of a folder."""
        if folder not in self._bodies:
            self._bodies[folder] = tuple(read_body(self.tree, path, self.problems) for path in module_files(self.tree, folder))
        return self._bodies[folder]

    def module(self, folder: str) -> Configuration:
        """Return the module in a folder."""
        if folder not in self._modules:
            self._modules[folder] = configuration(folder, self.bodies(folder))
        return self._modules[folder]

    def roots(self, folder: str) -> list[tuple[Configuration, frozenset[str]]]:
        """Return a folder as the modules to judge, each with the files whose resources count there.

        That is one, unless its files contradict each other.
        """
        bodies = self.bodies(folder)
        apart = conflicting(bodies)
        if not apart:
            return [(self.module(folder), frozenset(body.source.path for body in bodies))]
        common = [body for body in bodies if body.source.path not in apart]
        alone = [body for body in bodies if body.source.path in apart]
        found = [(configuration(folder, [*common, body]), frozenset({body.source.path})) for body in alone]
        return [(configuration(folder, common), frozenset(body.source.path for body in common)), *found] if common else found

    def is_own(self, path: str) -> bool:
        """Tell whether a file is the user's own, and not part of a module that was downloaded."""
        return "/.terraform/" not in f"/{path}" and not (self._cache and path.startswith(f"{self._cache.rstrip('/')}/"))

    def has_module(self, folder: str) -> bool:
        """Tell whether there is a module in a folder."""
        return bool(module_files(self.tree, folder))

    def find(self, source: str, caller: str, root: str, key: str) -> str | None:
        """Return the folder of a called module, None where it is not on disk.

        ``caller`` is the folder of the caller, ``root`` that of the root module, ``key`` the module's path in ``modules.json``.
        """
        if source.startswith(("./", "../", ".\\", "..\\")) or source in {".", ".."}:
            folder = posixpath.normpath(posixpath.join(caller, source.replace("\\", "/")))
            folder = "" if folder == "." else folder
            return folder if not folder.startswith("..") and self.has_module(folder) else None
        installed = self._manifest(posixpath.join(root, ".terraform/modules")).get(key)
        places = [posixpath.normpath(posixpath.join(root, installed))] if installed else []
        if self._cache:
            cached = self._manifest(self._cache).get(key)
            places += [posixpath.normpath(posixpath.join(root, cached))] if cached else []
            places.append(posixpath.normpath(posixpath.join(self._cache, source.replace("//", "/"))))
        return next((place for place in places if not place.startswith("..") and self.has_module(place)), None)

    def _manifest(self, folder: str) -> dict[str, str]:
        """Return module path → folder, as ``terraform init`` notes it."""
        if folder not in self._manifests:
            self._manifests[folder] = self._read_manifest(posixpath.join(folder, "modules.json"))
        return self._manifests[folder]

    def _read_manifest(self, path: str) -> dict[str, str]:
        if not self.tree.is_file(path):
            return {}
        import json

        try:
            data: Any = json.loads(decode(self.tree.read(path)))
            return {str(entry["Key"]): str(entry["Dir"]) for entry in data["Modules"]}
        except (UnreadableError, ValueError, KeyError, TypeError, RecursionError):
            return {}  # only terraform writes this file; without it the modules are not on disk
