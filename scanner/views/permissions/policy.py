"""One rule of a role and what it allows, exactly as the API server matches it (tests/oracles/rbac asks the API server's own code).

Source: kubernetes v1.37.2, pkg/apis/rbac/v1/evaluation_helpers.go and plugin/pkg/auth/authorizer/rbac/rbac.go.
"""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterable

Token = str | Unknown
Tokens = tuple[Token, ...]
KEYS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
"""What a rule says, as manifests call it; the fields of ``Rule`` in the same order."""


class Rule(NamedTuple):
    """One entry of a role's ``rules``: what it says, and in which role (``resource`` is None for a built-in one) and where.

    An unknown token matches nothing; ``widest`` tells what the rule might allow.
    """

    verbs: Tokens
    groups: Tokens
    resources: Tokens
    names: Tokens
    urls: Tokens
    role: str
    resource: Resource | None = None
    position: int = 0

    def pointer(self, *parts: str | int) -> Pointer:
        """Return where a part of the rule stands in its role."""
        return ("rules", self.position, *parts)


class Request(NamedTuple):
    """What somebody wants to do: ``resource`` with its subresource (``pods/exec``), ``name`` empty where no single object is meant.

    With ``url`` it is a request for a path that is no resource, and group, resource and name do not count.
    """

    verb: str
    group: str = ""
    resource: str = ""
    name: str = ""
    url: str = ""


def parsed(items: Any, role: str, resource: Resource | None = None) -> tuple[Rule, ...]:
    """Read a role's ``rules``; what is no list, map or string there allows nothing."""
    rules = items if isinstance(items, list) else ()
    return tuple(_rule(item, role, resource, position) for position, item in enumerate(rules))


def _rule(item: Any, role: str, resource: Resource | None, position: int) -> Rule:
    if isinstance(item, Unknown):
        anything = (item,)
        return Rule(anything, anything, anything, (), (), role, resource, position)
    fields = item if isinstance(item, dict) else {}
    verbs, groups, resources, names, urls = (_tokens(fields.get(key)) for key in KEYS)
    return Rule(verbs, groups, resources, names, urls, role, resource, position)


def _tokens(value: Any) -> Tokens:
    if isinstance(value, Unknown):
        return (value,)
    return tuple(token for token in value if isinstance(token, str | Unknown)) if isinstance(value, list) else ()


def unknown_in(rule: Rule) -> Unknown | None:
    """Return the first thing in the rule that nobody knows, or None."""
    return next((token for tokens in rule[:5] for token in tokens if isinstance(token, Unknown)), None)


def widest(rule: Rule) -> Rule:
    """Return the rule with every unknown read as everything it could be."""
    verbs, groups, resources, urls = (_star(tokens) for tokens in (rule.verbs, rule.groups, rule.resources, rule.urls))
    names = () if any(isinstance(name, Unknown) for name in rule.names) else rule.names
    return rule._replace(verbs=verbs, groups=groups, resources=resources, names=names, urls=urls)


def perhaps(rules: Iterable[Rule], request: Request) -> Unknown | None:
    """Return why one of the rules might allow a request that none of them surely allows, or None."""
    return next((why for rule in rules if (why := unknown_in(rule)) is not None and allows(widest(rule), request)), None)


def _star(tokens: Tokens) -> Tokens:
    return ("*",) if any(isinstance(token, Unknown) for token in tokens) else tokens


def allows(rule: Rule, request: Request) -> bool:
    """Tell whether the rule allows the request; scope is the binding's business."""
    if not _names(rule.verbs, request.verb):
        return False
    if request.url:
        return any(isinstance(url, str) and url_matches(url, request.url) for url in rule.urls)
    return (
        _names(rule.groups, request.group)
        and resource_token(rule.resources, request.resource) is not None
        and (not rule.names or request.name in rule.names)
    )


def _names(tokens: Tokens, word: str) -> bool:
    return "*" in tokens or word in tokens


def resource_token(tokens: Tokens, resource: str) -> int | None:
    """Return the index of the first token that reaches the resource: its name, ``*``, or ``*/sub`` for a subresource."""
    subresource = resource.partition("/")[2]
    for index, token in enumerate(tokens):
        if token in ("*", resource) or (subresource and token == f"*/{subresource}"):
            return index
    return None


def url_matches(pattern: str, url: str) -> bool:
    """Match a path as the API server does: equal, ``*``, or a prefix that ends in ``*``."""
    return pattern in {"*", url} or (pattern.endswith("*") and url.startswith(pattern.rstrip("*")))
