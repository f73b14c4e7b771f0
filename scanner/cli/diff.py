"""``plumbrule diff``: two JSON results side by side."""

from __future__ import annotations

import json

import click

from scanner.governance.gate import CLEAN
from scanner.model.errors import ConfigError
from scanner.model.record import NamedTuple
from scanner.typed import Any, Mapping

Key = tuple[str, str | None]
Row = Mapping[str, Any]
_ANSWER = {"tool", "results", "problems"}
_ROW = {"rule", "severity", "outcome", "resource", "location", "message", "fingerprint", "disposition"}


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
    """Compare open failures and unknowns by fingerprint and path; a fingerprint whose old path has none left has moved: unchanged.

    What is suppressed in one result and open in the other is neither new nor fixed.
    """
    there, here = _by_key(before), _by_key(after)
    gone = [key for key in there if key not in here]
    come = [key for key in here if key not in there]
    moved = set()
    for key in come:
        twin = next((other for other in gone if other[0] == key[0]), None)
        if twin is not None:
            gone.remove(twin)
            moved.add(key)
    fresh = [key for key in come if key not in moved]
    stayed = [key for key in here if key not in fresh]
    return Difference(_open(here, fresh), _open(there, gone), _open(here, stayed))


def _open(rows: Mapping[Key, Row], keys: list[Key]) -> list[Row]:
    return [rows[key] for key in keys if rows[key]["disposition"] in ("open", "baselined")]


def _by_key(rows: list[Row]) -> dict[Key, Row]:
    return {(row["fingerprint"], (row["location"] or {}).get("path")): row for row in rows if row["outcome"] != "pass"}


def _where(row: Row) -> str:
    place = row["location"]
    return f"{place['path']}:{place['line']}:{place['column']}" if place else str(row["resource"]["address"])


def _read(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8") as handle:
            data = json.load(handle)
        if data["schema"] != "plumbrule/results/v1" or not data.keys() >= _ANSWER or not all(row.keys() >= _ROW for row in data["results"]):
            raise ConfigError(f"{path} is no result of `plumbrule scan --format json`")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} is no result of `plumbrule scan --format json`") from error
    result: Mapping[str, Any] = data
    return result
