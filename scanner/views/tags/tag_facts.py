"""Tags → facts: what is there, what the policy misses, and each pair with what it may say."""

from __future__ import annotations

from scanner.model.resource import Fact
from scanner.patterns import pattern
from scanner.typed import Any, Mapping, Sequence
from scanner.views.tags.effective import Tagged
from scanner.views.tags.policy import Demand, Policy

_LABELS = {
    # https://cloud.google.com/resource-manager/docs/labels-overview (November 2026)
    "google": pattern(r"[a-z][a-z0-9_-]{0,62}=[a-z0-9_-]{0,63}"),
    # https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
    "kubernetes": pattern(
        r"(?a)(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?=(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?"
    ),
}
"""What these platforms take as a label, name and value."""


def fact_of(one: Tagged, policy: Policy) -> Fact:
    """Return the fact of a resource's tags."""
    resource, pointer = one.resource, one.taking.pointer
    environment = _value(one, policy, "environment")
    demands = policy.asked(resource.type, environment if isinstance(environment, str) else None)
    required = list(dict.fromkeys(name for demand in demands for name in demand.required))
    missing = [name for name in required if policy.find(name, one.all, one.taking.cloud) is None]
    additions = {} if one.gap is not None else {name: value for name in missing if (value := _default(name, demands)) is not None}
    data = {
        "cloud": one.taking.cloud,
        "role": one.role,
        "type": resource.type,
        "address": resource.key.address,
        "tags": one.all,
        "pairs": [_pair(name, value, demands, policy, one) for name, value in one.own.items()],
        "missing": one.gap if missing and one.gap is not None else missing,
        "additions": _additions(additions, one),
        "known": {name: _value(one, policy, name) for name in dict.fromkeys((*required, *policy.spellings))},
    }
    fields = {"missing": (resource, pointer), "tags": (resource, pointer)}
    fields |= {f"pairs[{number}]": (resource, (*pointer, name)) for number, name in enumerate(one.own) if not one.taking.blocks}
    return Fact("tags", data, (resource.key.address,), fields, ((resource, pointer, "the tags"),))


def _default(name: str, demands: Sequence[Demand]) -> str | None:
    """Return the value that the last demand about a tag gives it."""
    return next((demand.defaults[name] for demand in reversed(demands) if name in demand.defaults), None)


def _additions(additions: Mapping[str, str], one: Tagged) -> Any:
    """Return tags as the resource would have them written: entries of a map, or DigitalOcean's items. What no map holds is left out."""
    if one.taking.blocks:
        return {}
    if one.taking.cloud == "digitalocean":
        return [f"{name}:{value}" for name, value in additions.items()]
    if one.taking.cloud in _LABELS:
        return {name: value for name, value in additions.items() if _LABELS[one.taking.cloud].fullmatch(f"{name}={value}")}
    return dict(additions)


def _value(one: Tagged, policy: Policy, name: str) -> Any:
    written = policy.find(name, one.all, one.taking.cloud)
    return one.gap if written is None else one.all[written]


def _pair(name: str, value: Any, demands: Sequence[Demand], policy: Policy, one: Tagged) -> dict[str, Any]:
    """Return a tag with the pattern and the values that the last demand about it names."""
    pair = {"name": name, "value": value, **({"text": value} if isinstance(value, str) else {})}
    for demand in demands:
        pair |= _said("pattern", demand.patterns, name, policy, one)
        pair |= _said("allowed", demand.values, name, policy, one)
    return pair


def _said(key: str, by_name: Mapping[str, Any], name: str, policy: Policy, one: Tagged) -> dict[str, Any]:
    found = [said for asked, said in by_name.items() if policy.find(asked, {name: None}, one.taking.cloud) is not None]
    return {key: found[-1]} if found else {}
