"""The words of a rule file: its keys, and what may stand under those that are not conditions. The loader and the JSON Schema share them."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.rule import SEVERITIES
from scanner.patterns import pattern
from scanner.ruleset.equality import is_number
from scanner.ruleset.targets import TARGET_KEYS
from scanner.typed import Any, Mapping

ID = r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-[A-Z]?[0-9]+"
WORD = r"[a-z0-9]+(-[a-z0-9]+)*"
TIERS = ("core", "backlog")
RELATIONS = ("same", "similar")
EXAMPLE_KINDS = ("fail", "pass", "unknown")


class Text(NamedTuple):
    """A text under a key of a rule file: a pattern or a closed list of words, and the default where it may be left out."""

    about: str
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    default: str | None = None


TEXTS: Mapping[str, Text] = {
    "id": Text("stable, never reused, with a prefix of your own", pattern=ID),
    "slug": Text('what is bad, so that it reads well after "allow"', pattern=WORD),
    "title": Text("what is wrong, in a few words"),
    "area": Text("an area of the catalogue, or your own", pattern=WORD),
    "severity": Text("how bad it is; info never gates", choices=SEVERITIES),
    "confidence": Text("how sure a finding is", choices=("high", "medium", "low"), default="high"),
    "default": Text(
        "off: contested; opt-in: needs declared context; both run when selected", choices=("on", "off", "opt-in"), default="on"
    ),
    "tier": Text("backlog rules are in no starter profile", choices=TIERS, default="core"),
    "rationale": Text("why it matters"),
    "fix": Text("what to write instead"),
}

OTHERS: Mapping[str, str] = {
    "frameworks": "framework → control ids that a benchmark or peer states",
    "frameworks_proposed": "framework → control ids by our own reading",
    "equivalents": "tool → [{id, relation: same | similar}]; only same lets a foreign id silence this rule",
    "references": "addresses of what the rule rests on",
    "params": "name → {type, default, description}: what an organisation tunes",
    "targets": "the same requirement in several languages: a list of {match, require or deny, …}",
    "examples": "fail, pass and unknown: what the rule says of real input; its tests and its documentation",
}

KEYS = (*TEXTS, *OTHERS, *TARGET_KEYS)

TYPES: Mapping[str, Any] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "map": lambda value: isinstance(value, dict),
}
"""Types of parameters, each with what tells that a value is one."""


def fits(text: Text, value: str) -> bool:
    """Tell whether a text may stand under its key."""
    return value in text.choices if text.choices else text.pattern is None or pattern(text.pattern).fullmatch(value) is not None
