"""Kubernetes inside Terraform: manifests as objects or text, and the typed resources, as the objects that a cluster would see."""

from __future__ import annotations

import re

from scanner.formats.terraform.manifest_text import manifests
from scanner.model.place import Place, Pointer, Span, Step
from scanner.model.reading import Embedded
from scanner.model.record import NamedTuple
from scanner.model.resource import Locator, Part, Resource
from scanner.model.unknown import Unknown, like
from scanner.tables import table
from scanner.typed import Any, Iterator

_VERSION = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?\Z")
_WORD = re.compile(r"_([a-z0-9])")
_WAITS = ("wait_for_rollout", "wait_for_load_balancer", "wait_for_completion", "wait_for_default_service_account", "wait_until_bound")
_OWN = frozenset({"depends_on", "provider", "lifecycle", "timeouts", "id", *_WAITS})
"""Arguments of Terraform and of the provider, which the API knows nothing of."""


def embedded(resource: Resource) -> Iterator[Embedded]:
    """Yield what stands inside a resource.

    Manifests and typed resources become trees of the language ``kubernetes``. A release becomes one of the language ``helm``: an object
    with ``name``, ``namespace``, ``chart``, ``repository``, ``version``, ``values`` (a list of texts or unknowns) and ``set``.
    """
    type_name = resource.key.type
    if type_name == "kubernetes_manifest":
        yield from _manifest(resource)
    elif type_name == "kubectl_manifest":
        yield from manifests(resource, "yaml_body")
    elif type_name == "helm_release":
        names = ("name", "namespace", "chart", "repository", "version", "values", "set", "set_list")
        yield Embedded("helm", {name: resource.data[name] for name in names if name in resource.data}, resource)
    elif type_name.startswith("kubernetes_"):
        yield from _typed(resource)


def _manifest(resource: Resource) -> Iterator[Embedded]:
    manifest = resource.data.get("manifest")
    if isinstance(manifest, dict):
        yield Embedded("kubernetes", manifest, resource, ("manifest",))
    elif isinstance(manifest, Unknown):
        yield from manifests(resource, "manifest")


def _typed(resource: Resource) -> Iterator[Embedded]:
    native = _VERSION.sub("", resource.key.type.removeprefix("kubernetes_"))
    kind = table("terraform_kubernetes")["kinds"].get(native)
    if kind is not None:
        paths: dict[Pointer, Pointer] = {}
        body = _object({name: value for name, value in resource.data.items() if name not in _OWN}, native, (), (), paths)
        tree = like(resource.data, {"apiVersion": kind[0], "kind": kind[1], **body})
        renamed = Resource(resource.key, tree, resource.format, resource.path, Renamed(resource.locator, paths))
        yield Embedded("kubernetes", tree, renamed)


def _object(data: dict[str, Any], parent: str, written: Pointer, shown: Pointer, paths: dict[Pointer, Pointer]) -> dict[str, Any]:
    """Convert a block; ``paths`` collects which pointer of the object stands at which of the block."""
    result: dict[str, Any] = {}
    for name, value in data.items():
        blocks = value if isinstance(value, list) and all(isinstance(item, dict) or _is_more(item) for item in value) else None
        new = _name(name, parent, is_list=bool(blocks))
        paths[(*shown, new)] = (*written, name)
        if not blocks:
            result[new] = _scalar(name, value)
        elif _is_list(name, parent):
            result[new] = [
                _item(item, name, (*written, name, at), (*shown, new, at), paths) if isinstance(item, dict) else item
                for at, item in enumerate(blocks)
            ]
        else:
            result[new] = _item(blocks[0], name, (*written, name, 0), (*shown, new), paths)
    return like(data, result)


def _is_more(item: Any) -> bool:
    """Tell whether an item stands for blocks that could not be read."""
    return isinstance(item, Unknown) and item.kind == "items"


def _item(data: dict[str, Any], name: str, written: Pointer, shown: Pointer, paths: dict[Pointer, Pointer]) -> dict[str, Any]:
    paths[shown] = written
    return _object(data, name, written, shown, paths)


def _is_list(name: str, parent: str) -> bool:
    known = table("terraform_kubernetes")
    return bool(known["within"].get(parent, {}).get(name, known["lists"].get(name)))


def _name(name: str, parent: str, *, is_list: bool) -> str:
    known = table("terraform_kubernetes")
    special = known["within"].get(parent, {}).get(name) or (known["lists"].get(name) if is_list else None)
    return str(special or known["words"].get(name) or _WORD.sub(lambda found: found[1].upper(), name))


def _scalar(name: str, value: Any) -> Any:
    if name in table("terraform_kubernetes")["numbers"]:
        if isinstance(value, list):
            return [_scalar(name, item) for item in value]
        return int(value) if isinstance(value, str) and value.isdigit() else value
    return value


class Renamed(NamedTuple):
    """Places of an object that another locator knows under other names (``model.resource.Locator``)."""

    origin: Locator
    paths: dict[Pointer, Pointer]

    def _written(self, pointer: Pointer) -> Pointer:
        for length in range(len(pointer), 0, -1):
            if pointer[:length] in self.paths:
                return (*self.paths[pointer[:length]], *pointer[length:])
        return pointer

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute in the resource's own text."""
        return self.origin.span(self._written(pointer), part)

    def place(self, pointer: Pointer) -> Place:
        """Return the line to edit."""
        return self.origin.place(self._written(pointer))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way of the value."""
        return self.origin.explain(self._written(pointer))
