"""Module instances: what ``var``, ``local``, ``module`` and resources are inside one, evaluated when asked for and remembered."""

from __future__ import annotations

from scanner.formats.terraform.attributes import configured, instance_unknown
from scanner.formats.terraform.blocks import safely
from scanner.formats.terraform.capitals import MEANT
from scanner.formats.terraform.configuration import Configuration, ResourceName, Written
from scanner.formats.terraform.constraints import ANYTHING, Constraint, conform, constraint
from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.expansion import SINGLE, Expansion, InstanceKey, expand, suffix, unknown_expansion
from scanner.formats.terraform.functions.signature import Function
from scanner.formats.terraform.library import Library
from scanner.formats.terraform.limits import Budget, weigh
from scanner.formats.terraform.namespaces import Instances, Members, Namespace, names
from scanner.formats.terraform.scope import Origin, Scope
from scanner.formats.terraform.validations import allowed
from scanner.formats.terraform.values import EvaluationError, Value, forced, marked
from scanner.formats.terraform.versions import provider_versions
from scanner.model.reading import Tree
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Block, Body, Expression
from scanner.typed import Callable, Hashable, Mapping

_PREFIXES = {"managed": "", "data": "data.", "ephemeral": "ephemeral.", "module": "module."}
_MISSING = object()
_BUSY = object()


class Evaluation(NamedTuple):
    """What all module instances of one evaluation share: a root module with one set of variables, named by ``scope``."""

    library: Library
    root: str
    scope: str
    workspace: str
    budget: Budget


class Given(NamedTuple):
    """What a variable was set to, and where: by a caller's argument, in a tfvars file, or (None) outside of all files."""

    expression: Expression
    scope: Scope
    written: Written | None


class Instance(NamedTuple):
    """One instance of a resource or module block. A module's name is ``("module", "", label)``."""

    module: Module
    name: ResourceName
    block: Block
    key: InstanceKey
    scope: Scope
    address: str


