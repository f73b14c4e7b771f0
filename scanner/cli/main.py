"""The command and its sub-commands, each imported only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from scanner import __version__
from scanner.cli.nets import guarded, refuse, stopped
from scanner.governance.gate import CLEAN
from scanner.model.errors import nearest
from scanner.typed import Sequence

COMMANDS = {
    "scan": "Judge files and folders by the rules.",
    "explain": "Say what a rule asks, or why one finding is there.",
    "rules": "The rule author's desk: list, test, new, docs, schema.",
    "rbac": "Who can do what, with the chain that grants it.",
    "network": "Who can reach whom, and which policy lets them.",
    "residency": "Every store of data and every place its data can be.",
    "tags": "How far tags reach, and what lacks one.",
    "baseline": "Write or show what is known today.",
    "config": "Show the configuration that holds, with the line of each value.",
    "diff": "New, fixed and unchanged findings between two results.",
    "engines": "Other tools whose findings are merged in.",
    "hook": "For pre-commit: what the staged files bring.",
    "init": "Write a first plumbrule.yaml, the hook and the CI job.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and first lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"scanner.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands with their first lines, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where there is none of this name."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            raise click.UsageError(f"no such command: {name}; {nearest(name, list(COMMANDS)) or 'see plumbrule --help'}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `plumbrule scan`; read a finding with `plumbrule explain RULE`; adopt it with `plumbrule init`.",
)
@click.version_option(__version__, prog_name="plumbrule", message="%(prog)s %(version)s")
def cli() -> None:
    """Does what you run, and what you are about to run, keep the rules you agreed on?

    plumbrule reads Kubernetes and Terraform files (and live platforms), judges them, and says exactly where, why, whose, and how to fix it.

    Exit codes: 0 clean, 1 open findings, 2 wrong command line, configuration or rule, 3 something could not be looked at.
    """


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return the exit code; what the user did wrong is said in one or two lines on standard error."""
    return guarded(lambda: _called(arguments))


def _called(arguments: Sequence[str]) -> int:
    try:
        code = cli.main(list(arguments), prog_name="plumbrule", standalone_mode=False)
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as error:
        return refuse(error.format_message(), None)
    except click.Abort:
        return stopped()
    return code if isinstance(code, int) else CLEAN
