"""The edges of one resource: which of the attributes that its row names are written, and where they lead."""

from __future__ import annotations

from scanner.model.glob import fits
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.placements.carriers import Carrier, Edge, Option, rule
from scanner.views.placements.destinations import destinations
from scanner.views.placements.places import lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import Written, said, split, written
from scanner.views.placements.ways import Fork, Hop, Way

_UPDATED = "arm:"


class Taken(NamedTuple):
    """An edge that a resource takes: its kind, what the table's row says of it, and the way."""

    kind: str
    option: Option
    way: Way


def edges_of(survey: Survey, resource: Resource, carrier: Carrier | None = None) -> list[Taken]:
    """Return every edge that a resource takes, the unknown ones too; ``carrier`` where its type alone does not name its row."""
    row = carrier or survey.carriers.row(resource.type)
    if row is None:
        return []
    return [taken for edge in row.edges for taken in _taken(survey, resource, row, edge)]


def _taken(survey: Survey, resource: Resource, carrier: Carrier, edge: Edge) -> Iterator[Taken]:
    for option in edge.options:
        ways = _written(survey, resource, carrier, option)
        if ways is not None:
            yield from (Taken(edge.kind, option, way) for way in ways)
            return
    for option in edge.options:
        for way in _unwritten(survey, resource, carrier, option):
            yield Taken(edge.kind, option, way)
            return


def _written(survey: Survey, resource: Resource, carrier: Carrier, option: Option) -> list[Way] | None:
    """Return the ways of an attribute, None where it is not written or its conditions do not hold."""
    doubt = _conditions(resource, option)
    if doubt is False:
        return None
    if not option.path:
        return _ways(survey, Fork(resource, carrier, option, Written((), None, by_default=True)), doubt)
    if option.path.startswith("pod."):
        return destinations(survey, Fork(resource, carrier, option, Written((), None)))
    found = _values(survey, resource, option)
    if not found:
        return None
    return [way for holder, one in found for way in _ways(survey, Fork(resource, carrier, option, one), doubt, holder)]


def _values(survey: Survey, resource: Resource, option: Option) -> list[tuple[Resource, Written]]:
    if option.path.startswith(_UPDATED):
        path = option.path.removeprefix(_UPDATED)
        return [(update, one) for update in survey.updates(resource) for one in written(update.data.get("body"), path)]
    return [(resource, one) for one in said(resource, option.path)]


def _ways(survey: Survey, fork: Fork, doubt: Unknown | bool, holder: Resource | None = None) -> list[Way]:
    fits = _fits(fork.found.value, fork.option.when)
    if fits is False:
        return []
    unclear = next((one for one in (doubt, fits) if isinstance(one, Unknown)), None)
    if unclear is not None:
        return [Way(lost(unclear.cause, unclear.origin, fork.carrier.cloud), (fork.hop,))]
    ways = destinations(survey, fork)
    if holder is None or holder is fork.resource:
        return ways
    return [way._replace(hops=(Hop(holder, ("body", *fork.found.pointer), fork.found.value), *way.hops[1:])) for way in ways]


def _unwritten(survey: Survey, resource: Resource, carrier: Carrier, option: Option) -> list[Way]:
    """Return where data goes because nothing is written."""
    default = survey.carriers.default(resource.type, option.path)
    doubt = _conditions(resource, option)
    if default is None or doubt is False or _values(survey, resource, option):
        return []
    if option.beside and not said(resource, option.beside):
        return []
    sure = option.sure and default.get("sure") == "docs"
    found = Written(split(option.path.removeprefix(_UPDATED)), default.get("value"), by_default=True)
    if "unknown" in default:
        fork = Fork(resource, carrier, option, found)
        return [Way(lost(f"{option.path} is not written: {default['unknown']}", None, carrier.cloud), (fork.hop,))]
    to = rule(default["to"]) if "to" in default else option.to
    return _ways(survey, Fork(resource, carrier, option._replace(to=to, sure=sure), found), doubt)


def _conditions(resource: Resource, option: Option) -> Unknown | bool:
    """Tell whether the other attributes are as an edge wants them."""
    wanted = [_any_fits(resource, path, values) for path, values in option.only.items()]
    unwanted = [_any_fits(resource, path, values) for path, values in option.unless.items()]
    if any(one is False for one in wanted) or any(one is True for one in unwanted):
        return False
    return next((one for one in (*wanted, *unwanted) if isinstance(one, Unknown)), True)


def _any_fits(resource: Resource, path: str, values: tuple[Any, ...]) -> Unknown | bool:
    each = [_fits(one.value, values) for one in said(resource, path)]
    if any(one is True for one in each):
        return True
    return next((one for one in each if isinstance(one, Unknown)), False)


def _fits(value: Any, wanted: tuple[Any, ...]) -> Unknown | bool:
    """Tell whether a value is one of those that make an edge; any value does where the table names none."""
    if not wanted:
        return True
    if isinstance(value, Unknown):
        return value
    word = _word(value)
    return any(fits(word, _word(one)) for one in wanted)


def _word(value: Any) -> str:
    return str(value).lower()
