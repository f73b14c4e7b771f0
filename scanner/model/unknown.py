"""The value that could not be determined. It is never equal to anything and never true or false by accident."""

from __future__ import annotations

from scanner.typed import Any, Mapping

UNKNOWN_TEXT = "\ufffd"
"""Stands for each part of a text that is not known."""


class Unknown:
    """A value that is not known, with the cause in words and the address where the not-knowing begins.

    ``cause`` reads as a sentence without a full stop ("var.location has no value"); ``origin`` is ``var.location``,
    ``data.a.b``, ``module.m`` or None. ``not_null`` says that whatever the value will be, it is present.
    ``kind`` is the known shape ("list", "map", "string", …) or None. ``among`` are the values it can have, where a validation says so.
    ``partial`` is what is known of a text: the data that it encodes, with unknowns inside, or the text with U+FFFD for each part that is
    not known; or of a map, the entries that it surely has; or of a list, its items, with one of kind "items" for those not known.
    ``filled`` says that it is no empty text; ``maybe`` is what it is where it is there at all (``perhaps``). Testing it for truth raises:
    three-valued code asks first.
    """

    __slots__ = ("among", "cause", "filled", "kind", "maybe", "not_null", "origin", "partial")

    def __init__(
        self,
        cause: str,
        origin: str | None = None,
        *,
        not_null: bool = False,
        kind: str | None = None,
        among: tuple[str, ...] = (),
        partial: Any = None,
        filled: bool = False,
    ) -> None:
        self.cause = cause
        self.origin = origin
        self.not_null = not_null
        self.kind = kind
        self.among = among
        self.partial = partial
        self.filled = filled
        self.maybe: Any = None

    def __repr__(self) -> str:
        return f"Unknown({self.cause!r})"

    def __bool__(self) -> bool:
        raise TypeError(f"an unknown value was tested for truth: {self.cause}")


def perhaps(unknown: Unknown, value: Any) -> Unknown:
    """Return the same unknown, of which this much is known: it is missing, or it is this value."""
    made = Unknown(unknown.cause, unknown.origin, not_null=unknown.not_null, kind=unknown.kind)
    made.maybe = value
    return made


class Open(dict[str, Any]):
    """A map of which only a part is known: what is not in it is ``rest``."""

    __slots__ = ("rest",)

    def __init__(self, known: Mapping[str, Any], rest: Unknown) -> None:
        super().__init__(known)
        self.rest = rest

    @property
    def more(self) -> Unknown:
        """What stands for any number of further entries."""
        return Unknown(self.rest.cause, self.rest.origin, kind="items")

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is known, else what stands for all that is not."""
        return super().get(key, self.rest if default is None else default)

    def __missing__(self, key: str) -> Unknown:
        return self.rest


def unseen(*values: Any) -> Unknown | None:
    """Return why one of some values, or a part of a map among them, is not known; None where nothing of them was lost."""
    lost = (one.rest if isinstance(one, Open) else one for one in values if isinstance(one, Open | Unknown))
    return next(lost, None)


def known(value: Any) -> Any:
    """Return a value that may be tested for truth: nothing for one that is unknown."""
    return None if isinstance(value, Unknown) else value


def like(pattern: Mapping[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return data of which as much is unknown as of the map that it was made from."""
    return Open(data, pattern.rest) if isinstance(pattern, Open) else data


class Amendment(Open):
    """What a block writes that changes another resource; it leaves the rest, inside its maps too, as that resource says it."""

    __slots__ = ()

    def __init__(self, written: Mapping[str, Any], rest: Unknown) -> None:
        super().__init__({name: Amendment(value, rest) if isinstance(value, dict) else value for name, value in written.items()}, rest)
