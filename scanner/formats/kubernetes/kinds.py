"""Which kinds are Kubernetes' own, to which API group they belong, and which live outside of namespaces.

Own groups and kinds: ``types.go`` and ``register.go`` of k8s.io/api, apiextensions-apiserver and kube-aggregator v0.37.2, and those that
earlier versions served. Custom kinds: the projects' own resource definitions, as of 2026-11.
"""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.typed import Any, Mapping

_NAMESPACED = {
    "": "Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret"
    " Service ServiceAccount",
    "apps": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    "authorization.k8s.io": "LocalSubjectAccessReview",
    "autoscaling": "HorizontalPodAutoscaler",
    "batch": "CronJob Job",
    "certificates.k8s.io": "PodCertificateRequest",
    "coordination.k8s.io": "Lease LeaseCandidate",
    "discovery.k8s.io": "EndpointSlice",
    "events.k8s.io": "",
    "extensions": "",
    "lifecycle.k8s.io": "Eviction EvictionRequest",
    "networking.k8s.io": "Ingress NetworkPolicy",
    "policy": "PodDisruptionBudget",
    "rbac.authorization.k8s.io": "Role RoleBinding",
    "resource.k8s.io": "ResourceClaim ResourceClaimTemplate",
    "scheduling.k8s.io": "CompositePodGroup PodGroup Workload",
    "settings.k8s.io": "PodPreset",
    "storage.k8s.io": "CSIStorageCapacity",
}
_CLUSTER = {
    "": "ComponentStatus Namespace Node PersistentVolume",
    "admission.k8s.io": "AdmissionReview",
    "admissionregistration.k8s.io": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration"
    " ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "authentication.k8s.io": "SelfSubjectReview TokenReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "imagepolicy.k8s.io": "ImageReview",
    "internal.apiserver.k8s.io": "StorageVersion",
    "networking.k8s.io": "ClusterCIDR IPAddress IngressClass ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy": "PodSecurityPolicy",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceClass ResourcePoolStatusRequest ResourceSlice",
    "scheduling.k8s.io": "PriorityClass",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
}
_CLUSTER_CUSTOM = {
    "argoproj.io": "ClusterAnalysisTemplate ClusterWorkflowTemplate",
    "cert-manager.io": "ClusterIssuer",
    "cilium.io": "CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumExternalWorkload CiliumIdentity CiliumNode",
    "crd.projectcalico.org": "BGPConfiguration BGPPeer ClusterInformation FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet"
    " HostEndpoint IPPool KubeControllersConfiguration",
    "external-secrets.io": "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
    "gateway.networking.k8s.io": "GatewayClass",
    "karpenter.sh": "NodeClaim NodePool",
    "karpenter.k8s.aws": "EC2NodeClass",
    "kyverno.io": "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
    "mutations.gatekeeper.sh": "Assign AssignImage AssignMetadata ModifySet",
    "policy.networking.k8s.io": "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy",
    "projectcalico.org": "BGPConfiguration BGPPeer ClusterInformation FelixConfiguration GlobalNetworkPolicy GlobalNetworkSet"
    " HostEndpoint IPPool KubeControllersConfiguration Tier",
    "security.openshift.io": "SecurityContextConstraints",
    "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
    "tekton.dev": "ClusterTask",
    "templates.gatekeeper.sh": "ConstraintTemplate",
    "wgpolicyk8s.io": "ClusterPolicyReport",
}
_CLUSTER_GROUPS = frozenset({"constraints.gatekeeper.sh"})
_NO_OBJECTS = frozenset({"Config", "Policy"})
"""Files of tools that call themselves v1: a kubeconfig, the old scheduler's policy."""
_VERSION = r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?"
_GROUP = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+"


class Kind(NamedTuple):
    """What an object is: ``type`` is ``Deployment`` in Kubernetes' own groups, else ``Kind.group``."""

    name: str
    group: str
    namespaced: bool

    @property
    def type(self) -> str:
        """The native type."""
        return self.name if self.group in _NAMESPACED or self.group in _CLUSTER else f"{self.name}.{self.group}"


