"""Makes inventories for the network tests from plain dicts or YAML; a place is only the pointer, spelled as a path."""

import os

import yaml

from scanner.inventory import Completeness, Inventory
from scanner.model.place import Place, Span, dotted
from scanner.model.resource import Key, Resource

CLUSTER_WIDE = {
    "Namespace", "PersistentVolume", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy", "GlobalNetworkPolicy",
    "Tier",
    "CiliumClusterwideNetworkPolicy", "GlobalNetworkSet", "StorageClass", "RuntimeClass", "IngressClass", "GatewayClass",
}  # fmt: skip
BUILT_IN = ("", "apps", "batch", "networking.k8s.io", "policy", "storage.k8s.io", "node.k8s.io", "extensions", "rbac.authorization.k8s.io")


class Named:
    """A locator whose spans only name the resource and the pointer."""

    def __init__(self, address):
        self.address = address

    def span(self, pointer, part="attribute"):
        return Span(f"{self.address}#{dotted(pointer)}", 1, 1, 1, 1)

    def place(self, pointer):
        return Place(self.span(pointer))

    def explain(self, pointer):
        return ()


def made(data, scope=None):
    """Return one object as a resource."""
    kind, meta = data["kind"], data.get("metadata") or {}
    group = data.get("apiVersion", "v1").rpartition("/")[0]
    namespace = None if kind in CLUSTER_WIDE else meta.get("namespace", "default")
    address = f"kubernetes:{namespace or '-'}/{kind}/{meta['name']}"
    type_name = kind if group in BUILT_IN else f"{kind}.{group}"
    return Resource(
        Key("kubernetes", type_name, group, namespace, meta["name"], address, scope), data, "kubernetes", "x.yaml", Named(address)
    )


def inventory(*objects, complete=False, whole=()):
    """Return an inventory of the objects."""
    return Inventory([made(one) for one in objects], Completeness(namespaces=frozenset(whole), cluster=complete))


def written(text, **options):
    """Return an inventory of a YAML stream."""
    return inventory(*flat(yaml.safe_load_all(text)), **options)


def folder(path):
    """Return an inventory of the YAML and JSON files of one folder."""
    found = []
    for name in sorted(os.listdir(path)):
        with open(os.path.join(path, name), encoding="utf-8") as handle:
            found += flat(yaml.safe_load_all(handle))
    return inventory(*found)


def flat(documents):
    """Return the objects of documents, lists opened."""
    found = []
    for one in documents:
        if not one:
            continue
        if one["kind"].endswith("List") and "items" in one:
            kind = one["kind"].removesuffix("List")
            found += [{"apiVersion": one["apiVersion"], **({"kind": kind} if kind else {}), **item} for item in one["items"]]
        else:
            found.append(one)
    return found


def workload(name, namespace="default", labels=None, ports=(), kind="Deployment", **spec):
    """Return a workload; a port is a number or ``(name, number, protocol)``."""
    listed = [
        {"containerPort": port} if isinstance(port, int) else dict(zip(("name", "containerPort", "protocol"), port, strict=False))
        for port in ports
    ]
    pod = {
        "metadata": {"labels": labels if labels is not None else {"app": name}},
        "spec": {"containers": [{"name": "c", "image": "x", "ports": listed}], **spec},
    }
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": {"template": pod}}


def namespace(name, **labels):
    """Return a namespace with labels."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def policy(name, namespace="default", **spec):
    """Return a NetworkPolicy."""
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": namespace}, "spec": spec}
