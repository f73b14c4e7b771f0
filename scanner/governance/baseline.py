"""The baseline: what was known on the day the tool arrived. A violation elsewhere is new, a moved file's old ones are not."""

from __future__ import annotations

from scanner.model.errors import ConfigError
from scanner.model.finding import Finding, Verdict
from scanner.model.record import NamedTuple
from scanner.typed import Callable, Iterable, Sequence

SCHEMA = "plumbrule/baseline/v1"


class Known(NamedTuple):
    """One entry: the finding's fingerprint, the path it was at (None where it had no file) and, to read, its rule and address.

    ``doubted`` says that it was unknown then, where that is told: it excuses no failure.
    """

    fingerprint: str
    path: str | None
    rule: str = ""
    address: str = ""
    doubted: bool = False


class Baseline:
    """Known findings, ready to be asked. ``gone(path)`` tells whether a path no longer exists."""

    def __init__(self, known: Iterable[Known], gone: Callable[[str], bool]) -> None:
        self._paths: dict[tuple[str, bool], set[str | None]] = {}
        self._gone = gone
        for one in known:
            for failed in (False,) if one.doubted else (False, True):
                self._paths.setdefault((one.fingerprint, failed), set()).add(one.path)

    def held(self, findings: Sequence[Finding]) -> frozenset[int]:
        """Return the ``id()`` of each finding that was known.

        That is: the same fingerprint at the same path, or at a path that is gone (the file moved). One gone path excuses one new path,
        so that a copy of an old violation is new.
        """
        held = {id(finding) for finding in findings if _path(finding) in self._paths.get(_sign(finding), ())}
        strangers: dict[tuple[str, bool], dict[str | None, list[Finding]]] = {}
        for finding in findings:
            if id(finding) not in held and _sign(finding) in self._paths:
                strangers.setdefault(_sign(finding), {}).setdefault(_path(finding), []).append(finding)
        for sign, by_path in strangers.items():
            moved = sum(1 for old in self._paths[sign] if old is not None and self._gone(old))
            for path in sorted(by_path, key=str)[:moved]:
                held.update(map(id, by_path[path]))
        return frozenset(held)


def _sign(finding: Finding) -> tuple[str, bool]:
    return finding.fingerprint, finding.outcome == "fail"


def _path(finding: Finding) -> str | None:
    return finding.location.path if finding.location else None


def known_of(verdicts: Sequence[Verdict]) -> list[Known]:
    """Return what a baseline would hold: every failure and unknown that is not suppressed, sorted and without repetition."""
    rows = {
        Known(found.fingerprint, _path(found), found.rule.id, found.resource.address)
        for found, _, disposition, *_ in verdicts
        if found.outcome != "pass" and disposition in ("open", "baselined")
    }
    return sorted(rows, key=lambda row: (row.path is None, row.path or "", row.rule, row.address, row.fingerprint))


def dump(known: Sequence[Known]) -> str:
    """Write a baseline file: one entry a line, so that a diff of it is readable."""
    import json  # slow to load, and a scan without a baseline needs none

    fields = ("fingerprint", "path", "rule", "address")
    rows = ",\n".join(f"  {json.dumps({name: getattr(row, name) for name in fields}, ensure_ascii=False)}" for row in known)
    return f'{{"schema": "{SCHEMA}", "entries": [\n{rows}\n]}}\n' if known else f'{{"schema": "{SCHEMA}", "entries": []}}\n'


def parse(text: str, path: str) -> list[Known]:
    """Read a baseline file. Raises ConfigError where it is none."""
    import json

    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise ConfigError(f"{path} is no baseline of this version ({data['schema']!r} instead of {SCHEMA!r})")
        return [Known(row["fingerprint"], row.get("path"), row.get("rule", ""), row.get("address", "")) for row in data["entries"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path} is no baseline: write one with `plumbrule baseline write`") from error
