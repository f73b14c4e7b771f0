"""What applications and releases were told to leave alone, and what sets of applications bring."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from scanner.config import Config
from scanner.formats.kubernetes.live import live
from scanner.inventory import Completeness, Inventory
from scanner.model.unknown import Unknown
from scanner.views.deployment import facts
from scanner.views.exempting import _jq, _leads, _pointer

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations: {argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop/web"}
  managedFields: [{manager: updater, fieldsV1: {f:spec: {f:template: {f:spec: {f:containers: {}}}}}}]
spec: {replicas: REPLICAS, template: {spec: {containers: [{name: web, image: "web:IMAGE"}, {name: log, image: "log:1"}]}}}
"""
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec: {ignoreDifferences: [ROW]}\n"
)


def state(row: str, *more: tuple[str | None, str]) -> Any:
    """Return the fact of the one deployment, whose replicas and image differ from its source."""
    running = DEPLOYMENT.replace("REPLICAS", "5").replace("IMAGE", "2")
    declared = DEPLOYMENT.replace("REPLICAS", "2").replace("IMAGE", "1")
    written = [(None, declared), ("cluster:a", running), *([(None, APPLICATION.replace("ROW", row))] if row else []), *more]
    found = [one for scope, text in written for one in live([yaml.safe_load(text)], scope, lambda *_: None)]  # type: ignore[arg-type]
    said = facts(Inventory(found, Completeness(cluster=True)), Config())
    return next(fact.data for fact in said if fact.data["type"] == "Deployment")


@pytest.mark.parametrize(
    ("row", "fields", "exempt"),
    [
        ("", 2, 0),
        ("{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}", 1, 1),
        ("{group: apps, kind: Deployment, jsonPointers: [/spec/replicas, /spec/template/spec/containers/0/image]}", 0, 2),
        ("{group: apps, kind: Deployment, jqPathExpressions: ['.spec.template.spec.containers[].image']}", 1, 1),
        ("{group: apps, kind: Deployment, jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == \"log\")']}", 2, 0),
        ("{group: '*', kind: '*', managedFieldsManagers: [updater]}", 1, 1),
        ("{group: '*', kind: '*', managedFieldsManagers: [other]}", 2, 0),
        ("{kind: Deployment, jsonPointers: [/spec]}", 2, 0),
        ("{group: apps, kind: StatefulSet, jsonPointers: [/spec]}", 2, 0),
        ("{group: apps, kind: Deployment, name: other, jsonPointers: [/spec]}", 2, 0),
        ("{group: apps, kind: Deployment, namespace: other, jsonPointers: [/spec]}", 2, 0),
        ("{group: apps, kind: Deployment, name: web, namespace: shop, jsonPointers: [/spec]}", 0, 2),
    ],
)
def test_exempt_fields_make_nothing_drifted(row: str, fields: int, exempt: int) -> None:
    fact = state(row)
    assert (len(fact["fields"]), len(fact["exempt"])) == (fields, exempt)
    assert fact["state"] == ("drifted" if fields else "declared")


def test_what_an_expression_means_that_is_not_read_is_not_known() -> None:
    fact = state("{group: apps, kind: Deployment, jqPathExpressions: ['.spec.template.spec.containers[] | select(.name | test(\"w\"))']}")
    assert isinstance(fact["state"], Unknown)
    assert "test(" in fact["state"].cause


IMAGE = "spec.template.spec.containers[0].image"
OLDER = "  resource.customizations: |\n    apps/Deployment:\n      health.lua: x\n      ignoreDifferences:"
REPLICAS = "  resource.customizations.ignoreDifferences.apps_Deployment: |\n    jsonPointers: [/spec/replicas]\n"


def settings(data: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-cm, namespace: argocd}}\ndata:\n{data}"


@pytest.mark.parametrize(
    ("data", "exempt"),
    [
        (REPLICAS, ["spec.replicas"]),
        (REPLICAS.replace("apps_Deployment", "all"), ["spec.replicas"]),
        (REPLICAS.replace("apps_Deployment", "apps_Stateful*"), []),
        (REPLICAS.replace("apps_Deployment", "*_Deploy*"), ["spec.replicas"]),
        (REPLICAS.replace("apps_Deployment", "Deployment"), []),
        (REPLICAS.replace("jsonPointers: [/spec/replicas]", "jqPathExpressions: ['.spec.template.spec.containers[]?.image']"),
         [IMAGE]),
        (REPLICAS.replace("jsonPointers: [/spec/replicas]", "managedFieldsManagers: [updater]"), [IMAGE]),
        (f"{OLDER} |\n        jsonPointers: [/spec]\n",
         ["spec.replicas", IMAGE]),
        (f"{OLDER} {{jsonPointers: [/spec/replicas]}}\n", ["spec.replicas"]),
        ("  resource.customizations.health.apps_Deployment: x\n", []),
    ],
)  # fmt: skip
def test_settings_of_all_applications_exempt(data: str, exempt: list[str]) -> None:
    for scope in (None, "cluster:a"):
        assert state("", (scope, settings(data)))["exempt"] == exempt


