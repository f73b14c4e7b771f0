"""Files that are not judged as they stand: Helm charts and kustomizations are recognised, and said to be unrendered."""

from __future__ import annotations

import os

from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Any, Iterable, Iterator, Sequence

CHART = "Chart.yaml"
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


class Bundles(NamedTuple):
    """``files`` are recognised as parts of charts and kustomizations; they are not read as manifests."""

    files: frozenset[str]
    problems: tuple[Problem, ...]


def bundles(tree: Tree, paths: Sequence[str]) -> Bundles:
    """Find the charts and kustomizations among the paths, and what belongs to them."""
    charts: dict[str, set[str]] = {}
    known: dict[str, str | None] = {}
    kustomizations: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        chart = known[folder] if folder in known else _chart_of(tree, known, folder)
        if chart is not None and (name == CHART or _is_template(path, chart)):
            charts.setdefault(chart, set()).add(path)
        if name in KUSTOMIZATIONS:
            kustomizations[path] = _patches(tree, path)
    problems = [_unrendered_chart(chart, files) for chart, files in charts.items()]
    problems += [_unbuilt(path) for path in kustomizations]
    return Bundles(frozenset().union(*charts.values(), kustomizations, *kustomizations.values()), tuple(sorted(problems)))


def _chart_of(tree: Tree, known: dict[str, str | None], folder: str) -> str | None:
    """Return the folder of the outermost chart around a folder: a chart below another's ``charts/`` is part of it."""
    if folder not in known:
        above = _chart_of(tree, known, os.path.dirname(folder)) if folder else None
        own = folder if tree.is_file(os.path.join(folder, CHART)) else None
        is_part = above is not None and (own is None or f"{folder}/".startswith(os.path.join(above, "charts", "")))
        known[folder] = above if is_part else own
    return known[folder]


def _is_template(path: str, chart: str) -> bool:
    inside = path[len(chart) :].lstrip("/").split("/")
    while inside[0] == "charts" and len(inside) > 2:
        inside = inside[2:]
    return inside[0] == "templates"


def _unrendered_chart(chart: str, files: Iterable[str]) -> Problem:
    count = sum(os.path.basename(path) != CHART for path in files)
    detail = f"a Helm chart is not rendered here, its {count} templates were not judged: render it (helm template) and scan the result"
    return file_problem("unrenderable", os.path.join(chart, CHART), detail)


def _unbuilt(path: str) -> Problem:
    detail = "a kustomization is not built here: its resources were judged as they stand, without its patches, generators and overlays"
    return file_problem("unrenderable", path, f"{detail}; build it (kubectl kustomize) and scan the result")


def _patches(tree: Tree, path: str) -> set[str]:
    """Return the patch files of a kustomization: they look like objects, and are none."""
    folder = os.path.dirname(path)
    names = [name for data in _read(tree, path) for name in _patch_names(data)]
    return {os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/") for name in names}


def _read(tree: Tree, path: str) -> Iterator[dict[str, Any]]:
    try:
        for document in documents(Source(path, decode(tree.read(path))), KUBERNETES):
            data = document.load().data
            if isinstance(data, dict):
                yield data
    except (UnreadableError, MalformedError):
        return  # the kustomization is a problem anyhow


def _patch_names(data: dict[str, Any]) -> Iterator[str]:
    for key in ("patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "transformers"):
        entries = data.get(key)
        for entry in entries if isinstance(entries, list) else ():
            name = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(name, str) and "\n" not in name:
                yield name
