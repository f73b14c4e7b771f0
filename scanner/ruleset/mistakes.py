"""What a rule says wrong, by its place inside the rule: the loader turns it into ``path:line:column``."""

from __future__ import annotations

from scanner.model.errors import nearest
from scanner.model.place import Pointer
from scanner.typed import Iterable


class Mistake(Exception):  # noqa: N818 - it is a mistake of the rule's author, not an error of ours
    """The rule says something impossible at ``at``; ``key`` tells that the key, not its value, is wrong."""

    def __init__(self, at: Pointer, message: str, hint: str | None = None, *, key: bool = False) -> None:
        super().__init__(message)
        self.at = at
        self.message = message
        self.hint = hint
        self.key = key


def unknown_word(at: Pointer, what: str, word: object, known: Iterable[str], *, key: bool = False) -> Mistake:
    """Make the mistake "unknown <what> '<word>'" with the nearest known word, or all of them where they are few."""
    words = sorted(known)
    hint = nearest(str(word), words) or (f"known: {', '.join(words)}" if len(words) <= 12 else None)
    hint = hint if words else f"this rule has no {what}"
    return Mistake(at, f"unknown {what} {str(word)!r}", hint, key=key)
