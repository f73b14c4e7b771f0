"""``plumbrule network``: who may reach whom, and which policy lets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from scanner.cli.options import reading_options
from scanner.cli.targets import inventory_of
from scanner.governance.gate import CLEAN, INCOMPLETE
from scanner.model.errors import ConfigError, nearest
from scanner.model.network import Verdict
from scanner.model.problem import Problem
from scanner.render import answers_network as answers
from scanner.views.flows import READS, ports
from scanner.views.flows.map import map_of
from scanner.views.flows.ports import Ports
from scanner.views.flows.scene import Scene, scene_of
from scanner.views.flows.why import NobodyError
from scanner.views.flows.why import why as answer_why
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


@network.command()
@click.argument("source", metavar="SRC")
@click.argument("destination", metavar="DST")
@click.argument("port", required=False, metavar="[PORT]")
@click.option("--path", "paths", metavar="PATH", multiple=True, help="Read this file or folder (repeatable) [default: .].")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@reading_options
def why(source: str, destination: str, port: str | None, paths: Sequence[str], output: str, **given: Any) -> int:
    """Name the policies and lines that let SRC reach DST, or that keep it away.

    SRC and DST are workloads (NAMESPACE/NAME or NAMESPACE/NAME[Kind]), addresses, or the word internet; PORT is 5432, TCP/5432 or UDP/53.
    """
    scenes, problems = _read(paths, given)
    wanted = _port(port) if port else ports.ALL
    for scope, scene in scenes:
        verdict = _ask(scene, source, destination, wanted)
        if len(scenes) > 1 and output == "text":
            click.echo(f"# {scope}")
        click.echo(answers.why_json(verdict, problems) if output == "json" else answers.why_text(verdict), nl=False)
    return _code(problems)


def _port(text: str) -> Ports:
    protocol, _, number = text.rpartition("/")
    if not number.isdecimal() or not 0 < int(number) < 65536 or (protocol or "TCP").upper() not in ports.PROTOCOLS:
        raise ConfigError(f"{text!r} is no port", hint="write 5432, TCP/5432, UDP/53 or SCTP/3868")
    return ports.of(protocol or "TCP", int(number), int(number))


def _ask(scene: Scene, source: str, destination: str, wanted: Ports) -> Verdict:
    try:
        return answer_why(scene.network, source, destination, wanted)
    except NobodyError as nobody:
        short = [name.partition("[")[0] for name in nobody.known]
        raise ConfigError(f"there is no workload {nobody.name!r}", hint=nearest(nobody.name, [*short, *nobody.known])) from None


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