class Module:
    """One module instance: a root module, or a call of a module (``instance``) from another one.

    ``unset`` says why variables may be set that are not in ``given``.
    """

    __slots__ = (
        "_memory",
        "address",
        "budget",
        "configuration",
        "evaluation",
        "folder",
        "given",
        "instance",
        "key",
        "scope",
        "tree",
        "unset",
    )

    def __init__(
        self, evaluation: Evaluation, configuration: Configuration, given: Mapping[str, Given], instance: Instance | None = None,
        unset: str | None = None,
    ) -> None:  # fmt: skip
        self.evaluation = evaluation
        self.configuration = configuration
        self.given = given
        self.unset = unset
        self.instance = instance
        self.address = f"{instance.address}." if instance else ""
        self.key: tuple[str, ...] = (*instance.module.key, instance.name[2]) if instance else ()
        self.tree: Tree = evaluation.library.tree
        self.budget = evaluation.budget
        self.folder = evaluation.root
        self.scope = Scope(self)
        self._memory: dict[Hashable, Value] = {}

    @property
    def functions(self) -> Mapping[str, Function]:
        """No functions but the built-in ones."""
        return {}

    def root(self, name: str) -> Value:
        """Return what a reference that begins with this name looks into."""
        found = self._memory.get(name, _MISSING)
        if found is _MISSING:
            found = self._memory[name] = self._root(name)
        return found

    def _root(self, name: str) -> Value:
        if name in {"each", "count", "self"}:
            raise EvaluationError(f"there is no {name} here")
        if name.lower() in {"true", "false", "null"} and not any(kind == name for _, kind, _ in self.configuration.resources):
            if name in MEANT:
                return MEANT[name]
            raise EvaluationError(f"{name} is no value: Terraform writes {name.lower()}")
        if name == "path":
            return Namespace("path", names(self._paths()))
        if name in {"terraform", "tofu"}:
            return Namespace(name, names({"workspace": self.evaluation.workspace, "applying": False}))
        if name in {"data", "ephemeral"}:
            return Namespace(
                name, lambda type_name: Namespace(f"{name}.{type_name}", lambda label: self.resource((name, type_name, label)))
            )
        member = {"var": self.variable, "local": self.local, "module": self.call}.get(name)
        return Namespace(name, member or (lambda label: self.resource(("managed", name, label))))

    def _paths(self) -> dict[str, Value]:
        import posixpath

        module = posixpath.relpath(self.configuration.folder or ".", self.evaluation.root or ".")
        machine = Unknown("path.cwd depends on the machine", "path.cwd", kind="string", not_null=True)
        return {"module": module, "root": ".", "cwd": machine}

    def _remembered(self, key: Hashable, address: str, compute: Callable[[], Value]) -> Value:
        """Compute a named value once. What Terraform would refuse is unknown, and so is what needs itself."""
        found = self._memory.get(key, _MISSING)
        if found is _BUSY:
            return Unknown(f"{address} refers to itself", address)
        if found is not _MISSING:
            return found
        self._memory[key] = _BUSY
        try:
            found = compute()
            weigh(found)
        except EvaluationError as error:
            found = Unknown(f"{address}: {error}", address)
        except RecursionError:
            found = Unknown(f"{address} is nested too deeply", address)
        except BaseException:
            del self._memory[key]
            raise
        self._memory[key] = found
        return found

    def versions(self, provider: str) -> Value:
        """Return the versions that a provider may have here: ``at_least`` and ``below``, as far as something says so."""
        return self._remembered(("versions", provider), f"provider.{provider}", lambda: dict(provider_versions(self, provider)))

    def variable(self, name: str) -> Value:
        """Return ``var.name``."""
        block = self.configuration.variables.get(name)
        if block is None:
            return self._undeclared(f"{self.address}var.{name}")
        return self._remembered(("var", name), f"{self.address}var.{name}", lambda: self._variable(name, block.body))

    def _variable(self, name: str, body: Body) -> Value:
        wanted = self.constraint(name)
        address = f"{self.address}var.{name}"
        given, default = self.given.get(name), body.attributes.get("default")
        if given is not None and not self.falls_back(name):
            value = evaluate(given.expression, given.scope)
        elif default is not None and self.has_default(name):
            value = evaluate(default.value, self.scope)
        else:
            present = not self._says(body, "nullable", default=True)
            cause = self.unset or body.broken or f"{address} has no value"
            value = Unknown(cause, address, not_null=present, among=allowed(body, name))
        return marked(conform(value, wanted), sensitive=self._says(body, "sensitive", default=body.broken is not None))

    def has_default(self, name: str) -> bool:
        """Tell whether the default of a variable holds that takes nothing that is given: not where more may be given than was seen."""
        return self.unset is None or name in self.given

    def falls_back(self, name: str) -> bool:
        """Tell whether a variable takes its default although it is set: to null, where it may not be null."""
        body = self.configuration.variables[name].body
        if self._says(body, "nullable", default=True):
            return False
        return evaluate(self.given[name].expression, self.given[name].scope) is None

    def _says(self, body: Body, name: str, *, default: bool = False) -> bool:
        """Read a flag such as ``sensitive``."""
        attribute = body.attributes.get(name)
        return default if attribute is None else safely(attribute.value, self.scope) is True

    def constraint(self, name: str) -> Constraint:
        """Return the type constraint of a variable."""
        body = self.configuration.variables[name].body
        return constraint(body.attributes["type"].value, self.scope) if "type" in body.attributes else ANYTHING

    def local(self, name: str) -> Value:
        """Return ``local.name``."""
        written = self.configuration.locals.get(name)
        if written is None:
            return self._undeclared(f"{self.address}local.{name}", self.configuration.broken_locals)
        return self._remembered(("local", name), f"{self.address}local.{name}", lambda: evaluate(written.attribute.value, self.scope))

    def output(self, name: str) -> Value:
        """Return what an output of this module is."""
        block = self.configuration.outputs.get(name)
        if block is None or "value" not in block.body.attributes:
            lost = block.body.broken if block else self.configuration.broken
            if lost is not None:
                return Unknown(lost, f"{self.address}output.{name}")
            raise EvaluationError(f"{self.address}{name} is no output")
        value, sensitive = block.body.attributes["value"].value, self._says(block.body, "sensitive")
        address = f"{self.address}output.{name}"
        return self._remembered(("output", name), address, lambda: marked(evaluate(value, self.scope), sensitive=sensitive))

    def outputs(self) -> dict[str, Value]:
        """Return all outputs."""
        return {name: forced(self.output(name)) for name in self.configuration.outputs}

    def resource(self, name: ResourceName) -> Value:
        """Return what a reference to a resource looks into."""
        block = self.configuration.resources.get(name)
        if block is None:
            return self._undeclared(self.address_of(name))
        return self._instances_value(
            name, block, lambda instance: Members(lambda member: self.attribute(instance, member), instance_unknown(instance))
        )

    def call(self, label: str) -> Value:
        """Return what a reference to a module looks into."""
        block = self.configuration.modules.get(label)
        if block is None:
            return self._undeclared(f"{self.address}module.{label}")
        return self._instances_value(("module", "", label), block, lambda instance: _outputs(instance, self.child(instance)))

    def _instances_value(self, name: ResourceName, block: Block, value: Callable[[Instance], Value]) -> Value:
        key = ("value", name)
        if key not in self._memory:
            expansion = self.expansion(name, block)
            if expansion.single:
                self._memory[key] = value(self.instance_of(name, block, None))
            else:
                self._memory[key] = Instances(expansion, lambda at: value(self.instance_of(name, block, at)))
        return self._memory[key]

    def address_of(self, name: ResourceName) -> str:
        """Return the address of a block, without instance key."""
        kind, type_name, label = name
        return f"{self.address}{_PREFIXES[kind]}{type_name}{'.' if type_name else ''}{label}"

    def expansion(self, name: ResourceName, block: Block) -> Expansion:
        """Return which instances a block has."""
        if "count" not in block.body.attributes and "for_each" not in block.body.attributes:
            return SINGLE
        found = self._remembered(("expansion", block.start, name), self.address_of(name), lambda: expand(block, self.scope))
        return unknown_expansion(found, counted="count" in block.body.attributes) if isinstance(found, Unknown) else found

    def instances(self, name: ResourceName, block: Block) -> list[Instance]:
        """Return the instances of a block."""
        return [self.instance_of(name, block, key) for key in self.expansion(name, block).instances]

    def instance_of(self, name: ResourceName, block: Block, key: InstanceKey) -> Instance:
        """Return one instance."""
        bound = self.expansion(name, block).instances[key]
        each = block.body.attributes.get("for_each")
        scope = self.scope.within(bound, {"each": Origin(each.value, self.scope)} if each else {}) if bound else self.scope
        return Instance(self, name, block, key, scope, self.address_of(name) + suffix(key))

    def own(self, instance: Instance, name: str) -> Value:
        """Return what an attribute of a resource is set to; the same unknown wherever it is asked for."""
        node = instance.block.body.attributes[name].value
        key = ("own", instance.block.start, instance.address, name)
        return self._remembered(key, f"{instance.address}.{name}", lambda: safely(node, instance.scope))

    def attribute(self, instance: Instance, name: str) -> Value:
        """Return an attribute of a resource as others see it: what is configured, else unknown until somebody applies."""
        key = ("attribute", instance.block.start, instance.address, name)
        body, scope = instance.block.body, instance.scope
        return self._remembered(key, f"{instance.address}.{name}", lambda: configured(instance, body, scope, name))

    def child(self, instance: Instance) -> Module | Unknown:
        """Return the module that a module block calls; unknown where it is not on disk."""
        from scanner.formats.terraform.calls import enter  # the two need each other

        return self._remembered(("child", instance.address), instance.address, lambda: enter(instance))  # type: ignore[no-any-return]

    def _undeclared(self, address: str, broken: str | None = None) -> Unknown:
        """Return what a reference to nothing is: Terraform refuses it before it evaluates, so that no ``try`` catches it."""
        return Unknown(self.configuration.broken or broken or f"{address} is not declared", address)


def _outputs(instance: Instance, child: Module | Unknown) -> Value:
    if isinstance(child, Unknown):
        return child
    return Members(child.output, instance_unknown(instance), child.outputs)
