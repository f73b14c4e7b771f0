"""``plumbrule config``: what holds where, and which line says so."""

from __future__ import annotations

import json
import os

import click

from scanner.cli.chosen import choices
from scanner.cli.options import reading_options
from scanner.cli.targets import open_settings
from scanner.configuration.layers import leaves
from scanner.configuration.schema import json_schema
from scanner.governance.gate import CLEAN
from scanner.typed import Any

HIDDEN = ("today.", "suppress.", "terraform.environment.")


@click.group()
def config() -> None:
    """Show the configuration that holds, with the line of each value."""


@config.command()
@click.argument("path", default=".")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@reading_options
def show(path: str, output: str, **given: Any) -> int:
    """Show what holds at PATH and the line that each value comes from."""
    settings, inside = open_settings(path, choices(given))
    folder = inside if os.path.isdir(path) else os.path.dirname(inside)
    rows = [(key, value) for key, value in leaves(settings.layer(folder)) if not f"{key}.".startswith(HIDDEN)]
    settings.at(folder)
    if output == "json":
        values = [{"key": key, "value": value.value, "source": _source(value.origin, value.source)} for key, value in rows]
        click.echo(json.dumps({"schema": "plumbrule/config/v1", "path": folder, "values": values}, indent=2, ensure_ascii=False))
        return CLEAN
    if not rows:
        click.echo("everything is at its default; `plumbrule init` writes a first plumbrule.yaml")
    width = max((len(key) for key, _ in rows), default=0)
    for key, value in rows:
        click.echo(f"{key:{width}}  {json.dumps(value.value, ensure_ascii=False)}  # {_source(value.origin, value.source)}")
    return CLEAN


@config.command()
def schema() -> int:
    """Print the JSON Schema of plumbrule.yaml, for editors."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return CLEAN


def _source(origin: Any, source: str) -> str:
    return f"{origin.path}:{origin.line}" if origin else source
