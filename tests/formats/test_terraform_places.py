"""Where an attribute stands, which line to edit, and the way between."""

from __future__ import annotations

import pytest
from terraform_scan import resources

from scanner.model.place import Pointer, Span, Step
from scanner.model.resource import Part

TEXT = """\
resource "x_y" "a" {
  name  = "n"
  list  = ["p", "q"]
  map   = { k = 1, "l m" = [true] }
  text  = <<-EOT
    one
    two
  EOT
  other = {
    deep = {
      x = 1
    }
  }
  rule {
    port = 1
  }
  dynamic "made" {
    for_each = [7, 8]
    content {
      v = made.value
    }
  }
}
"""


def text_at(span: Span | None, texts: dict[str, str] | str = TEXT) -> str | None:
    """Return the text that a span covers."""
    if span is None:
        return None
    lines = (texts if isinstance(texts, str) else texts[span.path]).split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("pointer", "part", "expected"),
    [
        ((), "attribute", 'resource "x_y" "a"'),
        ((), "whole", TEXT.rstrip()),
        (("name",), "attribute", 'name  = "n"'),
        (("name",), "key", "name"),
        (("name",), "value", '"n"'),
        (("name",), "whole", 'name  = "n"'),
        (("list",), "attribute", "list"),
        (("list", 1), "attribute", '"q"'),
        (("list", 1), "value", '"q"'),
        (("list", 9), "attribute", "list"),
        (("list", 9), "value", None),
        (("map", "k"), "attribute", "k = 1"),
        (("map", "l m"), "attribute", '"l m"'),
        (("map", "l m", 0), "attribute", "true"),
        (("text",), "attribute", "text"),
        (("other",), "attribute", "other"),
        (("other", "deep", "x"), "attribute", "x = 1"),
        (("other", "deep", "missing"), "attribute", "deep"),
        (("other", "deep"), "whole", "deep = {\n      x = 1\n    }"),
        (("rule",), "attribute", "rule"),
        (("rule", 0), "whole", "rule {\n    port = 1\n  }"),
        (("rule", 0, "port"), "attribute", "port = 1"),
        (("rule", 0, "missing"), "attribute", "rule"),
        (("rule", 0, "missing"), "key", None),
        (("made",), "attribute", 'dynamic "made"'),
        (("made", 1, "v"), "attribute", "v = made.value"),
        (("made", 2, "v"), "attribute", 'dynamic "made"'),
        (("nowhere", 0, "x"), "attribute", 'resource "x_y" "a"'),
        (("nowhere",), "whole", None),
    ],
)
def test_spans(pointer: Pointer, part: Part, expected: str | None) -> None:
    assert text_at(resources(TEXT)["x_y.a"].span(pointer, part)) == expected


FILES = {
    "main.tf": """\
variable "location" { default = "westeurope" }
variable "env" {}
variable "unset" {}
variable "rules" {
  type = map(object({ port = number, source = optional(string, "0.0.0.0/0") }))
  default = {
    ssh = { port = 22 }
    web = { port = 443, source = "10.0.0.0/8" }
  }
}
locals {
  place = lower(var.location)
  tags  = merge({ team = "a" }, { env = var.env })
  sizes = ["s", "m"]
}
module "net" {
  source   = "./net"
  for_each = toset(["hub", "spoke"])
  name     = each.value
  place    = local.place
}
module "far" { source = "a/b/c" }
resource "x_y" "a" {
  location = local.place
  name     = module.net["hub"].name
  tags     = local.tags
  size     = var.env == "prod" ? local.sizes[1] : local.sizes[0]
  id       = module.net["hub"].id
  unset    = var.unset
  far      = module.far.thing
  mixed    = "${var.env}-${var.location}"
  picked   = try(local.tags.nothing, lookup({ prod = "p" }, var.env, "d"))
  ports    = [for name, rule in var.rules : rule.port if name != "ssh"]
  again    = x_y.b[1].copy
  dynamic "rule" {
    for_each = var.rules
    content {
      port   = rule.value.port
      source = rule.value.source
    }
  }
}
resource "x_y" "b" {
  count = 2
  copy  = concat(["zero"], ["one"])[count.index]
}
""",
    "net/main.tf": """\
variable "name" {}
variable "place" {}
resource "x_n" "n" {
  name     = var.name
  location = var.place
}
output "name" { value = x_n.n.name }
output "id" { value = x_n.n.id }
""",
    "terraform.tfvars": 'env = "prod"\n',
}


