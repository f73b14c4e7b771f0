"""Rules as they are remembered: each read and unpacked when somebody asks for it, its words and screens later still.

Most scans run half of the rules, look through the screens of some, and say why and what to do about a few.
"""

from __future__ import annotations

import marshal

from scanner.kept import lru_cache
from scanner.model.rule import Equivalent, Rule
from scanner.typed import Any, Iterator, Mapping, Sequence

ALIASES = "aliases"
"""The row that holds the aliases of all rules; rules and their parts have the names of others."""
_WORDS = ("rationale", "fix", "references", "frameworks", "proposed", "equivalents")
"""What is not asked of a rule before it has something to say."""
_FIRST, _SCREENS = Rule._fields.index(_WORDS[0]), Rule._fields.index("screens")
Rows = Mapping[str, bytes]


class Packed(Mapping[str, Rule]):
    """Rules by id, in order, over the rows that ``pack`` made."""

    __slots__ = ("_ids", "_rows", "_rules")

    def __init__(self, ids: Sequence[str], rows: Rows) -> None:
        self._ids = ids
        self._rows = rows
        self._rules: dict[str, Rule] = {}

    def __getitem__(self, rule: str) -> Rule:
        found = self._rules.get(rule)
        if found is None:
            found = self._rules[rule] = _unpack(self._rows, rule)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class PackedMap(Mapping[str, Any]):
    """A mapping in a row, unpacked when it is first asked."""

    __slots__ = ("_name", "_packed", "_rows")

    def __init__(self, packed: Rows, name: str) -> None:
        self._packed = packed
        self._name = name
        self._rows: dict[str, Any] | None = None

    def _unpacked(self) -> dict[str, Any]:
        if self._rows is None:
            self._rows = marshal.loads(self._packed[self._name])  # noqa: S302 - of our own cache, which checks whose it is
        return self._rows or {}

    def __getitem__(self, key: str) -> Any:
        return self._unpacked()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._unpacked())

    def __len__(self) -> int:
        return len(self._unpacked())


class _Part:
    """A row that is read when it is first asked for."""

    __slots__ = ("_found", "_name", "_rows")

    def __init__(self, rows: Rows, name: str) -> None:
        self._rows = rows
        self._name = name
        self._found: tuple[Any, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and self._rows[self._name] == other._rows[other._name]

    def __hash__(self) -> int:
        return hash(self._name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Part, ({self._name: self._rows[self._name]}, self._name)

    def unpacked(self) -> tuple[Any, ...]:
        """Return what the row holds."""
        if self._found is None:
            self._found = marshal.loads(self._rows[self._name])  # noqa: S302 - as above
        return self._found or ()


class _Remembered(Rule):
    """A rule that holds a part in the place of its screens, and one with all its words in the place of the first of them."""

    __slots__ = ()


def _word(place: int) -> property:
    if _WORDS[place] == "equivalents":
        return property(lambda rule: _equivalents(rule[_FIRST]))
    return property(lambda rule: rule[_FIRST].unpacked()[place])


for _place, _name in enumerate(_WORDS):
    setattr(_Remembered, _name, _word(_place))
_Remembered.screens = property(lambda rule: rule[_SCREENS].unpacked())  # type: ignore[assignment]


@lru_cache(maxsize=1024)
def _equivalents(words: _Part) -> tuple[Equivalent, ...]:
    return tuple(Equivalent(*each) for each in words.unpacked()[-1])


def pack(record: Mapping[str, Any]) -> dict[str, bytes]:
    """Pack what a rule file says into the rows that ``Packed`` reads."""
    rule = record["id"]
    held = {**record, **dict.fromkeys(_WORDS), "screens": None}
    return {
        rule: marshal.dumps(tuple(held[field] for field in Rule._fields)),
        _words_of(rule): marshal.dumps(tuple(record[field] for field in _WORDS)),
        _screens_of(rule): marshal.dumps(tuple(record["screens"])),
    }


def pack_map(mapping: Mapping[str, Any]) -> bytes:
    """Pack a mapping of plain data."""
    return marshal.dumps(dict(mapping))


def _unpack(rows: Rows, rule: str) -> Rule:
    fields = list(marshal.loads(rows[rule]))  # noqa: S302 - as above
    fields[_FIRST], fields[_SCREENS] = _Part(rows, _words_of(rule)), _Part(rows, _screens_of(rule))
    return _Remembered._make(fields)


def _words_of(rule: str) -> str:
    return f"{rule} words"


def _screens_of(rule: str) -> str:
    return f"{rule} screens"
