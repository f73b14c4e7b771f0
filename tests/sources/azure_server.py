"""Azure on this machine: Resource Graph, resources' own GETs, Azure Policy states and a managed identity that hands out tokens."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from platform_server import Answer, Asked, Reply

SUB = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"


def subscription(sub: str = SUB) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{sub}", "name": "shop-prod", "type": "microsoft.resources/subscriptions", "subscriptionId": sub,
        "tags": {"owner": "platform"}, "properties": {"state": "Enabled"},
    }  # fmt: skip


def group(name: str = "rg-shop", location: str = "germanywestcentral", sub: str = SUB, **more: Any) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{sub}/resourceGroups/{name}", "name": name, "type": "microsoft.resources/subscriptions/resourcegroups",
        "location": location, "subscriptionId": sub, "resourceGroup": name, **more,
    }  # fmt: skip


def resource(type_name: str, name: str, properties: Any = None, sub: str = SUB, **more: Any) -> dict[str, Any]:
    """One row as Resource Graph gives it: types in lower case, resource group too, empty columns as null or empty text."""
    return {
        "id": f"/subscriptions/{sub}/resourceGroups/rg-shop/providers/{type_name}/{name}", "name": name, "type": type_name.lower(),
        "kind": "", "location": "germanywestcentral", "tags": None, "sku": None, "properties": properties or {}, "identity": None,
        "zones": None, "extendedLocation": None, "managedBy": "", "resourceGroup": "rg-shop", "subscriptionId": sub, **more,
    }  # fmt: skip


def azure(
    rows: Iterable[Mapping[str, Any]], gets: Mapping[str, Any] | None = None, states: Iterable[Mapping[str, Any]] = (), page: int = 1000
) -> Answer:
    """Answer as Azure does for these rows, GETs (path → body, Reply or list for ``value``) and policy states."""
    rows, gets, states = list(rows), {path.lower(): body for path, body in (gets or {}).items()}, list(states)

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            return token()
        if asked.path == GRAPH:
            return _graph(rows, asked, page)
        if asked.path.lower().endswith("/policystates/latest/queryresults"):
            return _states(states, asked)
        if asked.method != "GET":
            return Reply({"error": {"code": "MethodNotAllowed", "message": "no"}}, 405)
        body = gets.get(asked.path.lower())
        if body is None:
            return Reply({"error": {"code": "ResourceNotFound", "message": "not found"}}, 404)
        return body if isinstance(body, Reply) else Reply({"value": body} if isinstance(body, list) else body)

    return answer


def token(value: str = "t1", seconds: int = 3600) -> Reply:
    """A token as App Service's managed identity endpoint gives it."""
    return Reply({"access_token": value, "expires_on": str(int(time.time()) + seconds), "resource": "arm", "token_type": "Bearer"})


def denied(action: str = "Microsoft.X/read") -> Reply:
    return Reply({"error": {"code": "AuthorizationFailed", "message": f"no authorization to perform action '{action}'"}}, 403)


def _graph(rows: list[Mapping[str, Any]], asked: Asked, page: int) -> Reply:
    query, options = asked.body["query"], asked.body["options"]
    name = query.split(" ")[0]
    subs = asked.body.get("subscriptions")
    found = [row for row in rows if _table(row) == name and (subs is None or row.get("subscriptionId") in subs)]
    found = [row for row in found if _passes(row, query)]
    start = int(options.get("$skipToken", "0"))
    part = found[start : start + page]
    body: dict[str, Any] = {"totalRecords": len(found), "count": len(part), "data": part, "resultTruncated": "false"}
    if start + page < len(found):
        body |= {"$skipToken": str(start + page), "resultTruncated": "true"}
    return Reply(body)


def _table(row: Mapping[str, Any]) -> str:
    kind = row["type"].lower()
    if kind.startswith(("microsoft.resources/subscriptions", "microsoft.management")):
        return "ResourceContainers"
    if kind.startswith("microsoft.authorization/role"):
        return "AuthorizationResources"
    return "PolicyResources" if kind.startswith("microsoft.authorization/") else "Resources"


def _passes(row: Mapping[str, Any], query: str) -> bool:
    """Follow the two conditions on properties that the queries have."""
    if row["type"] == "microsoft.authorization/roledefinitions":
        return row["properties"].get("type") == "CustomRole"
    if row["type"] == "microsoft.authorization/policydefinitions":
        return row["properties"].get("policyType") == "Custom"
    return row["type"] in query or "where" not in query


def _states(states: list[Mapping[str, Any]], asked: Asked) -> Reply:
    said = asked.query.get("$filter", "")
    compliant = "eq 'Compliant'" in said
    names = set(re.findall(r"policyDefinitionName eq '([^']+)'", said))
    found = [
        one for one in states
        if (one["complianceState"] == "Compliant") == compliant and (not compliant or one["policyDefinitionName"] in names)
    ]  # fmt: skip
    if not compliant:
        found = [one for one in found if one["complianceState"] != "Exempt"]
    return Reply({"@odata.context": "x", "@odata.count": len(found), "value": found})


def state(policy: str, row: Mapping[str, Any], verdict: str = "NonCompliant", **more: Any) -> dict[str, Any]:
    return {
        "resourceId": row["id"].lower(), "resourceType": row["type"], "policyDefinitionName": policy, "complianceState": verdict,
        "policyDefinitionId": f"/providers/microsoft.authorization/policydefinitions/{policy}", "policyAssignmentName": "baseline",
        "policyDefinitionAction": "audit", "subscriptionId": SUB, "policySetDefinitionName": None, "isCompliant": False, **more,
    }  # fmt: skip
