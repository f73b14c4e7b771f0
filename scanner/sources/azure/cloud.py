"""One Azure cloud: where its API is, who we are there, and the connection that every question goes over.

``AZURE_RESOURCE_MANAGER_ENDPOINT`` names the API of a cloud of one's own; else ``AZURE_AUTHORITY_HOST``, which azure-identity reads too,
tells the sovereign ones apart. Source: https://learn.microsoft.com/en-us/azure/developer/identity/cloud-endpoints (2026-06).
"""

from __future__ import annotations

import logging
import os
import time
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from scanner.model.record import NamedTuple
from scanner.sources.rest import Rest, secure
from scanner.typed import Any, Callable

PUBLIC = "https://management.azure.com"
_BY_AUTHORITY = {
    "login.chinacloudapi.cn": "https://management.chinacloudapi.cn",
    "login.partner.microsoftonline.cn": "https://management.chinacloudapi.cn",
    "login.microsoftonline.us": "https://management.usgovcloudapi.net",
}
_QUESTIONS = ("/providers/microsoft.resourcegraph/resources", "/queryresults", "/listclusterusercredential")
"""Endings of the only paths that are asked by POST: they give answers and change nothing."""


class Azure(NamedTuple):
    """A connection: raw questions by ``rest``, and what the SDK's own clients are made of."""

    rest: Rest
    credential: Any
    sleep: Callable[[float], None]

    @property
    def posts(self) -> tuple[str, ...]:
        """The endings of paths that may be asked by POST."""
        return _QUESTIONS

    def signing(self) -> Signing:
        """Return a policy that signs requests; every pipeline needs its own, for a policy knows the one after it."""
        return Signing(self.credential, f"{self.rest.base}/.default")


class Signing(ARMChallengeAuthenticationPolicy):  # type: ignore[misc]
    """Signs requests; a token that the API no longer takes is renewed, once per request."""

    def send(self, request: PipelineRequest[Any]) -> Any:
        """Send a request with a token, and a second time with a new one where the first was refused."""
        if request.http_request.url.startswith("http:"):  # this machine's own, see ``rest.secure``
            request.context["enforce_https"] = False
        response = super().send(request)
        return super().send(request) if response.http_response.status_code == 401 else response


def connect(sleep: Callable[[float], None] = time.sleep) -> Azure:
    """Open a connection with whatever signs us in: environment, workload or managed identity, or a tool's sign-in. Asks nothing yet."""
    from azure.identity import DefaultAzureCredential

    logging.getLogger("azure").addHandler(logging.NullHandler())  # failures come back as errors, and are said once
    base, credential = endpoint(), DefaultAzureCredential(process_timeout=30)
    return Azure(Rest(base, Signing(credential, f"{base}/.default"), _QUESTIONS, sleep), credential, sleep)


def endpoint() -> str:
    """Return the address of the API of the cloud that the environment names. Raises ConfigError for one without encryption."""
    said = os.environ.get("AZURE_RESOURCE_MANAGER_ENDPOINT")
    authority = os.environ.get("AZURE_AUTHORITY_HOST", "")
    host = urlsplit(authority if "//" in authority else f"https://{authority}").hostname or ""
    return secure(said or _BY_AUTHORITY.get(host, PUBLIC))
