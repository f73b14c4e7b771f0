"""Judges the examples of rules by the very pipeline that scans repositories."""

from __future__ import annotations

import json

from scanner.configuration.layers import Layer, Value
from scanner.configuration.read import NAME, Settings
from scanner.governance.suppressions import MARKER
from scanner.model.platform import Seen as Account
from scanner.pipeline import Live, Scope, scan
from scanner.ruleset import Ruleset
from scanner.ruleset.examples import LIVE, Judge, Trial
from scanner.sources.cluster import Seen
from scanner.sources.memory import MemoryTree
from scanner.sources.remembered import RememberedTree
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import Source
from scanner.typed import Any, Mapping


def judging(ruleset: Ruleset) -> Judge:
    """Return what judges files as a repository of their own, configured by a plumbrule.yaml in its root; ``today`` is its day."""

    def judge(files: Mapping[str, str], config: Mapping[str, Any]) -> Trial:
        contents = {path: text.encode() for path, text in files.items() if path != LIVE}
        written = {key: value for key, value in config.items() if key != "today"}
        tree = RememberedTree(MemoryTree({**contents, NAME: json.dumps(written).encode()}), MARKER)
        day: Layer = {"today": Value(config["today"], None)} if "today" in config else {}
        scope = Scope(tree, sorted(contents), [""] if contents else [], Settings(tree, day, {}), whole=True)
        report = scan([scope], ruleset, live=_live(files[LIVE]) if LIVE in files else NOTHING).report
        return Trial([verdict.finding for verdict in report.verdicts], report.problems)

    return judge


NOTHING = Live()


def _live(text: str) -> Live:
    """Return what runs beside the files of an example: objects of a cluster (``kind``) and of Azure (``type``), one per document."""
    found = [document.load()[0] for document in documents(Source(LIVE, text), KUBERNETES)]
    objects = [one for one in found if "apiVersion" in one]
    rows = [_row(one) for one in found if "apiVersion" not in one]
    clusters = (Seen("example", "example", None, objects, []),) if objects else ()
    return Live(seen=clusters, accounts={"azure": (Account("example", "example", rows),)} if rows else {})


def _row(written: dict[str, Any]) -> dict[str, Any]:
    """Complete an Azure resource with its id; the name of one inside another is written as in templates, ``parent/child``."""
    space, *types = str(written["type"]).split("/")
    names = str(written["name"]).split("/")
    pairs = "/".join(f"{word}/{name}" for word, name in zip(types, names, strict=False))
    return {"id": f"/subscriptions/example/resourceGroups/example/providers/{space}/{pairs}", **written, "name": names[-1]}
