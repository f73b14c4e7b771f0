"""``plumbrule residency``: every store of data, every place its data can be, why, and whether that place is allowed."""

from __future__ import annotations

import click

from scanner.cli.options import reading_options
from scanner.cli.targets import inventory_of, shared_folder
from scanner.cli.unseen import tell
from scanner.render import answers_residency as answers
from scanner.typed import Any, Callable, Sequence
from scanner.views.placements import READS
from scanner.views.placements.placements import placements
from scanner.views.placements.policy import policy_of


def _html(answer: answers.DataMap) -> str:
    from scanner.render._residency_map import to_html

    return to_html(answer)


_WRITERS: dict[str, Callable[[answers.DataMap], str]] = {
    "text": answers.to_text,
    "json": answers.to_json,
    "csv": answers.to_csv,
    "html": _html,
}


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "output", type=click.Choice(tuple(_WRITERS)), default="text", show_default=True, help="csv: one row per placement."
)
@reading_options
def residency(paths: Sequence[str], output: str, **given: Any) -> int:
    """Show the data map: every store, every place its data can be, why, and the verdict of the residency profile.

    \b
    plumbrule residency --residency-profile eu-only      what leaves the EU, and by which line
    plumbrule residency --format html > map.html         the picture
    plumbrule residency --format csv > record.csv        the record of processing activities
    """  # noqa: D301 - click reads a backspace as "as it is"
    inventory, scope, problems = inventory_of(paths, given, READS)
    config = scope.settings.at(shared_folder(scope))
    answer = answers.DataMap(placements(inventory, config), policy_of(config).profile, problems)
    click.echo(_WRITERS[output](answer), nl=False)
    return tell(problems)
