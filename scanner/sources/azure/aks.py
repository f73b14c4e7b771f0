"""The way into AKS clusters: their kubeconfig, with a token of ours in the place of the programs that it names.

Reading it needs the role "Azure Kubernetes Service Cluster User Role"; reading inside needs a role of the cluster
(https://learn.microsoft.com/en-us/azure/aks/control-kubeconfig-access, 2026-06).
"""

from __future__ import annotations

import base64

from azure.core.exceptions import AzureError

from scanner.model.platform import Access, FailedError
from scanner.sources.azure.cloud import Azure
from scanner.sources.kubeconfig import cleaned
from scanner.sources.rest import first_line
from scanner.typed import Any, Iterator, Mapping, Sequence

_TYPE = "microsoft.containerservice/managedclusters"
_API = "2024-09-01"
_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application that every AKS cluster with Entra ID trusts, in all clouds."""


def clusters(azure: Azure, objects: Sequence[Mapping[str, Any]]) -> Iterator[Access]:
    """Yield the clusters among the objects that run; a stopped one has no API server."""
    for one in objects:
        if str(one["type"]).lower() == _TYPE and _state(one) != "Stopped":
            yield _access(azure, str(one["id"]), str(one.get("name")))


def _state(cluster: Mapping[str, Any]) -> Any:
    properties = cluster.get("properties")
    power = properties.get("powerState") if isinstance(properties, dict) else None
    return power.get("code") if isinstance(power, dict) else None


def _access(azure: Azure, cluster: str, name: str) -> Access:
    return Access(f"AKS {name}", lambda: _kubeconfig(azure, cluster))


def _kubeconfig(azure: Azure, cluster: str) -> Mapping[str, Any]:
    """Return a kubeconfig that holds no program to run. Raises FailedError."""
    try:
        answer = azure.rest.post(f"{cluster}/listClusterUserCredential", {"api-version": _API}, None)
    except FailedError as error:
        role = "it needs the role Azure Kubernetes Service Cluster User Role on " + cluster
        raise FailedError(error.kind, f"{error.detail}; {role}" if error.kind == "forbidden" else error.detail, error.status) from None
    try:
        config = base64.b64decode(answer["kubeconfigs"][0]["value"], validate=True)
    except (KeyError, IndexError, TypeError, ValueError):
        raise FailedError("unparsable", "the answer holds no kubeconfig") from None
    return cleaned(config, lambda: _token(azure))


def _token(azure: Azure) -> str:
    try:
        return str(azure.credential.get_token(f"{_SERVER}/.default").token)
    except AzureError as error:
        raise FailedError("forbidden", f"cannot sign in to the cluster: {first_line(error)}") from None
