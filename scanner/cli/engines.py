"""``plumbrule engines``: other tools whose findings ``scan --engine`` merges in."""

from __future__ import annotations

import click

from scanner.engines import program as programs
from scanner.governance.gate import CLEAN


@click.group()
def engines() -> None:
    """List other engines, and install one apart from everything else."""


@engines.command(name="list")
def list_engines() -> int:
    """List the engines, the version that is asked for, and where the program is."""
    for name, module in sorted(programs.engines().items()):
        click.echo(f"{name:10} {module.REQUIREMENT:20} {programs.program(name) or 'not installed'}")
    return CLEAN


@engines.command()
@click.argument("name")
def install(name: str) -> int:
    """Install NAME from the package index into an environment of its own."""
    click.echo(programs.install(programs.engine(name)))
    return CLEAN
