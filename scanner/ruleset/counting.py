"""``count: {of: path, where: …, gte: 2}``: how many items there are; a missing list has none."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.unknown import Open, Unknown
from scanner.ruleset.blocks import compile_block
from scanner.ruleset.checks import Check, places
from scanner.ruleset.logic import Truth
from scanner.ruleset.reader import Entry, Place, Reader, inside
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.tally import bounded, tally_of
from scanner.typed import Any, Callable


def compile_counting(block: dict[str, Any], compile_condition: Callable[[Any, Scope, Pointer], Check], scope: Scope, at: Pointer) -> Check:
    """Compile a count; ``compile_condition`` is what compiles its ``where``. Raises Mistake."""
    reader = compile_path(block["of"], scope, (*at, "of"))
    where = compile_condition(block["where"], scope.nested()._replace(every=False), (*at, "where")) if "where" in block else None
    words = {name: operand for name, operand in block.items() if name not in ("of", "where")}
    judge = compile_block(words, scope, at)
    first_decides = words in ({"gte": 1}, {"lt": 1})

    def test(subject: Subject) -> Truth:
        items = _items(reader, subject)
        if isinstance(items, Unknown):
            return items
        truths: list[Truth] = []
        for entry in items:
            truths.append(_counts(entry, where, subject))
            if first_decides and truths[-1] is True:
                return "gte" in words
        return bounded(tally_of(truths), lambda number: judge(number, subject), words)

    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        place = None if reader.plural else next((entry.place for entry in reader.entries(subject)), None)
        return test(subject), places(place or reader.anchor(subject))

    return Check(test, explain)


def _items(reader: Reader, subject: Subject) -> list[Entry] | Unknown:
    entries = list(reader.entries(subject))
    if reader.plural:
        return [entry for entry in entries if entry.value is not None]
    value = entries[0].value
    if isinstance(value, Unknown):
        return value
    items = [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    items = [*items, value.more] if isinstance(value, Open) else items
    return [Entry(entries[0].place, item) for item in items]


def _counts(entry: Entry, where: Check | None, subject: Subject) -> Truth:
    """Tell whether an entry counts; an unknown item is one all the same, unless it stands for any number or must satisfy something."""
    if entry.doubt is not None:
        return entry.doubt
    if isinstance(entry.value, Unknown) and (where is not None or entry.value.kind == "items"):
        return entry.value
    return where is None or where.test(inside(entry, subject))
