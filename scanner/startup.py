"""The modules of a command in one file: looking for two hundred of them, one by one, costs a sixth of a small scan.

A module of ours is taken from there as long as its source has the size and time of change that it had; what was not there is the next
time. Nothing depends on it: without a cache, Python imports as ever.
"""

from __future__ import annotations

import marshal
import os
import sys

from scanner.cache import load_rows, stamp, store_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from scanner.typed import Any, Mapping, Sequence

_HERE = os.path.dirname(os.path.abspath(__file__))
_OURS = "scanner."
Origin = tuple[str, int, int]
"""Where a module's source is, its size and its time of change (ns)."""


class Modules:
    """Finds and runs our modules; see ``importlib.abc.MetaPathFinder`` and ``Loader`` for what is asked of it."""

    def __init__(self, command: str, origins: Mapping[str, Origin], kept: Mapping[str, bytes]) -> None:
        self.command = command
        self.origins = dict(origins)
        self.fresh: dict[str, bytes] = {}
        self._kept = kept

    @property
    def codes(self) -> dict[str, bytes]:
        """The code of every module, kept or fresh."""
        return {name: self.fresh[name] if name in self.fresh else self._kept[name] for name in self.origins}

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """Return how to load a module of ours; None leaves it to Python."""
        origin = self.origins.get(name)
        if origin is None or stamp(origin[0]) != origin:
            origin = self._read(name, path) if name.startswith(_OURS) else None
            if origin is None:
                return None
        spec: ModuleSpec = type(sys.__spec__)(name, self, origin=origin[0], is_package=origin[0].endswith("__init__.py"))  # type: ignore[arg-type]
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(os.path.dirname(origin[0]))
        return spec

    def _read(self, name: str, path: Sequence[str] | None) -> Origin | None:
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        origin = stamp(spec.origin)  # before the source is read: should it change meanwhile, it is read again
        code: Any = spec.loader.get_code(name) if spec.loader is not None and hasattr(spec.loader, "get_code") else None
        if code is None or origin[1] < 0:  # in an archive nothing tells that it changed
            return None
        self.origins[name], self.fresh[name] = origin, marshal.dumps(code)
        return origin

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code in it."""
        module.__file__ = self.origins[module.__name__][0]
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 - our own

    def get_code(self, name: str) -> CodeType:
        """Return a module's code."""
        code: CodeType = marshal.loads(self.fresh.get(name) or self._kept[name])  # noqa: S302 - from a file that only we can write
        return code


def begin(command: str) -> None:
    """Take the modules of a command from where they were kept."""
    origins, kept = load_rows(_name(command), _key()) or ({}, {})
    sys.meta_path.insert(0, Modules(command, origins, kept))


def keep() -> None:
    """Keep the modules that this run imported, where some were not kept yet."""
    for one in sys.meta_path:
        if isinstance(one, Modules) and one.fresh:
            store_rows(_name(one.command), _key(), one.origins, one.codes)


def _name(command: str) -> str:
    return f"modules-{command}"


def _key() -> tuple[str, int]:
    return _HERE, sys.flags.optimize
