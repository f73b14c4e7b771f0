"""From files to resources: variables, modules, instances, blocks, providers, roots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from terraform_scan import data, read, resources, shown

from scanner.model.unknown import Unknown

RESOURCE = 'resource "azurerm_x" "a" {{\n  v = {}\n}}\n'


def value_of(expression: str, more: str = "") -> Any:
    return data(RESOURCE.format(expression) + more, "azurerm_x.a")["v"]


@pytest.mark.parametrize(
    ("expression", "more", "expected"),
    [
        ("var.x", 'variable "x" {}\n', "<var.x has no value>"),
        ("local.y", 'variable "x" {}\nlocals {\n  y = var.x\n}\n', "<var.x has no value>"),
        ("azurerm_y.b.id", 'resource "azurerm_y" "b" {}\n', "<azurerm_y.b.id is known after apply>"),
        ("azurerm_y.b.name", 'resource "azurerm_y" "b" {\n  name = "n"\n}\n', "n"),
        ("data.azurerm_y.b.id", 'data "azurerm_y" "b" {}\n', "<data.azurerm_y.b.id is read from the platform>"),
        ("data.azurerm_y.b.name", 'data "azurerm_y" "b" {\n  name = "n"\n}\n', "n"),
        ("module.m.out", 'module "m" {\n  source = "hashicorp/x/y"\n}\n', "<module.m is not on disk: run terraform init>"),
        ("local.missing", "", "<local.missing is not declared>"),
        ("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n", "<local.a refers to itself>"),
        ("uuid()", "", "<uuid() is random>"),
        ('concat(["a"], var.x, ["b"])', 'variable "x" {}\n', ["a", "<var.x has no value>", "b"]),
        ("concat(concat([1], var.x), [2])", 'variable "x" {}\n', [1, "<var.x has no value>", 2]),
        ('length(concat(["a"], var.x))', 'variable "x" {}\n', "<var.x has no value>"),
        ("provider::aws::arn_parse(1)", "", "<provider::aws::arn_parse is a function of a provider>"),
        ('file("/etc/passwd")', "", "<the file /etc/passwd is outside the repository>"),
        ('file("../../../etc/passwd")', "", "<the file ../../../etc/passwd is outside the repository>"),
        ("path.cwd", "", "<path.cwd depends on the machine>"),
        ("1 / 3 < 1", "", True),
        ("azurerm_y.b[0].rule[0].port", 'resource "azurerm_y" "b" {\n  count = 1\n  rule {\n    port = 1\n  }\n}\n', 1),
        (
            "[for r in azurerm_y.b : r.name]",
            'resource "azurerm_y" "b" {\n  for_each = toset(["p", "q"])\n  name = each.key\n}\n',
            ["p", "q"],
        ),
        ("local.r.name", 'resource "azurerm_y" "b" {\n  name = "n"\n}\nlocals {\n  r = azurerm_y.b\n}\n', "n"),
    ],
)
def test_values_and_causes(expression: str, more: str, expected: Any) -> None:
    assert value_of(expression, more) == expected


@pytest.mark.parametrize(
    ("expression", "more", "origin"),
    [
        ("local.y", 'variable "x" {}\nlocals {\n  y = "a-${var.x}"\n}\n', "var.x"),
        ('azurerm_y.b["k"].id', 'resource "azurerm_y" "b" {\n  for_each = toset(["k"])\n}\n', 'azurerm_y.b["k"]'),
        ("azurerm_y.b[0].id", 'variable "n" {}\nresource "azurerm_y" "b" {\n  count = var.n\n}\n', "azurerm_y.b[?]"),
        ("one(azurerm_y.b[*].id)", 'resource "azurerm_y" "b" {\n  count = 1\n}\n', "azurerm_y.b[0]"),
        ("try(azurerm_y.b[0].id, null)", 'resource "azurerm_y" "b" {\n  count = 1\n}\n', "azurerm_y.b[0]"),
        ("module.m.x", 'module "m" {\n  source = "a/b/c"\n}\n', "module.m"),
    ],
)
def test_an_unknown_names_where_it_begins(expression: str, more: str, origin: str) -> None:
    found = resources(RESOURCE.format(expression) + more)["azurerm_x.a"].data["v"]
    assert isinstance(found, Unknown)
    assert found.origin == origin


def test_the_same_unknown_is_the_same_object() -> None:
    found = resources('variable "p" {}\nresource "x_y" "a" {\n  name = "s${var.p}"\n}\nresource "x_z" "b" {\n  parent = x_y.a.name\n}\n')
    assert found["x_y.a"].data["name"] is found["x_z.b"].data["parent"]


INSTANCES = [
    ("count = 2", ["x_y.a[0]", "x_y.a[1]"]),
    ("count = 0", []),
    ("count = var.unset", ["x_y.a[?]"]),
    ('for_each = { k = 1, "l m" = 2 }', ['x_y.a["k"]', 'x_y.a["l m"]']),
    ('for_each = toset(["b", "a"])', ['x_y.a["a"]', 'x_y.a["b"]']),
    ("for_each = var.unset", ["x_y.a[?]"]),
    ("for_each = toset([var.unset])", ["x_y.a[?]"]),
    ('for_each = ["no", "set"]', ["x_y.a[?]"]),
    ("", ["x_y.a"]),
]


@pytest.mark.parametrize(("argument", "addresses"), INSTANCES)
def test_instances(argument: str, addresses: list[str]) -> None:
    assert sorted(resources(f'variable "unset" {{}}\nresource "x_y" "a" {{\n  {argument}\n}}\n')) == addresses


@pytest.mark.parametrize(("argument", "addresses"), INSTANCES)
def test_instances_of_modules(argument: str, addresses: list[str]) -> None:
    files = {
        "main.tf": f'variable "unset" {{}}\nmodule "m" {{\n  source = "./m"\n  {argument}\n}}\n',
        "m/main.tf": 'resource "x_y" "a" {}\n',
    }
    assert sorted(resources(files)) == [f"{address.replace('x_y.a', 'module.m')}.x_y.a" for address in addresses]


def test_an_unknown_collection_makes_each_unknown() -> None:
    found = data(
        'variable "m" {}\nresource "x_y" "a" {\n  for_each = var.m\n  k = each.key\n  v = each.value.z\n  s = "lit"\n}\n', "x_y.a[?]"
    )
    assert found == {"k": "<var.m has no value>", "v": "<var.m has no value>", "s": "lit"}


BLOCKS = """
variable "unset" {}
resource "x_y" "a" {
  rule { port = 1 }
  rule {
    port = 2
    deep { x = true }
  }
  dynamic "made" {
    for_each = { p = 1, q = 2 }
    iterator = it
    content {
      key   = it.key
      value = it.value
      dynamic "inner" {
        for_each = [it.value]
        content { both = "${it.key}${inner.value}" }
      }
    }
  }
  dynamic "unknown" {
    for_each = var.unset
    content { x = 1 }
  }
  dynamic "none" {
    for_each = []
    content {}
  }
  lifecycle { ignore_changes = [tags, "name"] }
  name = "n"
  provisioner "local-exec" { command = "echo ${self.name} ${self.id}" }
  depends_on = [x_y.b, module.m]
}
resource "x_y" "b" {}
"""


def test_blocks_are_lists_of_maps() -> None:
    assert data(BLOCKS, "x_y.a") == {
        "rule": [{"port": 1}, {"port": 2, "deep": [{"x": True}]}],
        "made": [{"key": "p", "value": 1, "inner": [{"both": "p1"}]}, {"key": "q", "value": 2, "inner": [{"both": "q2"}]}],
        "unknown": "<var.unset has no value>",
        "lifecycle": [{"ignore_changes": ["tags", "name"]}],
        "name": "n",
        "provisioner": [{"type": "local-exec", "command": "<x_y.a.id is known after apply>"}],
        "depends_on": ["x_y.b", "module.m"],
    }


PROVIDERS = {
    "main.tf": """
