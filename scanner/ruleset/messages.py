"""Message templates: ``{path}`` as in clauses, ``{address}``, ``{{`` and ``}}`` for braces; values pass through the mask."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.place import Pointer
from scanner.patterns import pattern
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.reader import Reader
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.typed import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    import re

_PIECE = r"\{\{|\}\}|\{([^{}]*)\}|[{}]"

Shown = Callable[[Subject], str]


def compile_message(template: object, scope: Scope, at: Pointer) -> Shown:
    """Compile a template into what writes it for a subject. Raises Mistake for a lone brace or an impossible path."""
    if not isinstance(template, str):
        raise Mistake(at, "a message is text")
    pieces: list[str | Shown] = []
    position = 0
    for match in pattern(_PIECE).finditer(template):
        pieces += [template[position : match.start()], _piece(match, scope, at)]
        position = match.end()
    pieces.append(template[position:])
    return lambda subject: "".join(piece if isinstance(piece, str) else piece(subject) for piece in pieces)


def _piece(match: re.Match[str], scope: Scope, at: Pointer) -> str | Shown:
    if match[0] in ("{{", "}}"):
        return match[0][0]
    if match[1] is None:
        raise Mistake(at, f"a lone {match[0]} in the message", "write {{ or }} for a brace")
    if match[1] == "address":
        return lambda subject: subject.whole.resource.key.address
    return _shown(compile_path(match[1], scope, at), match[1])


def _shown(reader: Reader, path: str) -> Shown:
    def show(subject: Subject) -> str:
        value = reader.value(subject)
        value = value[0] if reader.plural and len(value) == 1 else value
        mask, value_keys = _door()
        key = f"{name}.{path}" if (name := _name(subject)) is not None and path.lower() in value_keys else path
        return mask(value, key, subject.whole.resource.key.type)

    return show


@cache
def _door() -> tuple[Callable[[Any, str, str], str], frozenset[str]]:
    """Return the mask of values, and the keys whose values are what the name beside them says: only findings have messages."""
    from scanner import mask
    from scanner.mask.names import VALUE_KEYS

    return mask.value, VALUE_KEYS


def _name(subject: Subject) -> str | None:
    """Return the item's own name: a value beside the name DB_PASSWORD is a secret."""
    name = subject.data.get("name") if isinstance(subject.data, dict) and subject.pointer else None
    return name if isinstance(name, str) else None
