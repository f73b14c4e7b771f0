"""Who answers for what, by tags: coverage as text, JSON and CSV; its page is ``_tags_page``."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

from scanner import __version__, mask
from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.render import _problems
from scanner.render._words import spot
from scanner.typed import Any, Mapping, Sequence
from scanner.views.tags import facts
from scanner.views.tags.policy import policy_of

UNKNOWN, NONE = "(unknown)", "(none)"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Coverage(NamedTuple):
    """Resources that take tags, as facts of the view ``tags``; the tags that are asked about; and what could not be read."""

    facts: Sequence[Fact]
    names: tuple[str, ...]
    problems: Sequence[Problem]

    def counts(self, name: str) -> Mapping[str, int]:
        """Return how many resources have each value of a tag, the most frequent first."""
        found = Counter(said(fact.data["known"].get(name)) for fact in self.facts)
        return dict(sorted(found.items(), key=lambda row: (row[0] in (NONE, UNKNOWN), -row[1], row[0])))

    def share(self, name: str) -> str:
        """Return how many of all resources certainly have a tag."""
        having = sum(number for value, number in self.counts(name).items() if value not in (NONE, UNKNOWN))
        return f"{having} of {len(self.facts)}"


def coverage(inventory: Inventory, config: Config, problems: Sequence[Problem] = ()) -> Coverage:
    """Return how far the tags reach that the policy requires of everything. Raises ConfigError."""
    return Coverage(facts(inventory, config), policy_of(config).demands[0].required, problems)


def said(value: Any) -> str:
    """Write the value of a tag, masked."""
    if isinstance(value, Unknown):
        return UNKNOWN
    return NONE if value is None else mask.prose(str(value))


def missing(fact: Fact) -> str:
    """Write what a resource lacks."""
    names = fact.data["missing"]
    return UNKNOWN if isinstance(names, Unknown) else " ".join(names)


def place(fact: Fact) -> Span | None:
    """Return where a resource's tags are written, or should be."""
    resource, pointer, _ = fact.steps[0]
    return resource.place(pointer).primary


def to_text(answer: Coverage) -> str:
    """Write the coverage of each tag with its values, then what lacks one."""
    lines = []
    for name in answer.names:
        lines.append(f"{name}: {answer.share(name)} resources")
        lines += [f"  {number:>5}  {value}" for value, number in answer.counts(name).items()]
    lacking = [fact for fact in answer.facts if missing(fact)]
    lines += ["", f"{len(lacking)} of {len(answer.facts)} resources lack a required tag, or perhaps do"]
    lines += ["  " + " ".join(filter(None, (where(fact), f"{mask.prose(fact.data['address'])}: {missing(fact)}"))) for fact in lacking]
    return "\n".join(lines) + "\n"


def where(fact: Fact) -> str:
    """Write the place of a resource's tags; nothing for what stands in no file."""
    return spot(place(fact))


def to_json(answer: Coverage) -> str:
    """Write everything, one row per resource."""
    document = {
        "schema": "plumbrule/tags/v1",
        "tool": {"name": "plumbrule", "version": __version__},
        "coverage": {name: answer.counts(name) for name in answer.names},
        "resources": [
            {**_row(fact, answer.names), "missing": None if missing(fact) == UNKNOWN else fact.data["missing"]} for fact in answer.facts
        ],
        "problems": [_problems.row(one) for one in answer.problems],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _row(fact: Fact, names: Sequence[str]) -> dict[str, Any]:
    resource, span = fact.steps[0][0], place(fact)
    return {
        "address": mask.prose(resource.key.address),
        "scope": resource.key.scope,
        "type": resource.type,
        "cloud": fact.data["cloud"],
        **{name: said(fact.data["known"].get(name)) for name in names},
        "missing": missing(fact),
        "path": mask.escape(span.path) if span else None,
        "line": span.line if span else None,
    }


def to_csv(answer: Coverage) -> str:
    """Write one row per resource; no cell is one that a spreadsheet would run."""
    page = io.StringIO()
    writer = csv.DictWriter(page, ("address", "scope", "type", "cloud", *answer.names, "missing", "path", "line"))
    writer.writeheader()
    for fact in answer.facts:
        writer.writerow({name: _safe(cell) for name, cell in _row(fact, answer.names).items()})
    return page.getvalue()


def _safe(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
