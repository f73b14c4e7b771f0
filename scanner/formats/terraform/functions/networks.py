"""Functions over IP address ranges."""

from __future__ import annotations

from scanner.formats.terraform.functions.lists import whole
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.types import STRING, list_of
from scanner.formats.terraform.values import EvaluationError, Value
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


def _network(text: str) -> IPv4Network | IPv6Network:
    """Read a range; Go accepts leading zeros in IPv4 addresses here, and so do we."""
    from ipaddress import ip_network

    address, slash, length = text.partition("/")
    if ":" not in address:
        address = ".".join(part.lstrip("0") or "0" for part in address.split("."))
    try:
        if not slash or not length.isdigit():
            raise ValueError("no prefix length")
        return ip_network(f"{address}/{length}", strict=False)
    except ValueError as error:
        raise EvaluationError(f"{text!r} is no address range") from error


def _subnet(base: IPv4Network | IPv6Network, bits: int, number: int) -> str:
    length = base.prefixlen + bits
    if bits < 0 or length > base.max_prefixlen:
        raise EvaluationError(f"there are no {bits} bits left in {base}")
    start = abs(int(base.network_address) | (number << (base.max_prefixlen - length)))  # Go takes negative numbers, and does this
    if abs(number) >= 1 << bits or start.bit_length() > base.max_prefixlen:
        raise EvaluationError(f"{bits} bits do not hold the number {number}")
    return f"{type(base.network_address)(start)}/{length}"


def _cidrsubnet(prefix: str, bits: Value, number: Value) -> str:
    return _subnet(_network(prefix), whole(bits), whole(number))


def _cidrsubnets(prefix: str, *bits: Value) -> Value:
    base = _network(prefix)
    if not int(base.network_address):
        raise EvaluationError("Terraform finds no room in a range that begins at address zero")
    found = []
    at = 0
    for one in bits:
        size = whole(one)
        if not 1 <= size <= min(32, base.max_prefixlen - base.prefixlen):
            raise EvaluationError(f"there are no {size} bits left in {base}")
        step = 1 << (base.max_prefixlen - base.prefixlen - size)
        at = -(-at // step) * step
        found.append(_subnet(base, size, at // step))
        at += step
    return list_of(found, STRING)


def _cidrhost(prefix: str, number: Value) -> str:
    base, at = _network(prefix), whole(number)
    if not -base.num_addresses <= at < base.num_addresses:
        raise EvaluationError(f"{base} does not hold the host {at}")
    start = int(base.network_address) + (at if at >= 0 else base.num_addresses + at)
    return str(type(base.network_address)(start))


def _cidrnetmask(prefix: str) -> str:
    base = _network(prefix)
    if base.version != 4:
        raise EvaluationError("only IPv4 has netmasks")
    return str(base.netmask)


def _cidrcontains(outer: str, inner: str) -> bool:
    """Tell whether a range holds an address or another range (OpenTofu)."""
    base = _network(outer)
    other = _network(inner if "/" in inner else f"{inner}/{base.max_prefixlen}")
    return base.version == other.version and other.network_address in base and other.broadcast_address in base


FUNCTIONS = {
    "cidrcontains": function(_cidrcontains, "string string -> bool"),
    "cidrhost": function(_cidrhost, "string number -> string"),
    "cidrnetmask": function(_cidrnetmask, "string -> string"),
    "cidrsubnet": function(_cidrsubnet, "string number number -> string"),
    "cidrsubnets": function(_cidrsubnets, "string number... -> list"),
}
