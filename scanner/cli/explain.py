"""``plumbrule explain``: what a rule asks, or why one finding is there, step by step."""

from __future__ import annotations

import re

import click

from scanner import mask, render
from scanner.cli.chosen import choices
from scanner.cli.options import reading_options
from scanner.cli.targets import built_in_rules, open_scopes, rules_of
from scanner.governance.gate import CLEAN
from scanner.model.errors import ConfigError, nearest
from scanner.model.finding import Verdict
from scanner.ruleset import document, find
from scanner.typed import Any, Iterator

_FINGERPRINT = re.compile(r"[0-9a-f]{6,64}")


def _decided(verdict: Verdict) -> Iterator[str]:
    """Say what is told about a finding in no excerpt: its identity, whose it is, and what was decided about it."""
    key, finding = verdict.finding.resource, verdict.finding
    yield f"fingerprint {finding.fingerprint}"
    yield f"resource    {mask.prose(key.address)}" + (f" in {mask.prose(key.scope)}" if key.scope else "")
    if finding.attribute:
        yield f"attribute   {mask.prose(finding.attribute)}"
    yield f"owner       {mask.prose(verdict.owner or 'nobody: see `owners` in plumbrule.yaml')}"
    decision = ", ".join(filter(None, (verdict.waiver, verdict.reason)))
    yield f"state       {verdict.disposition}" + (f": {mask.prose(decision)}" if decision else "")


@click.command()
@click.argument("what", metavar="RULE|FINGERPRINT")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="Where the finding is (repeatable) [default: .].")
@click.option("--cluster", "clusters", metavar="CONTEXT", multiple=True, help="Look into this running cluster too (repeatable).")
@reading_options
def explain(what: str, paths: tuple[str, ...], clusters: tuple[str, ...], **given: Any) -> int:
    """Say what a rule asks, why, and how to fix it; or why one finding is there.

    RULE is an id, a slug or another tool's id; FINGERPRINT is the finding's, as JSON and SARIF show it (a beginning is enough).
    """
    chosen = choices(given)
    rules = built_in_rules(chosen)
    found = find(rules, what)
    if found:
        click.echo("\n\n".join(document.text(rule) for rule in found))
        return CLEAN
    if not _FINGERPRINT.fullmatch(what):
        known = [*rules.rules, *(rule.slug for rule in rules.rules.values())]
        raise ConfigError(f"{what!r} names no rule", hint=nearest(what, known) or "see `plumbrule rules list`")
    return _finding(what, paths, clusters, given)


def _finding(fingerprint: str, paths: tuple[str, ...], clusters: tuple[str, ...], given: dict[str, Any]) -> int:
    from scanner.pipeline import Live, scan

    chosen = choices({**given, "select": ("*",)})
    scopes = open_scopes(paths or (".",), chosen)
    report = scan(scopes, rules_of(scopes, chosen), live=Live(clusters)).report
    verdicts = tuple(one for one in report.verdicts if one.finding.fingerprint.startswith(fingerprint))
    if not verdicts:
        raise ConfigError(f"no finding here has the fingerprint {fingerprint}", hint="name its folder with --path")
    shown = tuple(one._replace(disposition="open") for one in verdicts)  # what is decided about it is said below
    click.echo(render.render("text", report._replace(verdicts=shown, problems=(), accepted=(), notes=())))
    for verdict in verdicts:
        click.echo("\n".join(_decided(verdict)) + "\n")
    for rule in {verdict.finding.rule.id: verdict.finding.rule for verdict in verdicts}.values():
        click.echo(document.text(rule))
    return CLEAN