def test_what_runs_counts_before_what_is_declared() -> None:
    running, declared = settings("  timeout.reconciliation: 3m\n"), settings(REPLICAS)
    assert state("", (None, declared), ("cluster:a", running))["exempt"] == []


def test_settings_are_not_of_what_no_application_brings() -> None:
    text = DEPLOYMENT.replace('  annotations: {argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop/web"}\n', "")
    written = [(None, text.replace("REPLICAS", "2")), ("cluster:a", text.replace("REPLICAS", "3")), (None, settings(REPLICAS))]
    found = [one for scope, part in written for one in live([yaml.safe_load(part)], scope, lambda *_: None)]  # type: ignore[arg-type]
    said = facts(Inventory(found, Completeness(cluster=True)), Config())
    assert [fact.data["state"] for fact in said if fact.data["type"] == "Deployment"] == ["drifted"]


@pytest.mark.parametrize("data", ["  resource.customizations.ignoreDifferences.all: '{'\n", "  resource.customizations: '- a'\n"])
def test_settings_that_cannot_be_read_leave_it_unknown(data: str) -> None:
    fact = state("", (None, settings(data)))
    assert isinstance(fact["state"], Unknown)
    assert "argocd-cm" in fact["state"].cause


def test_a_running_application_exempts_too() -> None:
    application = APPLICATION.replace("ROW", "{group: apps, kind: Deployment, jsonPointers: [/spec]}")
    assert state("", ("cluster:a", application))["state"] == "declared"


def test_flux_exempts_by_pointer_and_target() -> None:
    tracked = "  labels: {helm.toolkit.fluxcd.io/name: shop, helm.toolkit.fluxcd.io/namespace: flux}\n"
    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, namespace: flux}\n"
        "spec: {driftDetection: {mode: enabled, ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}}\n"
    )
    text = DEPLOYMENT.replace('  annotations: {argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop/web"}\n', tracked)
    written = [(None, text.replace("REPLICAS", "2")), ("cluster:a", text.replace("REPLICAS", "3")), (None, release)]
    found = [one for scope, part in written for one in live([yaml.safe_load(part)], scope, lambda *_: None)]  # type: ignore[arg-type]
    said = facts(Inventory(found, Completeness(cluster=True)), Config())
    assert [fact.data["state"] for fact in said if fact.data["type"] == "Deployment"] == ["declared"]


def test_what_an_application_of_a_set_brings_is_not_undeclared() -> None:
    made = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        "metadata: {name: shop, namespace: argocd, ownerReferences: [{kind: ApplicationSet, name: all, controller: true}]}\nspec: {}\n"
    )
    a_set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: NAME, namespace: argocd}\nspec: {}\n"
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {argocd.argoproj.io/instance: shop}}\nspec: {}\n"
    )

    def said(name: str) -> list[str]:
        written = [("cluster:a", made), (None, a_set.replace("NAME", name)), ("cluster:a", service)]
        found = [one for scope, part in written for one in live([yaml.safe_load(part)], scope, lambda *_: None)]  # type: ignore[arg-type]
        return [fact.data["state"] for fact in facts(Inventory(found, Completeness(cluster=True)), Config())]

    assert said("all") == ["brought"]
    assert said("others") == ["undeclared"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (".spec.replicas", ("spec", "replicas")),
        (".spec.template.spec.containers[].image", ("spec", "template", "spec", "containers", None, "image")),
        ('.metadata.annotations["a.b/c"]', ("metadata", "annotations", "a.b/c")),
        ('.metadata.annotations."a.b/c"', ("metadata", "annotations", "a.b/c")),
        (".a[0].b", ("a", 0, "b")),
        ('.a[] | select(.name == "x") | .b', ("a", None, ("name", "x"), "b")),
        ('.a[]|select(.name=="x").b', None),
        (".a | .b", ("a", "b")),
        ("..a", None),
        (".a?", ("a",)),
        (".webhooks[]?.clientConfig.caBundle", ("webhooks", None, "clientConfig", "caBundle")),
        (".a | to_entries", None),
        ("", None),
    ],
)  # fmt: skip
def test_paths_of_jq(text: str, path: Any) -> None:
    assert _jq(text) == path


def test_pointers_are_read_as_written() -> None:
    assert _pointer("/metadata/annotations/a.b~1c~0d") == ("metadata", "annotations", "a.b/c~d")
    assert _leads(("a",), {"a": {"b": 1}}, ("a", "b"))
    assert not _leads(("a", "b"), {"a": {"b": 1}}, ("a",))