provider "aws" {
  region = "eu-central-1"
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
  default_tags {
    tags = { team = "a" }
  }
}
resource "aws_a" "default" {}
resource "aws_a" "us" { provider = aws.us }
module "m" {
  source    = "./m"
  providers = { aws.other = aws.us }
}
resource "google_a" "none" {}
""",
    "m/main.tf": 'resource "aws_a" "passed" {\n  provider = aws.other\n}\nresource "aws_a" "inherited" {}\n',
}


def test_a_resource_knows_its_provider_configuration() -> None:
    found = resources(PROVIDERS)
    assert {address: one.data.get("provider") for address, one in found.items() if one.type != "provider"} == {
        "aws_a.default": "provider.aws",
        "aws_a.us": "provider.aws.us",
        "google_a.none": None,
        "module.m.aws_a.passed": "provider.aws.us",
        "module.m.aws_a.inherited": "provider.aws",
    }
    provider = found["provider.aws.us"]
    assert (provider.type, provider.key.name) == ("provider", "aws.us")
    assert provider.data == {"name": "aws", "alias": "us", "region": "us-east-1", "default_tags": [{"tags": {"team": "a"}}]}


def test_variables_by_precedence(tmp_path: Path) -> None:
    files = {
        "main.tf": "".join(f'variable "{name}" {{}}\n' for name in "abcdefg")
        + 'resource "x_y" "a" {\n  v = [var.a, var.b, var.c, var.d, var.e, var.f, var.g]\n}\n',
        "terraform.tfvars": 'b = "tfvars"\nc = "tfvars"\nd = "tfvars"\ne = "tfvars"\nf = "tfvars"\ng = "tfvars"\n',
        "terraform.tfvars.json": '{"c": "json", "d": "json", "e": "json", "f": "json", "g": "json"}',
        "x.auto.tfvars": 'd = "auto"\ne = "auto"\nf = "auto"\ng = "auto"\n',
        "env/prod.tfvars": 'e = "prod"\nf = "prod"\ng = "prod"\n',
    }
    (tmp_path / "cli.tfvars").write_text('f = "cli"\ng = "cli"\n')
    section = {
        "environment": {"a": "environment", "b": "environment", "unheard": "of"},
        "roots": {".": {"var_files": ["env/prod.tfvars"]}},
        "var_files": [str(tmp_path / "cli.tfvars")],
        "variables": {"g": "option"},
    }
    expected = ["environment", "tfvars", "json", "auto", "prod", "cli", "option"]
    assert data(files, "x_y.a", **section)["v"] == expected


def test_a_file_named_on_the_command_line_has_its_place_in_the_tree(tmp_path: Path) -> None:
    text = 'v = "x"\n'
    files = {"main.tf": 'variable "v" {}\nresource "x_y" "a" {\n  v = var.v\n}\n', "env/prod.tfvars": text}
    (tmp_path / "env").mkdir()
    for name, path in (("env/prod.tfvars", "env/prod.tfvars"), ("other.tfvars", "other.tfvars")):
        (tmp_path / name).write_text(text)
        place = resources(files, var_files=[str(tmp_path / name)])["x_y.a"].place(("v",)).primary
        assert place is not None
        assert (place.path, place.line) == (path, 1)
    assert [one.kind for one in read(files, var_files=[str(tmp_path / "missing")]).problems] == ["unreadable"]


def test_text_for_a_variable_is_read_by_its_type() -> None:
    files = 'variable "l" {\n  type = list(number)\n}\nvariable "s" {\n  type = string\n}\nresource "x_y" "a" {\n  v = [var.l, var.s]\n}\n'
    assert data(files, "x_y.a", variables={"l": "[1, 2]", "s": "[1, 2]"})["v"] == [[1, 2], "[1, 2]"]


def test_every_variable_set_is_an_evaluation() -> None:
    files = {
        "infra/main.tf": 'variable "e" {}\nresource "x_y" "a" {\n  v = "${var.e}-${terraform.workspace}"\n}\n',
        "infra/dev.tfvars": 'e = "dev"\n',
        "infra/prod.tfvars": 'e = "prod"\n',
    }
    found = read(files, roots={"infra": [{"var_files": ["dev.tfvars"]}, {"var_files": ["prod.tfvars"], "workspace": "live"}]})
    assert {one.key.scope: one.data["v"] for one in found.resources} == {"infra[dev]": "dev-default", "infra[live]": "prod-live"}


def test_a_validation_says_what_a_missing_value_can_be() -> None:
    files = """
