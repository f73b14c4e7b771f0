"""Azure as a source: what Resource Graph lists, what only the resources' own API tells, and what Azure Policy says. Never a write.

``read`` takes ``subscription:ID`` and ``management-group:ID``. A management group is its subscriptions, each failing alone, and what is
assigned at the group itself.
"""

from __future__ import annotations

import re
import time

from scanner.model.platform import Ask, Seen
from scanner.model.problem import Problem
from scanner.typed import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from scanner.sources.azure.cloud import Azure

SUBSCRIPTION, GROUP = "subscription:", "management-group:"
pause = time.sleep
"""How a connection waits before it tries again."""
_NAME = re.compile(r"[\w().-]{1,90}")
"""What may stand in an id: it becomes part of an address."""


def read(targets: Sequence[str], ask: Ask) -> list[Seen]:
    """Return what each named subscription shows, and each subscription of the named management groups, once."""
    try:
        from scanner.sources.azure.cloud import connect
    except ImportError:
        return [Seen("", "Azure", problems=[Problem("unreachable", None, "Azure needs the extra: pip install 'plumbrule[azure]'")])]
    azure = connect(pause)
    groups = [_group(azure, target.removeprefix(GROUP)) for target in targets if target.startswith(GROUP)]
    named = [target.removeprefix(SUBSCRIPTION).lower() for target in targets if target.startswith(SUBSCRIPTION)]
    subscriptions = dict.fromkeys([*named, *(one for _, found in groups for one in found)])
    return [*(seen for seen, _ in groups), *(_subscription(azure, one, ask) for one in subscriptions)]


def _group(azure: Azure, name: str) -> tuple[Seen, list[str]]:
    """Return what is assigned at a management group, and the ids of the subscriptions below it."""
    from scanner.sources.azure.graph import group_tables, subscriptions_of

    title, scope = f"management group {name}", f"/providers/Microsoft.Management/managementGroups/{name}"
    if not _NAME.fullmatch(name):
        return Seen(scope, title, problems=[_no_id(title)]), []
    below, problems = subscriptions_of(azure, name, title)
    objects, more = group_tables(azure, name, title) if not problems else ([], [])
    return Seen(scope, title, objects, [*problems, *more]), below


def _subscription(azure: Azure, subscription: str, ask: Ask) -> Seen:
    from scanner.sources.azure.aks import clusters
    from scanner.sources.azure.children import children
    from scanner.sources.azure.graph import tables
    from scanner.sources.azure.states import states

    title = f"subscription {subscription}"
    if not _NAME.fullmatch(subscription):
        return Seen(subscription, title, problems=[_no_id(title)])
    objects, problems = tables(azure, subscription, title)
    if not objects:
        return Seen(subscription, title, problems=problems)
    below, unseen = children(azure, objects, ask.wanted, title)
    said, silent = states(azure, subscription, ask.same, title)
    opened = list(clusters(azure, objects)) if ask.clusters else []
    return Seen(subscription, title, [*objects, *below], [*problems, *unseen, *silent], "azure-policy", said, opened)


def _no_id(title: str) -> Problem:
    return Problem("unreachable", None, f"{title}: this is no id")