@pytest.mark.parametrize(
    ("address", "pointer", "primary", "notes"),
    [
        ("x_y.a", ("location",), 'default = "westeurope"', ["x_y.a.location", "local.place"]),
        ("x_y.a", ("tags", "env"), 'env = "prod"', ["x_y.a.tags.env", "local.tags"]),
        ("x_y.a", ("tags", "team"), 'team = "a"', ["x_y.a.tags.team"]),
        ("x_y.a", ("size",), '"m"', ["x_y.a.size"]),
        ("x_y.a", ("id",), 'id       = module.net["hub"].id', ['module.net["hub"].output.id']),
        ("x_y.a", ("unset",), "unset    = var.unset", ["var.unset"]),
        ("x_y.a", ("far",), "far      = module.far.thing", []),
        ("x_y.a", ("mixed",), 'mixed    = "${var.env}-${var.location}"', []),
        ("x_y.a", ("picked",), 'prod = "p"', ["x_y.a.picked"]),
        ("x_y.a", ("ports", 0), "port = 443", ["x_y.a.ports[0]"]),
        ("x_y.a", ("again",), '"one"', ["x_y.a.again"]),
        ("x_y.a", ("rule", 0, "port"), "port = 22", ["x_y.a.rule[0].port"]),
        ("x_y.a", ("rule", 0, "source"), '"0.0.0.0/0"', ["x_y.a.rule[0].source"]),
        ("x_y.a", ("rule", 1, "source"), 'source = "10.0.0.0/8"', ["x_y.a.rule[1].source"]),
        ("x_y.a", ("missing",), 'resource "x_y" "a"', []),
        ('module.net["hub"].x_n.n', ("name",), '"hub"', ['module.net["hub"].x_n.n.name', 'module.net["hub"].name']),
        (
            'module.net["spoke"].x_n.n', ("location",), 'default = "westeurope"',
            ['module.net["spoke"].x_n.n.location', 'module.net["spoke"].place', "local.place"],
        ),
    ],
)  # fmt: skip
def test_the_line_to_edit(address: str, pointer: Pointer, primary: str, notes: list[str]) -> None:
    place = resources(FILES)[address].place(pointer)
    assert text_at(place.primary, FILES) == primary
    assert [related.note for related in place.related] == notes


def test_in_a_downloaded_module_the_call_is_the_line_to_edit() -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "a/b/c"\n  given  = 1\n}\n',
        ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Source": "a/b/c", "Dir": ".terraform/modules/m"}]}',
        ".terraform/modules/m/main.tf": 'variable "given" {}\nresource "x_y" "a" {\n  fixed = 1\n  given = var.given\n}\n',
    }
    found = resources({path: text for path, text in files.items() if path != ".terraform/modules/m/extra.tf"})
    places = {name: found["module.m.x_y.a"].place((name,)).primary for name in ("fixed", "given")}
    assert {name: text_at(span, files) for name, span in places.items()} == {"fixed": 'module "m"', "given": "given  = 1"}


def test_the_way_of_a_value() -> None:
    steps = resources(FILES)['module.net["spoke"].x_n.n'].explain(("location",))
    assert [(step.address, step.attribute, step.value, step.span.line if step.span else None) for step in steps] == [
        ('module.net["spoke"].x_n.n', "location", "westeurope", 5),
        ('module.net["spoke"]', "place", "westeurope", 20),
        ("local.place", "", "westeurope", 12),
        ("var.location", "default", "westeurope", 1),
    ]


def test_a_value_from_the_command_line_has_no_place() -> None:
    found = resources(FILES, variables={"env": "dev"})["x_y.a"]
    assert found.explain(("tags", "env"))[-1] == Step("var.env", "", "dev", None)
    assert text_at(found.place(("tags", "env")).primary, FILES) == "env = var.env"


def test_sensitive_steps_are_masked() -> None:
    text = 'variable "p" {\n  sensitive = true\n  default = "s3cret"\n}\nresource "x_y" "a" {\n  p = var.p\n  m = { k = var.p }\n}\n'
    found = resources(text)["x_y.a"]
    assert {step.value for step in (*found.explain(("p",))[:1], *found.explain(("m", "k"))[:1])} == {"(sensitive)"}
