"""Evaluating Terraform against nothing but parsing it: CPU time of one run, the bare tree-sitter parse and walk being 1.

    python tests/benchmarks/bench_terraform.py [FOLDER...]      default: the Terraform corpora beside the checkout

Each evaluation of a root module is measured against parsing and walking the files that it is made of, once; the ratio has to stay below 4,
the memory of the process below 200 MB.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CORPORA = ("terraform-aws-vpc", "terraform-azurerm-aks", "terragoat")


def best(work: Callable[[], object], runs: int = 7) -> float:
    """Return the shortest CPU time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
        gc.collect()
    return min(times)


def measure(folder: str) -> str:
    """Evaluate a folder, and parse the same files as often as they are evaluated."""
    import tree_sitter
    import tree_sitter_hcl

    from scanner.config import Config
    from scanner.formats import terraform
    from scanner.formats.terraform.evaluations import evaluations
    from scanner.formats.terraform.library import Library
    from scanner.formats.terraform.resources import modules
    from scanner.model.reading import Wanted
    from scanner.sources.files import FileTree

    tree = FileTree(folder)
    paths = sorted(os.path.relpath(path, folder) for path in map(str, Path(folder).rglob("*.tf")))
    found = list(evaluations(Library(tree), paths, {}))
    parts = [{path for module in modules(one.module, one.files) for path in module.configuration.files} for one in found]
    contents = {path: tree.read(path) for path in paths}
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))

    def walk(node: tree_sitter.Node) -> None:
        for child in node.children:
            walk(child)

    def bare() -> None:
        for files in parts:
            for path in files:
                walk(parser.parse(contents[path]).root_node)

    everything = Wanted(frozenset(), everything=True)
    ours = best(lambda: terraform.read(tree, paths, everything, Config()))
    theirs = best(bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{os.path.basename(folder):24} {len(found):3} evaluations  {ours / theirs:5.2f} x bare parse and walk  {peak:4} MB"


def main(folders: list[str]) -> None:
    """Measure each folder in a process of its own."""
    for folder in folders or [str(SHARED / "corpora" / name) for name in CORPORA]:
        subprocess.run([sys.executable, __file__, "--one", folder], check=True)


if __name__ == "__main__":
    gc.disable()
    if sys.argv[1:2] == ["--one"]:
        print(measure(sys.argv[2]))
    else:
        main(sys.argv[1:])
