"""The rule as data: what a rule file says, validated. ``ruleset`` compiles its body into checks."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.typed import Any, Literal, Mapping

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")


class Equivalent(NamedTuple):
    """The id that another tool uses. Only ``same`` lets a foreign id silence our rule."""

    tool: str
    id: str
    relation: Literal["same", "similar"]


class Rule(NamedTuple):
    """One rule file. ``body`` holds match, targets, each, where, join, require, deny, message, needs, applies and remedy as written.

    ``frameworks`` are ids that a benchmark or peer states, ``proposed`` our own reading; both map framework to control ids.
    ``params`` maps a name to ``{type, default, description}``. ``source`` is the rule file's path inside its rule folder;
    ``examples`` are read from there only when somebody asks.
    """

    id: str
    slug: str
    title: str
    area: str
    severity: Severity
    confidence: Literal["high", "medium", "low"]
    default: Literal["on", "off", "opt-in"]
    rationale: str
    fix: str
    references: tuple[str, ...]
    frameworks: Mapping[str, tuple[str, ...]]
    proposed: Mapping[str, tuple[str, ...]]
    equivalents: tuple[Equivalent, ...]
    params: Mapping[str, Mapping[str, Any]]
    body: Mapping[str, Any]
    source: str
    tier: Literal["core", "backlog", "own"] = "core"
    """``own`` is a user's rule, which every profile runs; ``backlog`` ones are in no starter profile."""
    reads: tuple[str, ...] = ()
    """The resource types that it judges, joins or needs to know (``*`` for all), and ``asks`` the facts."""
    asks: tuple[str, ...] = ()
    screens: tuple[bytes, ...] = ()
    """A screen (``ruleset.screens``) for each target, as remembered code; empty where there is none."""
    sees: tuple[str, ...] = ()
    """For a rule that looks beyond its own resource: keys of which one is on the way to whatever it may see (``ruleset.words``)."""
