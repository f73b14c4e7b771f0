"""Terragrunt as far as it is static: which module a ``terragrunt.hcl`` runs, its inputs and includes, the files that it generates.

https://terragrunt.gruntwork.io/docs/reference/hcl/
"""

from __future__ import annotations

import posixpath

from scanner.formats.terraform.blocks import safely
from scanner.formats.terraform.capitals import MEANT
from scanner.formats.terraform.configuration import Written, read_body
from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.functions.signature import Function, function
from scanner.formats.terraform.library import Library
from scanner.formats.terraform.limits import Budget
from scanner.formats.terraform.modules import Given
from scanner.formats.terraform.namespaces import Members, Namespace
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import EvaluationError, Value
from scanner.kept import cached_property
from scanner.model.reading import Tree
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Block, Body, Get
from scanner.syntax.hcl.parser import parse
from scanner.typed import Mapping

MAX_INCLUDES = 5


class Unit(NamedTuple):
    """One ``terragrunt.hcl`` that runs a module: the module's folder, what its variables are set to, and the files added to it.

    ``unset`` says why variables may be set that are not in ``given``.
    """

    folder: str
    module: str
    given: Mapping[str, Given]
    generated: tuple[Body, ...]
    unset: str | None


def unit(library: Library, path: str) -> Unit | None:
    """Read a ``terragrunt.hcl``; None where it runs no module that is on disk."""
    body = read_body(library.tree, path, library.problems)
    settings = Settings(library, posixpath.dirname(path), body, posixpath.dirname(path), MAX_INCLUDES)
    module = settings.module()
    return None if module is None else Unit(settings.folder, module, settings.given(), settings.generated(), settings.unset())


