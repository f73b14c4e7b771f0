"""``plumbrule network``: who may reach whom, and which policy lets them."""

from __future__ import annotations

from contextlib import ExitStack

import click

from scanner.cli.chosen import choices
from scanner.cli.options import reading_options
from scanner.cli.targets import open_scopes, shared_folder
from scanner.cli.unseen import tell
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError, nearest
from scanner.model.network import Map, Verdict
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.pipeline import Scope, gather
from scanner.pipeline.revisions import at_revision
from scanner.render import answers_network as answers
from scanner.typed import Any, Iterable, Mapping, Sequence
from scanner.views.flows import READS, ports
from scanner.views.flows.changes import changes
from scanner.views.flows.map import map_of
from scanner.views.flows.ports import Ports
from scanner.views.flows.scene import Scene, scene_of
from scanner.views.flows.why import NobodyError
from scanner.views.flows.why import why as answer_why
from scanner.views.flows.worlds import worlds

Scenes = Sequence[tuple[str | None, Scene]]


WRITERS = {"text": answers.to_text, "json": answers.to_json, "dot": answers.to_dot, "svg": answers.to_svg}


CHANGE_WRITERS = {"text": answers.changes_text, "json": answers.changes_json, "svg": answers.changes_svg}
NOTHING = Map((), (), (), (), ())


class DefaultGroup(click.Group):
    """A group whose command ``map`` need not be named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``map`` in front where no command is named and no help is asked."""
        named = args and (args[0] in self.commands or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named else ["map", *args])


_LIVE = click.option("--cluster", "clusters", metavar="CONTEXT", multiple=True, help="Ask this running cluster too (repeatable).")


@click.group(cls=DefaultGroup)
def network() -> None:
    """Say who may reach whom in Kubernetes: `network [map] [PATH...]`, or `network why SRC DST [PORT]`."""


@network.command("map")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "output", type=click.Choice(tuple(WRITERS)), default="text", show_default=True)
@click.option("--diff", "revision", metavar="REF", help="Only what changed since this git revision.")
@_LIVE
@reading_options
def map_command(paths: Sequence[str], output: str, revision: str | None, **given: Any) -> int:
    """List every connection that policies allow, the ways in from outside, and what is not certain."""
    if revision is not None:
        return _diff(paths, output, revision, given)
    scenes, problems = _read(paths, given)
    answer = answers.Answer([(scope, map_of(scene)) for scope, scene in scenes], problems)
    _print(WRITERS[output](answer))
    return tell(problems)


def _diff(paths: Sequence[str], output: str, revision: str, given: Mapping[str, Any]) -> int:
    """Print what is different from a revision; of several clusters each is compared with itself."""
    if output not in CHANGE_WRITERS:
        raise ConfigError(f"--diff cannot be written as {output}", hint=f"use {', '.join(CHANGE_WRITERS)}")
    scopes = open_scopes(paths or (".",), choices(given))
    after, problems = _scenes(scopes)
    with ExitStack() as opened:
        before, _ = _scenes([at_revision(scope, revision, opened) for scope in scopes])
    was = {scope: map_of(scene) for scope, scene in before}
    found = [row for scope, scene in after for row in changes(was.get(scope, NOTHING), map_of(scene))]
    _print(CHANGE_WRITERS[output](found, problems))
    return tell(problems)


@network.command()
@click.argument("source", metavar="SRC")
@click.argument("destination", metavar="DST")
@click.argument("port", required=False, metavar="[PORT]")
@click.option("--path", "paths", metavar="PATH", multiple=True, help="Read this file or folder (repeatable) [default: .].")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@_LIVE
@reading_options
def why(source: str, destination: str, port: str | None, paths: Sequence[str], output: str, **given: Any) -> int:
    """Name the policies and lines that let SRC reach DST, or that keep it away.

    SRC and DST are workloads (NAMESPACE/NAME or NAMESPACE/NAME[Kind]), addresses, or the word internet; PORT is 5432, TCP/5432 or UDP/53.
    """
    scenes, problems = _read(paths, given)
    found = _ask(scenes, source, destination, _port(port) if port else ports.ALL)
    click.echo(answers.why_json(found, problems) if output == "json" else answers.why_text(found), nl=False)
    return tell(problems)


def _port(text: str) -> Ports:
    protocol, _, number = text.rpartition("/")
    if not number.isdecimal() or not 0 < int(number) < 65536 or (protocol or "TCP").upper() not in ports.PROTOCOLS:
        raise ConfigError(f"{text!r} is no port", hint="write 5432, TCP/5432, UDP/53 or SCTP/3868")
    return ports.of(protocol or "TCP", int(number), int(number))


def _ask(scenes: Scenes, source: str, destination: str, wanted: Ports) -> list[tuple[str | None, Verdict]]:
    """Ask every cluster that has both ends. Raises ConfigError where none has."""
    found, missing = [], NobodyError(source, [])
    for scope, scene in scenes:
        try:
            found.append((scope, answer_why(scene.network, source, destination, wanted)))
        except NobodyError as nobody:
            missing = nobody
    if not found:
        short = [name.partition("[")[0] for name in missing.known]
        raise ConfigError(f"there is no workload {missing.name!r}", hint=nearest(missing.name, [*short, *missing.known]))
    return found


def _read(paths: Sequence[str], given: Mapping[str, Any]) -> tuple[Scenes, Sequence[Problem]]:
    """Read the files, and the running clusters that are named; each is asked by itself."""
    scopes = open_scopes(paths or (".",), choices(given))
    scenes, problems = _scenes(scopes)
    if not given["clusters"]:
        return scenes, problems
    from scanner.pipeline.clusters import Live
    from scanner.pipeline.clusters import worlds as running

    live = running(Live(given["clusters"]), Wanted(frozenset(READS)), Inventory(()), scopes[0].settings.at(""))
    seen = [(one.scope, scene_of(one.inventory, world.config)) for world in live for one in worlds(world.inventory)]
    return [*scenes, *seen], [*problems, *(problem for world in live for problem in world.problems)]


def _scenes(scopes: Sequence[Scope]) -> tuple[Scenes, Sequence[Problem]]:
    inventory, reading = gather(scopes, Wanted(frozenset(READS)))
    config = scopes[0].settings.at(shared_folder(scopes[0]))
    return [(world.scope, scene_of(world.inventory, config)) for world in worlds(inventory)], reading.problems


def _print(pieces: Iterable[str]) -> None:
    for piece in pieces:
        click.echo(piece, nl=False)
