"""A scan from the words of the command line to the exit code. No click here: a scan without options is over before it would be loaded."""

from __future__ import annotations

import os

from scanner import cache
from scanner.cli.chosen import Choices, choices
from scanner.cli.outputs import looks_of, outputs_of, warn_of_slow_yaml, write
from scanner.cli.targets import open_scopes, rules_of
from scanner.governance.gate import exit_code
from scanner.governance.suppressions import Written
from scanner.model.errors import ConfigError
from scanner.model.report import Report
from scanner.pipeline import Live, Scan, Scope
from scanner.pipeline import scan as scan_scopes
from scanner.ruleset import Ruleset
from scanner.typed import TYPE_CHECKING, Any, Callable, Mapping, Sequence

if TYPE_CHECKING:
    from scanner.governance.baseline import Baseline, Known
    from scanner.pipeline.since import Past


def run(paths: Sequence[str], given: Mapping[str, Any]) -> int:
    """Scan, print and return the exit code; ``given`` are the options by their names. Raises UserError."""
    outputs = outputs_of(given["formats"], quiet=given["quiet"])
    looks = looks_of(given["html_logo"], given["html_templates"])
    if given["no_cache"]:
        cache.disable()
    if given["yes"] and not given["fix"]:
        raise ConfigError("--yes goes with --fix")
    for dump in given["dumps"]:
        if not os.path.exists(dump):
            raise ConfigError(f"--cluster-dump {dump}: no such file or folder")
    chosen = choices(given)
    scopes = _scopes(paths, chosen, given)
    judge = _judging(scopes, chosen, given)
    if given["fix"]:
        _fix(scopes, judge, given["yes"])
        scopes = _scopes(paths, chosen, given)
    report = _with_fixes(judge(scopes), scopes) if any(output.name == "sarif-full" for output in outputs) else judge(scopes).report
    if not given["quiet"]:
        warn_of_slow_yaml()
    if any(output.name == "html" for output in outputs):
        looks = {**looks, "sections": _pages(scopes)}
    for output in outputs:
        write(report, output, looks)
    return exit_code(report, lambda path: scopes[0].settings.at(os.path.dirname(path)), scopes[0].settings.at(""))


def _scopes(paths: Sequence[str], chosen: Choices, given: Mapping[str, Any]) -> tuple[Scope, ...]:
    """Open what is named; beside a cluster or account the current folder is looked at, but nothing need be there."""
    scopes = open_scopes(paths or (".",), chosen)
    beside = not paths and (given["clusters"] or given["dumps"] or _platforms(given))
    return tuple(scope._replace(named=()) for scope in scopes) if beside else scopes


def _pages(scopes: Sequence[Scope]) -> list[Any]:
    from scanner.cli.pages import pages  # heavy, and for one format

    return pages(scopes)


def _judging(scopes: Sequence[Scope], chosen: Choices, given: Mapping[str, Any]) -> Callable[[Sequence[Scope]], Scan]:
    """Return what judges scopes as the options say; rules, baseline and past are looked up once."""
    ruleset = rules_of(scopes, chosen)
    past = _past(scopes, ruleset, given["changed_since"], given["engines"])
    baseline = _baseline(given["baseline_file"], past, scopes)
    live = Live(
        given["clusters"],
        given["include_secret_metadata"],
        dumps=given["dumps"],
        platforms=_platforms(given),
        managed=given["managed_clusters"],
    )
    return lambda now: scan_scopes(now, ruleset, baseline, live, past.holding if past else _as_written, given["engines"])


def _platforms(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the accounts to look at, by platform. Raises ConfigError where clusters are to be found in none."""
    azure = (*(f"subscription:{one}" for one in given["subscriptions"]), *(f"management-group:{one}" for one in given["groups"]))
    named = {"azure": azure, "digitalocean": ("account",) if given["digitalocean"] else ()}
    found = {platform: accounts for platform, accounts in named.items() if accounts}
    if given["managed_clusters"] and not found:
        raise ConfigError("--managed-clusters goes with --azure-subscription, --azure-management-group or --digitalocean")
    return found


def _fix(scopes: Sequence[Scope], judge: Callable[[Sequence[Scope]], Scan], really: bool) -> None:
    from scanner.cli import fix
    from scanner.pipeline.mending import mend

    patches = mend(scopes, judge)
    if really:
        fix.make(patches)
    else:
        fix.show(patches)


def _with_fixes(scan: Scan, scopes: Sequence[Scope]) -> Report:
    from scanner.pipeline.mending import with_fixes

    return with_fixes(scan.report, scan.remedies, scopes)


def _past(scopes: Sequence[Scope], ruleset: Ruleset, ref: str | None, engines: Sequence[str]) -> Past | None:
    if ref is None:
        return None
    from scanner.pipeline.since import past
    from scanner.sources.git import merge_base

    return past(scopes, [merge_base(scope.root or "", ref) for scope in scopes], ruleset, engines)


def _as_written(written: Written) -> Written:
    return written


def _baseline(file: str | None, past: Past | None, scopes: Sequence[Scope]) -> Baseline | None:
    """Return what is known from a baseline file and from the past."""
    if file is None and past is None:
        return None
    from scanner.governance.baseline import Baseline

    known = [*(known_in(file) if file else ()), *(past.known if past else ())]
    return Baseline(known, lambda path: not any(scope.tree.is_file(path) for scope in scopes))


def known_in(file: str) -> list[Known]:
    """Read a baseline file. Raises ConfigError."""
    from scanner.governance.baseline import parse

    try:
        with open(file, encoding="utf-8") as handle:
            return parse(handle.read(), file)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the baseline {file}: {getattr(error, 'strerror', None) or 'not text'}") from error
