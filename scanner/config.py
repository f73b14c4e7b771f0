"""What the organisation decided: plumbrule.yaml and the command line as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Section = Mapping[str, Any]
NEWEST_KUBERNETES = "1.37"


class Suppression(NamedTuple):
    """One entry of ``suppressions``: rules (ids, slugs, areas, aliases or globs), path globs, resource address globs and the reason."""

    rules: tuple[str, ...]
    paths: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str


class Accept(NamedTuple):
    """One entry of ``incomplete.accept``: problems of these kinds at these paths do not make a scan incomplete."""

    kinds: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that steers a scan. Sections that one room alone understands are plain validated mappings, read there."""

    profile: str = "starter"
    select: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fail_on: str = "low"
    fail_on_unknown: bool = False
    allow_incomplete: bool = False
    include_passing: bool = False
    suppress: bool = True
    exclude: tuple[str, ...] = ()
    rules: Mapping[str, Section] = field(default_factory=dict)
    rule_folders: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    accept: tuple[Accept, ...] = ()
    kubernetes: Section = field(default_factory=dict)
    terraform: Section = field(default_factory=dict)
    tags: Section = field(default_factory=dict)
    tenants: Section = field(default_factory=dict)
    shared_stores: Section = field(default_factory=dict)
    residency: Section = field(default_factory=dict)
    owners: tuple[Section, ...] = ()
    inline: Section = field(default_factory=dict)
    environments: Section = field(default_factory=dict)
    history: Section = field(default_factory=dict)
    today: str = "1970-01-01"

    @property
    def kubernetes_version(self) -> str:
        """The version to judge at, as ``1.NN``."""
        return str(self.kubernetes.get("version") or NEWEST_KUBERNETES)
