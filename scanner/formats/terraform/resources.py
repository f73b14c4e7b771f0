"""Module instances → resources that rules can judge."""

from __future__ import annotations

from itertools import islice

from scanner.formats.terraform.attributes import META, instance_unknown
from scanner.formats.terraform.blocks import as_known, blocks_data, data_of
from scanner.formats.terraform.kinds import CARRIERS
from scanner.formats.terraform.limits import MAX_INSTANCES
from scanner.formats.terraform.locate import Located
from scanner.formats.terraform.modules import Instance, Module
from scanner.formats.terraform.namespaces import Members
from scanner.formats.terraform.providers import provider_address, provider_of, provider_type
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import plain
from scanner.model.counts import Counts
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Wanted
from scanner.model.resource import Key, Resource
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Block, Body, Expression, Get, Index, Literal, Root, Tuple
from scanner.syntax.text import Source
from scanner.typed import Any, Iterator

_CALL = META | {"source", "version", "providers"}
"""Arguments of a module block that are not for the module."""


def instances(module: Module, files: frozenset[str] | None = None) -> Iterator[Instance]:
    """Yield every resource and data source instance of a module and of those it calls, in the order of the text.

    ``files`` are those of the module whose resources count, None for all.
    """
    written = [*module.configuration.resources.items(), *module.configuration.repeated]
    for name, block in written:
        if files is None or block.body.source.path in files:
            yield from module.instances(name, block)
    for child in children(module, files):
        yield from instances(child)


def children(module: Module, files: frozenset[str] | None = None) -> Iterator[Module]:
    """Yield the module instances that a module calls and that are on disk."""
    for label, block in module.configuration.modules.items():
        if files is not None and block.body.source.path not in files:
            continue
        for instance in module.instances(("module", "", label), block):
            child = module.child(instance)
            if not isinstance(child, Unknown):
                yield child


def modules(module: Module, files: frozenset[str] | None = None) -> Iterator[Module]:
    """Yield a module and every one below it."""
    yield module
    for child in children(module, files):
        yield from modules(child)


def counted(module: Module, files: frozenset[str], wanted: Wanted, by_type: Counts[str]) -> Iterator[Resource]:
    """Yield what is wanted of a root module and all that it calls, and count everything."""
    asked = wanted.__contains__
    if asked("provider"):
        for inner in islice(modules(module, files), MAX_INSTANCES):
            yield from provider_resources(inner)
    if "module" in wanted.types:
        for inner in islice(modules(module, files), MAX_INSTANCES):
            yield from missing(inner)
    for number, instance in enumerate(instances(module, files)):
        if number >= MAX_INSTANCES:
            module.evaluation.library.problems.append(_too_many(files))
            return
        by_type[type_name(instance)] += 1
        if asked(type_name(instance)) or instance.name[1].startswith(CARRIERS):
            yield resource(instance)


def _too_many(files: frozenset[str]) -> Problem:
    return file_problem("too-large", min(files), f"this module has more than {MAX_INSTANCES} instances: the others are not judged")


def type_name(instance: Instance) -> str:
    """Return the native type: data sources are ``data.aws_ami``, so that no rule takes one for a resource."""
    kind, name, _ = instance.name
    return name if kind == "managed" else f"{kind}.{name}"


def resource(instance: Instance) -> Resource:
    """Evaluate one instance.

    Its data is shaped as in plans: nested blocks are lists of maps. ``provider`` is the address of its provider configuration where one
    is written, ``provider_version`` what limits its version (``at_least``, ``below``), ``depends_on`` a list of addresses; ``count`` and
    ``for_each`` are left out.
    """
    body = instance.block.body
    own = (name for name in body.attributes if name not in META)
    data = {name: plain(instance.module.own(instance, name)) for name in own} | blocks_data(body, _with_self(instance))
    if "depends_on" in body.attributes:
        data["depends_on"] = _addresses(body.attributes["depends_on"].value, instance.module.address)
    provider = provider_of(instance)
    if provider is not None:
        data["provider"] = provider
    _, native, name = instance.name
    versions = instance.module.versions(provider_type(native))
    if versions or body.broken:
        data["provider_version"] = versions
    key = Key(provider_type(native), type_name(instance), "", None, name, instance.address, instance.module.evaluation.scope)
    return Resource(
        key, as_known(body, data), "terraform", body.source.path, Located(instance.module, instance.block, instance.scope, instance.address)
    )


def _with_self(instance: Instance) -> Scope:
    """Return the scope of a resource's blocks: provisioners and conditions may speak of the resource itself."""
    if not any(block.type in {"provisioner", "connection", "lifecycle"} for block in instance.block.body.blocks):
        return instance.scope
    itself = Members(lambda name: instance.module.attribute(instance, name), instance_unknown(instance))
    return instance.scope.within({"self": itself}, {})


def provider_resources(module: Module) -> Iterator[Resource]:
    """Yield a module's provider configurations as resources of type ``provider``, named by the provider."""
    for name, block in module.configuration.providers.items():
        address = provider_address(module, name)
        key = Key(block.labels[0], "provider", "", None, name, address, module.evaluation.scope)
        data = {"name": block.labels[0], **data_of(block.body, module.scope)}
        located = Located(module, block, module.scope, address)
        yield Resource(key, as_known(block.body, data), "terraform", block.body.source.path, located)


def missing(module: Module) -> Iterator[Resource]:
    """Yield the calls of modules that are not on disk as resources of type ``module``: what they are given tells what they may be about.

    What could not be read of this module stands beside them, as a call that may be given anything.
    """
    if module.configuration.broken:
        yield _unread(module, module.configuration.broken)
    for label, block in module.configuration.modules.items():
        for instance in module.instances(("module", "", label), block):
            if isinstance(module.child(instance), Unknown):
                given = (name for name in block.body.attributes if name not in _CALL)
                data = as_known(block.body, {name: plain(module.own(instance, name)) for name in given})
                key = Key("terraform", "module", "", None, label, instance.address, module.evaluation.scope)
                yield Resource(key, data, "terraform", block.body.source.path, Located(module, block, instance.scope, instance.address))


def _unread(module: Module, why: str) -> Resource:
    path = module.configuration.files[0]
    block = Block("module", (), Body({}, (), Source(path, ""), broken=why), 0, 0, 0)
    key = Key("terraform", "module", "", None, "", f"{module.address}?", module.evaluation.scope)
    return Resource(key, as_known(block.body, {}), "terraform", path, Located(module, block, module.scope, module.address))


def _addresses(node: Expression, prefix: str) -> list[Any]:
    items = node.items if isinstance(node, Tuple) else (node,)
    return [f"{prefix}{text}" for text in (_reference_text(item) for item in items) if text]


def _reference_text(node: Expression) -> str:
    if isinstance(node, Root):
        return node.name
    if isinstance(node, Literal):
        return str(node.value)
    if isinstance(node, Get):
        return f"{_reference_text(node.of)}.{node.name}"
    return _reference_text(node.of) if isinstance(node, Index) else ""
