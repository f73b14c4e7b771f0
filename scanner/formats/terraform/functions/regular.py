r"""RE2's regular expressions: leftmost-first matches with captures, in time linear in the text (Pike's virtual machine).

https://github.com/google/re2/wiki/Syntax. Look-around and back references do not exist there. Unicode classes (``\p{…}``) are refused.
"""

from __future__ import annotations

import re
import warnings
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

from scanner.formats.terraform.types import STRING, Type
from scanner.formats.terraform.values import EvaluationError, Value
from scanner.kept import lru_cache
from scanner.model.record import NamedTuple
from scanner.syntax.characters import Characters
from scanner.typed import Any, Callable, Iterator

MAX_INSTRUCTIONS = 5000
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACES = frozenset("\t\n\f\r ")
_DIGITS = frozenset("0123456789")
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_DIGIT: _DIGITS.__contains__,
    c.CATEGORY_SPACE: _SPACES.__contains__,
    c.CATEGORY_WORD: _WORD.__contains__,
    c.CATEGORY_NOT_DIGIT: lambda char: char not in _DIGITS,
    c.CATEGORY_NOT_SPACE: lambda char: char not in _SPACES,
    c.CATEGORY_NOT_WORD: lambda char: char not in _WORD,
}
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": "\\t ", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": "\\t\\n\\v\\f\\r ", "upper": "A-Z",
    "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_PIECE = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)|\\x\{(?P<code>[0-9a-fA-F]{1,6})\}|\\(?P<escaped>.)|\[:(?P<posix>\w+):\]|\(\?(?P<flags>[ims]*(?:-[ims]+)?)\)"
    r"|\(\?<(?P<name>\w+)>|(?P<other>.)",
    re.DOTALL,
)

Saved = tuple[int | None, ...]


class Flags(NamedTuple):
    """What ``(?ims)`` turns on."""

    fold: bool = False
    multiline: bool = False
    dotall: bool = False

    def changed(self, added: int, removed: int) -> Flags:
        """Return the flags inside a group that turns some on and off."""
        wanted = (re.IGNORECASE, re.MULTILINE, re.DOTALL)
        return Flags(*(bool((was or added & flag) and not removed & flag) for was, flag in zip(self, wanted, strict=True)))


class Program:
    """A compiled pattern. Each instruction is a test of a character, a list of ways to go on, a group border or a look at the place."""

    __slots__ = ("code", "groups", "names")

    def __init__(self, pattern: str) -> None:
        self.code: list[tuple[str, Any]] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(_translated(pattern), re.ASCII)
        self.groups: int = tree.state.groups - 1
        self.names: dict[str, int] = dict(tree.state.groupdict)
        self._sequence(tree, Flags().changed(tree.state.flags, 0))
        self._emit("match", None)

    def _emit(self, kind: str, argument: Any) -> int:
        if len(self.code) >= MAX_INSTRUCTIONS:
            raise EvaluationError("the pattern is too large")
        self.code.append((kind, argument))
        return len(self.code) - 1

    def _sequence(self, items: Any, flags: Flags) -> None:
        for operation, argument in items:
            self._item(operation, argument, flags)

    def _item(self, operation: Any, argument: Any, flags: Flags) -> None:
        if operation is c.BRANCH:
            self._branch(argument[1], flags)
        elif operation is c.SUBPATTERN:
            self._group(argument, flags)
        elif operation in (c.MAX_REPEAT, c.MIN_REPEAT):
            self._repeat(argument, flags, greedy=operation is c.MAX_REPEAT)
        elif operation is c.AT:
            self._emit("at", _place(argument, flags))
        else:
            self._emit("test", _CHARACTERS.test(operation, argument, fold=flags.fold, dotall=flags.dotall))

    def _group(self, argument: Any, flags: Flags) -> None:
        number, added, removed, inner = argument
        if number is not None:
            self._emit("save", 2 * number)
        self._sequence(inner, flags.changed(added, removed))
        if number is not None:
            self._emit("save", 2 * number + 1)

    def _branch(self, ways: Any, flags: Flags) -> None:
        exits = []
        for way in ways[:-1]:
            split = self._emit("split", ())
            self._sequence(way, flags)
            exits.append(self._emit("split", ()))
            self.code[split] = ("split", (split + 1, len(self.code)))
        self._sequence(ways[-1], flags)
        for at in exits:
            self.code[at] = ("split", (len(self.code),))

    def _repeat(self, argument: Any, flags: Flags, *, greedy: bool) -> None:
        least, most, inner = argument
        for _ in range(least):
            self._sequence(inner, flags)
        if most is c.MAXREPEAT:
            split = self._emit("split", ())
            self._sequence(inner, flags)
            self._emit("split", (split,))
            self.code[split] = ("split", (split + 1, len(self.code)) if greedy else (len(self.code), split + 1))
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._emit("split", ()))
            self._sequence(inner, flags)
        for split in splits:
            self.code[split] = ("split", (split + 1, len(self.code)) if greedy else (len(self.code), split + 1))

    def search(self, text: str, start: int = 0) -> Saved | None:
        """Return where the first match and its groups begin and end, from ``start`` on."""
        found: Saved | None = None
        threads: dict[int, Saved] = {}
        empty: Saved = (None,) * (2 * self.groups + 2)
        for at in range(start, len(text) + 1):
            if found is None:
                self._follow(threads, 0, (at, *empty[1:]), text, at)
            if not threads and found is not None:
                break
            following: dict[int, Saved] = {}
            for position, saved in threads.items():
                kind, argument = self.code[position]
                if kind == "match":
                    found = (saved[0], at, *saved[2:])
                    break
                if at < len(text) and argument(text[at]):
                    self._follow(following, position + 1, saved, text, at + 1)
            threads = following
        return found

    def _follow(self, threads: dict[int, Saved], position: int, saved: Saved, text: str, at: int) -> None:
        """Add the threads that a place in the program leads to without reading a character, the preferred ones first."""
        pending = [(position, saved)]
        seen: set[int] = set()
        while pending:
            position, saved = pending.pop()
            if position in seen or position in threads:
                continue
            seen.add(position)
            kind, argument = self.code[position]
            if kind == "split":
                pending += [(way, saved) for way in reversed(argument)]
            elif kind == "save":
                pending.append((position + 1, (*saved[:argument], at, *saved[argument + 1 :])))
            elif kind == "at":
                if argument(text, at):
                    pending.append((position + 1, saved))
            else:
                threads[position] = saved

    def finditer(self, text: str) -> Iterator[Saved]:
        """Yield every match, left to right; an empty one right behind another match does not count, as in Go."""
        at, previous_end = 0, -1
        while at <= len(text):
            found = self.search(text, at)
            if found is None:
                return
            start, end = int(found[0] or 0), int(found[1] or 0)
            if start != end or end != previous_end:
                yield found
            previous_end = end
            at = end if end > start else end + 1


