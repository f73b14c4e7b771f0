"""Options that many commands share."""

from __future__ import annotations

import click

from scanner.typed import Any, Callable, TypeVar

Command = TypeVar("Command", bound=Callable[..., Any])
PROFILES = ("starter", "platform", "audit")
THRESHOLDS = ("critical", "high", "medium", "low")


def reading_options(command: Command) -> Command:
    """Add the options that every command which reads infrastructure takes."""
    for option in reversed(_READING):
        command = option(command)
    return command


_READING = (
    click.option("--config", "config_file", metavar="FILE", help="Use this plumbrule.yaml instead of searching for one."),
    click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Add rules from this folder (repeatable)."),
    click.option("--kubernetes-version", metavar="1.NN", help="Judge at this Kubernetes version [default: the newest known]."),
    click.option("--residency-profile", metavar="NAME", help="Where data may be: de-only, eu-only, eea, eea-adequate or one of yours."),
    click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="Set a Terraform variable (repeatable)."),
    click.option("--var-file", "var_files", metavar="FILE", multiple=True, help="Read Terraform variables from a file (repeatable)."),
    click.option("--today", metavar="YYYY-MM-DD", help="The day to judge at [default: SOURCE_DATE_EPOCH, else today]."),
)


def selection_options(command: Command) -> Command:
    """Add the options that choose rules."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


_SELECTION = (
    click.option(
        "--select", metavar="IDS", multiple=True, help="Run these rules instead of the profile's: ids, slugs, areas, aliases, globs."
    ),
    click.option("--skip", metavar="IDS", multiple=True, help="Leave these rules out."),
    click.option("--profile", type=click.Choice(PROFILES), help="Which rules run [default: starter]."),
)
