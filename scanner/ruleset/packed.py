"""Rules as they are remembered: each one packed by itself, and unpacked when somebody asks for it. Most scans run half of them."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model.rule import Equivalent, Rule

_EQUIVALENTS = Rule._fields.index("equivalents")


class Packed(Mapping[str, Rule]):
    """Rules by id, sorted, over the bytes that ``pack`` made."""

    __slots__ = ("_rows", "_rules")

    def __init__(self, rows: Mapping[str, bytes]) -> None:
        self._rows = rows
        self._rules: dict[str, Rule] = {}

    def __getitem__(self, rule: str) -> Rule:
        found = self._rules.get(rule)
        if found is None:
            found = self._rules[rule] = _unpack(self._rows[rule])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def pack(record: Mapping[str, Any]) -> bytes:
    """Pack what a rule file says."""
    return marshal.dumps(tuple(record[field] for field in Rule._fields))


def _unpack(row: bytes) -> Rule:
    fields = list(marshal.loads(row))  # noqa: S302 - of our own cache, which checks whose it is
    fields[_EQUIVALENTS] = tuple(Equivalent(*each) for each in fields[_EQUIVALENTS])
    return Rule(*fields)
