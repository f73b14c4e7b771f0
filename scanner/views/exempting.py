"""Fields that a GitOps tool was told to leave alone: ``ignoreDifferences`` of Argo CD, ``driftDetection.ignore`` of Flux.

Argo CD is told so by an application, or for all of them by the ConfigMap argocd-cm:
https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/ (3.2), https://fluxcd.io/flux/components/helm/helmreleases/ (2.7).
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.glob import fits as glob
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.patterns import pattern
from scanner.typed import Any, Iterable, Iterator, Mapping
from scanner.views.managers import manager_of
from scanner.views.sourcing import Tracker, names_of, tracked

SETTINGS = "argocd-cm"
"""The ConfigMap by which Argo CD is configured, in whatever namespace it runs."""
_CUSTOMIZATIONS = "resource.customizations"
_FOR_KIND = f"{_CUSTOMIZATIONS}.ignoreDifferences."
EVERY = None
"""A step of a path that leads to each item."""
_STEP = r"""\.?(?:\["([^"\\]+)"\]|\[(\d*)\]|([A-Za-z_][\w-]*)|"([^"\\]+)")\??"""
_SELECT = r"""select\(\s*\.([A-Za-z_]\w*)\s*==\s*"([^"\\]*)"\s*\)"""
Path = tuple[str | int | tuple[str, str] | None, ...]
"""Keys and indexes, ``EVERY``, and (key, value) that the item reached must have."""


class Exemption(NamedTuple):
    """Fields of some objects that are left alone: those below ``paths``, and those that ``managers`` wrote.

    ``unread`` are expressions that are not read here, and may mean any field or object.
    """

    group: str
    kind: str
    name: str | None
    namespace: str | None
    paths: tuple[Path, ...]
    managers: frozenset[str]
    unread: tuple[str, ...]

    def covers(self, live: Resource) -> bool:
        """Tell whether it is about an object."""
        group = str(live.data.get("apiVersion", "")).rpartition("/")[0]
        key = live.key
        return (
            glob(group, self.group)
            and glob(key.kind, self.kind)
            and self.name in (None, "", key.name)
            and self.namespace in (None, "", key.namespace)
        )

    def exempts(self, live: Mapping[str, Any], source: Any, pointer: Pointer) -> bool:
        """Tell whether a field that differs is left alone; the pointer leads through the source."""
        if any(_leads(path, source, pointer) for path in self.paths):
            return True
        manager = manager_of(live, source, (pointer,)) if self.managers else None
        return manager is not None and manager.name in self.managers


Exemptions = Mapping[tuple[str, str | None, str], tuple[Exemption, ...]]
"""What each release or application exempts, by the names that trackers call it."""


def exemptions(bringers: Iterable[Resource]) -> Exemptions:
    """Read the exemptions of applications and releases, declared or running."""
    found: dict[tuple[str, str | None, str], tuple[Exemption, ...]] = {}
    for one in bringers:
        rows = tuple(_argo(one) if one.key.type.startswith("Application.") else _flux(one))
        for name in names_of(one) if rows else ():
            found.setdefault(name, rows)
    return found


def of_all(settings: Iterable[Resource]) -> tuple[Exemption, ...]:
    """Read what Argo CD leaves alone in every application, from its ConfigMaps (``SETTINGS``)."""
    found: list[Exemption] = []
    for one in settings:
        data = one.data.get("data")
        for key, value in data.items() if isinstance(data, dict) else ():
            if key.startswith(_FOR_KIND):
                kind = key.removeprefix(_FOR_KIND)
                found.append(_setting(key, "*/*" if kind == "all" else kind.replace("_", "/"), value))
            elif key == _CUSTOMIZATIONS:
                found += _customizations(value)
    return tuple(found)


def of_tracker(known: Exemptions, everywhere: tuple[Exemption, ...], tracker: Tracker | None) -> tuple[Exemption, ...]:
    """Return the exemptions of what brings an object; those that hold ``everywhere`` are of Argo CD."""
    own = tracked(known, tracker) or ()
    return (*own, *everywhere) if tracker is not None and tracker.key[0] == "argocd" else own


def _argo(application: Resource) -> Iterator[Exemption]:
    for row in _rows(application.data, ("spec", "ignoreDifferences")):
        yield _exemption(row, str(row.get("group") or ""), str(row.get("kind") or "*"), row.get("name"), row.get("namespace"))


