"""Rules as they are remembered: each packed by itself and unpacked when somebody asks for it, its words and screens later still.

Most scans run half of the rules, and say why and what to do about a few of them.
"""

from __future__ import annotations

import marshal

from scanner.kept import lru_cache
from scanner.model.rule import Equivalent, Rule
from scanner.typed import Any, Iterator, Mapping

_WORDS = ("rationale", "fix", "references", "frameworks", "proposed", "equivalents")
"""What is not asked of a rule before it has something to say."""
_FIRST = Rule._fields.index(_WORDS[0])


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


class PackedMap(Mapping[str, Any]):
    """A mapping over its bytes, unpacked when it is first asked."""

    __slots__ = ("_packed", "_rows")

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._rows: dict[str, Any] | None = None

    def _unpacked(self) -> dict[str, Any]:
        if self._rows is None:
            self._rows = marshal.loads(self._packed)  # noqa: S302 - of our own cache, which checks whose it is
        return self._rows or {}

    def __getitem__(self, key: str) -> Any:
        return self._unpacked()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._unpacked())

    def __len__(self) -> int:
        return len(self._unpacked())


class _Remembered(Rule):
    """A rule that holds its words packed, all together in the place of the first."""

    __slots__ = ()


def _word(place: int) -> property:
    return property(lambda rule: _words(rule[_FIRST])[place])


for _place, _name in enumerate(_WORDS):
    setattr(_Remembered, _name, _word(_place))


@lru_cache(maxsize=1024)
def _words(packed: bytes) -> tuple[Any, ...]:
    *others, equivalents = marshal.loads(packed)  # noqa: S302 - as above
    return (*others, tuple(Equivalent(*each) for each in equivalents))


def pack(record: Mapping[str, Any]) -> bytes:
    """Pack what a rule file says."""
    words = marshal.dumps(tuple(record[field] for field in _WORDS))
    held = {**record, **dict.fromkeys(_WORDS), _WORDS[0]: words}
    return marshal.dumps(tuple(held[field] for field in Rule._fields))


def pack_map(mapping: Mapping[str, Any]) -> bytes:
    """Pack a mapping of plain data."""
    return marshal.dumps(dict(mapping))


def _unpack(row: bytes) -> Rule:
    return _Remembered._make(marshal.loads(row))  # noqa: S302 - as above
