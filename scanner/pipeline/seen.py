"""A tree that was judged before, and what a baseline holds of what was found there."""

from __future__ import annotations

from scanner.governance.baseline import Known
from scanner.model.finding import Finding
from scanner.model.record import NamedTuple
from scanner.pipeline.scopes import Scope
from scanner.typed import Any, Iterable, Iterator, Mapping, Sequence


class Seen(NamedTuple):
    """A tree as it was judged before by the same rules and configuration: path → git's id of the content (None: not read).

    ``others`` are files that were read though they are not scanned, ``rows`` what a baseline holds of the findings, as plain data.
    ``quiet`` are files that need not be read again, ``files`` and ``by_type`` how many were recognised and what they held, and
    ``completeness`` (plain data too) what was seen whole: see ``pipeline.quiet``.
    """

    paths: Mapping[str, str | None]
    others: Mapping[str, str]
    rows: Sequence[Any]
    quiet: frozenset[str]
    files: int
    by_type: Mapping[str, int]
    completeness: tuple[Any, ...]

    @property
    def known(self) -> list[Known]:
        """What a baseline holds of what was found."""
        return [Known(*row) for row in self.rows]

    def is_of(self, scope: Scope) -> bool:
        """Tell whether a scope holds the same files."""
        from scanner.sources.git import is_downloaded  # loads what runs processes: few ask

        tree = scope.tree
        same = list(scope.paths) == sorted(self.paths) and all(oid is None or tree.known(path) == oid for path, oid in self.paths.items())
        return same and all(is_downloaded(path) or tree.known(path) == oid for path, oid in self.others.items())


def known_of(findings: Iterable[Finding]) -> Iterator[Known]:
    """Yield what a baseline holds of each failure and unknown."""
    for finding in findings:
        if finding.outcome != "pass":
            path = finding.location.path if finding.location else None
            yield Known(finding.fingerprint, path, finding.rule.id, finding.resource.address, finding.outcome == "unknown")
