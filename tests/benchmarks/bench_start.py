"""Start-up and one-file scans, as multiples of the bare interpreter's CPU time in the same run."""

from __future__ import annotations

import compileall
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import scanner

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PAIRS = 15
"""Runs that alternate: a machine that others use is at times half as fast, and not for both alike."""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}\n"


def cpu(command: list[str], rounds: int = 15) -> float:
    """Return the least user and system seconds of a command over some rounds."""
    best = float("inf")
    for _ in range(rounds):
        before = _spent()
        subprocess.run(command, check=False, capture_output=True)
        best = min(best, _spent() - before)
    return best


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def compose_cost(folder: Path) -> str:
    """Return a program that composes the YAML files of a folder with the collector on."""
    return (
        "import sys, glob, yaml\n"
        f"for path in sorted(glob.glob({str(folder)!r} + '/**/*.yaml', recursive=True)):\n"
        "    with open(path, 'rb') as handle:\n"
        "        for _ in yaml.compose_all(handle, Loader=yaml.CSafeLoader): pass\n"
    )


def main() -> None:
    """Print the ratios and their targets. Bytecode is compiled before, as an installation has it."""
    compileall.compile_dir(str(Path(scanner.__file__).parent), quiet=1)
    scan = [sys.executable, "-m", "scanner", "scan"]
    bare = cpu([sys.executable, "-c", "pass"])
    with tempfile.TemporaryDirectory() as folder:
        pod = Path(folder) / "pod.yaml"
        pod.write_text(POD)
        print(f"--version            {cpu([sys.executable, '-m', 'scanner', '--version']) / bare:5.2f} x python -c pass  (target 4)")
        print(f"scan of one file     {cpu([*scan, str(pod)]) / bare:5.2f} x python -c pass  (target 7)")
    corpus = SHARED / "corpora" / "kube-prometheus"
    if corpus.is_dir():
        compose = [sys.executable, "-c", compose_cost(corpus)]
        pairs = [(cpu([*scan, str(corpus), "--select", "*", "--format", "json"], 1), cpu(compose, 1)) for _ in range(PAIRS)]
        paired = median(scanned / composed for scanned, composed in pairs)
        least = min(scanned for scanned, _ in pairs) / min(composed for _, composed in pairs)
        print(f"scan kube-prometheus {paired:5.2f} x yaml.compose_all (target 0.60), median of {PAIRS} pairs; least of each {least:.2f}")


if __name__ == "__main__":
    main()
