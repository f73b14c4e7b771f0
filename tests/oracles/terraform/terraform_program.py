"""The real program as an oracle: what ``terraform console`` and ``terraform plan`` say, read back into our own values.

Nothing is downloaded: the expressions need no provider, and ``terraform_data`` is built in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scanner.formats.terraform.evaluate import evaluate
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
    done = subprocess.run([str(PROGRAM), *arguments], cwd=folder, input=given, capture_output=True, text=True, env=environment, timeout=300)
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


_TYPE_TOKEN = re.compile(r"\s*(?:([\w-]+)|\"((?:[^\"\\]|\\.)*)\"|([(){}\[\],:]))")


def read_type(text: str) -> Any:
    """Read a type as ``type()`` shows it, in the shape of ``type_shape``."""
    tokens = [
        found[1] or (json.loads(f'"{found[2]}"') if found[2] is not None else found[3]) for found in _TYPE_TOKEN.finditer(text.strip())
    ]
    result, rest = _type(tokens, 0)
    assert rest == len(tokens), text[:300]
    return result


def _type(tokens: list[str], at: int) -> tuple[Any, int]:
    kind = tokens[at]
    if kind not in {"list", "set", "map", "tuple", "object"}:
        return ({"dynamic": "any"}.get(kind, kind), at + 1)
    at += 2
    if kind in {"list", "set", "map"}:
        inner, at = _type(tokens, at)
        return (kind, inner), at + (2 if tokens[at] == "," else 1)
    at += 1
    items: dict[str, Any] = {}
    closer = "]" if kind == "tuple" else "}"
    while tokens[at] != closer:
        name = str(len(items))
        if kind == "object":
            name, at = ("", at + 1) if tokens[at] == ":" else (tokens[at], at + 2)
        items[name], at = _type(tokens, at)
        if tokens[at] == ",":
            at += 1
    return (kind, list(items.values()) if kind == "tuple" else items), at + 2


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
