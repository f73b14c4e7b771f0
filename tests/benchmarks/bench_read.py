"""Reading manifests, as a share of what PyYAML's C composer with the collector on needs for the same files in the same run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from scanner.config import Config
from scanner.formats import kubernetes
from scanner.model.reading import Parsed, Wanted
from scanner.sources.files import FileTree, walk

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "kube-prometheus"
ROUNDS = 7


def cpu(work: Callable[[], object], *, collect: bool) -> float:
    """Return the least CPU seconds of some work over some rounds, with or without the garbage collector."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        (gc.enable if collect else gc.disable)()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    gc.enable()
    return best


def compose(folder: str) -> None:
    """Compose every document of a folder."""
    tree = FileTree(folder)
    for path in walk(tree, "").paths:
        if path.endswith((".yaml", ".yml")):
            for _ in yaml.compose_all(tree.read(path), Loader=yaml.CSafeLoader):
                pass


def read(folder: str, wanted: Wanted) -> Parsed:
    """Read the wanted resources of a folder."""
    tree = FileTree(folder)
    paths = [path for path in walk(tree, "").paths if kubernetes.claims(path, str)]
    return kubernetes.read(tree, paths, wanted, Config())


def main() -> None:
    """Print the shares and the target."""
    folder = str(CORPUS)
    types = frozenset(resource.type for resource in read(folder, Wanted(frozenset(), everything=True)).resources)
    most = Wanted(types - {"CustomResourceDefinition"})
    composed = cpu(lambda: compose(folder), collect=True)

    def share(work: Callable[[], object]) -> str:
        return f"{cpu(work, collect=False) / composed:5.2f} x yaml.compose_all"

    print(f"all but resource definitions {share(lambda: read(folder, most))}  (target 0.27)")
    print(f"everything                   {share(lambda: read(folder, Wanted(types)))}")
    print(f"read, one place in each      {share(lambda: [one.span(('kind',)) for one in read(folder, most).resources])}")


if __name__ == "__main__":
    main()
