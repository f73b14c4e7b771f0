"""What DigitalOcean's API lists, as the Terraform resources that would declare it.

The provider's arguments are the API's fields under slightly other names. In that shape the same rules, tags and places judge what is
declared and what runs, without a second target in every rule; and a live object finds the block that declares it, attribute by attribute.
"""

from __future__ import annotations

from scanner.formats.live.places import Sources
from scanner.model.platform import Seen
from scanner.model.reading import Wanted
from scanner.model.resource import Key, Locator, Resource
from scanner.model.unknown import Unknown
from scanner.model.unsourced import Unsourced
from scanner.typed import Any, Callable, Collection, Iterator, Mapping, Sequence

PLATFORM = "digitalocean"
_PREFIX = "digitalocean_"
Shown = tuple[str, dict[str, Any]]
"""A Terraform type and its arguments."""


def lift(seen: Sequence[Seen], wanted: Wanted, sources: Sequence[Resource]) -> list[Resource]:  # noqa: ARG001 - the seam's signature
    """Make resources of everything that was seen."""
    declared = Sources(sources)
    found = (_resource(type_name, data, one.scope, declared) for one in seen for type_name, data in _shown(one.objects))
    return list({one.key: one for one in found}.values())


def _resource(type_name: str, data: dict[str, Any], scope: str, declared: Sources) -> Resource:
    name = str(data.get("name") or data.get("id") or "?")
    address = f"digitalocean:{type_name.removeprefix(_PREFIX)}/{name}"
    if data.get("id") and data["id"] != name:
        address += f"/{data['id']}"
    source = declared.of((type_name,), name)
    locator: Locator = Unsourced(address, data) if source is None else source.locator
    return Resource(Key("digitalocean", type_name, "", None, name, address, scope), data, "live", source.path if source else "", locator)


def _shown(objects: Sequence[Mapping[str, Any]]) -> Iterator[Shown]:
    rules: dict[str, list[Mapping[str, Any]]] = {}
    read = {str(one["name"]) for one in objects if one["type"] == "spaces"}
    for one in objects:
        if one["type"] == "digitalocean_database_firewall":
            rules.setdefault(one["cluster_id"], []).append(one)
        elif one["type"] == f"{_PREFIX}spaces_bucket":
            yield from _buckets(one, read)
        elif not _is_node(one):
            yield from _SHAPES.get(one["type"], _plain)(one)
    for found in rules.values():
        yield _database_firewall(found)


def _is_node(one: Mapping[str, Any]) -> bool:
    """Tell whether a droplet is a node of a cluster, which DigitalOcean makes and its cluster answers for."""
    return one["type"] == "digitalocean_droplet" and "k8s" in (one.get("tags") or ())


def _plain(one: Mapping[str, Any]) -> Iterator[Shown]:
    data = {key: value for key, value in one.items() if key not in ("type", "type_")}
    if "type_" in one:
        data["type"] = one["type_"]
    region = data.get("region")
    if isinstance(region, dict):
        data["region"] = region.get("slug")
    if "id" in data:
        data["id"] = str(data["id"])
    yield one["type"], data


def _droplet(one: Mapping[str, Any]) -> Iterator[Shown]:
    for type_name, data in _plain(one):
        features = data.pop("features", [])
        keys = Unknown("the API does not tell which keys a droplet was made with")
        yield type_name, {**data, "monitoring": "monitoring" in features, "backups": "backups" in features, "ssh_keys": keys}


def _cluster(one: Mapping[str, Any]) -> Iterator[Shown]:
    for type_name, data in _plain(one):
        firewall, pools = data.get("control_plane_firewall"), data.pop("node_pools", [])
        yield type_name, {**data, "node_pool": pools, "control_plane_firewall": [firewall] if isinstance(firewall, dict) else []}


def _loadbalancer(one: Mapping[str, Any]) -> Iterator[Shown]:
    for type_name, data in _plain(one):
        yield type_name, {**data, "forwarding_rule": data.pop("forwarding_rules", [])}


def _replica(one: Mapping[str, Any]) -> Iterator[Shown]:
    unseen = one.get("unseen")
    if unseen is None:
        yield from _plain(one)
    else:
        yield one["type"], {"name": f"{one.get('cluster_name')}/?", "cluster_id": one["cluster_id"], "region": unseen}


