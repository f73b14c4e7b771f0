"""``plumbrule scan`` with options that are written out in full: no parser is loaded for it, which saves a quarter of a small scan's time.

What is not plainly right here, a word that nobody knows or a value that cannot be, is left to the parser and its words.
"""

from __future__ import annotations

from scanner.cli.nets import guarded
from scanner.cli.scanning import run as scan
from scanner.typed import Any, Mapping, Sequence

_FLAGS = {
    "--fail-on-unknown": "fail_on_unknown", "--include-passing": "include_passing", "--no-suppressions": "no_suppressions",
    "--include-secret-metadata": "include_secret_metadata", "--fix": "fix", "--yes": "yes", "--allow-incomplete": "allow_incomplete",
    "--no-cache": "no_cache", "--quiet": "quiet", "--digitalocean": "digitalocean", "--managed-clusters": "managed_clusters",
}  # fmt: skip
_LISTS = {
    "--format": "formats", "--select": "select", "--skip": "skip", "--engine": "engines", "--cluster": "clusters",
    "--cluster-dump": "dumps",
    "--rules": "rule_folders", "--var": "variables", "--var-file": "var_files", "--azure-subscription": "subscriptions",
    "--azure-management-group": "groups",
}  # fmt: skip
_VALUES = {
    "--baseline": "baseline_file", "--changed-since": "changed_since", "--html-logo": "html_logo", "--html-templates": "html_templates",
    "--config": "config_file", "--kubernetes-version": "kubernetes_version", "--residency-profile": "residency_profile",
    "--today": "today", "--profile": "profile", "--fail-on": "fail_on",
}  # fmt: skip
_CHOICES = {"profile": ("starter", "platform", "audit"), "fail_on": ("critical", "high", "medium", "low")}
UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(_FLAGS.values(), False), **dict.fromkeys(_LISTS.values(), ()), **dict.fromkeys(_VALUES.values()),
    "jobs": None,  # a number: the parser reads it
}  # fmt: skip
"""The options of ``scan`` as they are when none is given."""


def run(arguments: Sequence[str]) -> int | None:
    """Run ``scan`` and return the exit code; None, with nothing done, where the parser has to see the words."""
    given = parsed(arguments[1:])
    if given is None:
        return None
    paths = given.pop("paths")
    return guarded(lambda: scan(paths, given))


def parsed(words: Sequence[str]) -> dict[str, Any] | None:
    """Return ``paths`` and the options of ``scan`` by their names, as the parser would; None where it has to see the words."""
    given: dict[str, Any] = {**UNSAID, "paths": ()}
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            given["paths"] += (word,)
        elif word in _FLAGS:
            given[_FLAGS[word]] = True
        elif (option not in _LISTS and option not in _VALUES) or (not equals and (not rest or rest[-1].startswith("-"))):
            return None
        else:
            value = value if equals else rest.pop()
            name = _LISTS.get(option) or _VALUES[option]
            if value not in _CHOICES.get(name, (value,)):
                return None
            given[name] = (*given[name], value) if option in _LISTS else value
    return given
