"""Who can really do what, and who could become whom: effective permissions of Kubernetes RBAC as facts and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.tables import table

FACTS = ("role", "permission", "takeover")
READS = (
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ServiceAccount", "Secret", "ConfigMap", "Namespace",
    *table("workloads")["templates"],
)  # fmt: skip
TAKEOVER_RULE = "RBAC-016"
"""The rule whose parameter ``techniques`` adds rows to the takeover table."""


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return every fact of every cluster, overlay, release or set of plain files in the inventory, picture by picture."""
    from scanner.views.permissions.access import pictures
    from scanner.views.permissions.accounts import Field, fields
    from scanner.views.permissions.line_facts import permission_facts
    from scanner.views.permissions.role_facts import role_facts
    from scanner.views.permissions.takeover_facts import takeover_facts
    from scanner.views.permissions.techniques import techniques

    known = techniques(config.kubernetes_version, _own_rows(config))
    by_scope = fields(inventory)
    found: list[Fact] = []
    for access in pictures(inventory):
        field = by_scope.get(access.scope, Field({}, ()))
        found += [*role_facts(access), *permission_facts(access), *takeover_facts(access, field, inventory, known)]
    return found


def _own_rows(config: Config) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = config.rules.get(TAKEOVER_RULE, {}).get("params", {}).get("techniques", ())
    return rows
