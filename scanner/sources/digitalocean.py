"""DigitalOcean as a source: what its API lists for an account, read page by page. Never a write.

The token is that of DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN; ``DIGITALOCEAN_API_URL`` names another address of the API, as the
Terraform provider has it. Source: https://docs.digitalocean.com/reference/api/ (v2, 2026-10). Of what the API gives only the fields
below go further: databases come with their passwords.
"""

from __future__ import annotations

import os
import time
from urllib.parse import quote

from scanner.model.platform import Access, Ask, FailedError, Seen
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import TYPE_CHECKING, Any, Mapping, Sequence

if TYPE_CHECKING:
    from scanner.sources.rest import Rest

pause = time.sleep
"""How a connection waits before it tries again."""
_API = "https://api.digitalocean.com"
_MOST_PAGES = 500
_COMMON = ("id", "name", "region", "tags")


class Kind(NamedTuple):
    """One list of the API: the Terraform type that it gives, the key of the answer, the fields that are kept, and the scope of a token."""

    type: str
    path: str
    key: str
    fields: tuple[str, ...]
    scope: str
    below: tuple[Kind, ...] = ()


_FIREWALL = Kind("digitalocean_database_firewall", "firewall", "rules", ("type", "value"), "database:read")
_REPLICAS = Kind("digitalocean_database_replica", "replicas", "replicas", (*_COMMON, "private_network_uuid"), "database:read")
KINDS = (
    Kind(
        "digitalocean_kubernetes_cluster", "/v2/kubernetes/clusters", "kubernetes_clusters",
        (*_COMMON, "version", "vpc_uuid", "ha", "auto_upgrade", "surge_upgrade", "control_plane_firewall", "node_pools"),
        "kubernetes:read",
    ),
    Kind(
        "digitalocean_database_cluster", "/v2/databases", "databases",
        (*_COMMON, "engine", "version", "num_nodes", "size", "private_network_uuid"), "database:read", (_FIREWALL, _REPLICAS),
    ),
    Kind(
        "digitalocean_droplet", "/v2/droplets", "droplets", (*_COMMON, "features", "vpc_uuid", "volume_ids", "size_slug", "backup_ids"),
        "droplet:read",
    ),
    Kind("digitalocean_volume", "/v2/volumes", "volumes", (*_COMMON, "size_gigabytes", "droplet_ids"), "block_storage:read"),
    Kind(
        "digitalocean_loadbalancer", "/v2/load_balancers", "load_balancers",
        ("id", "name", "region", "forwarding_rules", "redirect_http_to_https", "vpc_uuid", "type", "firewall"), "load_balancer:read",
    ),
    Kind(
        "digitalocean_firewall", "/v2/firewalls", "firewalls", ("id", "name", "tags", "inbound_rules", "outbound_rules", "droplet_ids"),
        "firewall:read",
    ),
    Kind("digitalocean_vpc", "/v2/vpcs", "vpcs", ("id", "name", "region", "ip_range", "default"), "vpc:read"),
    Kind("snapshot", "/v2/snapshots", "snapshots", ("id", "name", "regions", "tags", "resource_id", "resource_type"), "snapshot:read"),
    Kind("digitalocean_container_registry", "/v2/registry", "registry", ("name", "region"), "registry:read"),
    Kind("digitalocean_reserved_ip", "/v2/reserved_ips", "reserved_ips", ("ip", "region", "droplet"), "reserved_ip:read"),
    Kind("digitalocean_spaces_bucket", "/v2/spaces/keys", "keys", ("grants",), "spaces_key:read"),
)  # fmt: skip
SPACES = (
    "Spaces: the API lists no buckets; give keys that read them in SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY. Those that access"
    " keys name are unknown, others are not seen: judge them where they are declared, or accept this under incomplete.accept"
)


def read(targets: Sequence[str], ask: Ask) -> list[Seen]:  # noqa: ARG001 - the seam's signature; a token has one account
    """Return what the account of the token shows."""
    try:
        from scanner.sources.rest import Rest
    except ImportError:
        return [_silent("DigitalOcean needs the extra: pip install 'plumbrule[digitalocean]'", "unreachable")]
    token = os.environ.get("DIGITALOCEAN_TOKEN") or os.environ.get("DIGITALOCEAN_ACCESS_TOKEN")
    if not token:
        return [_silent("DigitalOcean: no token in DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN", "forbidden")]
    return [_account(Rest(os.environ.get("DIGITALOCEAN_API_URL") or _API, _signing(token), sleep=pause), ask)]


