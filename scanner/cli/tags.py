"""``plumbrule tags``: who answers for what, by owner, environment, cost centre and class of data."""

from __future__ import annotations

import click

from scanner.cli.options import reading_options
from scanner.cli.targets import inventory_of, shared_folder
from scanner.cli.unseen import tell
from scanner.render import answers_tags as answers
from scanner.typed import Any, Callable, Sequence
from scanner.views.tags import READS


def _html(answer: answers.Coverage) -> str:
    from scanner.render._tags_page import to_html

    return to_html(answer)


_WRITERS: dict[str, Callable[[answers.Coverage], str]] = {
    "text": answers.to_text,
    "json": answers.to_json,
    "csv": answers.to_csv,
    "html": _html,
}


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "output", type=click.Choice(tuple(_WRITERS)), default="text", show_default=True, help="csv: one row per resource."
)
@reading_options
def tags(paths: Sequence[str], output: str, **given: Any) -> int:
    """Show how far tags reach: for each tag its values and how many resources have them, and what lacks one.

    \b
    plumbrule tags                           coverage, and where a tag is missing
    plumbrule tags --format csv > tags.csv   for whoever splits the bill
    plumbrule tags --format html > tags.html
    """  # noqa: D301 - click reads a backspace as "as it is"
    inventory, scope, problems = inventory_of(paths, given, READS)
    answer = answers.coverage(inventory, scope.settings.at(shared_folder(scope)), problems)
    click.echo(_WRITERS[output](answer), nl=False)
    return tell(problems)
