"""What cloud firewalls let in: the port ranges that Google and DigitalOcean write as text, as numbers that rules can compare."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable, Iterator, Sequence

FACTS = ("firewall-opening",)
_POLICY_RULES = (
    "google_compute_firewall_policy_rule",
    "google_compute_network_firewall_policy_rule",
    "google_compute_region_network_firewall_policy_rule",
)
READS = ("google_compute_firewall", "digitalocean_firewall", *_POLICY_RULES)
EVERY_PORT = {"from": 0, "to": 65535}
_PORTLESS = ("icmp", "esp", "ah", "ipip", "sctp")


class _Opening(NamedTuple):
    """A rule of a firewall: who may come in (``source`` is where that is written), by which protocol, to which ports."""

    sources: Any
    source: Pointer
    protocol: Any
    ports: Any
    port: Pointer


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:  # noqa: ARG001 - every view has the same shape
    """Return one fact per rule that lets something in, in inventory order."""
    return [_fact(resource, opening) for resource in inventory.of(*READS) for opening in _READ[resource.type](resource.data)]


def _google(data: dict[str, Any]) -> Iterator[_Opening]:
    """https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_firewall"""  # noqa: D415
    if data.get("direction") == "EGRESS" or data.get("disabled") is True:
        return
    doubt = _doubt(data, "direction", "disabled")
    for pointer, rule in _blocks(data, "allow"):
        sources = data.get("source_ranges") if doubt is None else doubt
        yield _Opening(sources, ("source_ranges",), _of(rule, "protocol"), _of(rule, "ports"), (*pointer, "ports"))


def _google_policy(data: dict[str, Any]) -> Iterator[_Opening]:
    """https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/compute_network_firewall_policy_rule"""  # noqa: D415
    if data.get("direction") == "EGRESS" or data.get("disabled") is True or data.get("action") in ("deny", "goto_next"):
        return
    doubt = _doubt(data, "direction", "disabled", "action")
    for at, match in _blocks(data, "match"):
        sources = _of(match, "src_ip_ranges") if doubt is None else doubt
        for inner, rule in _blocks(match, "layer4_configs"):
            yield _Opening(sources, (*at, "src_ip_ranges"), _of(rule, "ip_protocol"), _of(rule, "ports"), (*at, *inner, "ports"))


def _digitalocean(data: dict[str, Any]) -> Iterator[_Opening]:
    """https://registry.terraform.io/providers/digitalocean/digitalocean/2.71.0/docs/resources/firewall"""  # noqa: D415
    for at, rule in _blocks(data, "inbound_rule"):
        port = _of(rule, "port_range")
        ports = None if port is None else [port]
        yield _Opening(_of(rule, "source_addresses"), (*at, "source_addresses"), _of(rule, "protocol"), ports, (*at, "port_range"))


_READ: dict[str, Callable[[dict[str, Any]], Iterator[_Opening]]] = {
    "google_compute_firewall": _google,
    "digitalocean_firewall": _digitalocean,
    **dict.fromkeys(_POLICY_RULES, _google_policy),
}


def _blocks(data: dict[str, Any] | Unknown, name: str) -> Iterator[tuple[Pointer, dict[str, Any] | Unknown]]:
    """Yield the blocks of a type, each with its pointer; an unknown stands for those of which nobody knows."""
    found = _of(data, name)
    if isinstance(found, Unknown):
        yield (name,), found
    for number, block in enumerate(found if isinstance(found, list) else ()):
        if isinstance(block, dict | Unknown):
            yield (name, number), block


def _of(block: dict[str, Any] | Unknown, name: str) -> Any:
    return block if isinstance(block, Unknown) else block.get(name)


def _doubt(data: dict[str, Any], *names: str) -> Unknown | None:
    """Return why nobody knows whether a rule lets anything in."""
    return next((value for value in map(data.get, names) if isinstance(value, Unknown)), None)


def _fact(resource: Resource, opening: _Opening) -> Fact:
    data = {
        "cloud": resource.key.provider,
        "sources": opening.sources,
        "protocol": opening.protocol,
        "ports": _ranges(opening.protocol, opening.ports),
    }
    fields = {"sources": (resource, opening.source), "ports": (resource, opening.port)}
    identity = (
        resource.key.address,
        *("?" if isinstance(part, Unknown) else str(part) for part in (opening.protocol, opening.ports, opening.sources)),
    )
    return Fact(
        "firewall-opening",
        data,
        identity,
        fields,
        ((resource, opening.source, "who may come in"), (resource, opening.port, "to which ports")),
    )


def _ranges(protocol: Any, ports: Any) -> Any:
    """Return ``[{from, to}]``; no ports mean all, where the protocol has any."""
    if isinstance(protocol, str) and protocol.lower() in _PORTLESS:
        return []
    if ports is None or ports == []:
        return [EVERY_PORT] if not isinstance(protocol, Unknown) else protocol
    return [range_of(port) for port in ports] if isinstance(ports, list) else ports


def range_of(port: Any) -> Any:
    """Return ``22``, ``8000-9000`` or DigitalOcean's ``all`` as ``{from, to}``; an unknown one as it is, None for what is no port."""
    if isinstance(port, Unknown):
        return port
    first, _, last = str(port).partition("-")
    if first in ("all", "0") and not last:
        return EVERY_PORT
    if not (first.isdecimal() and (last or first).isdecimal()):
        return None
    return {"from": int(first), "to": int(last or first)}
