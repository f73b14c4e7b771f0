"""The modules of a command in one file: looking for two hundred of them, one by one, costs a sixth of a small scan.

A module of ours is taken from there as long as its source has the size and time of change that it had; what was not there is the next
time. Nothing depends on it: without a cache, Python imports as ever.
"""

from __future__ import annotations

import marshal
import os
import sys

from scanner.cache import load, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from scanner.typed import Any, Mapping, Sequence

_HERE = os.path.dirname(os.path.abspath(__file__))
_OURS = "scanner."
Row = tuple[str, int, int, bytes]
"""Where a module's source is, its size and time of change (ns), and its code."""


class Modules:
    """Finds and runs our modules; see ``importlib.abc.MetaPathFinder`` and ``Loader`` for what is asked of it."""

    def __init__(self, command: str, rows: Mapping[str, Row]) -> None:
        self.command = command
        self.rows = dict(rows)
        self.grown = False

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """Return how to load a module of ours; None leaves it to Python."""
        row = self.rows.get(name)
        if row is None or _state_of(row[0]) != row[1:3]:
            row = _row(name, path) if name.startswith(_OURS) else None
            if row is None:
                return None
            self.rows[name], self.grown = row, True
        spec: ModuleSpec = type(sys.__spec__)(name, self, origin=row[0], is_package=row[0].endswith("__init__.py"))  # type: ignore[arg-type]
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(os.path.dirname(row[0]))
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code in it."""
        module.__file__ = self.rows[module.__name__][0]
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 - our own

    def get_code(self, name: str) -> CodeType:
        """Return a module's code."""
        code: CodeType = marshal.loads(self.rows[name][3])  # noqa: S302 - our own modules, from a file that only we can write
        return code


def begin(command: str) -> None:
    """Take the modules of a command from where they were kept."""
    kept = load(_name(command), _key())
    sys.meta_path.insert(0, Modules(command, kept[0] if kept is not None else {}))


def keep() -> None:
    """Keep the modules that this run imported, where some were not kept yet."""
    for one in sys.meta_path:
        if isinstance(one, Modules) and one.grown:
            store(_name(one.command), _key(), one.rows)


def _row(name: str, path: Sequence[str] | None) -> Row | None:
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec(name, path)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    size, changed = _state_of(spec.origin)  # before the source is read: should it change meanwhile, it is read again
    code: Any = spec.loader.get_code(name) if spec.loader is not None and hasattr(spec.loader, "get_code") else None
    return (spec.origin, size, changed, marshal.dumps(code)) if code is not None else None


def _state_of(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _name(command: str) -> str:
    return f"modules-{command}"


def _key() -> tuple[str, int]:
    return _HERE, sys.flags.optimize
