"""Edits of Terraform: literals and missing arguments, and nothing that comes from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.config import Config
from scanner.evaluate import Remedy
from scanner.fixes.hcl_edits import edits
from scanner.fixes.text import apply
from scanner.formats.terraform import read
from scanner.model.reading import Wanted
from scanner.ruleset.remedies import Change
from scanner.sources.memory import MemoryTree

VARIABLES = 'variable "b" {\n  default = { z = 1 }\n}\nvariable "l" {\n  default = ["x"]\n}\n'


def mended(body: str, *changes: tuple[Any, ...], more: str = "") -> str | None:
    text = f'resource "azurerm_x" "a" {body}\n{more}'
    parsed = read(MemoryTree({"main.tf": text.encode()}), ["main.tf"], Wanted(frozenset(), everything=True), Config())
    resource = next(one for one in parsed.resources if one.key.type == "azurerm_x")
    found = edits(Remedy(None, resource, tuple(Change(*change) for change in changes)), text)  # type: ignore[arg-type]
    return apply(text, found)[len('resource "azurerm_x" "a" ') : -1 - len(more)] if found else None


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        pytest.param("{\n  a = true # why\n}", ("set", ("a",), False), "{\n  a = false # why\n}", id="literal"),
        pytest.param("{\n  a = FALSE\n}", ("set", ("a",), True), "{\n  a = true\n}", id="capitals"),
        pytest.param("{\n  a   = 1\n  b = 2\n}", ("set", ("c",), "x"), '{\n  a   = 1\n  b = 2\n  c = "x"\n}', id="missing"),
        pytest.param("{}", ("set", ("c",), True), "{\n  c = true\n}", id="empty"),
        pytest.param("{\n  a = var.b\n}", ("set", ("a",), False), None, id="variable"),
        pytest.param("{\n  a = 1 + 1\n}", ("set", ("a",), 3), None, id="computed"),
        pytest.param('{\n  tags = { b = "c" }\n}', ("set", ("tags", "a"), "x"), '{\n  tags = { b = "c", a = "x" }\n}', id="one line"),
        pytest.param("{\n  a = 1\n\n  b = 2\n}", ("set", ("long",), 3), "{\n  a = 1\n\n  b    = 2\n  long = 3\n}", id="a longer key"),
        pytest.param("{\n  a = 1\n  b  = 2\n}", ("set", ("long",), 3), "{\n  a = 1\n  b  = 2\n  long = 3\n}", id="nothing to align with"),
        pytest.param("{\n  long = 1 # why\n}", ("set", ("a",), 3), "{\n  long = 1 # why\n  a    = 3\n}", id="shorter"),
        pytest.param("{\n  tags = var.b\n}", ("set", ("tags", "a"), "x"), '{\n  tags = merge(var.b, { a = "x" })\n}', id="variable map"),
        pytest.param(
            "{\n  tags = merge(var.b, {\n    b = 1\n  })\n}", ("set", ("tags", "a"), 2),
            "{\n  tags = merge(var.b, {\n    b = 1\n    a = 2\n  })\n}", id="a merged map",
        ),
        pytest.param(
            "{\n  tags = merge(var.b, var.b)\n}", ("set", ("tags", "a"), 2), "{\n  tags = merge(var.b, var.b, { a = 2 })\n}", id="merged",
        ),
        pytest.param(
            "{\n  tags = {\n    b = 1,\n  }\n}", ("set", ("tags", "a"), 2), "{\n  tags = {\n    b = 1,\n    a = 2,\n  }\n}", id="commas",
        ),
        pytest.param('{\n  a = [\n    "x",\n  ]\n}', ("append", ("a",), "y"), '{\n  a = [\n    "x",\n    "y",\n  ]\n}', id="append line"),
        pytest.param("{\n  a = []\n}", ("append", ("a",), "y"), '{\n  a = ["y"]\n}', id="append to nothing"),
        pytest.param("{\n  a = var.l\n}", ("append", ("a",), "y"), '{\n  a = concat(var.l, ["y"])\n}', id="append to a variable"),
        pytest.param('{\n  dynamic "b" {\n    for_each = [1]\n    content {\n    }\n  }\n}', ("set", ("b", 0, "a"), 1), None, id="dynamic"),
        pytest.param("{\n  tags = {\n    b = 1\n  }\n}", ("set", ("tags", "a"), 2), "{\n  tags = {\n    b = 1\n    a = 2\n  }\n}"),
        pytest.param("{\n}", ("set", ("tags", "a"), "${x}"), '{\n  tags = { a = "$${x}" }\n}', id="no map yet"),
        pytest.param("{\n}", ("set", ("block", "a"), 1), None, id="block or map"),
        pytest.param("{\n  b {\n    a = 1\n  }\n}", ("set", ("b", 0, "a"), 2), "{\n  b {\n    a = 2\n  }\n}", id="nested"),
        pytest.param("{\n  b {\n  }\n}", ("set", ("b", 0, "a"), 2), "{\n  b {\n    a = 2\n  }\n}", id="missing in a nested block"),
        pytest.param("{\n  a = 1\n  b = 2\n}", ("remove", ("a",)), "{\n  b = 2\n}", id="remove"),
        pytest.param('{\n  a = ["x"]\n}', ("set", ("a",), ["x", "y"]), '{\n  a = ["x", "y"]\n}', id="list"),
        pytest.param('{\n  a = ["x"]\n}', ("append", ("a",), "y"), '{\n  a = ["x", "y"]\n}', id="append"),
    ],
)  # fmt: skip
def test_one_change(before: str, change: tuple[Any, ...], after: str | None) -> None:
    assert mended(before, change, more=VARIABLES) == after