@lru_cache(maxsize=4096)
def kind_of(api_version: str | None, name: str) -> Kind | None:
    """Return what ``apiVersion`` and ``kind`` name, or None where that is nothing of Kubernetes.

    One of Kubernetes' own kinds is known without an ``apiVersion``, too.
    """
    if not _is_word(name):
        return None
    own = _own_group(name)
    if api_version is None:
        return None if own is None else Kind(name, own, _is_namespaced(own, name))
    group, _, version = api_version.rpartition("/")
    if not _is_version(version):
        return None
    if group == "extensions":
        return Kind(name, own or group, _is_namespaced(own or group, name))
    if (group == "" and name in _NO_OBJECTS) or not (group in _NAMESPACED or group in _CLUSTER or pattern(_GROUP).fullmatch(group)):
        return None
    return Kind(name, group, _is_namespaced(group, name))


@lru_cache(maxsize=4096)
def misnamed(api_version: str, name: str) -> str | None:
    """Say what is wrong with a kind that Kubernetes does not have, where one of its own is meant; None where it may be anything.

    The API server refuses such an object, so nobody wants it; no rule would see it.
    """
    group, _, version = api_version.rpartition("/")
    if _is_version(version) and (group in _NAMESPACED or group in _CLUSTER):
        near = None if (group, name) == ("", "List") or _own_group(name) is not None else _nearest(name)
        return f"Kubernetes has no kind {name}: did you mean {near!r}?" if near else None
    own = _own_group(name)
    if own is None or "." in group:
        return None
    return f"Kubernetes has no API version {api_version}: {name} is of {f'the group {own}' if own else 'v1'}."


def _is_word(name: str) -> bool:
    return name.isascii() and name.isalnum() and name[0].isalpha()


def _is_version(text: str) -> bool:
    return text in ("v1", "v1beta1", "v2") or pattern(_VERSION).fullmatch(text) is not None


def own_kinds() -> list[str]:
    """Return the names of Kubernetes' own kinds."""
    return [name for kinds in (_NAMESPACED, _CLUSTER) for names in kinds.values() for name in names.split()]


def _nearest(name: str) -> str | None:
    from difflib import get_close_matches  # rare

    folded = {own.lower(): own for own in own_kinds()}
    near = get_close_matches(name.lower(), folded, 1, 0.9)
    return folded[near[0]] if near else None


def _is_namespaced(group: str, name: str) -> bool:
    listed = f"{_CLUSTER.get(group, '')} {_CLUSTER_CUSTOM.get(group, '')}".split()
    return name not in listed and group not in _CLUSTER_GROUPS


def group_of_type(type_name: str) -> tuple[str, str] | None:
    """Return kind and API group of a resource type, or None where it is none of Kubernetes."""
    name, _, group = type_name.partition(".")
    if not _is_word(name) or "/" in type_name or ":" in type_name:
        return None
    if group:
        return (name, group) if pattern(_GROUP).fullmatch(group) else None
    own = _own_group(name)
    return None if own is None else (name, own)


def _own_group(name: str) -> str | None:
    name = name.removesuffix("List") if name != "List" else name
    return next((group for kinds in (_NAMESPACED, _CLUSTER) for group, names in kinds.items() if name in names.split()), None)


def written_kind(data: Mapping[str, Any], inherited: Kind | None = None) -> Kind | None:
    """Return the kind that an object says it is; an item of a typed list may leave that to its list.

    An object that forgot its ``apiVersion`` must not be overlooked; values of a chart that merely name a kind have no ``metadata``.
    """
    name, api_version = data.get("kind"), data.get("apiVersion")
    if name is None and api_version is None:
        return inherited
    if not isinstance(name, str) or not isinstance(api_version, str | None):
        return None
    return None if api_version is None and not isinstance(data.get("metadata"), dict) else kind_of(api_version, name)
