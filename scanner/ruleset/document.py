"""A rule as text: for ``plumbrule explain`` in a terminal, and as Markdown for a page of its own."""

from __future__ import annotations

import json
from textwrap import fill, indent

from scanner.model.rule import Rule
from scanner.ruleset.examples import Example
from scanner.typed import Iterator, Sequence

WIDTH = 100


def text(rule: Rule, width: int = WIDTH) -> str:
    """Return what a rule asks, why, how to fix it, and what stands for it elsewhere."""
    blocks = [f"{rule.id} {rule.slug}: {rule.title}", _standing(rule)]
    blocks += [f"{title}:\n{_wrapped(body, width)}" for title, body in (("why", rule.rationale), ("fix", rule.fix))]
    blocks += [f"{title}:\n" + "\n".join(f"  {line}" for line in lines) for title, lines in _lists(rule) if lines]
    return "\n\n".join(blocks)


def _standing(rule: Rule) -> str:
    default = {"on": "on by default", "off": "off by default: contested", "opt-in": "runs when selected: needs declared context"}[
        rule.default
    ]
    return f"{rule.severity} severity, {rule.confidence} confidence, area {rule.area}, {default}"


def _wrapped(body: str, width: int) -> str:
    return fill(body, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _lists(rule: Rule) -> Iterator[tuple[str, list[str]]]:
    yield (
        "parameters",
        [f"{name} ({param['type']}, {_json(param['default'])}): {param.get('description', '')}" for name, param in rule.params.items()],
    )
    yield "controls", [f"{name}: {', '.join(ids)}" for name, ids in rule.frameworks.items()]
    yield (
        "controls, proposed (our reading, no auditor has confirmed it)",
        [f"{name}: {', '.join(ids)}" for name, ids in rule.proposed.items()],
    )
    yield "other tools", [f"{tool}: {', '.join(words)}" for tool, words in _equivalents(rule).items()]
    yield "references", list(rule.references)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _equivalents(rule: Rule) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in rule.equivalents:
        found.setdefault(one.tool, []).append(f"{one.id} ({one.relation})")
    return found


def markdown(rule: Rule, examples: Sequence[Example] = ()) -> str:
    """Return a page about a rule: what it asks, why, input that fails and passes, how to fix it."""
    sections = [
        f"# {rule.id} {rule.slug}",
        f"**{rule.title}**",
        _standing(rule) + ".",
        f"## Why\n\n{rule.rationale}",
        f"## Fix\n\n{rule.fix}",
    ]
    sections += [_example(example) for example in examples]
    sections += [
        f"## {title.capitalize()}\n\n" + "\n".join(f"- {_linked(line)}" for line in lines) for title, lines in _lists(rule) if lines
    ]
    return "\n\n".join(sections) + "\n"


def _example(example: Example) -> str:
    word = {"fail": "Fails", "pass": "Passes", "unknown": "Cannot be decided"}[example.kind]
    texts = [f"`{path}`{_lines(example, path)}:\n\n{indent(_printed(text), '    ')}" for path, text in example.files.items()]
    return "\n\n".join([f"### {word}: {example.title}", *texts])


def _printed(text: str) -> str:
    from scanner.mask.lines import shown  # for documentation alone

    return "\n".join(shown(text.rstrip()))


def _lines(example: Example, path: str) -> str:
    lines = sorted(mark.line for mark in example.marks if mark.path == path)
    return f" (line {', '.join(map(str, lines))})" if lines else ""


def _linked(line: str) -> str:
    return f"<{line}>" if line.startswith("http") else line
