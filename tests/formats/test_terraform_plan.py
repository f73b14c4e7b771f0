"""Plans and states: planned values, what is known after apply, and the configuration that they were made from."""

from __future__ import annotations

import contextlib
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terraform_scan import EVERYTHING, read, shown

from scanner.config import Config
from scanner.formats import terraform
from scanner.formats.terraform.plans import planned
from scanner.model.unknown import Unknown
from scanner.sources.files import FileTree

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PLANS = SHARED / "conformance" / "terraform-compliance"

CONFIGURATION = {
    "main.tf": """\
resource "azurerm_a" "a" {
  name  = "n"
  rules {
    port = 1
  }
}
module "m" {
  source    = "./m"
  parent_id = azurerm_a.a.id
}
""",
    "m/main.tf": 'variable "parent_id" {}\nresource "azurerm_b" "b" {\n  count     = 2\n  parent_id = var.parent_id\n}\n',
}


def resource(address: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a resource of a plan."""
    plain = address.rpartition("module.m.")[2].partition("[")[0]
    type_name, name = plain.split(".")[-2:]
    mode = "data" if plain.startswith("data.") else "managed"
    return {"address": address, "mode": mode, "type": type_name, "name": name, "values": values, **more}


def change(address: str, after_unknown: Any) -> dict[str, Any]:
    """Return a change of a plan."""
    return {"address": address, "change": {"actions": ["create"], "after_unknown": after_unknown}}


VALUES = {"name": "n", "secret": "s3cret", "rules": [{"port": 1}], "tags": None}
PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "variables": {"region": {"value": "eu-central-1"}},
    "planned_values": {
        "root_module": {
            "resources": [
                resource("azurerm_a.a", VALUES, sensitive_values={"secret": True}),
            ],
            "child_modules": [
                {
                    "address": "module.m",
                    "resources": [resource("module.m.azurerm_b.b[0]", {"index": 0}), resource("module.m.azurerm_b.b[1]", {"index": 1})],
                }
            ],
        }
    },
    "resource_changes": [
        change("azurerm_a.a", {"id": True, "rules": [{"id": True}]}),
        change("module.m.azurerm_b.b[0]", {"parent_id": True}),
        change("module.m.azurerm_b.b[1]", {"parent_id": True, "other": True}),
    ],
    "prior_state": {"values": {"root_module": {"resources": [resource("data.azurerm_c.c", {"x": 1})]}}},
    "configuration": {
        "provider_config": {
            "azurerm": {"name": "azurerm", "expressions": {"region": {"references": ["var.region"]}}},
            "m:aws.us": {"name": "aws", "alias": "us", "expressions": {"region": {"references": ["local.x"]}}},
        },
        "root_module": {
            "resources": [{"address": "azurerm_a.a", "provider_config_key": "azurerm", "expressions": {}}],
            "module_calls": {
                "m": {
                    "expressions": {"parent_id": {"references": ["azurerm_a.a.id", "azurerm_a.a"]}},
                    "module": {
                        "resources": [{"address": "azurerm_b.b", "expressions": {"parent_id": {"references": ["var.parent_id"]}}}],
                    },
                }
            },
        },
    },
}  # fmt: skip


def test_values_and_what_is_known_after_apply() -> None:
    found = {one.key.address: one for one in read({"plan.json": json.dumps(PLAN)}).resources}
    assert {address: shown(one.data) for address, one in found.items()} == {
        "azurerm_a.a": {
            "name": "n", "secret": "s3cret", "rules": [{"port": 1, "id": "<azurerm_a.a.rules[0].id is known after apply>"}], "tags": None,
            "id": "<azurerm_a.a.id is known after apply>", "provider": "provider.azurerm",
        },
        "module.m.azurerm_b.b[0]": {"index": 0, "parent_id": "<azurerm_a.a.id is known after apply>"},
        "module.m.azurerm_b.b[1]": {
            "index": 1, "parent_id": "<azurerm_a.a.id is known after apply>",
            "other": "<module.m.azurerm_b.b[1].other is known after apply>",
        },
        "data.azurerm_c.c": {"x": 1},
        "provider.azurerm": {"name": "azurerm", "region": "eu-central-1"},
        "module.m.provider.aws.us": {"name": "aws", "alias": "us", "region": "<module.m.provider.aws.us is configured by an expression>"},
    }  # fmt: skip
    assert found["data.azurerm_c.c"].type == "data.azurerm_c"
    assert found["module.m.azurerm_b.b[0]"].data["parent_id"].origin == "azurerm_a.a"
    assert "s3cret" not in str(found["azurerm_a.a"].data)


def test_without_configuration_places_are_in_the_plan() -> None:
    text = json.dumps(PLAN, indent=1)
    found = {one.key.address: one for one in read({"plan.json": text}).resources}
    span = found["azurerm_a.a"].span(("rules", 0, "port"))
    assert span is not None
    assert text.split("\n")[span.line - 1].strip() == '"port": 1'
    assert found["azurerm_a.a"].key.scope == "plan.json"


def test_with_the_configuration_the_plan_wins_and_the_source_gives_the_place() -> None:
    plan = json.loads(json.dumps(PLAN))
    plan["planned_values"]["root_module"]["resources"][0]["values"]["name"] = "planned"
    found = {one.key.address: one for one in read({**CONFIGURATION, "plan.json": json.dumps(plan)}).resources if one.type != "provider"}
    assert sorted(found) == ["azurerm_a.a", "data.azurerm_c.c", "module.m.azurerm_b.b[0]", "module.m.azurerm_b.b[1]"]
    one = found["azurerm_a.a"]
    assert (one.data["name"], one.path, one.key.scope, one.format) == ("planned", "main.tf", ".", "plan")
    assert one.place(("name",)).primary == one.span(("name",))
    span = found["module.m.azurerm_b.b[1]"].span(("parent_id",))
    assert span is not None
    assert (span.path, span.line) == ("m/main.tf", 4)


def test_a_state_has_values_too() -> None:
    state = {"format_version": "1.0", "terraform_version": "1.5.0", "values": PLAN["planned_values"]}
    assert {one.key.address for one in read({"state.json": json.dumps(state)}).resources} >= {"azurerm_a.a", "module.m.azurerm_b.b[1]"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format_version": 1, "terraform_version": 1, "planned_values"', "\x00"])
def test_what_is_no_plan_is_a_problem_or_not_ours(text: str) -> None:
    if terraform.claims("plan.json", lambda: text):
        assert read({"plan.json": text}).problems
    else:
        assert '"planned_values"' not in text or '"format_version"' not in text


PLANNED = {"planned_values": PLAN["planned_values"]}
ODD: list[dict[str, Any]] = [
    {"planned_values": None},
    {"planned_values": {"root_module": []}},
    {"planned_values": {"root_module": {"resources": [1, {}, {"address": 1}]}}},
    {**PLANNED, "configuration": []},
    {**PLANNED, "resource_changes": [{"change": 1}, {"address": "azurerm_a.a", "change": {"after_unknown": 7}}]},
    {**PLANNED, "configuration": {"provider_config": {"a": 1}, "root_module": {"resources": 5, "module_calls": 3}}},
]


@pytest.mark.parametrize("plan", ODD)
def test_odd_plans_are_read_as_far_as_they_make_sense(plan: dict[str, Any]) -> None:
    assert all(isinstance(one.address, str) for one in planned(plan))


def _pointers(value: Any, pointer: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [pointer, *(found for key, item in inner for found in _pointers(item, (*pointer, key)))]


ODDITIES = st.sampled_from(
    [None, 1, "x", [], {}, [1], {"a": 1}, True, {"references": ["var.x"]}, {"references": 5}, {"constant_value": {}}]
)


@given(st.lists(st.tuples(st.sampled_from(_pointers(PLAN)[1:]), ODDITIES), max_size=4))
@settings(max_examples=300, deadline=None)
def test_no_plan_breaks_the_reader(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    plan = json.loads(json.dumps(PLAN))
    for pointer, value in changes:
        with contextlib.suppress(KeyError, IndexError, TypeError):
            holder = plan
            for key in pointer[:-1]:
                holder = holder[key]
            holder[pointer[-1]] = deepcopy(value)  # a sample put into itself would be no JSON
    found = read({"plan.json": json.dumps(plan)})
    assert all(isinstance(one.data, dict) and one.place(("x",)) for one in found.resources)


def test_every_plan_of_a_foreign_suite_is_read() -> None:
    if not PLANS.is_dir():
        pytest.skip("the conformance suites are not beside the checkout")
    tree = FileTree(str(PLANS))
    paths = sorted(str(path.relative_to(PLANS)) for path in PLANS.rglob("plan.json"))
    assert all(terraform.claims(path, lambda path=path: tree.read(path).decode()) for path in paths)  # type: ignore[misc]
    for path in paths:
        found = terraform.read(tree, [path], EVERYTHING, Config())
        plan = json.loads(tree.read(path))
        wanted = _addresses(plan.get("planned_values") or plan.get("values") or {})
        managed = {one.key.address for one in found.resources if one.type != "provider"}
        assert not found.problems
        assert wanted <= managed, path
        assert sum(isinstance(value, Unknown) for one in found.resources for value in one.data.values()) >= _unknowns(plan, wanted), path


def _addresses(values: dict[str, Any]) -> set[str]:
    open_modules, found = [values.get("root_module") or {}], set()
    while open_modules:
        module = open_modules.pop()
        found |= {one["address"] for one in module.get("resources", [])}
        open_modules += module.get("child_modules", [])
    return found


def _unknowns(plan: dict[str, Any], addresses: set[str]) -> int:
    changes = [one for one in plan.get("resource_changes", []) if one["address"] in addresses]
    return sum(value is True for one in changes for value in (one["change"].get("after_unknown") or {}).values())
