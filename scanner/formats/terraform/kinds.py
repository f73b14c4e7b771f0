"""What resource types are by their names."""

from __future__ import annotations

CARRIERS = ("kubernetes_", "kubectl_manifest", "helm_release")
"""Beginnings of resource types that hold Kubernetes objects: these are read whether a rule asks for the type or not."""
TERRAGRUNT = ("terragrunt.hcl",)
"""Files that say how Terragrunt runs a module."""
