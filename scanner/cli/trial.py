"""Judges the examples of rules by the very pipeline that scans repositories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scanner.configuration.layers import Layer, Value
from scanner.configuration.read import NAME, Settings
from scanner.governance.inline import MARKER
from scanner.pipeline import Live, Scope, scan
from scanner.ruleset import Ruleset
from scanner.ruleset.examples import LIVE, Judge, Trial
from scanner.sources.cluster import Seen
from scanner.sources.memory import MemoryTree
from scanner.sources.remembered import RememberedTree
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import Source


def judging(ruleset: Ruleset) -> Judge:
    """Return what judges files as a repository of their own, configured by a plumbrule.yaml in its root; ``today`` is its day."""

    def judge(files: Mapping[str, str], config: Mapping[str, Any]) -> Trial:
        contents = {path: text.encode() for path, text in files.items() if path != LIVE}
        written = {key: value for key, value in config.items() if key != "today"}
        tree = RememberedTree(MemoryTree({**contents, NAME: json.dumps(written).encode()}), MARKER)
        day: Layer = {"today": Value(config["today"], None)} if "today" in config else {}
        scope = Scope(tree, sorted(contents), [""], Settings(tree, day, {}), whole=True)
        report = scan([scope], ruleset, live=Live(seen=_seen(files[LIVE]) if LIVE in files else ())).report
        return Trial([verdict.finding for verdict in report.verdicts], report.problems)

    return judge


def _seen(text: str) -> tuple[Seen]:
    objects = [document.load()[0] for document in documents(Source(LIVE, text), KUBERNETES)]
    return (Seen("example", "example", None, objects, []),)
