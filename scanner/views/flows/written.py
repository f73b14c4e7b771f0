"""Reads what policies of every family write alike: lists, maps, port numbers, and where something in them is not known."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping
from scanner.views.flows import ports
from scanner.views.flows.ports import Ports


def text(value: Any) -> str:
    """Return a text; an empty one for anything else."""
    return value if isinstance(value, str) else ""


RULES = ("ingress", "egress", "ingressDeny", "egressDeny", "rules")


def doubt_of(spec: Any) -> str | None:
    """Return the cause of the first unknown of a policy that is not inside one of its rules: then nothing of it can be relied on."""
    if not isinstance(spec, dict):
        return cause_in(spec)
    lists = [spec[key] for key in RULES if isinstance(spec.get(key), Unknown)]
    return cause_in([*lists, *(value for key, value in spec.items() if key not in RULES)])


def items(value: Any) -> Iterator[tuple[int, Any]]:
    """Yield index and item of a list; nothing for anything else."""
    return enumerate(value) if isinstance(value, list) else iter(())


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a map, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> int | None:
    """Read a port number, written as a number or as digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 6:
        return int(value)
    return value if isinstance(value, int) else None


def cause_in(value: Any) -> str | None:
    """Return the cause of the first unknown anywhere inside a value, or None."""
    if isinstance(value, Unknown):
        return value.cause
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((cause for cause in map(cause_in, inner) if cause is not None), None)


class Wanted(NamedTuple):
    """Ports as a rule writes them: numbers as an exact set, names still to be resolved, and why they cannot be read exactly."""

    ports: Ports = ports.ALL
    named: tuple[tuple[str, str], ...] = ()
    cause: str | None = None


def gather(parts: list[Wanted]) -> Wanted:
    """Join the entries of a port list."""
    cause = next((part.cause for part in parts if part.cause), None)
    return Wanted(ports.unite(part.ports for part in parts), tuple(name for part in parts for name in part.named), cause)


def wanted_port(protocol: Any, port: Any, end: Any = None) -> Wanted:
    """Read one entry of a port list as Kubernetes does: protocol TCP where absent, all ports where no port is given."""
    cause = cause_in([protocol, port, end])
    if cause:
        return Wanted(ports.NONE, (), cause)
    name = str(protocol or "TCP").upper()
    if port is None:
        return Wanted(ports.of(name))
    first = number(port)
    if first is None:
        return Wanted(ports.NONE, ((name, str(port)),))
    last = number(end)
    return Wanted(ports.of(name, first, first if last is None else last))
