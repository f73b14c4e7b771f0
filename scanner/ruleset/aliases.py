"""Ids that other tools use for what our rules ask, in every spelling that people have in their files."""

from __future__ import annotations

from scanner.patterns import pattern
from scanner.typed import Any, Iterable, Iterator, Mapping

_TRIVY = pattern(r"([A-Z]+)-([0-9]{4})")


def aliases_of(records: Iterable[Mapping[str, Any]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return foreign id → ((rule id, relation), …), sorted; ids are listed as written and in upper case."""
    found: dict[str, set[tuple[str, str]]] = {}
    for record in records:
        for tool, foreign, relation in record["equivalents"]:
            for spelling in _spellings(tool, foreign):
                found.setdefault(spelling, set()).add((record["id"], relation))
    return {alias: tuple(sorted(found[alias])) for alias in sorted(found)}


def _spellings(tool: str, foreign: str) -> Iterator[str]:
    """Trivy's KSV-0012 was KSV012 and AVD-KSV-0012 before; prowler's ids come with and without their provider."""
    forms = [foreign]
    match = _TRIVY.fullmatch(foreign) if tool == "trivy" else None
    if match is not None:
        old = f"{match[1]}{int(match[2]):03d}"
        forms += [old, f"AVD-{foreign}", f"AVD-{old}"]
    if tool == "prowler" and ":" in foreign:
        forms.append(foreign.partition(":")[2])
    for form in forms:
        yield form
        yield form.upper()
