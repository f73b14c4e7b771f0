"""With which dates rules compare the day, so that it is known between which days they say the same."""

from __future__ import annotations

from scanner.typed import Any, Iterable, Iterator

_ANY = ""


def tables_of_dates(bodies: Iterable[Any]) -> tuple[str, ...] | None:
    """Return the tables with whose dates the rules of some bodies compare the day; None where one compares it with anything else."""
    found = {name for body in bodies for name in _compared(body, _ANY)}
    return None if _ANY in found else tuple(sorted(found))


def _compared(body: Any, table: str) -> Iterator[str]:
    """Yield the table that each comparison with a day is made in; "" for one outside of all, or by a parameter."""
    if isinstance(body, list):
        for one in body:
            yield from _compared(one, table)
    elif isinstance(body, dict):
        date = body.get("date")
        if date == "today" or (isinstance(date, dict) and "param" in date):  # configuration may let a parameter be today
            yield table if date == "today" else _ANY
        for key, value in body.items():
            inside = str(value["table"]).partition(".")[0] if key == "via" and isinstance(value, dict) and "table" in value else table
            yield from _compared(value, inside)
