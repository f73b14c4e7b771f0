"""What every kind of policy is translated to: tiers of ordered policies, each with a subject and rules that allow, deny or pass on."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any, Literal
from scanner.views.flows import ports, selectors
from scanner.views.flows.addresses import Block
from scanner.views.flows.ports import Ports
from scanner.views.flows.selectors import Expression

Direction = Literal["ingress", "egress"]
DIRECTIONS: tuple[Direction, Direction] = ("ingress", "egress")
Action = Literal["allow", "deny", "pass"]
ACTIONS: tuple[Action, Action] = ("deny", "allow")
Sight = Literal["never", "maybe", "sure"]


class Tier(NamedTuple):
    """A stage of evaluation, lower ``order`` first. ``denies``: what a policy of it selects and no rule decides is dropped."""

    order: float
    name: str
    denies: bool
    mesh: bool = False


DEFAULT = Tier(1_000_000, "default", denies=True)
"""Where NetworkPolicy is. The order is Calico's number for its default tier; only the sequence matters."""


class Peers(NamedTuple):
    """The other end: pods, address blocks and external names, any of them.

    ``host`` says whether pods on the node's network are seen as pods, ``by_address`` whether blocks match pods by their address;
    ``world`` means every address outside. ``unsure`` is why it cannot be read exactly.
    """

    pods: Expression = selectors.NOTHING
    blocks: tuple[Block, ...] = ()
    names: tuple[str, ...] = ()
    world: bool = False
    host: Sight = "maybe"
    by_address: Sight = "maybe"
    unsure: str | None = None


EVERYONE = Peers(selectors.EVERYTHING, world=True, host="sure")


class Rule(NamedTuple):
    """One rule of a policy. Matches where a peer matches and a port does; ``named`` are (protocol, port name) of the destination.

    ``cause`` says why it cannot be read exactly: it may then match anything. ``narrow`` says that it allows less than the whole
    connection (some HTTP methods, say). ``peers`` and the rule itself carry pointers to where they are written. ``subject`` narrows
    whom of the policy's subject the rule is about.
    """

    action: Action
    peers: tuple[tuple[Peers, Pointer], ...]
    ports: Ports
    named: tuple[tuple[str, str], ...]
    pointer: Pointer
    cause: str | None = None
    narrow: str | None = None
    subject: Expression = selectors.EVERYTHING


UNREAD = Tier(-2, "not evaluated", denies=False)
"""Where policies are that are there and cannot be read: before all others, because nobody knows where they belong."""


class Policy(NamedTuple):
    """One direction of one policy object. ``isolates`` says whether what it selects is dropped unless allowed."""

    resource: Resource
    direction: Direction
    subject: Expression
    tier: Tier
    order: tuple[Any, ...]
    rules: tuple[Rule, ...]
    isolates: bool
    host: Sight = "maybe"
    pointer: Pointer = ("spec",)


def unread(resource: Resource, direction: Direction, subject: Expression, cause: str) -> Policy:
    """Return a policy that perhaps allows and perhaps denies everything to whom it may select."""
    rules = tuple(Rule(action, (), ports.NONE, (), ("spec",), cause) for action in ACTIONS)
    return Policy(resource, direction, subject, UNREAD, (resource.key.address,), rules, isolates=False)
