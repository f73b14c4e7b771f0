"""Kubernetes inside Terraform becomes the objects that rules already judge, placed in the Terraform text."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_scan import read, shown

from scanner.formats.kubernetes import lift
from scanner.model.place import Pointer
from scanner.model.resource import Resource

TYPED = """\
variable "tag" {}
resource "kubernetes_deployment_v1" "d" {
  metadata {
    name      = "web"
    namespace = "prod"
    labels    = { "app.kubernetes.io/name" = "x", snake_case = "kept" }
  }
  spec {
    replicas = 2
    selector {
      match_labels = { app = "x" }
    }
    template {
      metadata {
        labels = { app = "x" }
      }
      spec {
        host_pid = true
        container {
          name  = "c"
          image = "nginx:${var.tag}"
          port {
            container_port = 80
          }
          security_context {
            privileged  = true
            run_as_user = "0"
            capabilities {
              add = ["NET_ADMIN"]
            }
          }
        }
        volume {
          name = "v"
          host_path {
            path = "/"
          }
        }
        affinity {
          node_affinity {
            required_during_scheduling_ignored_during_execution {
              node_selector_term {
                match_expressions {
                  key      = "a"
                  operator = "Exists"
                }
              }
            }
          }
        }
      }
    }
  }
}
"""
EXPECTED = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "prod", "labels": {"app.kubernetes.io/name": "x", "snake_case": "kept"}},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "x"}},
        "template": {
            "metadata": {"labels": {"app": "x"}},
            "spec": {
                "hostPID": True,
                "containers": [
                    {
                        "name": "c",
                        "image": "<var.tag has no value>",
                        "ports": [{"containerPort": 80}],
                        "securityContext": {"privileged": True, "runAsUser": 0, "capabilities": {"add": ["NET_ADMIN"]}},
                    }
                ],
                "volumes": [{"name": "v", "hostPath": {"path": "/"}}],
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]
                        }
                    }
                },
            },
        },
    },
}


def objects(text: str) -> dict[str, Resource]:
    found = read(text)
    assert not found.problems
    return {one.key.address: one for inner in found.embedded if inner.format == "kubernetes" for one in lift(inner)}


def test_typed_resources_in_the_words_of_the_api() -> None:
    assert shown(objects(TYPED)["kubernetes:prod/Deployment/web"].data) == EXPECTED


CONTAINER: Pointer = ("spec", "template", "spec", "containers", 0)


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ((*CONTAINER, "securityContext", "privileged"), "privileged  = true"),
        ((*CONTAINER, "securityContext", "missing"), "security_context {"),
        ((*CONTAINER, "livenessProbe"), "container {"),
        ((*CONTAINER, "ports", 0, "containerPort"), "container_port = 80"),
        (("spec", "template", "spec", "hostPID"), "host_pid = true"),
        (("metadata", "labels", "snake_case"), 'labels    = { "app.kubernetes.io/name" = "x", snake_case = "kept" }'),
    ],
)
def test_places_of_typed_resources(pointer: Pointer, line: str) -> None:
    found = objects(TYPED)["kubernetes:prod/Deployment/web"]
    span = found.span(pointer)
    assert span is not None
    assert TYPED.split("\n")[span.line - 1].strip() == line
    assert found.place(pointer).primary == span


TEXTS = """\
variable "tag" {}
resource "kubectl_manifest" "m" {
  yaml_body = <<-EOT
    apiVersion: v1
    kind: Pod
    metadata:
      name: p
    spec:
      containers:
        - image: "x:${var.tag}"
          securityContext:
            privileged: true
    ---
    {kind: ConfigMap, apiVersion: v1, metadata: {name: second}}
  EOT
}
resource "kubernetes_manifest" "r" {
  manifest = {
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "x", namespace = "n" }
    data       = { a = var.tag }
  }
}
resource "kubernetes_manifest" "text" {
  manifest = yamldecode("kind: Namespace\\napiVersion: v1\\nmetadata:\\n  name: from-${var.tag}\\n  labels: {a: b}\\n")
}
resource "kubectl_manifest" "file" {
  yaml_body = file("${path.module}/object.yaml")
}
resource "kubernetes_secret" "s" {
  metadata { name = "s" }
  data = { password = "x" }
}
"""


def test_manifests_as_text_and_as_objects() -> None:
    found = objects(TEXTS)
    assert sorted(found) == [
        "kubernetes:-/Namespace/?", "kubernetes:default/ConfigMap/second", "kubernetes:default/Pod/p", "kubernetes:default/Secret/s",
        "kubernetes:n/ConfigMap/x",
    ]  # fmt: skip
    pod = found["kubernetes:default/Pod/p"]
    assert shown(pod.data["spec"]) == {"containers": [{"image": "<var.tag has no value>", "securityContext": {"privileged": True}}]}
    spans = [pod.span(("spec", "containers", 0, "securityContext", "privileged")), found["kubernetes:n/ConfigMap/x"].span(("data", "a"))]
    lines = [TEXTS.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans if span]
    assert lines == ["privileged: true", "a = var.tag"]
    assert found["kubernetes:default/Secret/s"].data["stringData"] == {"password": "x"}
    assert shown(found["kubernetes:-/Namespace/?"].data["metadata"]["labels"]) == {"a": "b"}


def test_a_release_is_handed_on() -> None:
    (release,) = read('resource "helm_release" "r" {\n  name   = "n"\n  chart  = "./chart"\n  values = ["a: 1"]\n}\n').embedded
    expected: dict[str, Any] = {"name": "n", "chart": "./chart", "values": ["a: 1"]}
    assert (release.format, release.tree) == ("helm", expected)
