"""Machine fixes: what a rule offers as changes of data becomes edits of source text that touch nothing but the attribute.

A fix is offered only if the edited text, read again, says exactly what the rule asked for and all else that it said before.
"""

from __future__ import annotations

from scanner.evaluate import Remedy
from scanner.model.finding import Edit, Verdict
from scanner.typed import Callable, Iterable

TextOf = Callable[[str], str | None]


def edits_of(remedy: Remedy, text_of: TextOf) -> tuple[Edit, ...]:
    """Return the edits that carry out a remedy in the text of its resource; none where that is not certain."""
    resource = remedy.resource
    text = text_of(resource.path) if resource.path else None
    if text is None:
        return ()
    if resource.format == "kubernetes":
        from scanner.fixes import yaml_edits

        return yaml_edits.edits(remedy, text)
    if resource.format == "terraform":
        from scanner.fixes import hcl_edits

        return hcl_edits.edits(remedy, text)
    return ()


def offered(verdicts: Iterable[Verdict], remedies: Iterable[Remedy], text_of: TextOf) -> tuple[Verdict, ...]:
    """Return the verdicts, those whose finding has a remedy with its edits."""
    offers = {id(remedy.finding): remedy for remedy in remedies}

    def with_edits(verdict: Verdict) -> Verdict:
        remedy = offers.get(id(verdict.finding))
        return verdict._replace(finding=verdict.finding._replace(fixes=edits_of(remedy, text_of))) if remedy else verdict

    return tuple(map(with_edits, verdicts))
