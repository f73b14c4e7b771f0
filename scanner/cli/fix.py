"""``plumbrule scan --fix``: the change as a diff, and with ``--yes`` the change itself."""

from __future__ import annotations

import os
import tempfile
from difflib import unified_diff
from shutil import copymode

import click

from scanner import mask
from scanner.mask.lines import shown
from scanner.model.errors import ConfigError
from scanner.pipeline.mending import Patch
from scanner.syntax.text import decode
from scanner.typed import Iterator, Sequence


def show(patches: Sequence[Patch]) -> None:
    """Print a unified diff to standard error, secrets hidden."""
    for patch in patches:
        for line in diff(patch):
            click.echo(line, err=True)
    files = "1 file" if len(patches) == 1 else f"{len(patches)} files"
    click.echo(f"{files} to change: --fix --yes does it" if patches else "no machine fix for what is open", err=True)


def diff(patch: Patch) -> Iterator[str]:
    """Yield the lines of a unified diff as they may be shown."""
    name = mask.escape(patch.path)
    return unified_diff(_lines(patch.before), _lines(patch.after), f"a/{name}", f"b/{name}", lineterm="")


def _lines(data: bytes) -> list[str]:
    """Return the lines as diffs count them: a newline at the end begins no further line, and a missing one is said."""
    *lines, last = shown(decode(data))
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def make(patches: Sequence[Patch]) -> None:
    """Write the changed files, each whole or not at all. Raises ConfigError where one cannot be written or has changed meanwhile."""
    for patch in patches:
        path = os.path.realpath(os.path.join(patch.scope.root or "", patch.path))
        try:
            _replace(path, patch)
        except OSError as error:
            raise ConfigError(f"cannot write {patch.path}: {error.strerror}") from error
        click.echo(f"fixed {mask.escape(patch.path)}", err=True)


def _replace(path: str, patch: Patch) -> None:
    with open(path, "rb") as handle:
        if handle.read() != patch.before:
            raise ConfigError(f"{patch.path} changed while it was judged", hint="run the command again")
    with tempfile.NamedTemporaryFile("wb", dir=os.path.dirname(path), prefix=".plumbrule-", delete=False) as written:
        written.write(patch.after)
    try:
        copymode(path, written.name)
        os.replace(written.name, path)
    except OSError:
        os.unlink(written.name)
        raise
