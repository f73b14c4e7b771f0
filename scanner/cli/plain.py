"""``scan`` and ``hook`` with options that are written out in full: no parser is loaded, which saves a quarter of a small scan's time.

What is not plainly right here, a word that nobody knows or a value that cannot be, is left to the parser and its words.
"""

from __future__ import annotations

from scanner.cli.nets import guarded
from scanner.model.record import NamedTuple
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
_HOOK = frozenset(
    (
        "--no-cache", "--select", "--skip", "--profile", "--config", "--rules", "--kubernetes-version", "--residency-profile", "--var",
        "--var-file", "--today",
    )
)  # fmt: skip


class Words(NamedTuple):
    """What a command takes: the name of its arguments, and option → name of those without a value, that repeat, and that do not."""

    arguments: str
    flags: Mapping[str, str]
    lists: Mapping[str, str]
    values: Mapping[str, str]
    others: Mapping[str, Any]

    @property
    def unsaid(self) -> dict[str, Any]:
        """The options as they are when none is given."""
        said = (dict.fromkeys(self.flags.values(), False), dict.fromkeys(self.lists.values(), ()), dict.fromkeys(self.values.values()))
        return {self.arguments: (), **said[0], **said[1], **said[2], **self.others}


def _of_hook(options: Mapping[str, str]) -> dict[str, str]:
    return {option: name for option, name in options.items() if option in _HOOK}


SCAN = Words("paths", _FLAGS, _LISTS, _VALUES, {"jobs": None})  # a number: the parser reads it
HOOK = Words("files", _of_hook(_FLAGS), _of_hook(_LISTS), _of_hook(_VALUES), {})


def run(arguments: Sequence[str]) -> int | None:
    """Run ``scan`` or ``hook`` and return the exit code; None, with nothing done, where the parser has to see the words."""
    known = {"scan": SCAN, "hook": HOOK}[arguments[0]]
    given = parsed(arguments[1:], known)
    if given is None:
        return None
    named = given.pop(known.arguments)
    if known is HOOK:
        from scanner.cli.hooking import run as hook

        return guarded(lambda: hook(named, given))
    from scanner.cli.scanning import run as scan

    return guarded(lambda: scan(named, given))


def parsed(words: Sequence[str], known: Words) -> dict[str, Any] | None:
    """Return a command's arguments and options by their names, as the parser would; None where it has to see the words."""
    given = known.unsaid
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            given[known.arguments] += (word,)
        elif word in known.flags:
            given[known.flags[word]] = True
        elif (option not in known.lists and option not in known.values) or (not equals and (not rest or rest[-1].startswith("-"))):
            return None
        else:
            value = value if equals else rest.pop()
            name = known.lists.get(option) or known.values[option]
            if value not in _CHOICES.get(name, (value,)):
                return None
            given[name] = (*given[name], value) if option in known.lists else value
    return given
