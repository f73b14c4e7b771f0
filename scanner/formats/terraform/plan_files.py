"""Plan files of a scan: their resources, placed in the configuration that they were made from where that is scanned too."""

from __future__ import annotations

import posixpath
import re

from scanner.formats.terraform.evaluations import Evaluated
from scanner.formats.terraform.locate import Located
from scanner.formats.terraform.plans import Planned, PlannedProvider, planned, planned_providers
from scanner.formats.terraform.providers import provider_type
from scanner.formats.terraform.resources import instances
from scanner.kept import cached_property
from scanner.model.place import Place, Pointer, Span, Step, dotted
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Locator, Part, Resource
from scanner.syntax.json_data import load
from scanner.syntax.json_places import survey
from scanner.syntax.places import Places
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Sequence

_KEYS = re.compile(r"\[(?:\d+|\?|\"(?:[^\"\\]|\\.)*\")\]")


class PlanFile:
    """A plan as it was read, and its text, which is surveyed only when somebody asks for a place."""

    def __init__(self, path: str, text: str) -> None:
        self.source = Source(path, text)
        self.data = load(text).data

    @cached_property
    def places(self) -> Places:
        """Where everything stands."""
        return survey(self.source.text)


class Read(NamedTuple):
    """A plan's resources, and the evaluation that they stand in for."""

    resources: Sequence[Resource]
    replaces: Evaluated | None


class _InPlan:
    """Places in a plan file."""

    __slots__ = ("_address", "_plan", "_pointer")

    def __init__(self, plan: PlanFile, pointer: Pointer, address: str) -> None:
        self._plan = plan
        self._pointer = pointer
        self._address = address

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute in the plan."""
        found = self._plan.places.range((*self._pointer, *pointer), part)
        return self._plan.source.span(*found) if found else None

    def place(self, pointer: Pointer) -> Place:
        """Return the same: without the configuration nothing else is known."""
        return Place(self.span(pointer))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the one step that is known."""
        return (Step(self._address, dotted(pointer), None, self.span(pointer)),)


def read_plan(tree: Tree, path: str, evaluated: Sequence[Evaluated], problems: list[Problem]) -> Read:
    """Read a plan; with its configuration at hand the places are there. What cannot be read is a problem."""
    try:
        plan = PlanFile(path, decode(tree.read(path), "strict"))
    except UnreadableError as error:
        problems.append(error.problem)
        return Read((), None)
    except MalformedError as error:
        problems.append(file_problem(error.kind, path, error.message))
        return Read((), None)
    if not isinstance(plan.data, dict):
        problems.append(file_problem("unparsable", path, "a plan is an object"))
        return Read((), None)
    found = list(planned(plan.data))
    source = _configuration(path, found, evaluated)
    places = _source_places(source) if source else {}
    scope = source.module.evaluation.scope if source else path
    resources = [_resource(one, plan, places, scope) for one in found]
    return Read([*resources, *(_provider(one, plan, scope) for one in planned_providers(plan.data))], source)


def _configuration(path: str, found: Sequence[Planned], evaluated: Sequence[Evaluated]) -> Evaluated | None:
    """Return the root module that a plan was made from: the nearest one above it that has its resources, evaluated just once."""
    names = {_plain(one.address) for one in found if not one.module}
    folder = posixpath.dirname(path)
    fitting = [one for one in evaluated if names & {one.module.address_of(name) for name in one.module.configuration.resources}]
    above = [one for one in fitting if one.module.evaluation.root in {"", folder} or folder.startswith(one.module.evaluation.root + "/")]
    nearest = max((len(one.module.evaluation.root) for one in above), default=0)
    best = [one for one in above if len(one.module.evaluation.root) == nearest] or fitting
    return best[0] if len(best) == 1 else None


def _plain(address: str) -> str:
    return _KEYS.sub("", address)


def _source_places(source: Evaluated) -> dict[str, Located]:
    """Return the places of every instance by address, and by address without keys for those that only the plan knows."""
    found: dict[str, Located] = {}
    for instance in instances(source.module, source.files):
        located = Located(instance.module, instance.block, instance.scope, instance.address)
        found.setdefault(_plain(instance.address), located)
        found[instance.address] = located
    return found


def _resource(one: Planned, plan: PlanFile, places: dict[str, Located], scope: str) -> Resource:
    located = places.get(one.address) or places.get(_plain(one.address))
    locator: Locator = located or _InPlan(plan, one.pointer, one.address)
    path = located.block.body.source.path if located else plan.source.path
    type_name = one.type if one.kind == "managed" else f"data.{one.type}"
    return Resource(Key(provider_type(one.type), type_name, "", None, one.name, one.address, scope), one.data, "plan", path, locator)


def _provider(one: PlannedProvider, plan: PlanFile, scope: str) -> Resource:
    name = one.address.rpartition("provider.")[2]
    key = Key(one.name, "provider", "", None, name, one.address, scope)
    return Resource(key, one.data, "plan", plan.source.path, _InPlan(plan, one.pointer, one.address))
