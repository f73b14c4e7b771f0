"""Named kinds, and the tables that they and the pods view rest on."""

from __future__ import annotations

import pytest

from scanner.ruleset.kinds import carries_pods, kind_types, types_of
from scanner.ruleset.mistakes import Mistake
from scanner.tables import table
from scanner.views.pods import template_pointer, workloads


@pytest.mark.parametrize(
    ("type_name", "pointer"), [("Pod", ()), ("CronJob", ("spec", "jobTemplate", "spec", "template")), ("Service", None)]
)
def test_where_templates_are(type_name: str, pointer: tuple[str, ...] | None) -> None:
    assert template_pointer(type_name) == pointer


def test_types_and_kinds_add_up() -> None:
    assert types_of({"type": ["Service", "Pod"], "kind": "binding"}, ()) == ("Service", "Pod", "RoleBinding", "ClusterRoleBinding")
    assert set(types_of({"kind": "workload"}, ())) == workloads().keys()
    assert carries_pods(("Service", "Job"))
    assert not carries_pods(("Service",))


@pytest.mark.parametrize("match", [{"kind": "workloads"}, {"type": 3}, {"type": [None]}])
def test_impossible(match: dict[str, object]) -> None:
    with pytest.raises(Mistake):
        types_of(match, ())


def test_every_kind_says_what_it_is_and_names_types_once() -> None:
    for kind, row in table("kinds")["kinds"].items():
        types = kind_types(kind, ())
        assert row["about"]
        assert types
        assert len(types) == len(set(types))


@pytest.mark.parametrize("name", ["kinds", "workloads", "relations", "taggable", "data-stores"])
def test_tables_have_source_and_date(name: str) -> None:
    assert table(name)["source"]
    assert len(table(name)["as_of"]) == 10
