"""Azure Resource Graph: every resource of a subscription in a few questions, page by page.

Source: https://learn.microsoft.com/en-us/rest/api/azureresourcegraph/resourcegraph/resources/resources (api-version 2024-04-01).
"""

from __future__ import annotations

from scanner.model.platform import FailedError
from scanner.model.problem import Problem
from scanner.sources.azure.cloud import Azure
from scanner.typed import Any, Mapping

PAGE = 1000
_PATH = "/providers/Microsoft.ResourceGraph/resources"
_QUERY = {"api-version": "2024-04-01"}
_COLUMNS = (
    "id, name, type, kind, location, tags, sku, properties, identity, zones, extendedLocation, managedBy, resourceGroup, subscriptionId"
)
_CONTAINERS = ("ResourceContainers", "type in~ ('microsoft.resources/subscriptions', 'microsoft.resources/subscriptions/resourcegroups')")
_ROLES = (
    "type =~ 'microsoft.authorization/roleassignments'"
    " or (type =~ 'microsoft.authorization/roledefinitions' and properties.type =~ 'CustomRole')"
)
_POLICIES = (
    "type in~ ('microsoft.authorization/policyassignments', 'microsoft.authorization/policyexemptions')"
    " or (type =~ 'microsoft.authorization/policydefinitions' and properties.policyType =~ 'Custom')"
)
_ASSIGNED = (("AuthorizationResources", _ROLES), ("PolicyResources", _POLICIES))
"""Built-in roles and policies are nobody's here to change."""
Found = tuple[list[dict[str, Any]], list[Problem]]


def tables(azure: Azure, subscription: str, title: str) -> Found:
    """Return the rows of a subscription, and what could not be seen. Nothing at all where it cannot be read."""
    where = {"subscriptions": [subscription]}
    containers, problems = _rows(azure, _CONTAINERS, where, title)
    if not problems and not any(str(row.get("type")).lower() == "microsoft.resources/subscriptions" for row in containers):
        problems = [Problem("forbidden", None, f"{title}: not visible to this account: {needed(f'/subscriptions/{subscription}')}")]
    if problems and not containers:
        return [], problems
    found = list(containers)
    for table in (("Resources", ""), *_ASSIGNED):
        rows, more = _rows(azure, table, where, title)
        found += rows
        problems += more
    return found, problems


def group_tables(azure: Azure, group: str, title: str) -> Found:
    """Return what is assigned at a management group itself."""
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for table in _ASSIGNED:
        rows, more = _rows(azure, table, {"managementGroups": [group]}, title, {"authorizationScopeFilter": "AtScopeExact"})
        found += rows
        problems += more
    return found, problems


def subscriptions_of(azure: Azure, group: str, title: str) -> tuple[list[str], list[Problem]]:
    """Return the ids of the subscriptions below a management group."""
    table = ("ResourceContainers", "type =~ 'microsoft.resources/subscriptions'")
    rows, problems = _rows(azure, table, {"managementGroups": [group]}, title)
    found = [str(row.get("subscriptionId") or "").lower() for row in rows]
    if not found and not problems:
        scope = f"/providers/Microsoft.Management/managementGroups/{group}"
        problems = [Problem("forbidden", None, f"{title}: no subscription below it is visible to this account: {needed(scope)}")]
    return [one for one in found if one], problems


def needed(scope: str) -> str:
    """Say what an account lacks."""
    return f"it needs the role Reader on {scope}"


def _rows(
    azure: Azure, table: tuple[str, str], where: Mapping[str, list[str]], title: str, options: Mapping[str, str] | None = None
) -> Found:  # fmt: skip
    """Ask for all rows of a table; a page that fails ends it, and what was seen is kept."""
    name, condition = table
    query = f"{name}{f' | where {condition}' if condition else ''} | project {_COLUMNS} | order by id asc"
    said: dict[str, Any] = {"$top": PAGE, "resultFormat": "objectArray", **(options or {})}
    rows: list[dict[str, Any]] = []
    while True:
        try:
            answer = azure.rest.post(_PATH, _QUERY, {**where, "query": query, "options": said})
        except FailedError as error:
            return rows, [_broken(error, name, len(rows), where).problem(title)]
        data = answer.get("data")
        if not isinstance(data, list):
            broken = f"{title}: {name}: the answer holds no rows; {len(rows)} objects were seen before it"
            return rows, [Problem("unparsable", None, broken)]
        rows += [row for row in data if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("type"), str)]
        token, total = answer.get("$skipToken"), answer.get("totalRecords")
        if not token:
            whole = str(answer.get("resultTruncated")).lower() != "true" and not (isinstance(total, int) and total > len(rows))
            missing = f"{title}: {name}: {len(rows)} of {total} objects were given, the others are not judged"
            return rows, [] if whole else [Problem("unreachable", None, missing)]
        said["$skipToken"] = str(token)


def _broken(error: FailedError, table: str, seen: int, where: Mapping[str, list[str]]) -> FailedError:
    ((kind, names),) = where.items()
    scope = f"/subscriptions/{names[0]}" if kind == "subscriptions" else f"/providers/Microsoft.Management/managementGroups/{names[0]}"
    if error.status == 403 or "Subscription" in error.code:
        return FailedError("forbidden", f"may not read {table}: {needed(scope)} ({error.detail})", error.status, error.code)
    said = f" after {seen} objects, which are judged" if seen else ""
    return FailedError(error.kind, f"reading {table} broke off{said}: {error.detail}", error.status, error.code)
