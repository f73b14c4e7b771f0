"""Terragrunt: the module that a unit runs, its inputs through includes, and generated providers."""

from __future__ import annotations

from terraform_scan import read, shown

FILES = {
    "live/root.hcl": """\
locals {
  region = "eu-central-1"
}
generate "provider" {
  path     = "provider.tf"
  contents = <<EOF
provider "aws" {
  region = "${local.region}"
}
EOF
}
inputs = {
  stage  = basename(path_relative_to_include())
  region = local.region
  cidr   = "overridden"
}
""",
    "live/prod/terragrunt.hcl": """\
include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}
terraform {
  source = "${get_repo_root()}/modules//vpc"
}
dependency "net" {
  config_path = "../net"
}
inputs = {
  cidr  = "10.0.0.0/16"
  net   = dependency.net.outputs.id
  owner = get_env("OWNER", "nobody")
  place = include.root.locals.region
}
""",
    "modules/vpc/main.tf": "".join(f'variable "{name}" {{}}\n' for name in ("stage", "region", "cidr", "net", "owner", "place"))
    + 'resource "aws_vpc" "v" {\n  v = [var.stage, var.region, var.cidr, var.net, var.owner, var.place]\n}\n',
    "live/broken/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("nowhere.hcl")\n}\n',
}


def test_inputs_includes_and_generated_files() -> None:
    found = read(FILES)
    assert not found.problems
    vpc = next(one for one in found.resources if one.type == "aws_vpc")
    assert vpc.key.scope == "live/prod"
    assert shown(vpc.data) == {
        "v": [
            "prod", "eu-central-1", "10.0.0.0/16", "<dependency.net is known after apply>",
            "<the environment variable OWNER is not read>", "eu-central-1",
        ],
        "provider": "provider.aws",
    }  # fmt: skip
    assert [one.data["region"] for one in found.resources if one.type == "provider"] == ["eu-central-1"]


def test_the_input_is_the_line_to_edit() -> None:
    vpc = next(one for one in read(FILES).resources if one.type == "aws_vpc")
    places = [vpc.place(("v", at)).primary for at in (0, 2)]
    lines = [FILES[span.path].split("\n")[span.line - 1].strip() for span in places if span]
    assert lines == ["stage  = basename(path_relative_to_include())", 'cidr  = "10.0.0.0/16"']


def test_a_boolean_with_capitals_in_a_unit() -> None:
    unit = 'terraform {\n  source = "../modules/m"\n}\ninputs = {\n  on = True\n}\n'
    found = read({"live/terragrunt.hcl": unit, "modules/m/main.tf": 'variable "on" {}\nresource "x_y" "a" {\n  v = var.on\n}\n'})
    assert next(one for one in found.resources if one.type == "x_y").data["v"] is True
    assert [(one.location.path, one.location.line) for one in found.problems if one.location] == [("live/terragrunt.hcl", 5)]
