"""Entering modules: the root with its inputs, and what a module block calls."""

from __future__ import annotations

from scanner.formats.terraform.attributes import META
from scanner.formats.terraform.blocks import safely
from scanner.formats.terraform.configuration import Configuration, Written
from scanner.formats.terraform.modules import Evaluation, Given, Instance, Module
from scanner.formats.terraform.variables import Input, Inputs
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.lexer import HclError
from scanner.syntax.hcl.nodes import Expression, Literal
from scanner.typed import Iterator

CALL_META = META | {"source", "version", "providers"}


def enter(instance: Instance) -> Module | Unknown:
    """Find and enter a called module."""
    module, attributes = instance.module, instance.block.body.attributes
    source = safely(attributes["source"].value, module.scope) if "source" in attributes else None
    library, evaluation = module.evaluation.library, module.evaluation
    key = ".".join((*module.key, instance.name[2]))
    folder = library.find(source, module.configuration.folder, evaluation.root, key) if isinstance(source, str) else None
    plain_address = ".".join(f"module.{label}" for label in key.split("."))
    if folder is None:
        lost = instance.block.body.broken if source is None else None
        return Unknown(lost or f"{plain_address} is not on disk: run terraform init", plain_address)
    if folder in _callers(module):
        return Unknown(f"{plain_address} calls itself", plain_address)
    body = instance.block.body
    given = {
        name: Given(attribute.value, instance.scope, Written(attribute, body.source_of(name)))
        for name, attribute in attributes.items()
        if name not in CALL_META
    }
    return Module(evaluation, library.module(folder), given, instance, body.broken)


def _callers(module: Module | None) -> Iterator[str]:
    """Yield the folders of a module and of those that called it."""
    while module is not None:
        yield module.configuration.folder
        module = module.instance.module if module.instance else None


def root_module(evaluation: Evaluation, configuration: Configuration, inputs: Inputs) -> Module:
    """Make a root module with its inputs."""
    module = Module(evaluation, configuration, {}, unset=inputs.broken)
    given = ((name, one) for name, one in inputs.by_name.items() if name in configuration.variables)
    module.given = {name: Given(_read(one, module, name), module.scope, one.written) for name, one in given}
    return module


def _read(given: Input, module: Module, name: str) -> Expression:
    try:
        return given.read(as_text=module.constraint(name).type.kind in {"string", "number", "bool", "any"})
    except HclError:
        return Literal(given.text, 0, 0)
