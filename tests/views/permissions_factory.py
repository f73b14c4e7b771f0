"""Makes inventories of Kubernetes objects from plain dicts; a place is only the pointer, spelled as a path."""

from scanner.inventory import Completeness, Inventory
from scanner.model.place import Place, Span, dotted
from scanner.model.resource import Key, Resource

CLUSTER_WIDE = {"ClusterRole", "ClusterRoleBinding", "Namespace", "PersistentVolume", "CustomResourceDefinition"}
BUILT_IN = ("", "rbac.authorization.k8s.io", "apps", "batch", "apiextensions.k8s.io")


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


def made(data, scope=None, path="x.yaml"):
    """Return one object as a resource."""
    kind, meta = data["kind"], data.get("metadata") or {}
    group = data.get("apiVersion", "v1").rpartition("/")[0]
    namespace = None if kind in CLUSTER_WIDE else meta.get("namespace", "default")
    address = f"kubernetes:{namespace or '-'}/{kind}/{meta['name']}"
    type_name = kind if group in BUILT_IN else f"{kind}.{group}"
    return Resource(Key("kubernetes", type_name, group, namespace, meta["name"], address, scope), data, "kubernetes", path, Named(address))


def inventory(*objects, scope=None, complete=False):
    """Return an inventory of the objects."""
    return Inventory([made(one, scope) for one in objects], Completeness(cluster=complete))


def role(name, *rules, namespace=None, labels=None, aggregates=None):
    """Return a Role (with a namespace) or ClusterRole; a rule is ``(verbs, resources, groups, names)`` in words with blanks between."""
    written = [rule if isinstance(rule, dict) else worded(*rule) for rule in rules]
    data = {"kind": "Role" if namespace else "ClusterRole", "metadata": {"name": name}, "rules": written}
    data["metadata"] |= {"namespace": namespace} if namespace else {}
    data["metadata"] |= {"labels": labels} if labels else {}
    return data | ({"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": one} for one in aggregates]}} if aggregates else {})


def worded(verbs, resources, groups=None, names=None):
    """Return a policy rule; groups default to those of the resources that these tests use, ``core`` is the empty one."""
    known = {
        "deployments": "apps", "daemonsets": "apps", "jobs": "batch", "cronjobs": "batch", "roles": "rbac.authorization.k8s.io",
        "clusterroles": "rbac.authorization.k8s.io", "rolebindings": "rbac.authorization.k8s.io",
        "clusterrolebindings": "rbac.authorization.k8s.io", "certificatesigningrequests": "certificates.k8s.io",
        "signers": "certificates.k8s.io", "mutatingwebhookconfigurations": "admissionregistration.k8s.io",
        "validatingwebhookconfigurations": "admissionregistration.k8s.io", "applications": "argoproj.io",
    }  # fmt: skip
    found = (groups or "").split() or sorted({known.get(one.partition("/")[0], "core") for one in resources.split()})
    rule = {"verbs": verbs.split(), "resources": resources.split(), "apiGroups": ["" if one == "core" else one for one in found]}
    return rule | ({"resourceNames": names.split()} if names else {})


def binding(name, role_name, *subjects, namespace=None, role_kind=None):
    """Return a RoleBinding (with a namespace) or ClusterRoleBinding; subjects as ``User:a``, ``Group:b``, ``ServiceAccount:ns/c``."""
    kind = role_kind or ("Role" if namespace else "ClusterRole")
    data = {"kind": "RoleBinding" if namespace else "ClusterRoleBinding", "metadata": {"name": name}}
    data["metadata"] |= {"namespace": namespace} if namespace else {}
    return data | {"roleRef": {"kind": kind, "name": role_name}, "subjects": [spoken(one) for one in subjects]}


def spoken(text):
    """Return a subject as a binding writes it."""
    kind, _, name = text.partition(":")
    namespace, slash, account = name.partition("/")
    return {"kind": kind, "name": account, "namespace": namespace} if slash and kind == "ServiceAccount" else {"kind": kind, "name": name}
