"""``plumbrule rbac``: who can do what, through which bindings and roles, and who could become more."""

from __future__ import annotations

import click

from scanner.cli.options import reading_options
from scanner.cli.targets import inventory_of
from scanner.cli.unseen import tell
from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.pipeline.clusters import Live, worlds
from scanner.render import answers_rbac as answers
from scanner.typed import Any, Callable, Mapping, Sequence, TypeVar
from scanner.views.permissions import READS, overview, takeovers
from scanner.views.permissions import answers as view
from scanner.views.permissions.access import Access, empty_picture, pictures
from scanner.views.permissions.subjects import Subject, spoken

Command = TypeVar("Command", bound=Callable[..., Any])
Writer = Callable[[answers.Answer], str]
PERMISSIONS: Mapping[str, Writer] = {"text": answers.permissions_text, "json": answers.permissions_json}
HOLDERS: Mapping[str, Writer] = {"text": answers.who_can_text, "json": answers.who_can_json}
SUBJECTS: Mapping[str, Writer] = {
    "text": answers.standings_text,
    "json": answers.standings_json,
    "html": lambda answer: answers.page(answer.rows) + "\n",
}
TAKEOVERS: Mapping[str, Writer] = {
    "text": answers.takeover_text,
    "json": answers.takeover_json,
    "dot": answers.takeover_dot,
    "svg": answers.takeover_svg,
}


class Reading(NamedTuple):
    """What was read: an inventory per world (the files, each running cluster) with the configuration that holds there, and the problems."""

    worlds: Sequence[tuple[Inventory, Config]]
    problems: Sequence[Problem]

    @property
    def pictures(self) -> list[Access]:
        """Every cluster, overlay, release or set of files that has roles or bindings; else one where nobody has written any."""
        return [access for inventory, _ in self.worlds for access in pictures(inventory)] or [empty_picture()]


@click.group()
def rbac() -> None:
    """Say who can do what in Kubernetes, with the bindings and roles that grant it."""


def _options(formats: Mapping[str, Writer]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        paths = click.option("--path", "paths", metavar="PATH", multiple=True, help="Read this file or folder (repeatable) [default: .].")
        live = click.option("--cluster", "clusters", metavar="CONTEXT", multiple=True, help="Ask this running cluster too (repeatable).")
        output = click.option("--format", "output", type=click.Choice(tuple(formats)), default="text", show_default=True)
        return reading_options(paths(live(output(command))))

    return add


@rbac.command()
@click.argument("subject")
@_options(PERMISSIONS)
def permissions(subject: str, output: str, paths: Sequence[str], **given: Any) -> int:
    """List what SUBJECT may do: User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME, its implied groups' share included."""
    asked, reading = _subject(subject), _read(paths, given)
    found = [(access.scope, view.permissions(access, asked)) for access in reading.pictures]
    return _show(PERMISSIONS[output], _answer(str(asked), found, reading), reading)


@rbac.command("who-can")
@click.argument("verb")
@click.argument("resource", metavar="RESOURCE[.GROUP][/SUBRESOURCE]")
@click.option("-n", "--namespace", metavar="NAMESPACE", help="Only what holds in this namespace.")
@click.option("--name", default="", metavar="NAME", help="Ask for one object of this name.")
@_options(HOLDERS)
def who_can(verb: str, resource: str, output: str, paths: Sequence[str], **given: Any) -> int:
    """List who may VERB a resource, or a path that is no resource (/metrics); without --name, all objects."""
    reading = _read(paths, given)
    request = view.request(verb, resource, given["name"])
    found = [(access.scope, view.who_can(access, request, given["namespace"])) for access in reading.pictures]
    return _show(HOLDERS[output], _answer(f"{verb} {resource}", found, reading), reading)


@rbac.command()
@_options(SUBJECTS)
def subjects(output: str, paths: Sequence[str], **given: Any) -> int:
    """List everybody whom somebody has given something, strongest first, with the roles in each namespace."""
    reading = _read(paths, given)
    rows = [row for inventory, config in reading.worlds for row in overview(inventory, config)]
    return _show(SUBJECTS[output], answers.Answer("", rows, (), reading.problems), reading)


@rbac.command()
@click.argument("subject")
@_options(TAKEOVERS)
def takeover(subject: str, output: str, paths: Sequence[str], **given: Any) -> int:
    """Tell the shortest way by which SUBJECT can become more than it was given, in words or as a picture."""
    asked, reading = _subject(subject), _read(paths, given)
    rows = [row for inventory, config in reading.worlds for row in takeovers(inventory, config, [asked])]
    return _show(TAKEOVERS[output], answers.Answer(str(asked), rows, (), reading.problems), reading)


def _read(paths: Sequence[str], given: Mapping[str, Any]) -> Reading:
    inventory, scope, problems = inventory_of(paths, given, READS)
    config = scope.settings.at("")
    live = worlds(Live(given["clusters"], secrets=True), Wanted(frozenset(READS)), inventory, config) if given["clusters"] else []
    seen = [(world.inventory, world.config) for world in live]
    return Reading([(inventory, config), *seen], [*problems, *(problem for world in live for problem in world.problems)])


def _subject(text: str) -> Subject:
    try:
        return spoken(text)
    except ValueError:
        raise ConfigError(f"{text!r} is no subject", hint="write User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME") from None


def _answer(asked: str, found: Sequence[tuple[str | None, tuple[Sequence[Any], Sequence[Any]]]], reading: Reading) -> answers.Answer:
    rows = [(scope, row) for scope, (rows, _) in found for row in rows]
    doubts = [(scope, doubt) for scope, (_, doubts) in found for doubt in doubts]
    return answers.Answer(asked, rows, doubts, reading.problems)


def _show(write: Writer, answer: answers.Answer, reading: Reading) -> int:
    click.echo(write(answer), nl=False)
    return tell(reading.problems)
