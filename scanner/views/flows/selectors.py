"""One algebra for every way of selecting pods: label selectors of Kubernetes and Cilium, expressions of Calico, principals of Istio.

An expression is plain data over labels, where a label has a domain: the pod's own, its namespace's, or a trait that we derive.
"""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown, unseen
from scanner.typed import Any, Iterable, Iterator, Literal, Mapping

Domain = Literal["pod", "namespace", "account", "trait"]


class Label(NamedTuple):
    """A label's key and whose label it is."""

    domain: Domain
    key: str


NAMESPACE = Label("namespace", "kubernetes.io/metadata.name")
ACCOUNT = Label("trait", "service account")
HOST = Label("trait", "host network")
MESH = Label("trait", "mesh")


class Expression(NamedTuple):
    """A test of one label, a combination of expressions, or ``unsure`` with its cause."""

    op: Literal["in", "has", "prefix", "suffix", "within", "all", "any", "not", "unsure"]
    label: Label | None = None
    values: frozenset[str] = frozenset()
    parts: tuple[Expression, ...] = ()
    cause: str = ""


EVERYTHING = Expression("all")
NOTHING = Expression("any")


def is_in(label: Label, values: Iterable[str]) -> Expression:
    """Match where the label has one of the values."""
    return Expression("in", label, frozenset(values))


def on_host(cause: str) -> Expression:
    """Match perhaps the pods on a node's network."""
    return every(is_in(HOST, ("yes",)), unsure(cause))


def has(label: Label) -> Expression:
    """Match where the label is there."""
    return Expression("has", label)


def every(*parts: Expression) -> Expression:
    """Match where all parts do."""
    wanted = tuple(part for part in parts if part != EVERYTHING)
    return wanted[0] if len(wanted) == 1 else Expression("all", parts=wanted)


def some(*parts: Expression) -> Expression:
    """Match where one part does."""
    return parts[0] if len(parts) == 1 else Expression("any", parts=parts)


def negate(part: Expression) -> Expression:
    """Match where the part does not."""
    return part.parts[0] if part.op == "not" else Expression("not", parts=(part,))


def unsure(cause: str) -> Expression:
    """Match perhaps: what is written there is not known, and why. Taken as absent it matches nothing."""
    return Expression("unsure", cause=cause)


def doubted(cause: str) -> Expression:
    """Match as far as can be seen, but not for certain, and why."""
    return Expression("unsure", values=frozenset(("seen",)), cause=cause)


def in_namespace(name: str) -> Expression:
    """Match the pods of one namespace."""
    return is_in(NAMESPACE, (name,))


def label_selector(selector: Any, domain: Domain) -> Expression:
    """Translate a Kubernetes label selector; an empty one matches everything.

    Semantics: kubernetes.io, Labels and Selectors, v1.34: ``NotIn`` and ``DoesNotExist`` match where the key is missing.
    """
    if isinstance(selector, Unknown):
        return unsure(selector.cause)
    if not isinstance(selector, dict):
        return NOTHING
    labels = selector.get("matchLabels")
    expressions = selector.get("matchExpressions")
    lost = unseen(labels, expressions)
    rest = () if lost is None else (unsure(lost.cause),)
    return every(*_match_labels(labels, domain), *(_match_expression(item, domain) for item in _list(expressions)), *rest)


def _match_labels(labels: Any, domain: Domain) -> Iterator[Expression]:
    if isinstance(labels, dict):
        for key, value in sorted(labels.items()):
            yield unsure(value.cause) if isinstance(value, Unknown) else is_in(Label(domain, key), (str(value),))


def _match_expression(item: Any, domain: Domain) -> Expression:
    if isinstance(item, Unknown):
        return unsure(item.cause)
    if not isinstance(item, dict):
        return NOTHING
    unknown = unseen(item, *item.values(), *_list(item.get("values")))
    if unknown is not None:
        return unsure(unknown.cause)
    label = Label(domain, str(item.get("key")))
    values = [str(value) for value in _list(item.get("values"))]
    match item.get("operator"):
        case "In":
            return is_in(label, values)
        case "NotIn":
            return negate(is_in(label, values))
        case "Exists":
            return has(label)
        case "DoesNotExist":
            return negate(has(label))
        case other:
            return unsure(f"the selector has an operator that Kubernetes does not know: {other}")


def holds(expression: Expression, labels: Mapping[Label, str]) -> bool:
    """Evaluate an expression on one set of labels that is known whole; what is unsure does not hold."""
    if expression.label is not None:
        value = labels.get(expression.label)
        return value is not None and (expression.op == "has" or compare(expression, value))
    inner = [holds(part, labels) for part in expression.parts]
    return not inner[0] if expression.op == "not" else all(inner) if expression.op == "all" else any(inner)


def _compare(op: str, value: str, text: str) -> bool:
    match op:
        case "prefix":
            return value.startswith(text)
        case "suffix":
            return value.endswith(text)
        case "within":
            return text in value
        case _:
            return value == text


def compare(expression: Expression, value: str) -> bool:
    """Tell whether a label's value passes a test."""
    return any(_compare(expression.op, value, text) for text in expression.values)


def leaves(expression: Expression) -> Iterator[Expression]:
    """Yield the tests inside an expression."""
    if expression.parts or expression.label is None:
        for part in expression.parts:
            yield from leaves(part)
    else:
        yield expression


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
