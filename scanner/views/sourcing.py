"""Which source makes a live object: the one of the same kind and name, else the release or application that its annotations name.

Annotations and labels: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ (3.2), https://fluxcd.io/flux/components/
(2.7), https://helm.sh/docs/topics/advanced/ (4.0).
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Resource
from scanner.model.unknown import known
from scanner.typed import Any, Callable, Iterable, Iterator, Mapping, TypeVar

Thing = TypeVar("Thing")
BRINGERS = (
    "Application.argoproj.io", "HelmRelease.helm.toolkit.fluxcd.io", "Kustomization.kustomize.toolkit.fluxcd.io", "helm_release",
)  # fmt: skip
"""Types of sources that bring objects which are written elsewhere."""
_NAMESPACE = ("metadata", "namespace")


class Source(NamedTuple):
    """The resource that a person edits to change a live object; ``itself`` where it declares the object, not what brings it."""

    resource: Resource
    itself: bool


class Tracker(NamedTuple):
    """What says that it manages an object: ``tool`` and ``name`` are for people, ``key`` finds its source."""

    tool: str
    name: str
    key: tuple[str, str | None, str]


Find = Callable[[Key, Mapping[str, Any]], Source | None]


def finder(sources: Iterable[Resource], differ: Callable[[Resource, Mapping[str, Any]], int]) -> Find:
    """Return what finds the source of a live object by its key and data.

    A source that leaves its namespace to the deployment is one for all namespaces. Where several declare the same object, such as one
    folder per cluster, it is the one that differs least, as ``differ`` counts.
    """
    exact: dict[tuple[str, str | None, str], list[Resource]] = {}
    brings: dict[tuple[str, str | None, str], Resource] = {}
    for one in sources:
        if one.key.provider == "kubernetes":
            exact.setdefault((one.key.type, None if _NAMESPACE in one.implied else _space(one.key), one.key.name), []).append(one)
        if one.key.type in BRINGERS:
            for key in names_of(one):
                brings.setdefault(key, one)

    def find(key: Key, data: Mapping[str, Any]) -> Source | None:
        written = (exact.get((key.type, _space(key), key.name)) or exact.get((key.type, None, key.name))) if exact else None
        if written:
            return Source(written[0] if len(written) == 1 else min(written, key=lambda one: differ(one, data)), itself=True)
        found = tracked(brings, tracker_of(data)) if brings else None
        return Source(found, itself=False) if found else None

    return find


def _space(key: Key) -> str:
    """Write the namespace of a key; None is free for sources that leave it open."""
    return key.namespace or ""


def names_of(source: Resource) -> Iterator[tuple[str, str | None, str]]:
    """Yield what trackers call a release or application."""
    data, key = source.data, source.key
    if key.type == "helm_release":
        name, space = data.get("name"), data.get("namespace")
        if isinstance(name, str):
            yield "helm", space if isinstance(space, str) else None, name
        return
    yield {"A": "argocd", "H": "flux-helm", "K": "flux"}[key.type[0]], key.namespace, key.name
    if key.type[0] == "A":
        yield "argocd", None, key.name
    if key.type[0] == "H":
        target = known(lookup(data, ("spec", "targetNamespace")))
        release = known(lookup(data, ("spec", "releaseName"))) or (f"{target}-{key.name}" if target else key.name)
        yield "helm", str(target or key.namespace), str(release)


def tracked(known: Mapping[tuple[str, str | None, str], Thing], tracker: Tracker | None) -> Thing | None:
    """Return what is known under the name that a tracker gives, else under that name in any namespace."""
    if tracker is None:
        return None
    tool, _, name = tracker.key
    return known.get(tracker.key) or known.get((tool, None, name))


def tracker_of(data: Mapping[str, Any]) -> Tracker | None:
    """Return the release or application that an object says it belongs to."""
    said = {**_words(data, "labels"), **_words(data, "annotations")}
    if found := said.get("argocd.argoproj.io/tracking-id"):
        app = found.partition(":")[0]
        space, _, name = app.rpartition("_")
        return Tracker("Argo CD application", app, ("argocd", space or None, name))
    if found := said.get("argocd.argoproj.io/instance"):
        return Tracker("Argo CD application", found, ("argocd", None, found))
    for prefix, tool, kind in (("helm", "Flux HelmRelease", "flux-helm"), ("kustomize", "Flux Kustomization", "flux")):
        if found := said.get(f"{prefix}.toolkit.fluxcd.io/name"):
            space = said.get(f"{prefix}.toolkit.fluxcd.io/namespace", "")
            return Tracker(tool, f"{space}/{found}", (kind, space or None, found))
    if found := said.get("meta.helm.sh/release-name"):
        space = said.get("meta.helm.sh/release-namespace", "")
        return Tracker("Helm release", f"{space}/{found}", ("helm", space or None, found))
    return None


def ignored_by(data: Mapping[str, Any]) -> str | None:
    """Return the annotation or label by which a GitOps tool looks away from an object's differences, or None."""
    said = {**_words(data, "labels"), **_words(data, "annotations")}
    for key, values in _LOOKS_AWAY.items():
        value = said.get(key, "")
        if any(word.strip().lower() in values for word in value.split(",")):
            return f"{key}: {value}"
    return None


_LOOKS_AWAY: Mapping[str, frozenset[str]] = {
    "kustomize.toolkit.fluxcd.io/reconcile": frozenset({"disabled"}),
    "kustomize.toolkit.fluxcd.io/ssa": frozenset({"ignore", "ifnotpresent"}),
    "helm.toolkit.fluxcd.io/driftdetection": frozenset({"disabled"}),
    "helm.toolkit.fluxcd.io/driftDetection": frozenset({"disabled"}),
    "argocd.argoproj.io/compare-options": frozenset({"ignoreextraneous"}),
    "argocd.argoproj.io/skip-reconcile": frozenset({"true"}),
}
"""Annotation → values with which the object's differences are neither shown nor mended."""


def _words(data: Mapping[str, Any], name: str) -> dict[str, str]:
    found = lookup(data, ("metadata", name))
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
