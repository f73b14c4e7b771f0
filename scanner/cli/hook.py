"""``plumbrule hook``: its options. For pre-commit, in one process."""

from __future__ import annotations

import click

from scanner.cli.hooking import run
from scanner.cli.options import reading_options, selection_options
from scanner.typed import Any


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--no-cache", is_flag=True, help="Neither read nor write what was known at HEAD.")
@selection_options
@reading_options
def hook(files: tuple[str, ...], **given: Any) -> int:
    """Judge the repository; report what is in or about FILES and was not there at HEAD."""
    return run(files, given)
