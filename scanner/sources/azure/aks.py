"""The way into AKS clusters: their kubeconfig, with a token of ours in the place of the programs that it names.

Reading it needs the role "Azure Kubernetes Service Cluster User Role"; reading inside needs a role of the cluster
(https://learn.microsoft.com/en-us/azure/aks/control-kubeconfig-access, 2026-06).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from azure.core.exceptions import AzureError

from scanner.model.platform import Access, FailedError
from scanner.sources.azure.cloud import Azure
from scanner.sources.rest import first_line

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
    return signed(_decoded(answer), lambda: _token(azure))


def _token(azure: Azure) -> str:
    try:
        return str(azure.credential.get_token(f"{_SERVER}/.default").token)
    except AzureError as error:
        raise FailedError("forbidden", f"cannot sign in to the cluster: {first_line(error)}") from None


def _decoded(answer: Mapping[str, Any]) -> dict[str, Any]:
    import yaml

    try:
        config = yaml.safe_load(base64.b64decode(answer["kubeconfigs"][0]["value"], validate=True))
    except (KeyError, IndexError, TypeError, binascii.Error, yaml.YAMLError):
        config = None
    if not isinstance(config, dict):
        raise FailedError("unparsable", "the kubeconfig of the answer is none")
    return config


def signed(config: Mapping[str, Any], token: Callable[[], str]) -> dict[str, Any]:
    """Return a kubeconfig whose users sign in by what they hold, and by a token where they would run a program or hold nothing.

    ``token`` gives one; files and programs that a kubeconfig names are left out.
    """
    users = [{"name": one.get("name"), "user": _kept(one.get("user"), _HELD) or {"token": token()}} for one in config.get("users") or ()]
    servers = [{"name": one.get("name"), "cluster": _kept(one.get("cluster"), _SERVED)} for one in config.get("clusters") or ()]
    return {**config, "users": users, "clusters": servers}


_HELD = ("token", "client-certificate-data", "client-key-data")
_SERVED = ("server", "certificate-authority-data", "tls-server-name")


def _kept(data: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data} if isinstance(data, dict) else {}
