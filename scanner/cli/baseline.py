"""``plumbrule baseline``: what is known today, so that only what comes after gates."""

from __future__ import annotations

import os

import click

from scanner.cli.chosen import choices
from scanner.cli.options import reading_options, selection_options
from scanner.cli.targets import open_scopes, rules_of
from scanner.cli.unseen import tell
from scanner.governance.baseline import dump, known_of, parse
from scanner.governance.gate import CLEAN
from scanner.model.errors import ConfigError
from scanner.pipeline import scan
from scanner.typed import Any

DEFAULT = "plumbrule-baseline.json"


@click.group()
def baseline() -> None:
    """Write or show what is known today."""


@baseline.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-o", "--output", default=DEFAULT, show_default=True, metavar="FILE", help="Where to write it.")
@selection_options
@reading_options
def write(paths: tuple[str, ...], output: str, **given: Any) -> int:
    """Scan, and write every open finding as known."""
    chosen = choices(given)
    scopes = open_scopes(paths or (".",), chosen)
    report = scan(scopes, rules_of(scopes, chosen)).report
    known = known_of(report.verdicts)
    try:
        with open(output, "w", encoding="utf-8", newline="\n") as handle:
            handle.write(dump(known))
    except OSError as error:
        raise ConfigError(f"cannot write {output}: {error.strerror}") from error
    click.echo(f"{len(known)} findings are known from now on: plumbrule scan --baseline {output}", err=True)
    return tell(report.problems)


@baseline.command()
@click.argument("file", default=DEFAULT)
def show(file: str) -> int:
    """List what a baseline holds, by rule."""
    if not os.path.isfile(file):
        raise ConfigError(f"there is no baseline {file}", hint="write one with `plumbrule baseline write`")
    with open(file, encoding="utf-8") as handle:
        known = parse(handle.read(), file)
    for row in sorted(known, key=lambda row: (row.rule, row.path or "", row.address)):
        click.echo(f"{row.rule:12} {row.path or '-'}  {row.address}")
    click.echo(f"{len(known)} findings are known")
    return CLEAN
