"""Calico's selector language, translated to the algebra of labels.

Grammar: docs.tigera.io (Calico v3.31), NetworkPolicy, Selectors. ``!=`` and ``not in`` match where the label is missing.
"""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.views.flows import selectors
from scanner.views.flows.selectors import ACCOUNT, NAMESPACE, Domain, Expression, Label

TOKEN = pattern(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<mark>==|!=|&&|\|\||[!(){},])|(?P<word>[A-Za-z0-9_./-]+))\s*""",
)
DEEPEST = 64
GLOBAL = Label("trait", "global")
KNOWN = {
    "projectcalico.org/namespace": NAMESPACE,
    "projectcalico.org/serviceaccount": ACCOUNT,
}
NAMES = {"namespace": {"projectcalico.org/name": NAMESPACE}, "account": {"projectcalico.org/name": ACCOUNT}}
INHERITED: dict[str, Domain] = {"pcns.": "namespace", "pcsa.": "account"}


class SelectorError(ValueError):
    """A text that is no selector."""


class Read(NamedTuple):
    """An expression and the number of tokens read so far."""

    expression: Expression
    at: int


def parse(text: str, domain: Domain = "pod") -> Expression:
    """Translate a selector; an empty one means everything, one that cannot be read is unsure."""
    if not text.strip():
        return selectors.EVERYTHING
    try:
        tokens = _tokens(text)
        expression, end = _either(tokens, 0, domain, 0)
        if end != len(tokens):
            raise SelectorError(tokens[end])
    except (SelectorError, IndexError):
        return selectors.unsure(f"the selector {text!r} cannot be read")
    return expression


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise SelectorError(text[at:])
        found.append(match.group().strip())
        at = match.end()
    return found


def _either(tokens: list[str], at: int, domain: Domain, depth: int) -> Read:
    parts = []
    while True:
        part, at = _both(tokens, at, domain, depth)
        parts.append(part)
        if at >= len(tokens) or tokens[at] != "||":
            return Read(selectors.some(*parts), at)
        at += 1


def _both(tokens: list[str], at: int, domain: Domain, depth: int) -> Read:
    parts = []
    while True:
        part, at = _one(tokens, at, domain, depth)
        parts.append(part)
        if at >= len(tokens) or tokens[at] != "&&":
            return Read(selectors.every(*parts), at)
        at += 1


def _one(tokens: list[str], at: int, domain: Domain, depth: int) -> Read:
    if depth > DEEPEST:
        raise SelectorError("nested too deep")
    token = tokens[at]
    if token == "!":  # noqa: S105 - a mark of the language
        inner = _one(tokens, at + 1, domain, depth + 1)
        return Read(selectors.negate(inner.expression), inner.at)
    if token == "(":  # noqa: S105
        inner = _either(tokens, at + 1, domain, depth + 1)
        return Read(inner.expression, _expect(tokens, inner.at, ")"))
    if at + 1 < len(tokens) and tokens[at + 1] == "(":
        return _call(tokens, at, domain)
    return _comparison(tokens, at, label_of(token, domain))


def _call(tokens: list[str], at: int, domain: Domain) -> Read:
    name = tokens[at]
    if name in ("all", "global"):
        expression = selectors.EVERYTHING if name == "all" else selectors.is_in(GLOBAL, ("yes",))
        return Read(expression, _expect(tokens, at + 2, ")"))
    if name == "has":
        return Read(selectors.has(label_of(tokens[at + 2], domain)), _expect(tokens, at + 3, ")"))
    raise SelectorError(name)


def _comparison(tokens: list[str], at: int, label: Label) -> Read:
    operator, nxt = tokens[at + 1], tokens[at + 2]
    match operator, nxt:
        case "==", _:
            return Read(selectors.is_in(label, (_text(nxt),)), at + 3)
        case "!=", _:
            return Read(selectors.negate(selectors.is_in(label, (_text(nxt),))), at + 3)
        case "in", "{":
            return _set(tokens, at + 3, label)
        case "not", "in":
            inner = _set(tokens, _expect(tokens, at + 3, "{"), label)
            return Read(selectors.negate(inner.expression), inner.at)
        case "contains", _:
            return Read(Expression("within", label, frozenset((_text(nxt),))), at + 3)
        case (("starts" | "ends"), "with"):
            text = frozenset((_text(tokens[at + 3]),))
            return Read(Expression("prefix" if operator == "starts" else "suffix", label, text), at + 4)
        case _:
            raise SelectorError(operator)


def _set(tokens: list[str], at: int, label: Label) -> Read:
    values = []
    while tokens[at] != "}":
        if tokens[at] != ",":
            values.append(_text(tokens[at]))
        at += 1
    return Read(selectors.is_in(label, values), at + 1)


def _text(token: str) -> str:
    if token[0] not in "\"'":
        raise SelectorError(token)
    return token[1:-1]


def _expect(tokens: list[str], at: int, mark: str) -> int:
    if tokens[at] != mark:
        raise SelectorError(tokens[at])
    return at + 1


def label_of(key: str, domain: Domain) -> Label:
    """Return the label that a key means: some are Calico's own names for the namespace and the service account."""
    named = NAMES.get(domain, {}).get(key)
    if named is not None or domain != "pod":
        return named or Label(domain, key)
    for prefix, inherited in INHERITED.items():
        if key.startswith(prefix):
            return Label(inherited, key.removeprefix(prefix))
    return KNOWN.get(key, Label("pod", key))
