"""Text for people, in the manner of good compilers: what, exactly where, why, how to fix it; the problems loud, the sums last.

Findings of one rule stand together: the first few in full, the others on one line each, so that a hundred stay readable. What one line
of source does to many resources (a module that is called three times) is one finding with all of them named.
"""

from __future__ import annotations

from scanner import mask
from scanner.model.counts import tally
from scanner.model.finding import Verdict
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.model.rule import SEVERITIES, Rule
from scanner.render._clusters import grouped
from scanner.render._excerpt import excerpts
from scanner.render._order import by_rule, is_open, urgency
from scanner.render._text_parts import Style, ansi, plain, remark, source, told
from scanner.render._words import cause, counted, headline, place, reason, sentence
from scanner.typed import Iterable, Iterator

NAME = "text"
IN_FULL = 3
"""Places of one rule that are shown with their source; the rest is listed."""
MANY = 30
"""Open findings from which on the end says where to begin."""
_NAMED = 4
_FIRST = 5
PROBLEMS_IN_FULL = 20


def render(report: Report, *, colour: bool = False, width: int = 100) -> str:
    """Write the report for a terminal ``width`` columns wide; ``colour`` adds ANSI escapes and nothing else."""
    style = Style(ansi if colour else plain, width, excerpts(report))
    groups = by_rule(verdict for verdict in grouped(report) if is_open(verdict))
    blocks = ["\n".join(_group(rule, verdicts, style)) for rule, verdicts in groups]
    blocks += filter(
        None, (_first(groups, style), _passed(report), _set_aside(report, style), _notes(report, style), _problems(report, style))
    )
    text = "\n\n".join([*blocks, "\n".join(_summary(report, style))]) + "\n"
    return text.replace("##vso[", "##vso [")  # Azure Pipelines obeys this anywhere in a line, and names come from the input


def _group(rule: Rule, verdicts: list[Verdict], style: Style) -> Iterator[str]:
    places = _by_place(verdicts)
    margin = _margin(here[0] for here in places[:IN_FULL])
    for at, here in enumerate(places[:IN_FULL]):
        if at:
            yield ""
        yield from _finding(here, style, margin, first=at == 0)
    rest = places[IN_FULL:]
    if rest:
        label = f"and {sum(map(len, rest))} more of {rule.id} {rule.slug}:"
        yield f"{' ' * margin} {style.paint('bold', label)}"
        yield from (_row(here, style, margin) for here in rest)


def _by_place(verdicts: list[Verdict]) -> list[list[Verdict]]:
    """Put together what is found at one place and as bad; what has none stands alone."""
    places: dict[object, list[Verdict]] = {}
    for number, verdict in enumerate(verdicts):
        span = verdict.finding.location
        places.setdefault((*span[:3], verdict.severity) if span else number, []).append(verdict)
    return list(places.values())


def _margin(verdicts: Iterable[Verdict]) -> int:
    """Return the width of the column of line numbers."""
    return max((len(str(span.line)) for verdict in verdicts if (span := verdict.finding.location)), default=1)


def _finding(here: list[Verdict], style: Style, margin: int, *, first: bool) -> Iterator[str]:
    verdict = here[0]
    finding, rule = verdict.finding, verdict.finding.rule
    role = verdict.severity if finding.outcome == "fail" else "unknown"
    label = role if finding.outcome == "fail" else f"unknown {verdict.severity}"
    yield f"{style.paint(role, f'{label}[{rule.id} {rule.slug}]')}{style.paint('bold', f': {headline(finding)}')}"
    yield f"{' ' * margin}{style.paint('place', '-->')} {place(finding.location) or mask.prose(finding.resource.address)}"
    yield from source(style.excerpt(finding.location), style, margin, role)
    yield from remark("unknown because", cause(finding), style, margin)
    yield from remark("the same here", _named(here), style, margin)
    yield from remark("severity", f"{verdict.severity} here, {mask.prose(verdict.weighed)}" if verdict.weighed else "", style, margin)
    for related in finding.related:
        yield from remark("also", f"{place(related.span)} {mask.prose(related.note)}", style, margin)
    if first:
        yield from remark("why", sentence(rule.rationale), style, margin)
        yield from remark("fix", sentence(rule.fix), style, margin)


def _named(here: list[Verdict]) -> str:
    """Name what else is found at one place: other resources, other evaluations of the same one, or other words about it."""
    findings = [verdict.finding for verdict in here]
    addresses = _other(finding.resource.address for finding in findings)
    scopes = sorted({finding.resource.scope or "elsewhere" for finding in findings})
    words = addresses or ([] if len(scopes) > 1 else _other(finding.message for finding in findings))
    return "; ".join(filter(None, (_listed(words), f"in {_listed(scopes)}" if len(scopes) > 1 else "")))


def _other(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))[1:]


def _listed(words: list[str]) -> str:
    left = len(words) - _NAMED
    return mask.prose(", ".join([*words[:_NAMED], f"and {left} more"] if left > 1 else words))