variable "region" {
  type = string
  validation {
    condition     = var.region != "x" && contains(["a", "b", "c"], var.region)
    error_message = "no"
  }
  validation {
    condition     = contains(["c", "b"], lower(var.region))
    error_message = "no"
  }
}
resource "x_y" "a" { v = var.region }
"""
    assert resources(files)["x_y.a"].data["v"].among == ("b", "c")


def test_roots_are_what_nobody_calls() -> None:
    module = 'variable "n" {}\nresource "x_y" "a" {\n  n = var.n\n}\n'
    files = {
        "modules/called/main.tf": module,
        "modules/library/main.tf": module,
        "live/prod/main.tf": 'module "c" {\n  source = "../../modules/called"\n  n = "prod"\n}\n',
        "circle/a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
        "circle/b/main.tf": 'module "a" {\n  source = "../a"\n}\nresource "x_y" "b" {}\n',
    }
    found = {(one.key.scope, one.key.address) for one in read(files).resources}
    assert found == {("live/prod", "module.c.x_y.a"), ("modules/library", "x_y.a"), ("circle/a", "module.b.x_y.b")}


def test_a_module_above_the_scanned_folder_is_found() -> None:
    files = {"shared/main.tf": 'resource "x_y" "a" {}\n', "env/main.tf": 'module "s" {\n  source = "../shared"\n}\n'}
    assert list(resources(files)) == ["module.s.x_y.a"]


@pytest.mark.parametrize(
    ("manifest", "section"),
    [
        ({".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Source": "s", "Dir": ".terraform/modules/m"}]}'}, {}),
        ({"cache/modules.json": '{"Modules": [{"Key": "m", "Source": "s", "Dir": ".terraform/modules/m"}]}'}, {"module_cache": "cache"}),
    ],
)
def test_installed_modules(manifest: dict[str, str], section: dict[str, str]) -> None:
    files = {"main.tf": 'module "m" {\n  source = "a/b/c"\n}\n', ".terraform/modules/m/main.tf": 'resource "x_y" "a" {}\n', **manifest}
    found = [one for one in read(files, **section).resources if one.key.scope == "."]
    assert [one.key.address for one in found] == ["module.m.x_y.a"]


def test_a_module_that_calls_itself_ends() -> None:
    found = resources(
        {"main.tf": 'module "m" {\n  source = "./."\n}\nresource "x_y" "a" {\n  v = module.m.o\n}\noutput "o" { value = 1 }\n'}
    )
    assert list(found) == ["x_y.a"]


def test_tofu_files_stand_in_for_tf_files() -> None:
    files = {"a.tf": 'resource "x_y" "terraform" {}\n', "a.tofu": 'resource "x_y" "tofu" {}\n', "b.tf": 'resource "x_y" "both" {}\n'}
    assert sorted(resources(files)) == ["x_y.both", "x_y.tofu"]


def test_files_that_contradict_each_other_are_modules_of_their_own() -> None:
    part = 'locals {{\n  v = "{0}"\n}}\nresource "x_y" "a" {{\n  v = local.v\n  s = local.shared\n}}\n'
    files = {"one.tf": part.format(1), "two.tf": part.format(2), "common.tf": 'locals {\n  shared = "s"\n}\nresource "x_y" "c" {}\n'}
    found = sorted((one.path, one.key.address, one.data.get("v"), one.data.get("s")) for one in read(files).resources)
    assert found == [("common.tf", "x_y.c", None, None), ("one.tf", "x_y.a", "1", "s"), ("two.tf", "x_y.a", "2", "s")]


def test_a_broken_part_is_a_problem_and_the_rest_counts() -> None:
    files = {"main.tf": 'resource "x_y" "a" {\n  v = ]\n  w = 1\n}\nresource "x_y" "b" {\n  v = 2\n', "bad.tf": b"\xff".decode("latin-1")}
    found = read(files)
    data = {one.key.address: one.data for one in found.resources}
    assert {address: (one.get("v"), one.get("w")) for address, one in shown(data).items()} == {
        "x_y.a": (None, 1), "x_y.b": (2, None),
    }  # fmt: skip
    assert shown(data["x_y.a"].get("v")) == "<main.tf:2:7 could not be read (a value is missing before ']')>"
    assert shown(data["x_y.b"].get("w")) == "<main.tf:5:1 could not be read (the block resource is never closed)>"
    assert sorted((one.kind, one.location.path, one.location.line) for one in found.problems if one.location) == [
        ("unparsable", "bad.tf", 1), ("unparsable", "main.tf", 2), ("unparsable", "main.tf", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "value", "places"),
    [
        ({"main.tf": RESOURCE.format("True")}, True, [("main.tf", 2, 7)]),
        ({"main.tf": RESOURCE.format("[FALSE, 1 == 1 ? True : false]")}, [False, True], [("main.tf", 2, 8), ("main.tf", 2, 24)]),
        ({"main.tf": RESOURCE.format("var.x") + 'variable "x" {\n  default = TRUE\n}\n'}, True, [("main.tf", 5, 13)]),
        (
            {"main.tf": RESOURCE.format("var.x") + 'variable "x" {}', "terraform.tfvars": "x = False\n"},
            False,
            [("terraform.tfvars", 1, 5)],
        ),
        ({"main.tf.json": '{"resource": {"azurerm_x": {"a": {"v": "${True}"}}}}'}, True, [("main.tf.json", 1, 40)]),
        ({"main.tf": RESOURCE.format("[for True in [1] : True]")}, [1], []),
        ({"main.tf": RESOURCE.format("True.x.v") + 'resource "True" "x" {\n  v = 1\n}\n'}, 1, []),
        ({"main.tf": RESOURCE.format('{ True = "True" }')}, {"True": "True"}, []),
        ({"main.tf": RESOURCE.format("Truest.x.v")}, "<Truest.x is not declared>", []),
    ],
)
def test_a_boolean_with_capitals_is_what_is_meant_and_a_problem(files: dict[str, str], value: Any, places: Any) -> None:
    found = read(files)
    said = [(one.kind, one.location) for one in found.problems]
    assert [(place.path, place.line, place.column) for kind, place in said if place and kind == "unparsable"] == places
    assert shown(next(one for one in found.resources if one.type == "azurerm_x").data)["v"] == value


def test_the_same_resource_twice_is_two() -> None:
    assert [one.data["v"] for one in read('resource "x_y" "a" {\n  v = 1\n}\nresource "x_y" "a" {\n  v = 2\n}\n').resources] == [1, 2]


def test_what_is_sensitive_does_not_show_itself() -> None:
    files = 'variable "p" {\n  sensitive = true\n  default = "s3cret"\n}\nresource "x_y" "a" {\n  v = "x-${var.p}"\n}\n'
    found = resources(files)["x_y.a"]
    assert found.data["v"] == "x-s3cret"
    assert "s3cret" not in f"{found.data['v']} {found.data} {found.explain(('v',))}"


def test_counts_hold_what_no_rule_asked_for() -> None:
    found = read('resource "x_y" "a" {\n  count = 3\n}\ndata "x_z" "b" {}\n')
    assert found.by_type == {"x_y": 3, "data.x_z": 1}
    assert found.files == {"main.tf"}


@pytest.mark.parametrize(
    "expression",
    [
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]",
        'replace(join("", [for i in range(1000) : "aaaaaaaaaa"]), "a", join("", [for i in range(1000) : "bbbbbbbbbb"]))',
        "setproduct(range(1000), range(1000), range(1000))",
        "local.l40",
        "local.s40",
    ],
)
def test_what_no_machine_holds_is_unknown(expression: str) -> None:
    doubled = "".join(
        f'  l{n} = [local.l{n - 1}, local.l{n - 1}]\n  s{n} = "${{local.s{n - 1}}}${{local.s{n - 1}}}"\n' for n in range(1, 41)
    )
    more = f'locals {{\n  l0 = [1]\n  s0 = "x"\n{doubled}}}\n'
    assert "too" in str(value_of(expression, more))


def test_a_map_with_a_key_that_is_not_known_has_the_others_all_the_same() -> None:
    value = resources(RESOURCE.format("{ a = 1, (var.k) = 2, b = 3 }") + 'variable "k" {}\n')["azurerm_x.a"].data["v"]
    assert isinstance(value, Unknown)
    assert shown(value.partial) == {"a": "<var.k has no value>", "b": 3}


def test_what_a_dynamic_block_makes_is_known_where_it_makes_any() -> None:
    (block,) = (one for one in resources(BLOCKS).values() if one.key.address == "x_y.a")
    assert block.data["unknown"].maybe == [{"x": 1}]
    twice = 'variable "n" {}\nresource "x_y" "a" {\n  dynamic "b" {\n    for_each = var.n\n    content {}\n  }\n  b {}\n}\n'
    (other,) = resources(twice).values()
    assert other.data["b"].maybe is None


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ('"x"', "a string cannot be"),
        ("3", "a number cannot be"),
        ("null", "a null cannot be"),
        ("setproduct(range(101), range(101))", "is too long"),
    ],
)
def test_a_dynamic_block_over_what_has_no_items_is_unknown(over: str, why: str) -> None:
    text = f'resource "x_y" "a" {{\n  dynamic "b" {{\n    for_each = {over}\n    content {{}}\n  }}\n}}\n'
    (found,) = resources(text).values()
    assert why in found.data["b"].cause
