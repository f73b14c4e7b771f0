"""``plumbrule network``: who may reach whom, and which policy lets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from scanner.cli.options import reading_options
from scanner.cli.targets import inventory_of
from scanner.governance.gate import CLEAN, INCOMPLETE
from scanner.model.problem import Problem
from scanner.render import answers_network as answers
from scanner.views.flows import READS
from scanner.views.flows.map import map_of
from scanner.views.flows.scene import Scene, scene_of
from scanner.views.flows.worlds import worlds

Scenes = Sequence[tuple[str | None, Scene]]


class DefaultGroup(click.Group):
    """A group whose command ``map`` need not be named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``map`` in front where no command is named and no help is asked."""
        named = args and (args[0] in self.commands or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named else ["map", *args])


@click.group(cls=DefaultGroup)
def network() -> None:
    """Say who may reach whom in Kubernetes: `network [map] [PATH...]`, or `network why SRC DST [PORT]`."""


@network.command("map")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@reading_options
def map_command(paths: Sequence[str], output: str, **given: Any) -> int:
    """List every connection that policies allow, the ways in from outside, and what is not certain."""
    scenes, problems = _read(paths, given)
    answer = answers.Answer([(scope, map_of(scene)) for scope, scene in scenes], problems)
    _print(answers.to_json(answer) if output == "json" else answers.to_text(answer))
    return _code(problems)


def _read(paths: Sequence[str], given: Mapping[str, Any]) -> tuple[Scenes, Sequence[Problem]]:
    inventory, scope, problems = inventory_of(paths, given, READS)
    config = scope.settings.at("")
    return [(world.scope, scene_of(world.inventory, config)) for world in worlds(inventory)], problems


def _print(pieces: Iterable[str]) -> None:
    for piece in pieces:
        click.echo(piece, nl=False)


def _code(problems: Sequence[Problem]) -> int:
    for problem in problems:
        where = answers.place(problem.location)
        click.echo(f"{where}{': ' if where else ''}{problem.kind}: {problem.detail}", err=True)
    return INCOMPLETE if problems else CLEAN