def _signing(token: str) -> Any:
    from azure.core.credentials import AzureKeyCredential
    from azure.core.pipeline.policies import AzureKeyCredentialPolicy

    return AzureKeyCredentialPolicy(AzureKeyCredential(token.strip()), "Authorization", prefix="Bearer")


def _silent(detail: str, kind: Any) -> Seen:
    return Seen("", "DigitalOcean", problems=[Problem(kind, None, detail)])


def _account(rest: Rest, ask: Ask) -> Seen:
    try:
        account = rest.get("/v2/account").get("account")
        scope = _identity(account)
    except FailedError as refusal:
        if refusal.status != 403:
            return Seen("", "DigitalOcean", problems=[refusal.problem("DigitalOcean")])
        scope = "account"  # a token of few scopes; what it may read is judged
    objects, problems = _spaces()
    for kind in KINDS:
        found, error = _listed(rest, kind, kind.path)
        objects += found
        problems += [] if error is None else [_named(error, kind, len(found))]
        for one in found if kind.below else ():
            more, unseen = _below(rest, kind, one)
            objects += more
            problems += unseen
    clusters = [_access(rest, one) for one in objects if one["type"] == "digitalocean_kubernetes_cluster"] if ask.clusters else []
    return Seen(scope, "DigitalOcean", objects, list(dict.fromkeys(problems)), clusters=clusters)


def _spaces() -> tuple[list[dict[str, Any]], list[Problem]]:
    from scanner.sources import spaces  # it needs the extra

    access = spaces.keys()
    return ([], [Problem("unsupported", None, SPACES)]) if access is None else spaces.read(access, pause)


def _identity(account: Any) -> str:
    """Return what identifies the account: its team, where it has one."""
    team = account.get("team") if isinstance(account, dict) else None
    owner = team if isinstance(team, dict) else account if isinstance(account, dict) else {}
    return str(owner.get("uuid") or "account")


def _below(rest: Rest, kind: Kind, parent: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return what belongs to one object; a list that may not be read is one object of unknown content."""
    objects: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for part in kind.below:
        found, error = _listed(rest, part, f"{kind.path}/{quote(str(parent['id']), safe='')}/{part.path}")
        objects += [{**one, "cluster_id": parent["id"], "cluster_name": parent.get("name")} for one in found]
        if error is not None:
            cause = Unknown(f"{part.path} of {parent.get('name')} was not read: {error.detail}", str(parent["id"]))
            objects.append({"type": part.type, "cluster_id": parent["id"], "cluster_name": parent.get("name"), "unseen": cause})
            problems.append(_named(error, part, len(found)))
    return objects, problems


def _listed(rest: Rest, kind: Kind, path: str) -> tuple[list[dict[str, Any]], FailedError | None]:
    link, found, query = path, list[dict[str, Any]](), {"per_page": "200"}
    for _ in range(_MOST_PAGES):
        try:
            answer = rest.get(link, query)
        except FailedError as error:
            return found, None if error.status == 404 else error
        items = answer.get(kind.key)
        if not isinstance(items, list | dict):
            return found, FailedError("unparsable", f"GET {path}: the answer holds no {kind.key}")
        found += [_kept(one, kind) for one in (items if isinstance(items, list) else [items]) if isinstance(one, dict)]
        link, query = _next(answer), {}
        if not link:
            return found, None
    return found, FailedError("too-large", f"GET {path}: more than {_MOST_PAGES} pages")


def _kept(one: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    return {"type": kind.type} | {f"{name}_" if name == "type" else name: one[name] for name in kind.fields if one.get(name) is not None}


def _next(answer: Mapping[str, Any]) -> str:
    value: Any = answer
    for key in ("links", "pages", "next"):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _named(error: FailedError, kind: Kind, seen: int) -> Problem:
    said = f", {seen} were seen before it" if seen else ""
    needed = f": the token needs the scope {kind.scope}" if error.kind == "forbidden" else ""
    return Problem(error.kind, None, f"DigitalOcean: {kind.key} not read{said}{needed} ({error.detail})")


def _access(rest: Rest, cluster: Mapping[str, Any]) -> Access:
    from scanner.sources.kubeconfig import cleaned

    def kubeconfig() -> Mapping[str, Any]:
        try:
            return cleaned(rest.text(f"/v2/kubernetes/clusters/{quote(str(cluster['id']), safe='')}/kubeconfig"))
        except FailedError as error:
            needed = "; the token needs the scope kubernetes:access_cluster" if error.kind == "forbidden" else ""
            raise FailedError(error.kind, f"{error.detail}{needed}", error.status) from None

    return Access(f"DOKS {cluster.get('name')}", kubeconfig)
