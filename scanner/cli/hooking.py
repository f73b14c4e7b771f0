"""What a commit brings, judged with the whole repository known."""

from __future__ import annotations

import os

from scanner import cache
from scanner.cli.chosen import choices
from scanner.cli.memory import Head, Memory, keep, recalled
from scanner.cli.outputs import Output, write
from scanner.cli.targets import open_scopes, rule_folders, rules_of
from scanner.config import Config
from scanner.governance.baseline import Baseline, Known
from scanner.governance.gate import exit_code
from scanner.model.errors import ConfigError
from scanner.model.finding import Verdict
from scanner.model.report import Report
from scanner.pipeline import Looked, Looking, Scope, look, scan
from scanner.pipeline.quiet import look_quietly
from scanner.ruleset import Ruleset
from scanner.sources.repository import head_of, root_of
from scanner.typed import Any, Mapping, Sequence
from scanner.witness import oid, present


def run(files: Sequence[str], given: Mapping[str, Any]) -> int:
    """Judge the repository; report what is in or about some files and was not there at HEAD; return the exit code."""
    if given["no_cache"]:
        cache.disable()
    chosen = choices(given)
    memory = recalled(root_of("."))
    scopes = open_scopes([root_of(".")], chosen, memory.notes if memory else None)
    ruleset = rules_of(scopes, chosen)
    scopes = tuple(_on_a_day_like(memory.day, one, ruleset) for one in scopes) if memory is not None else scopes
    commit = _head(scopes[0])
    question = _question(scopes[0], ruleset) if memory is not None else ""
    known = _known(scopes, ruleset, commit, memory, question)
    names = frozenset(os.path.relpath(os.path.realpath(file), scopes[0].root).replace(os.sep, "/") for file in files)
    found = scan(scopes, ruleset, _baseline(known, scopes[0]), looking=_looking(memory, question, known, names))
    report = about(found.report, names)
    if report.verdicts or report.problems:
        write(report, Output("text", None), {})
    if memory is not None:
        keep(memory, scopes[0], question, found, Head(commit, known))
        _vouch(scopes, given, commit)
    settings = scopes[0].settings
    return exit_code(report, lambda path: settings.at(os.path.dirname(path)), settings.at(""))


def _baseline(known: Sequence[Known], scope: Scope) -> Baseline:
    return Baseline(known, lambda path: not scope.tree.is_file(path))


def _looking(memory: Memory | None, question: str, known: Sequence[Known], names: frozenset[str]) -> Looking:
    """Return what looks at the tree: at what is loud alone, where what was seen before tells the rest and no file has gone since HEAD."""
    seen = memory.as_it_was(question) if memory is not None else None
    if memory is None or seen is None or not memory.untouched or any(row.path is not None and row.path not in seen.paths for row in known):
        return look

    def looking(scopes: Sequence[Scope], ruleset: Ruleset) -> Looked:
        return look_quietly(scopes[0], ruleset, seen, names) or look(scopes, ruleset)

    return looking


def about(report: Report, names: frozenset[str]) -> Report:
    """Return what of a report is open and located in, or related to, one of the files; problems elsewhere are not the commit's."""
    verdicts = tuple(one for one in report.verdicts if one.disposition == "open" and one.finding.outcome != "pass" and _touches(one, names))
    problems = tuple(one for one in report.problems if one.location is None or one.location.path in names)
    return report._replace(verdicts=verdicts, problems=problems, accepted=(), notes=())


def _touches(verdict: Verdict, names: frozenset[str]) -> bool:
    finding = verdict.finding
    places = (finding.location, *(related.span for related in finding.related))
    return any(place is not None and place.path in names for place in places)


def _head(scope: Scope) -> str | None:
    """Return HEAD's commit; None before the first. Its files tell sooner than a process of git."""
    commit = head_of(scope.root or "")
    if commit is not None:
        return commit
    from scanner.sources.git import resolve

    try:
        return resolve(scope.root or "", "HEAD")
    except ConfigError:
        return None


def _known(scopes: Sequence[Scope], ruleset: Ruleset, commit: str | None, memory: Memory | None, question: str) -> list[Known]:
    """Return what was found at HEAD, remembered as long as HEAD, rules and configuration stay; nothing before the first commit."""
    if commit is None:
        return []
    found = memory.head(commit, question) if memory is not None else None
    if found is not None:
        return found
    from scanner.pipeline.since import past

    return list(past(scopes, [commit], ruleset, seen=memory.as_it_was(question) if memory is not None else None).known)


def _question(scope: Scope, ruleset: Ruleset) -> str:
    """Hash the rules, each configuration that holds in a scope (variables may be secret), and the folders where it begins."""
    return oid(repr((ruleset.digest, _configurations(scope))).encode("utf-8", "surrogatepass"))


def _configurations(scope: Scope) -> list[tuple[str, Config]]:
    """Return each folder where a configuration begins, with it."""
    folders = sorted({path.rpartition("/")[0] for path in scope.paths} | {""})
    at = scope.settings.at
    return [(one, at(one)) for one in folders if not one or at(one) is not at(one.rpartition("/")[0])]


def _on_a_day_like(before: str, scope: Scope, ruleset: Ruleset) -> Scope:
    """Return the scope on a day on which it was looked at, where that gives the same answers: then what was found there still holds."""
    today = scope.settings.at("").today
    if not before or today == before:
        return scope
    from scanner.pipeline.days import alike, compared  # once a day

    configs = [config for _, config in _configurations(scope)]
    return scope._replace(settings=scope.settings.on(before)) if alike(before, today, compared(ruleset, configs)) else scope


def _vouch(scopes: Sequence[Scope], given: Mapping[str, Any], commit: str | None) -> None:
    """Name what the answer was made from beside the tree's files and HEAD, so that it can be remembered."""
    seen = present()
    if seen is None:
        return
    for folder in rule_folders(scopes, given["rule_folders"]):
        seen.stamped_below(folder)
    for path in (given["config_file"], *(given["var_files"] or ())):
        if path:
            seen.stamped(os.path.abspath(path))
    seen.vouch(commit)
