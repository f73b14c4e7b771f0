"""``plumbrule rbac``: who can do what, through which bindings and roles, and who could become more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from scanner.cli.options import reading_options
from scanner.cli.targets import inventory_of
from scanner.config import Config
from scanner.governance.gate import CLEAN, INCOMPLETE
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError
from scanner.model.problem import Problem
from scanner.render import answers_rbac as answers
from scanner.views.permissions import READS, takeovers
from scanner.views.permissions import answers as view
from scanner.views.permissions.access import Access, empty_picture, pictures
from scanner.views.permissions.subjects import Subject, spoken

Command = TypeVar("Command", bound=Callable[..., Any])


class Reading(NamedTuple):
    """What was read: the inventory, its clusters, the configuration that holds and the problems."""

    inventory: Inventory
    pictures: Sequence[Access]
    config: Config
    problems: Sequence[Problem]


@click.group()
def rbac() -> None:
    """Say who can do what in Kubernetes, with the bindings and roles that grant it."""


def _options(*formats: str) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        paths = click.option("--path", "paths", metavar="PATH", multiple=True, help="Read this file or folder (repeatable) [default: .].")
        output = click.option("--format", "output", type=click.Choice(formats), default="text", show_default=True)
        return reading_options(paths(output(command)))

    return add


@rbac.command()
@click.argument("subject")
@_options("text", "json")
def permissions(subject: str, output: str, paths: Sequence[str], **given: Any) -> int:
    """List what SUBJECT may do: User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME, its implied groups' share included."""
    reading, asked = _read(paths, given), _subject(subject)
    found = [(access.scope, view.permissions(access, asked)) for access in reading.pictures]
    answer = _answer(found, reading)
    click.echo(answers.permissions_json(str(asked), answer) if output == "json" else answers.permissions_text(str(asked), answer), nl=False)
    return _code(reading)


@rbac.command("who-can")
@click.argument("verb")
@click.argument("resource", metavar="RESOURCE[.GROUP][/SUBRESOURCE]")
@click.option("-n", "--namespace", metavar="NAMESPACE", help="Only what holds in this namespace.")
@click.option("--name", default="", metavar="NAME", help="Ask for one object of this name.")
@_options("text", "json")
def who_can(verb: str, resource: str, output: str, paths: Sequence[str], **given: Any) -> int:
    """List who may VERB a resource, or a path that is no resource (/metrics); without --name, all objects."""
    reading = _read(paths, given)
    request = view.request(verb, resource, given["name"])
    answer = _answer([(access.scope, view.who_can(access, request, given["namespace"])) for access in reading.pictures], reading)
    asked = f"{verb} {resource}"
    click.echo(answers.who_can_json(answer) if output == "json" else answers.who_can_text(asked, answer), nl=False)
    return _code(reading)


@rbac.command()
@click.argument("subject")
@_options("text", "json", "dot", "svg")
def takeover(subject: str, output: str, paths: Sequence[str], **given: Any) -> int:
    """Tell the shortest way by which SUBJECT can become more than it was given, in words or as a picture."""
    reading, asked = _read(paths, given), _subject(subject)
    ways = takeovers(reading.inventory, reading.config, [asked])
    answer = answers.Answer(ways, (), reading.problems)
    writers = {"text": lambda: answers.takeover_text(str(asked), answer), "json": lambda: answers.takeover_json(str(asked), answer)}
    writers |= {"dot": lambda: answers.takeover_dot(answer), "svg": lambda: answers.takeover_svg(answer)}
    click.echo(writers[output](), nl=False)
    return _code(reading)


def _read(paths: Sequence[str], given: Mapping[str, Any]) -> Reading:
    inventory, scope, problems = inventory_of(paths, given, READS)
    return Reading(inventory, pictures(inventory) or [empty_picture()], scope.settings.at(""), problems)


def _subject(text: str) -> Subject:
    try:
        return spoken(text)
    except ValueError:
        raise ConfigError(f"{text!r} is no subject", hint="write User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME") from None


def _answer(found: Sequence[tuple[str | None, tuple[Sequence[Any], Sequence[Any]]]], reading: Reading) -> answers.Answer:
    rows = [(scope, row) for scope, (rows, _) in found for row in rows]
    doubts = [(scope, doubt) for scope, (_, doubts) in found for doubt in doubts]
    return answers.Answer(rows, doubts, reading.problems)


def _code(reading: Reading) -> int:
    for problem in reading.problems:
        place = f"{problem.location.path}:{problem.location.line}: " if problem.location else ""
        click.echo(f"{place}{problem.kind}: {problem.detail}", err=True)
    return INCOMPLETE if reading.problems else CLEAN