def _exemption(row: Mapping[str, Any], group: str, kind: str, name: str | None = None, namespace: str | None = None) -> Exemption:
    written = [str(one) for one in _texts(row.get("jqPathExpressions"))]
    read = {one: _jq(one) for one in written}
    paths = (*map(_pointer, _texts(row.get("jsonPointers"))), *(path for path in read.values() if path is not None))
    unread = tuple(one for one, path in read.items() if path is None)
    return Exemption(group, kind, name, namespace, paths, frozenset(_texts(row.get("managedFieldsManagers"))), unread)


def _setting(key: str, kind: str, value: Any) -> Exemption:
    """Read what is left alone in objects of ``group/Kind``, or ``Kind`` of the core group."""
    group, _, name = kind.rpartition("/")
    row = _yaml(value)
    if isinstance(row, dict):
        return _exemption(row, group, name)
    return Exemption(group, name, None, None, (), frozenset(), () if row is None else (f"{key} of argocd-cm",))


def _customizations(value: Any) -> Iterator[Exemption]:
    """Read the form of older versions: a map of ``group/Kind``, all in one text."""
    rows = _yaml(value)
    if not isinstance(rows, dict):
        yield Exemption("*", "*", None, None, (), frozenset(), () if rows is None else (f"{_CUSTOMIZATIONS} of argocd-cm",))
        return
    for kind, row in rows.items():
        if isinstance(row, dict) and "ignoreDifferences" in row:
            yield _setting(_CUSTOMIZATIONS, str(kind), row["ignoreDifferences"])


def _yaml(value: Any) -> Any:
    """Read a value that is YAML in a text; what cannot be read stays as it is written."""
    if not isinstance(value, str):
        return value
    from scanner.syntax.documents import documents
    from scanner.syntax.scalars import KUBERNETES
    from scanner.syntax.text import MalformedError, Source

    try:
        found = documents(Source("argocd-cm", value), KUBERNETES)
        return found[0].load().data if found else None
    except MalformedError:
        return value


def _flux(release: Resource) -> Iterator[Exemption]:
    for row in _rows(release.data, ("spec", "driftDetection", "ignore")):
        said = row.get("target")
        target: Mapping[str, Any] = said if isinstance(said, dict) else {}
        paths = tuple(map(_pointer, _texts(row.get("paths"))))
        group, kind = str(target.get("group") or "*"), str(target.get("kind") or "*")
        selects = {"labelSelector", "annotationSelector"} & target.keys()
        unread = tuple(sorted(selects))  # whom it means is not read here
        yield Exemption(group, kind, target.get("name"), target.get("namespace"), () if unread else paths, frozenset(), unread)


def _rows(data: Mapping[str, Any], pointer: Pointer) -> list[dict[str, Any]]:
    listed = lookup(data, pointer)
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _texts(listed: Any) -> list[str]:
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _pointer(text: str) -> Path:
    """Read a JSON pointer (RFC 6901)."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _jq(text: str) -> Path | None:
    """Read a path of jq, with items that are selected by one of their texts; None for any other expression."""
    path: list[str | int | tuple[str, str] | None] = []
    for piece in text.split("|"):
        word = piece.strip()
        chosen = pattern(_SELECT).fullmatch(word)
        if chosen is not None:
            path.append((chosen[1], chosen[2]))
            continue
        at = 0
        while at < len(word) and (step := pattern(_STEP).match(word, at)) is not None:
            quoted, index, plain, name = step.groups()
            path.append((int(index) if index else EVERY) if index is not None else quoted or plain or name)
            at = step.end()
        if at < len(word) or not word.startswith("."):
            return None
    return tuple(path)


def _leads(path: Path, data: Any, pointer: Pointer) -> bool:
    """Tell whether a path leads to a pointer of the data, or to what holds it."""
    at = 0
    for step in path:
        if isinstance(step, tuple):
            if not isinstance(data, dict) or data.get(step[0]) != step[1]:
                return False
            continue
        if at == len(pointer) or (step is not EVERY and str(step) != str(pointer[at])):
            return False
        data = lookup(data, (pointer[at],))
        at += 1
    return True
