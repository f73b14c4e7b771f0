"""Expressions made systematically: every function with arguments of many kinds, every operator with operands of many kinds.

A bare ``null`` is given to ``format`` nowhere: Terraform takes it for unknown there, as it has no type, and our null never has one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).parent
EACH = 24
OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]
OPERANDS = ["0", "3", "-7", "2.5", "0.1", '"12"', '"a"', "true", '"false"', "null", "[1]", "{a=1}", "tolist([1])", "1e30"]


def lines(name: str) -> list[str]:
    """Return the lines of a file beside this one."""
    return (HERE / name).read_text().splitlines()


def pools() -> dict[str, list[str]]:
    """Return the arguments to choose from, by kind: a kind begins with ``= name``."""
    found: dict[str, list[str]] = {}
    kind = ""
    for line in lines("arguments.txt"):
        if line.startswith("= "):
            kind = line[2:]
        elif line:
            found.setdefault(kind, []).append(line)
    return found


def expressions() -> list[str]:
    """Return all of them, each once, in an order that never changes."""
    found = [*_calls(pools()), *_operations(), *_templates(pools())]
    return list(dict.fromkeys(found))


def _sample(items: Sequence[Sequence[str]], count: int) -> list[Sequence[str]]:
    """Choose evenly, so that every argument takes many values."""
    step = max(1, len(items) // count) | 1
    return [items[(at * step + at // 7) % len(items)] for at in range(min(count, len(items)))]


def _calls(arguments: dict[str, list[str]]) -> Iterator[str]:
    for line in lines("calls.txt"):
        name, *kinds = line.split()
        for chosen in _sample(list(itertools.product(*(arguments[kind] for kind in kinds))), EACH):
            yield f"{name}({', '.join(chosen)})"


def _operations() -> Iterator[str]:
    for operator in OPERATORS:
        for left, right in itertools.product(OPERANDS, OPERANDS):
            if operator not in {"&&", "||"} or left in {"null", '"a"', "[1]"}:  # since 1.12 the right side may be left out
                yield f"{left} {operator} {right}"
    for left, right in itertools.product(["true", "false", '"true"'], repeat=2):
        yield from (f"{left} && {right}", f"{left} || {right}", f"!{left} == {right}")


def _templates(arguments: dict[str, list[str]]) -> Iterator[str]:
    """Fill in templates: ``<any>`` and ``<any2>`` are two arguments of one kind."""
    for template in lines("templates.txt"):
        places = sorted(set(re.findall(r"<(\w+)>", template)))
        choices = itertools.product(*(arguments[place.rstrip("2")] for place in places))
        for chosen in _sample(list(itertools.islice(choices, 100_000)), EACH):
            values = dict(zip(places, chosen, strict=True))
            yield re.sub(r"<(\w+)>", lambda found, values=values: values[found[1]], template)  # type: ignore[misc]
