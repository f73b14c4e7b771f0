"""A cluster that somebody saved (``kubectl get … -o json``, or yaml), a file or a folder of them: judged as the cluster would be."""

from __future__ import annotations

import os

from scanner.model.problem import Problem
from scanner.model.reading import UnreadableError
from scanner.sources.cluster import Seen, Watched, completed, version_of
from scanner.sources.files import FileTree, walk
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Any, Callable, Iterator

_ENDINGS = (".json", ".yaml", ".yml")
_DEEPEST = 8


def read_dump(path: str, asked: Callable[[str, str], bool], watched: Watched, *, secrets: bool = False) -> Seen:
    """Return what a dump holds of what is asked for, each object once.

    Its identity is the UID of its namespace kube-system, else its name; its version that of a saved ``kubectl version -o json``. A dump
    holds what somebody chose to save: what is not in it may well be in the cluster.
    """
    name = os.path.basename(os.path.abspath(path))
    seen = Seen(name, None, None, [], [], whole=False)
    known: set[tuple[str, str, str | None, str]] = set()
    for data in _documents(path, name, seen.problems):
        if isinstance(version := data.get("serverVersion"), dict):
            seen = seen._replace(version=version_of(version))
        for item in _items(data):
            metadata = item["metadata"]
            key = (item["kind"], metadata.get("namespace"), str(metadata.get("name")))
            if key == ("Namespace", None, "kube-system") and isinstance(metadata.get("uid"), str):
                seen = seen._replace(uid=metadata["uid"])
            is_asked = asked(item["apiVersion"], item["kind"]) and (item["kind"] != "Secret" or secrets)
            group = item["apiVersion"].rpartition("/")[0]  # a Service of Knative bears the name of the Service that it makes
            if is_asked and (group, *key) not in known:
                known.add((group, *key))
                seen.objects.append(completed(item, item["apiVersion"], item["kind"], watched))
    return seen


def _documents(path: str, name: str, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    folder, file = (path, None) if os.path.isdir(path) else os.path.split(os.path.abspath(path))
    tree = FileTree(folder)
    paths = [file] if file else [one for one in walk(tree, "", ()).paths if one.endswith(_ENDINGS)]
    if not paths:
        problems.append(Problem("nothing-recognised", None, f"dump {name}: there is no .json or .yaml file in it"))
    for one in paths:
        try:
            for document in documents(Source(one, decode(tree.read(one), "strict")), KUBERNETES):
                data = document.load().data
                if isinstance(data, dict):
                    yield data
        except UnreadableError as error:
            problems.append(Problem(error.problem.kind, None, f"dump {name}: {one}: {error.problem.detail}"))
        except MalformedError as error:
            problems.append(Problem(error.kind, None, f"dump {name}: {one}: {error.message}: the rest of this file was not judged"))


def _items(data: dict[str, Any], api_version: str | None = None, kind: str | None = None, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects of a document: itself, or the items of a list, which may leave their kind to it."""
    own_version, own_kind = data.get("apiVersion", api_version), data.get("kind", kind)
    items = data.get("items")
    if isinstance(items, list) and isinstance(own_kind, str) and own_kind.endswith("List") and depth < _DEEPEST:
        single = own_kind.removesuffix("List") or None
        for item in items:
            if isinstance(item, dict):
                yield from _items(item, own_version if single else None, single, depth + 1)
    elif isinstance(own_version, str) and isinstance(own_kind, str) and isinstance(data.get("metadata"), dict):
        yield {**data, "apiVersion": own_version, "kind": own_kind}