def _row(here: list[Verdict], style: Style, margin: int) -> str:
    finding = here[0].finding
    where = place(finding.location)
    more = f"(and {len(here) - 1} more here) " if len(here) > 1 else ""
    text = more + headline(finding)
    room = style.width - margin - len(where) - 5
    shown = text if room < 20 else _fitted(text, room)
    return f"{' ' * margin}   {style.paint('place', where)}{'  ' if where else ''}{shown}"


def _first(groups: list[tuple[Rule, list[Verdict]]], style: Style) -> str:
    """Say where to begin, where much is open: the worst rules stand far above the end of a terminal."""
    failing = [(rule, verdicts) for rule, verdicts in groups if verdicts[0].finding.outcome == "fail"]
    fails = sorted(failing, key=lambda group: urgency(group[1][0].severity, group[0].confidence, len(group[1]), group[0].id))
    if sum(len(verdicts) for _, verdicts in groups) < MANY:
        return ""
    rows = [
        f"  {style.paint(verdicts[0].severity, f'{verdicts[0].severity:8}')} "
        + _fitted(f"{rule.id} {rule.slug}, {counted(len(verdicts), 'finding')}: {sentence(rule.title)}", style.width - 11)
        for rule, verdicts in fails[:_FIRST]
    ]
    more = ("`plumbrule explain RULE` says why and how", "`--format html=report.html` shows all by rule, owner and file")
    return "\n".join(["begin with:", *rows, *(style.paint("dim", f"  {line}") for line in more)]) if rows else ""


def _fitted(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _passed(report: Report) -> str:
    rows = tally(f"{v.finding.rule.id} {v.finding.rule.slug}" for v in report.verdicts if v.finding.outcome == "pass")
    return "\n".join(["passed:", *(f"  {name}: {counted(number, 'resource')}" for name, number in sorted(rows.items()))]) if rows else ""


def _set_aside(report: Report, style: Style) -> str:
    """List what failed or is unknown and is not open, with the reason that somebody gave."""
    rows = tally(
        f"  {verdict.disposition} {verdict.finding.rule.id} {verdict.finding.rule.slug}: {reason(verdict)}"
        for verdict in report.verdicts
        if verdict.disposition != "open"
    )
    listed = [style.paint("dim", f"{row} ({number})") for row, number in sorted(rows.items())]
    return "\n".join(["not open, by decision:", *listed]) if listed else ""


def _notes(report: Report, style: Style) -> str:
    return "\n".join("\n".join(remark("note", mask.prose(note), style, 0)) for note in report.notes)


def _problems(report: Report, style: Style) -> str:
    head = f" COULD NOT LOOK: {counted(len(report.problems), 'problem')}, so this result is incomplete "
    blocks = [style.paint("problem", head)] if report.problems else []
    blocks += ["\n".join(told(problem, style)) for problem in report.problems[:PROBLEMS_IN_FULL]]
    blocks += filter(None, ["\n".join(_brief(problem) for problem in report.problems[PROBLEMS_IN_FULL:])])
    blocks += ["\n".join(told(problem, style, accepted=True)) for problem in report.accepted]
    return "\n\n".join(blocks)


def _brief(problem: Problem) -> str:
    return "  ".join(filter(None, (" ", place(problem.location), f"{problem.kind}: {mask.prose(problem.detail)}")))


def _summary(report: Report, style: Style) -> Iterator[str]:
    coverage = report.coverage
    looked = f"{counted(coverage.files, 'file')}, {counted(coverage.resources, 'resource')}, {counted(len(report.rules), 'rule')}"
    yield f"{_verdict(report, style)} · {looked}"
    if coverage.rules_not_run:
        yield style.paint("dim", f"{counted(len(coverage.rules_not_run), 'rule')} could not be asked: {_not_run(coverage.rules_not_run)}")
    if report.problems:
        kinds = tally(problem.kind for problem in report.problems)
        listed = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
        yield style.paint("problem", f" {counted(len(report.problems), 'problem')}: {listed}; what was not seen is not judged ")


def _verdict(report: Report, style: Style) -> str:
    """Say in words what is open, and what is not and why not."""
    opened = [verdict for verdict in report.verdicts if is_open(verdict)]
    fails = tally(verdict.severity for verdict in opened if verdict.finding.outcome == "fail")
    unknown = sum(verdict.finding.outcome == "unknown" for verdict in opened)
    aside = tally(verdict.disposition for verdict in report.verdicts if verdict.disposition != "open")
    parts = [style.paint(severity, f"{fails[severity]} {severity}") for severity in SEVERITIES if fails[severity]]
    total = f"{sum(fails.values())} open: {', '.join(parts)}" if parts else style.paint("good", "nothing open")
    more = [style.paint("unknown", f"{unknown} unknown")] if unknown else []
    return "; ".join([total, *more, *(f"{number} {name}" for name, number in sorted(aside.items()))])


def _not_run(rows: Iterable[tuple[str, str]]) -> str:
    why = tally(why for _, why in rows)
    return "; ".join(f"{text} ({number})" for text, number in sorted(why.items()))
