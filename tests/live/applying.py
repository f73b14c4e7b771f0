"""Puts the objects of a folder of manifests into a real server: definitions first, then namespaces, then the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from apiserver import Server

FIRST = ("CustomResourceDefinition", "Namespace")
PATIENCE = 60


class Refused(NamedTuple):
    """An object that the server did not take, the HTTP status, and why."""

    kind: str
    namespace: str
    name: str
    status: int
    why: str


def objects_in(folder: Path) -> list[dict[str, Any]]:
    """Return every object of a folder once, lists unfolded, in the order of the files' names; what is no YAML is left out."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.yml"), *folder.rglob("*.json"))):
        try:
            documents = list(yaml.load_all(path.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError):
            continue
        for one in (item for document in documents for item in _unfolded(document)):
            metadata = one["metadata"]
            found.setdefault((one["kind"], str(metadata.get("namespace") or "default"), str(metadata["name"])), one)
    return list(found.values())


def _unfolded(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict) and isinstance(document.get("items"), list) and str(document.get("kind")).endswith("List"):
        for item in document["items"]:
            yield from _unfolded(item)
    elif isinstance(document, dict) and {"apiVersion", "kind"} <= document.keys():
        metadata = document.get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
            yield document


def served(server: Server) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return ``(apiVersion, kind)`` → plural and whether it has a namespace, as the server says."""
    groups = server.call("GET", "/apis")[1]["groups"]
    versions = [("/api/v1", "v1")] + [(f"/apis/{v['groupVersion']}", v["groupVersion"]) for g in groups for v in g["versions"]]
    found = {}
    for path, version in versions:
        for one in server.call("GET", path)[1].get("resources") or ():
            if "/" not in one["name"]:
                found[version, one["kind"]] = (one["name"], one["namespaced"])
    return found


def apply(server: Server, objects: list[dict[str, Any]]) -> list[Refused]:
    """Create everything, and the namespaces that are needed; return what the server refused."""
    refused: list[Refused] = []
    kinds = served(server)
    definitions = [one for one in objects if one["kind"] == FIRST[0]]
    refused += _create(server, definitions, kinds)
    failed = {one.name for one in refused}
    taken = {pair for one in definitions if one["metadata"]["name"] not in failed for pair in _defined(one)}
    end = time.monotonic() + PATIENCE
    while not taken <= kinds.keys() and time.monotonic() < end:
        time.sleep(0.5)
        kinds = served(server)
    spaces = [one for one in objects if one["kind"] == FIRST[1]]
    named = {one["metadata"]["name"] for one in spaces}
    used = {str(one["metadata"]["namespace"]) for one in objects if one["metadata"].get("namespace")} - named
    spaces += [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in sorted(used)]
    refused += _create(server, spaces, kinds)
    return refused + _create(server, [one for one in objects if one["kind"] not in FIRST], kinds)


def _defined(definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the ``(apiVersion, kind)`` pairs that a definition makes the server serve."""
    spec = definition["spec"]
    for version in spec.get("versions") or ():
        if version.get("served"):
            yield f"{spec['group']}/{version['name']}", spec["names"]["kind"]


def _create(server: Server, objects: list[dict[str, Any]], kinds: dict[tuple[str, str], tuple[str, bool]]) -> list[Refused]:
    refused = []
    for one in objects:
        metadata = one["metadata"]
        space = str(metadata.get("namespace") or "default")
        kind = kinds.get((one["apiVersion"], one["kind"]))
        if kind is None:
            refused.append(Refused(one["kind"], space, metadata["name"], 404, f"{one['apiVersion']} {one['kind']} is not served"))
            continue
        plural, namespaced = kind
        base = "/api/v1" if one["apiVersion"] == "v1" else f"/apis/{one['apiVersion']}"
        status, body = server.call("POST", f"{base}/namespaces/{space}/{plural}" if namespaced else f"{base}/{plural}", one)
        if status not in (200, 201) and not (status == 409 and one["kind"] == "Namespace"):
            refused.append(Refused(one["kind"], space if namespaced else "-", metadata["name"], status, str(body.get("message"))))
    return refused
