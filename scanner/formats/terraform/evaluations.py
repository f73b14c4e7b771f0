"""The evaluations of one scan: each root module with each of its variable sets."""

from __future__ import annotations

import posixpath

from scanner.config import Section
from scanner.formats.terraform.calls import root_module
from scanner.formats.terraform.configuration import configuration, is_module_file
from scanner.formats.terraform.kinds import TERRAGRUNT
from scanner.formats.terraform.library import Library
from scanner.formats.terraform.limits import Budget
from scanner.formats.terraform.modules import Evaluation, Module
from scanner.formats.terraform.roots import lost_calls, may_be_called, roots, variable_sets
from scanner.formats.terraform.variables import VariableSet, inputs
from scanner.model.record import NamedTuple
from scanner.typed import Iterator, Sequence


class Evaluated(NamedTuple):
    """A root module with one set of variables, and the files whose resources count in it."""

    module: Module
    files: frozenset[str]


def evaluations(library: Library, paths: Sequence[str], section: Section) -> Iterator[Evaluated]:
    """Yield an evaluation for each unit of Terragrunt, and for each root module among the other folders, with each of its variable sets."""
    run: set[str] = set()
    for one in _units(library, [path for path in paths if path.endswith(TERRAGRUNT)]):
        run.add(one.module.configuration.folder)
        yield one
    configured = section.get("roots") or {}
    given = VariableSet("", tuple(section.get("var_files") or ()), section.get("variables") or {})
    environment = section.get("environment") or {}
    folders = {posixpath.dirname(path) for path in paths if is_module_file(path)}
    lost = lost_calls(library, sorted(folders))
    for folder in roots(library, folders - run, configured):
        call = next((cause for caller, cause in lost.items() if caller != folder), None)
        call = call if call and may_be_called(library, folder) else None
        for chosen in variable_sets(configured, folder):
            found = inputs(library.tree, folder, chosen, given, environment, library.problems)
            found = found._replace(broken=found.broken or call)
            scope = (folder or ".") + (f"[{chosen.name}]" if chosen.name else "")
            for module, files in library.roots(folder):
                yield Evaluated(root_module(Evaluation(library, folder, scope, chosen.workspace, Budget()), module, found), files)


def _units(library: Library, paths: Sequence[str]) -> Iterator[Evaluated]:
    """Yield an evaluation of the module that each unit of Terragrunt runs."""
    if not paths:
        return
    from scanner.formats.terraform.terragrunt import unit  # few repositories have any

    for path in paths:
        one = unit(library, path)
        if one is not None:
            module = configuration(one.module, (*library.bodies(one.module), *one.generated))
            root = Module(Evaluation(library, one.module, one.folder or ".", "default", Budget()), module, {}, unset=one.unset)
            root.given = {name: given for name, given in one.given.items() if name in module.variables}
            yield Evaluated(root, frozenset(module.files))
