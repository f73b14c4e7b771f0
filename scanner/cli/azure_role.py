"""The least role that a scan of Azure needs, as ``az role definition create --role-definition`` takes it. Reader holds all of it too."""

from __future__ import annotations

import json

from scanner import views
from scanner.pipeline.judging import asked_types
from scanner.ruleset import Ruleset, facts_asked
from scanner.tables import table

_ALWAYS = (
    "Microsoft.Authorization/policyAssignments/read",
    "Microsoft.Authorization/policyDefinitions/read",
    "Microsoft.Authorization/policyExemptions/read",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleDefinitions/read",
    "Microsoft.Management/managementGroups/read",
    "Microsoft.PolicyInsights/policyStates/queryResults/read",
    "Microsoft.ResourceGraph/resources/read",
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)
_CLUSTERS = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
_ABOUT = (
    "Reads what plumbrule judges: no key, no secret value, never a write. Reader holds all of it, and shows the tags of all other types."
)


def azure_role(ruleset: Ruleset, *, clusters: bool = False) -> str:
    """Return the role definition; with ``clusters`` it may open AKS clusters too."""
    rules = ruleset.rules.values()
    types = asked_types(rules, views.asked(facts_asked(rules))).types
    parents = {parent for row in table("azure_children")["children"] if row["type"] in types for parent in row["of"]}
    reads = {f"{one}/read" for one in types | parents if "/" in one and one != "*/*" and not one.startswith("Microsoft.Resources/")}
    actions = sorted({*reads, *_ALWAYS, *((_CLUSTERS,) if clusters else ())})
    role = {
        "Name": "plumbrule reader",
        "IsCustom": True,
        "Description": _ABOUT,
        "Actions": actions,
        "NotActions": [],
        "DataActions": [],
        "AssignableScopes": ["/subscriptions/00000000-0000-0000-0000-000000000000"],
    }
    return json.dumps(role, indent=2) + "\n"
