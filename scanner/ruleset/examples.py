"""Examples inside rule files: what the rule says of real input, checked line by line. They are its tests and its documentation."""

from __future__ import annotations

from scanner.model.errors import RuleError
from scanner.model.finding import Finding
from scanner.model.place import Pointer
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.ruleset.joins import only
from scanner.ruleset.loading import RuleFile
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.vocabulary import EXAMPLE_KINDS
from scanner.syntax.yaml import Located, load_located
from scanner.typed import Any, Callable, Iterator, Mapping, Sequence

FILES: Mapping[str, str] = {
    "kubernetes": "example.yaml",
    "terraform": "main.tf",
    "plan": "plan.json",
    "arm": "azuredeploy.json",
    "bicep": "main.bicep",
    "cloudformation": "template.yaml",
    "dockerfile": "Dockerfile",
    "workflow": ".github/workflows/example.yaml",
    "ansible": "playbook.yaml",
    "live": "live.yaml",
}
"""Language of an example → the file that its text is judged as; ``live`` are objects that run beside it."""
LIVE = FILES["live"]

_MARK = pattern(r"[ \t]*(?:#|//)[ \t]*(FINDING|UNKNOWN)[ \t]*$")
_OUTCOMES = {"FINDING": "fail", "UNKNOWN": "unknown"}


class Mark(NamedTuple):
    """A line on which the rule has something to say."""

    path: str
    line: int
    outcome: str


class Example(NamedTuple):
    """One example: its files without markers, the configuration it is judged with, and what must be found."""

    rule: str
    kind: str
    title: str
    files: Mapping[str, str]
    config: Mapping[str, Any]
    marks: frozenset[Mark]


class Trial(NamedTuple):
    """What came of judging an example."""

    findings: Sequence[Finding]
    problems: Sequence[Problem]


Judge = Callable[[Mapping[str, str], Mapping[str, Any]], Trial]
"""Scans files (path → text, a whole repository) with a configuration as plumbrule.yaml writes it."""


def read_examples(file: RuleFile) -> list[Example]:
    """Return the examples of a rule file. Raises RuleError."""
    with open(file.path, "rb") as handle:
        located = load_located(handle.read(), file.path, RuleError)
    try:
        return list(_examples(located))
    except Mistake as mistake:
        raise RuleError(mistake.message, located.span(mistake.at), mistake.hint) from None


def disagreement(example: Example, judge: Judge) -> str | None:
    """Judge an example; return in words where marked and found lines differ, or None."""
    trial = judge(example.files, example.config)
    lines = {
        Mark(one.location.path, one.location.line, one.outcome) if one.location else Mark("", 0, one.outcome)
        for one in trial.findings
        if one.rule.id == example.rule and one.outcome != "pass"
    }
    missing = [f"{_words(mark)} is marked, not found" for mark in sorted(example.marks - lines)]
    surplus = [f"{_words(mark)} is found, not marked" for mark in sorted(lines - example.marks)]
    problems = [f"{problem.kind}: {problem.detail}" for problem in trial.problems]
    return "; ".join(problems + missing + surplus) or None


def _words(mark: Mark) -> str:
    return f"{mark.outcome} at {mark.path}:{mark.line}"


def _examples(located: Located) -> Iterator[Example]:
    rule = str(located.data.get("id"))
    for kind in EXAMPLE_KINDS:
        for number, example in enumerate(located.data.get("examples", {}).get(kind, [])):
            yield _example(rule, kind, example, ("examples", kind, number))


def _example(rule: str, kind: str, example: Any, at: Pointer) -> Example:
    if not isinstance(example, dict) or not isinstance(example.get("title"), str):
        raise Mistake(at, "an example has a title, and text under the name of its language")
    only(example, ("title", "config", "files", *FILES), at)
    texts = _files(example, at)
    marks = frozenset(mark for path, text in texts.items() for mark in _marks(path, text))
    _fit(kind, marks, at)
    stripped = {path: "\n".join(_MARK.sub("", line) for line in text.split("\n")) for path, text in texts.items()}
    return Example(rule, kind, example["title"], stripped, _config(rule, example.get("config", {}), at), marks)


def _files(example: dict[str, Any], at: Pointer) -> dict[str, str]:
    files = {FILES[key]: example[key] for key in FILES if key in example} | (example.get("files") or {})
    if not files or not all(isinstance(text, str) for text in files.values()):
        raise Mistake(at, f"an example has text under {', '.join(FILES)} or files")
    return files


def _marks(path: str, text: str) -> Iterator[Mark]:
    for number, line in enumerate(text.split("\n"), 1):
        match = _MARK.search(line)
        if match is not None:
            yield Mark(path, number, _OUTCOMES[match[1]]) if path != LIVE else Mark("", 0, _OUTCOMES[match[1]])  # no source, no place


def _fit(kind: str, marks: frozenset[Mark], at: Pointer) -> None:
    outcomes = {mark.outcome for mark in marks}
    if kind not in ("pass", *outcomes) or (kind == "pass" and outcomes):
        word = {"fail": "marks a line with # FINDING", "unknown": "marks a line with # UNKNOWN", "pass": "marks no line"}[kind]
        raise Mistake(at, f"an example under {kind} {word}")


def _config(rule: str, config: Any, at: Pointer) -> dict[str, Any]:
    """Complete an example's configuration: its own rule alone runs; ``params`` alone means the rule's parameters."""
    if not isinstance(config, dict):
        raise Mistake((*at, "config"), "config holds keys of plumbrule.yaml")
    rules = {"rules": {rule: {"params": config["params"]}}} if "params" in config else {}
    return {**{key: value for key, value in config.items() if key != "params"}, **rules, "select": [rule]}
