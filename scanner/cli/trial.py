"""Judges the examples of rules by the very pipeline that scans repositories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scanner.configuration.read import NAME, Settings
from scanner.governance.inline import MARKER
from scanner.pipeline import Scope, scan
from scanner.ruleset import Ruleset
from scanner.ruleset.examples import Judge, Trial
from scanner.sources.memory import MemoryTree
from scanner.sources.remembered import RememberedTree


def judging(ruleset: Ruleset) -> Judge:
    """Return what judges files as a repository of their own, configured by a plumbrule.yaml in its root."""

    def judge(files: Mapping[str, str], config: Mapping[str, Any]) -> Trial:
        contents = {path: text.encode() for path, text in files.items()}
        tree = RememberedTree(MemoryTree({**contents, NAME: json.dumps(config).encode()}), MARKER)
        scope = Scope(tree, sorted(contents), [""], Settings(tree, {}, {}), whole=True)
        report = scan([scope], ruleset).report
        return Trial([verdict.finding for verdict in report.verdicts], report.problems)

    return judge