def _translated(pattern: str) -> str:
    """Write a pattern the way Python's parser reads it. Raises EvaluationError for what that parser knows but RE2 does not."""
    result: list[str] = []
    closers = [0]
    in_class = False
    for piece in _PIECE.finditer(pattern):
        text = piece[0]
        if piece["quoted"] is not None:
            text = re.escape(piece["quoted"])
        elif piece["code"]:
            text = f"\\U{int(piece['code'], 16):08x}"
        elif piece["escaped"]:
            text = _escape(piece["escaped"])
        elif piece["posix"] and in_class:
            text = _POSIX.get(piece["posix"], "")
        elif piece["flags"] is not None and not in_class:
            closers[-1] += 1
            text = f"(?{piece['flags']}:"
        elif piece["name"]:
            text = f"(?P<{piece['name']}>"
            closers.append(0)
        elif text == "[":
            text = "\\[" if in_class else "["
            in_class = True
        elif text == "]" and in_class:
            in_class = _class_begins(pattern, piece.start())
            text = "\\]" if in_class else "]"
        elif text == "(" and not in_class:
            closers.append(0)
        elif text == ")" and not in_class and len(closers) > 1:
            text = ")" * closers.pop() + ")"
        result.append(text)
    return "".join(result) + ")" * closers[0]


def _class_begins(pattern: str, at: int) -> bool:
    """Tell whether a bracket at this place is the first member of a class, where it stands for itself."""
    return pattern[at - 1] == "[" or pattern[at - 2 : at] == "[^"


def _escape(char: str) -> str:
    if char in "pPC" or char in "123456789":
        raise EvaluationError(f"\\{char} in a pattern is not supported")
    return "\\Z" if char == "z" else f"\\{char}"


def _place(argument: Any, flags: Flags) -> Callable[[str, int], bool]:
    """Return the test of a place between characters."""
    if argument is c.AT_BEGINNING_STRING or (argument is c.AT_BEGINNING and not flags.multiline):
        return lambda _, at: at == 0
    if argument is c.AT_BEGINNING:
        return lambda text, at: at == 0 or text[at - 1] == "\n"
    if argument is c.AT_END_STRING or (argument is c.AT_END and not flags.multiline):
        return lambda text, at: at == len(text)
    if argument is c.AT_END:
        return lambda text, at: at == len(text) or text[at] == "\n"
    inside = argument is c.AT_NON_BOUNDARY
    return lambda text, at: ((at > 0 and text[at - 1] in _WORD) == (at < len(text) and text[at] in _WORD)) is inside


def _unsupported(operation: Any) -> EvaluationError:
    return EvaluationError(f"{str(operation).lower()} in a pattern is not supported")


_CHARACTERS = Characters(_CATEGORIES, _unsupported)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Program:
    """Compile a pattern; raise EvaluationError."""
    try:
        return Program(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise EvaluationError(f"{pattern!r} is no pattern: {error}") from error


def captures(program: Program, text: str, found: Saved) -> Value:
    """Return what ``regex`` does: the match, or its groups as a tuple, or as an object where they have names."""
    if not program.groups:
        return _group(text, found, 0)
    if program.names:
        return {name: _group(text, found, number) for name, number in program.names.items()}
    return tuple(_group(text, found, number) for number in range(1, program.groups + 1))


def _group(text: str, found: Saved, number: int) -> str | None:
    start, end = found[2 * number], found[2 * number + 1]
    return None if start is None or end is None else text[start:end]


def captures_type(program: Program) -> Type:
    """Return the type of what ``captures`` returns."""
    if not program.groups:
        return STRING
    if program.names:
        return Type("object", None, tuple((name, STRING) for name in sorted(program.names)))
    return Type("tuple", None, tuple((str(at), STRING) for at in range(program.groups)))


_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def expand_all(program: Program, text: str, replacement: str) -> str:
    """Replace every match; ``$1``, ``${1}`` and ``${name}`` stand for groups, ``$$`` for a dollar sign."""
    result: list[str] = []
    position = 0
    for found in program.finditer(text):
        start, end = int(found[0] or 0), int(found[1] or 0)
        result.append(text[position:start])
        result.append(_REFERENCE.sub(lambda name, groups=found: _expanded(program, text, groups, name), replacement))  # type: ignore[misc]
        position = end
    return "".join(result) + text[position:]


def _expanded(program: Program, text: str, found: Saved, name: re.Match[str]) -> str:
    word = name[1] or name[2]
    if not word:
        return "$"
    number = int(word) if word.isdigit() else program.names.get(word, -1)
    return (_group(text, found, number) or "") if 0 <= number <= program.groups else ""
