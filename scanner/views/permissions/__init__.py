"""Who can really do what, and who could become whom: effective permissions of Kubernetes RBAC as facts and answers.

A scan without roles and bindings, which most are, imports next to nothing of this.
"""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.tables import table
from scanner.typed import TYPE_CHECKING, Any, Mapping, Sequence
from scanner.views.pods import OPERATION

if TYPE_CHECKING:
    from scanner.views.permissions.ground import Ground
    from scanner.views.permissions.search import Way
    from scanner.views.permissions.standings import Standing
    from scanner.views.permissions.subjects import Subject

FACTS = ("role", "permission", "takeover", "workload-writer", "identity", "cloud-identity", "certificate")
WRITTEN = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
CERTIFICATES = ("CertificateSigningRequest", "Config")
READS = (*WRITTEN, *CERTIFICATES, "ServiceAccount", "Secret", "ConfigMap", "Namespace", *table("workloads")["templates"])
UNSEEN = (
    *OPERATION, "container.image", "container.command", "container.args", "container.env", "container.ports",
    "ConfigMap.data", "ConfigMap.binaryData",
)  # fmt: skip
TAKEOVER_RULE = "RBAC-016"
"""The rule whose parameter ``techniques`` adds rows to the takeover table."""


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return every fact of every cluster, overlay, release or set of plain files in the inventory."""
    from scanner.views.permissions.account_facts import cloud_facts, identity_facts
    from scanner.views.permissions.accounts import fields

    found: list[Fact] = []
    grants: dict[str | None, Any] = {}
    if inventory.of(*WRITTEN):
        for ground in grounds(inventory, config):
            grants[ground.access.scope] = ground.access.grants
            found += _facts_of(ground, inventory, config)
    for scope, field in inventory.derived(fields).items():
        lines = grants.get(scope, {})
        found += [*identity_facts(lines, field, inventory.completeness), *cloud_facts(lines, field)]
    if inventory.of(*CERTIFICATES):
        from scanner.views.permissions.certificates import certificate_facts

        found += certificate_facts(inventory)
    return found


def _facts_of(ground: Ground, inventory: Inventory, config: Config) -> list[Fact]:
    from scanner.views.permissions.line_facts import permission_facts
    from scanner.views.permissions.role_facts import role_facts
    from scanner.views.permissions.takeover_facts import takeover_facts
    from scanner.views.permissions.tenants import Tenants
    from scanner.views.permissions.writer_facts import writer_facts

    tenants = Tenants(inventory, config, ground.access.scope)
    found = [*role_facts(ground.access), *permission_facts(ground.access, ground.field, tenants, inventory.completeness)]
    return [*found, *takeover_facts(ground, inventory), *writer_facts(ground, inventory)]


def grounds(inventory: Inventory, config: Config) -> list[Ground]:
    """Return what takeovers are searched on, one per cluster, overlay, release or set of plain files that has roles or bindings."""
    from scanner.views.permissions.access import pictures
    from scanner.views.permissions.accounts import fields
    from scanner.views.permissions.takeover_facts import ground_of
    from scanner.views.permissions.techniques import techniques

    known = techniques(config.kubernetes_version, _own_rows(config))
    by_scope = inventory.derived(fields)
    return [ground_of(access, by_scope, known) for access in pictures(inventory)]


def takeovers(inventory: Inventory, config: Config, asked: Sequence[Subject]) -> list[tuple[str | None, Way]]:
    """Return the shortest way to more than was given for each of these subjects that has one, with the scope it holds in."""
    from scanner.views.permissions.search import ways

    return [(ground.access.scope, way) for ground in grounds(inventory, config) for way in ways(ground, inventory, asked)]


def overview(inventory: Inventory, config: Config) -> list[tuple[str | None, Standing]]:
    """Return who is how strong, strongest first in each scope."""
    from scanner.views.permissions.standings import standings

    return [(ground.access.scope, row) for ground in grounds(inventory, config) for row in standings(ground, inventory)]


def _own_rows(config: Config) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = config.rules.get(TAKEOVER_RULE, {}).get("params", {}).get("techniques", ())
    return rows
