"""What the organisation decided: plumbrule.yaml and the command line as one frozen value."""

from __future__ import annotations

from types import MappingProxyType

from scanner.model.record import NamedTuple
from scanner.typed import Any, Mapping

Section = Mapping[str, Any]
NOTHING: Section = MappingProxyType({})
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


class Config(NamedTuple):
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
    rules: Mapping[str, Section] = NOTHING
    rule_folders: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    accept: tuple[Accept, ...] = ()
    kubernetes: Section = NOTHING
    terraform: Section = NOTHING
    tags: Section = NOTHING
    tenants: Section = NOTHING
    shared_stores: Section = NOTHING
    residency: Section = NOTHING
    owners: tuple[Section, ...] = ()
    severities: tuple[Section, ...] = ()
    inline: Section = NOTHING
    environments: Section = NOTHING
    history: Section = NOTHING
    rule_pages: str = ""
    jobs: int = 0
    today: str = "1970-01-01"

    @property
    def kubernetes_version(self) -> str:
        """The version to judge at, as ``1.NN``."""
        return str(self.kubernetes.get("version") or NEWEST_KUBERNETES)
