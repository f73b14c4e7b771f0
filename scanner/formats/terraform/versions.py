"""Which versions of a provider a module runs with, as far as its constraints and the lock file say: defaults change between them.

Constraints: https://developer.hashicorp.com/terraform/language/expressions/version-constraints (Terraform 1.13).
Several of them hold together.
"""

from __future__ import annotations

import posixpath
import re

from scanner.formats.terraform.blocks import safely
from scanner.model.reading import UnreadableError
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Attribute, Block
from scanner.syntax.text import decode
from scanner.typed import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from scanner.formats.terraform.modules import Module

LOCK = ".terraform.lock.hcl"
_PART = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2})[^,]*")
_LOCKED = re.compile(r'^provider\s+"[^"\n]*/([\w-]+)"\s*\{\s*\n\s*version\s*=\s*"(\d+\.\d+\.\d+)', re.MULTILINE)

Version = tuple[int, int, int]


class Bounds(NamedTuple):
    """``at_least`` this version, and ``below`` that one; None where nothing says so."""

    at_least: Version | None = None
    below: Version | None = None

    def both(self, other: Bounds) -> Bounds:
        """Return what holds where two constraints hold together."""
        lower = [one for one in (self.at_least, other.at_least) if one is not None]
        upper = [one for one in (self.below, other.below) if one is not None]
        return Bounds(max(lower, default=None), min(upper, default=None))


def provider_versions(module: Module, provider: str) -> dict[str, Any]:
    """Return ``at_least`` and ``below`` of the versions that a provider may have in a module, without those that nothing limits.

    Where a constraint may not have been seen, what nothing says is unknown.
    """
    locked = _locked(module, provider)
    found = locked or _required(module, provider)
    lost = next(_lost(module), None) if locked is None else None
    unsaid = {} if lost is None else dict.fromkeys(found._fields, Unknown(lost))
    return unsaid | {name: ".".join(map(str, version)) for name, version in found._asdict().items() if version is not None}


def _lost(module: Module) -> Iterator[str]:
    """Yield why there may be constraints that were not seen."""
    for one in _callers(module):
        written = [block.body for block in one.configuration.others if block.type == "terraform"]
        inner = [block.body for body in written for block in body.blocks if block.type == "required_providers"]
        yield from (broken for broken in (one.configuration.broken, *(body.broken for body in (*written, *inner))) if broken)


def bounds(constraint: str) -> Bounds:
    """Read a constraint such as ``>= 3.50, < 5.0``; what cannot be read limits nothing."""
    found = Bounds()
    for part in constraint.split(","):
        match = _PART.fullmatch(part)
        if match is not None:
            found = found.both(_bounds(match[1] or "=", [int(number) for number in match[2].split(".")]))
    return found


def _bounds(operator: str, numbers: list[int]) -> Bounds:
    version = _padded(numbers)
    if operator in (">=", ">"):
        return Bounds(version)
    if operator == "<":
        return Bounds(None, version)
    if operator == "<=":
        return Bounds(None, _next(version))
    if operator == "~>":
        return Bounds(version, _padded([*numbers[:-2], numbers[-2] + 1]) if len(numbers) > 1 else None)
    return Bounds(version, _next(version)) if operator == "=" else Bounds()


def _padded(numbers: list[int]) -> Version:
    first, second, third = (*numbers, 0, 0)[:3]
    return first, second, third


def _next(version: Version) -> Version:
    return version[0], version[1], version[2] + 1


def _locked(module: Module, provider: str) -> Bounds | None:
    """Return what ``terraform init`` has chosen for the root module."""
    path = posixpath.join(module.evaluation.root, LOCK)
    if not module.tree.is_file(path):
        return None
    try:
        text = decode(module.tree.read(path))
    except UnreadableError:  # it only narrows what is known without it
        return None
    version = next((found[2] for found in _LOCKED.finditer(text) if found[1] == provider), None)
    return bounds(version) if version is not None else None


def _required(module: Module, provider: str) -> Bounds:
    found = Bounds()
    for one in _callers(module):
        for block in one.configuration.others:
            for constraint in _constraints(block, one, provider):
                found = found.both(bounds(constraint))
        for block in one.configuration.providers.values():
            if block.labels[0] == provider:  # the way before Terraform 0.13
                found = found.both(bounds(_text(block.body.attributes.get("version"), one)))
    return found


def _callers(module: Module) -> Iterator[Module]:
    yield module
    while module.instance is not None:
        module = module.instance.module
        yield module


def _constraints(block: Block, module: Module, provider: str) -> Iterator[str]:
    for required in (inner for inner in block.body.blocks if block.type == "terraform" and inner.type == "required_providers"):
        yield _text(required.body.attributes.get(provider), module)


def _text(written: Attribute | None, module: Module) -> str:
    """Return a constraint as it is written: a text, or the ``version`` of an object."""
    value = safely(written.value, module.scope) if written is not None else None
    constraint = value.get("version") if isinstance(value, dict) else value
    return constraint if isinstance(constraint, str) else ""
