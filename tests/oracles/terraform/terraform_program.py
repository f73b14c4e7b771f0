"""The real program as an oracle: what ``terraform console`` and ``terraform plan`` say, read back into our own values.

Nothing is downloaded: the expressions need no provider, and ``terraform_data`` is built in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.limits import Budget
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.types import Type, type_of
from scanner.formats.terraform.values import Lazy, List, Map, Sensitive, Set, Value
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.parser import parse_expression

PROGRAM = shutil.which("terraform")
needs_terraform = pytest.mark.skipif(PROGRAM is None, reason="terraform is not on PATH")
_MARKS = re.compile(r"\((known after apply|sensitive value)\)(?=,?$)", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def run(folder: Path, *arguments: str, given: str = "") -> str:
    """Run terraform in a folder; an error fails the test."""
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    environment = {name: value for name, value in environment.items() if not name.startswith("TF_VAR_")}
    command = [str(PROGRAM), *arguments]
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert done.returncode == 0, _COLOUR.sub("", done.stderr + done.stdout)[-3000:]
    return _COLOUR.sub("", done.stdout)


def console(folder: Path, expressions: Sequence[str], extra: str = "") -> tuple[list[Any], list[Any]]:
    """Return value and type of each expression, in the shape of ``shape`` and ``type_shape``."""
    lines = ",\n".join(f"    [{expression}]" for expression in expressions)
    (folder / "main.tf").write_text(f"locals {{\n  oracle = [\n{lines}\n  ]\n}}\n{extra}\n")
    values = shape(read_value(run(folder, "console", given="local.oracle\n")))
    types = read_type(run(folder, "console", given="type(local.oracle)\n"))
    return [value[1][0] for value in values[1]], [item[1][0] for item in types[1]]


class _NoNames:
    """Console output names nothing but what is unknown or sensitive."""

    tree: Any = None
    folder = ""
    functions: Mapping[str, Any] = {}
    budget = Budget(10**9)

    def root(self, name: str) -> Value:
        return {"UNKNOWN": Unknown("known after apply"), "SENSITIVE": Sensitive(None), "Inf": Decimal("Infinity")}[name]


def read_value(text: str) -> Value:
    """Read a value as the console shows it."""
    marked = _MARKS.sub(lambda found: "UNKNOWN" if found[1].startswith("known") else "SENSITIVE", text)
    marked = re.sub(r"^( *EOT),$", r"\1\n,", marked, flags=re.MULTILINE)
    escaped = marked.replace("+Inf", "Inf").replace("${", "$${").replace("%{", "%%{")
    return evaluate(parse_expression(escaped), Scope(_NoNames()))


def shape(value: Value) -> Any:
    """Return a value as something to compare: kind and content, numbers by value."""
    if isinstance(value, Lazy):
        return "unknown"
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Sensitive):
        return "sensitive"
    if isinstance(value, dict):
        return ("map" if isinstance(value, Map) else "object", {key: shape(item) for key, item in sorted(value.items())})
    if isinstance(value, tuple):
        kind = "list" if isinstance(value, List) else "set" if isinstance(value, Set) else "tuple"
        return (kind, [shape(item) for item in value])
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.split("\n")).rstrip("\n") if "\n" in value else value  # as heredocs show it
    return value if value is None or isinstance(value, bool) else Decimal(value)


_NAME = re.compile(r'\s*(?:"((?:[^"\\\n]|\\.)*)"|([^\n]*?)): ')
_WORD = re.compile(r"\s*([a-z]+)")
_SPACE = re.compile(r"[\s,]*")


def read_type(text: str) -> Any:
    """Read a type as ``type()`` shows it, in the shape of ``type_shape``."""
    result, end = _type(text, 0)
    assert not text[end:].strip(), text[end : end + 300]
    return result


def _type(text: str, at: int) -> tuple[Any, int]:
    found = _WORD.match(text, at)
    assert found, text[at : at + 300]
    kind, at = found[1], found.end()
    if kind in {"list", "set", "map"}:
        inner, at = _type(text, at + 1)
        return (kind, inner), _behind(text, at) + 1
    if kind not in {"tuple", "object"}:
        return ({"dynamic": "any"}.get(kind, kind), at)
    items: dict[str, Any] = {}
    at = _behind(text, at + 2)
    while text[at] not in "]}":
        name = str(len(items))
        if kind == "object" and (written := _NAME.match(text, at)):
            name, at = json.loads(f'"{written[1]}"') if written[1] is not None else written[2], written.end()
        items[name], at = _type(text, at)
        at = _behind(text, at)
    return (kind, list(items.values()) if kind == "tuple" else items), _behind(text, at + 1) + 1


def _behind(text: str, at: int) -> int:
    """Step over space and commas."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def type_shape(value: Value | Type) -> Any:
    """Return a type as something to compare."""
    of = value if isinstance(value, Type) else type_of(value)
    if of.kind == "tuple":
        return ("tuple", [type_shape(field) for _, field in of.fields])
    if of.kind == "object":
        return ("object", {name: type_shape(field) for name, field in of.fields})
    return (of.kind, type_shape(of.element)) if of.element else of.kind


def same_type(ours: Any, theirs: Any) -> bool:
    """Compare two types; ``any`` is one that is not known: we do not track that of null, the console not that of some unknowns."""
    if ours == theirs or "any" in (ours, theirs):
        return True
    if not isinstance(ours, tuple) or not isinstance(theirs, tuple) or ours[0] != theirs[0]:
        return False
    if ours[0] == "tuple":
        return len(ours[1]) == len(theirs[1]) and all(map(same_type, ours[1], theirs[1]))
    if ours[0] == "object":
        return ours[1].keys() == theirs[1].keys() and all(same_type(ours[1][name], theirs[1][name]) for name in ours[1])
    return same_type(ours[1], theirs[1])