class Settings:
    """One file of Terragrunt's, and those that it includes (``scope.Names``). ``child`` is the folder of the unit that includes it."""

    def __init__(self, library: Library, folder: str, body: Body, child: str, includes_left: int) -> None:
        self.folder = folder
        self._library = library
        self._body = body
        self._child = child
        self._includes_left = includes_left
        self._busy: set[str] = set()
        self.scope = Scope(self)
        self.budget = Budget()

    @property
    def tree(self) -> Tree:
        """The files that functions may read."""
        return self._library.tree

    def root(self, name: str) -> Value:
        """Return what a reference looks into."""
        if name in MEANT:
            return MEANT[name]
        members = {"local": self._local, "include": self._included, "dependency": _dependency}
        if name not in members:
            raise EvaluationError(f"there is no {name} in Terragrunt's files")
        return Namespace(name, members[name])

    def _blocks(self, type_name: str) -> list[Block]:
        return [block for block in self._body.blocks if block.type == type_name]

    def _local(self, name: str) -> Value:
        written = next((block.body.attributes[name] for block in self._blocks("locals") if name in block.body.attributes), None)
        if written is None:
            lost = next((body.broken for body in (self._body, *(block.body for block in self._blocks("locals"))) if body.broken), None)
            if lost is not None:
                return Unknown(lost, f"local.{name}")
            raise EvaluationError(f"local.{name} is not declared")
        if name in self._busy:
            return Unknown(f"local.{name} refers to itself", f"local.{name}")
        self._busy.add(name)
        try:
            return evaluate(written.value, self.scope)
        finally:
            self._busy.discard(name)

    @cached_property
    def _includes(self) -> dict[str, Settings]:
        found = {}
        for block in self._blocks("include") if self._includes_left else ():
            path = safely(block.body.attributes["path"].value, self.scope) if "path" in block.body.attributes else None
            target = posixpath.normpath(posixpath.join(self.folder, path)) if isinstance(path, str) else ""
            if self.tree.is_file(target):
                body = read_body(self.tree, target, self._library.problems)
                folder = posixpath.dirname(target)
                found["".join(block.labels[:1])] = Settings(self._library, folder, body, self._child, self._includes_left - 1)
        return found

    def _included(self, name: str) -> Value:
        if name not in self._includes:
            return Unknown(f"include.{name} cannot be read", f"include.{name}")
        other = self._includes[name]
        members = {"locals": Namespace("locals", other._local), "inputs": other.inputs()}  # noqa: SLF001 - the same class
        unread = Unknown(f"include.{name} is read only in part", f"include.{name}")
        return Members(lambda member: members.get(member, unread), lambda: unread)

    def inputs(self) -> Value:
        """Return the inputs that this file sets."""
        attribute = self._body.attributes.get("inputs")
        if attribute is None:
            return Unknown(self._body.broken, "inputs") if self._body.broken else {}
        return safely(attribute.value, self.scope)

    def unset(self) -> str | None:
        """Return why there may be more inputs than those that are known."""
        inputs = self.inputs()
        own = inputs.cause if isinstance(inputs, Unknown) else None
        return next((cause for cause in (own, *(other.unset() for other in self._includes.values())) if cause), None)

    def given(self) -> dict[str, Given]:
        """Return where each input is set: in an included file, or in this one, which wins."""
        found: dict[str, Given] = {}
        for other in self._includes.values():
            found.update(other.given())
        attribute, inputs = self._body.attributes.get("inputs"), self.inputs()
        if attribute and isinstance(inputs, dict):
            written = Written(attribute, self._body.source)
            found.update({name: Given(Get(attribute.value, name, attribute.start, attribute.end), self.scope, written) for name in inputs})
        return found

    def module(self) -> str | None:
        """Return the folder of the module that is run: that of ``source``, or the unit's own where it holds one."""
        for block in self._blocks("terraform"):
            source = safely(block.body.attributes["source"].value, self.scope) if "source" in block.body.attributes else None
            if isinstance(source, str):
                local = source.split("?")[0].replace("//", "/")
                local = local if local.startswith((".", "/")) else f"./{local}" if self._library.has_module(local) else local
                return self._library.find(local, self.folder, self.folder, "")
        inherited = (other.module() for other in self._includes.values())
        return next((module for module in inherited if module is not None), None)

    def generated(self) -> tuple[Body, ...]:
        """Return the files that ``generate`` blocks write, as far as their text is known, on the lines where it stands."""
        found = [body for other in self._includes.values() for body in other.generated()]
        for block in self._blocks("generate"):
            attribute = block.body.attributes.get("contents")
            contents = safely(attribute.value, self.scope) if attribute else None
            if attribute and isinstance(contents, str):
                lines_before = self._body.source.point(attribute.value.start)[0]
                found.append(parse(self._body.source.path, "\n" * lines_before + contents).body)
        return tuple(found)

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions that Terragrunt adds."""
        own, child = self.folder or ".", self._child or "."
        return {
            "find_in_parent_folders": function(self._find_in_parents, "string? string? -> string"),
            "get_env": function(lambda name, *_: Unknown(f"the environment variable {name} is not read", kind="string"), "string string?"),
            "get_parent_terragrunt_dir": function(lambda *_: own, "string? -> string"),
            "get_repo_root": function(lambda: posixpath.relpath(".", own), "-> string"),
            "get_terragrunt_dir": function(lambda: ".", "-> string"),
            "path_relative_from_include": function(lambda *_: posixpath.relpath(own, child), "string? -> string"),
            "path_relative_to_include": function(lambda *_: posixpath.relpath(child, own), "string? -> string"),
        }

    def _find_in_parents(self, name: str = "terragrunt.hcl", default: str | None = None) -> Value:
        """Return the path of the nearest file of this name in a folder above."""
        folder = self.folder
        while folder:
            folder = posixpath.dirname(folder)
            if self.tree.is_file(posixpath.join(folder, name)):
                return posixpath.relpath(posixpath.join(folder, name), self.folder)
        if default is None:
            raise EvaluationError(f"there is no {name} in a folder above")
        return default


def _dependency(name: str) -> Value:
    return Unknown(f"dependency.{name} is known after apply", f"dependency.{name}")