def _database_firewall(found: Sequence[Mapping[str, Any]]) -> Shown:
    """Return the trusted sources of one database as one firewall; a database without any has none."""
    unseen = next((one["unseen"] for one in found if "unseen" in one), None)
    rules = [{"type": one.get("type_"), "value": one.get("value")} for one in found if "unseen" not in one]
    whose, known = found[0], {"cluster_id": found[0]["cluster_id"], "rule": rules}
    data = {"name": whose.get("cluster_name"), **(known if unseen is None else {"cluster_id": unseen, "rule": unseen})}
    return "digitalocean_database_firewall", data


def _firewall(one: Mapping[str, Any]) -> Iterator[Shown]:
    for type_name, data in _plain(one):
        for name, side in (("inbound_rule", "source"), ("outbound_rule", "destination")):
            data[name] = [_opening(rule, side) for rule in data.pop(f"{name}s", []) if isinstance(rule, dict)]
        yield type_name, data


def _opening(rule: Mapping[str, Any], side: str) -> dict[str, Any]:
    ends = rule.get(f"{side}s") or {}
    named = {
        f"{side}_{name}": ends[name]
        for name in ("addresses", "tags", "droplet_ids", "load_balancer_uids", "kubernetes_ids")
        if name in ends
    }
    ports = {} if rule.get("protocol") == "icmp" else {"port_range": "1-65535" if rule.get("ports") in ("0", "all") else rule.get("ports")}
    return {"protocol": rule.get("protocol"), **ports, **named}


def _snapshot(one: Mapping[str, Any]) -> Iterator[Shown]:
    """Return a snapshot under the type of what it was taken of; a copy in another region is told by all of its regions."""
    kind = {"volume": "volume", "droplet": "droplet"}.get(str(one.get("resource_type")))
    if kind is not None:
        data = {key: one[key] for key in ("id", "name", "tags", "regions") if key in one}
        yield f"{_PREFIX}{kind}_snapshot", {**data, "id": str(one.get("id")), f"{kind}_id": str(one.get("resource_id"))}


def _reserved(one: Mapping[str, Any]) -> Iterator[Shown]:
    droplet = one.get("droplet")
    for type_name, data in _plain({key: value for key, value in one.items() if key != "droplet"}):
        used = {"droplet_id": str(droplet["id"])} if isinstance(droplet, dict) and "id" in droplet else {}
        yield type_name, {**data, "id": data.get("ip"), "ip_address": data.get("ip"), **used}


def _space(one: Mapping[str, Any]) -> Iterator[Shown]:
    """Return a bucket that was read, and its policy, which Terraform declares apart."""
    name, region = one["name"], one["region"]
    told = {key: one[key] for key in ("acl", "versioning") if key in one}
    yield f"{_PREFIX}spaces_bucket", {"name": name, "region": region, **told}
    if "policy" in one:
        yield f"{_PREFIX}spaces_bucket_policy", {"name": name, "bucket": name, "region": region, "policy": one["policy"]}


def _buckets(one: Mapping[str, Any], read: Collection[str]) -> Iterator[Shown]:
    """Return the buckets that an access key names and nobody has read: nothing but their names is known."""
    cause = Unknown("DigitalOcean's API does not show it: Spaces answer only to S3 with keys of their own")
    named = {str(grant["bucket"]) for grant in one.get("grants") or () if isinstance(grant, dict) and grant.get("bucket")}
    for name in sorted(named.difference(read)):
        unknown: dict[str, Any] = dict.fromkeys(("region", "acl", "versioning"), cause)
        yield f"{_PREFIX}spaces_bucket", {"name": name, **unknown}


_SHAPES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Shown]]] = {
    "digitalocean_droplet": _droplet,
    "digitalocean_kubernetes_cluster": _cluster,
    "digitalocean_loadbalancer": _loadbalancer,
    "digitalocean_database_replica": _replica,
    "digitalocean_firewall": _firewall,
    "digitalocean_reserved_ip": _reserved,
    "spaces": _space,
    "snapshot": _snapshot,
}
