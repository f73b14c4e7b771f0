"""``plumbrule diff``: two JSON results side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from scanner.governance.gate import CLEAN
from scanner.model.errors import ConfigError

Row = Mapping[str, Any]


class Difference(NamedTuple):
    """Findings of two results: only in the second, only in the first, in both."""

    new: list[Row]
    fixed: list[Row]
    unchanged: list[Row]


@click.command()
@click.argument("before", metavar="A.json")
@click.argument("after", metavar="B.json")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
def diff(before: str, after: str, output: str) -> int:
    """Show what is new, fixed and unchanged from A to B (results of `scan --format json`)."""
    first, second = _read(before), _read(after)
    found = compare(first["results"], second["results"])
    if output == "json":
        answer = {"schema": "plumbrule/diff/v1", "tool": second["tool"], "problems": second["problems"], **found._asdict()}
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return CLEAN
    for word, rows in (("new", found.new), ("fixed", found.fixed)):
        for row in rows:
            click.echo(f"{word:6} {row['severity']:8} {row['rule']:12} {_where(row)}  {row['message']}")
    click.echo(f"{len(found.new)} new, {len(found.fixed)} fixed, {len(found.unchanged)} unchanged")
    if len(second["problems"]) > 0:
        click.echo(f"{len(second['problems'])} problems in {after}: what could not be looked at is not fixed", err=True)
    return CLEAN


def compare(before: list[Row], after: list[Row]) -> Difference:
    """Compare failures and unknowns by fingerprint and path; a fingerprint whose old path has none left has moved: unchanged."""
    old, new = _by_key(before), _by_key(after)
    gone = [key for key in old if key not in new]
    come = [key for key in new if key not in old]
    moved = {}
    for key in come:
        twin = next((other for other in gone if other[0] == key[0]), None)
        if twin is not None:
            gone.remove(twin)
            moved[key] = twin
    return Difference(
        [new[key] for key in come if key not in moved],
        [old[key] for key in gone],
        [row for key, row in new.items() if key in old or key in moved],
    )


def _by_key(rows: list[Row]) -> dict[tuple[str, str | None], Row]:
    return {
        (row["fingerprint"], (row["location"] or {}).get("path")): row
        for row in rows
        if row["outcome"] != "pass" and row["disposition"] in ("open", "baselined")
    }


def _where(row: Row) -> str:
    place = row["location"]
    return f"{place['path']}:{place['line']}:{place['column']}" if place else str(row["resource"]["address"])


def _read(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8") as handle:
            data = json.load(handle)
        if data["schema"] != "plumbrule/results/v1":
            raise ConfigError(f"{path} is no result of `plumbrule scan --format json`")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is no result of `plumbrule scan --format json`") from error
    result: Mapping[str, Any] = data
    return result
