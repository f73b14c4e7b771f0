"""Pods that no policy can tell apart, taken together: the cost of every answer follows the number of these classes."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable, Hashable, Iterable, Iterator, Mapping
from scanner.views.flows import selectors
from scanner.views.flows.mesh import mesh_of
from scanner.views.flows.namespaces import Namespaces
from scanner.views.flows.pods import Pods
from scanner.views.flows.policy import Policy
from scanner.views.flows.ports import Ports
from scanner.views.flows.selectors import ACCOUNT, HOST, MESH, Domain, Expression, Label

OTHER = "\0other"
"""Stands for every value of a label that no selector names."""

Traits = Callable[[Pods], Hashable]
"""What keeps pods apart besides policies: anything that the facts of a class say about all its pods."""


class PodClass(NamedTuple):
    """Pods that no policy can tell apart. ``first`` is one of them, ``members`` are one per workload, sorted by name.

    A class without members stands for pods that are known to be there though the scan has not seen them.

    ``open`` maps a domain of labels to the cause why there may be more than those known. ``traits`` are what the caller asked for.
    """

    namespace: str
    labels: Mapping[Label, Any]
    open: Mapping[Domain, str]
    first: Pods
    members: tuple[Pods, ...]
    traits: Any

    @property
    def workloads(self) -> tuple[str, ...]:
        """The names of the workloads whose pods these are."""
        return tuple(one.name for one in self.members)


class Interest(NamedTuple):
    """What the policies can tell apart: label → the values they name (None: any text test), and whether they name ports."""

    labels: Mapping[Label, frozenset[str] | None]
    ports: frozenset[tuple[str, str]]


def interest_of(policies: Iterable[Policy], asked: Iterable[Expression] = ()) -> Interest:
    """Collect the labels and port names that any policy mentions, or an expression that is asked for."""
    labels: dict[Label, frozenset[str] | None] = {}
    names: set[tuple[str, str]] = set()
    expressions = list(asked)
    for policy in policies:
        names.update(name for rule in policy.rules for name in rule.named)
        expressions.append(policy.subject)
        expressions += [one for rule in policy.rules for one in (rule.subject, *(peers.pods for peers, _ in rule.peers))]
    for leaf in (leaf for expression in expressions for leaf in selectors.leaves(expression)):
        _widen(labels, leaf)
    return Interest(labels, frozenset(names))


def _widen(labels: dict[Label, frozenset[str] | None], leaf: Expression) -> None:
    label = leaf.label or selectors.NAMESPACE
    known = labels.get(label, frozenset())
    labels[label] = None if known is None or leaf.op in ("prefix", "suffix", "within") else known | leaf.values


def classify(pods: Iterable[Pods], namespaces: Namespaces, interest: Interest, traits: Traits) -> list[PodClass]:
    """Group pods that no policy can tell apart, in order of first appearance."""
    groups: dict[Any, list[Pods]] = {}
    of_namespace: dict[str, tuple[Any, ...]] = {}
    for one in pods:
        if one.namespace not in of_namespace:
            of_namespace[one.namespace] = tuple(_seen("namespace", namespaces.labels_of(one.namespace), interest))
        groups.setdefault((one.namespace, *_signature(one, namespaces, interest, traits)), []).append(one)
    return [_class(members, of_namespace[members[0].namespace], namespaces, interest, traits) for members in groups.values()]


def _signature(one: Pods, namespaces: Namespaces, interest: Interest, traits: Traits) -> tuple[Hashable, ...]:
    named: tuple[Ports, ...] = tuple(one.named(protocol, name) for protocol, name in sorted(interest.ports))
    return frozenset(_own(one, namespaces, interest)), one.labels_open, one.ports_open, one.host, named, traits(one)


def _own(one: Pods, namespaces: Namespaces, interest: Interest) -> Iterator[tuple[Label, Any]]:
    yield from _seen("pod", one.labels, interest)
    yield from _seen("account", namespaces.accounts.get((one.namespace, one.account), {}), interest)
    yield from _seen("trait", {HOST.key: "yes" if one.host else "no", ACCOUNT.key: one.account}, interest)
    part = mesh_of(one, namespaces) if MESH in interest.labels else None
    if part is not None:
        yield MESH, part


def _seen(domain: Domain, labels: Mapping[str, Any], interest: Interest) -> Iterator[tuple[Label, Any]]:
    if not interest.labels:
        return
    for key, value in labels.items():
        label = Label(domain, key)
        named = interest.labels.get(label, ())
        if named is None or (isinstance(value, Unknown) and label in interest.labels):
            yield label, value
        elif label in interest.labels:
            yield label, str(value) if str(value) in named else OTHER


def _class(members: list[Pods], of_namespace: tuple[Any, ...], namespaces: Namespaces, interest: Interest, traits: Traits) -> PodClass:
    first = members[0]
    account = None if (first.namespace, first.account) in namespaces.accounts else f"service account {first.account} is not in the scan"
    closed: dict[Domain, str | None] = {"pod": first.labels_open, "namespace": namespaces.cause(first.namespace), "account": account}
    labels = dict((*_own(first, namespaces, interest), *of_namespace))
    closed["trait"] = closed["namespace"] if MESH in interest.labels and MESH not in labels else None
    causes: dict[Domain, str] = {domain: cause for domain, cause in closed.items() if cause}
    named = {pods.name: pods for pods in reversed(members) if not pods.assumed}
    return PodClass(first.namespace, labels, causes, first, tuple(named[name] for name in sorted(named)), traits(first))
