"""Places on earth, as far as they are known."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.typed import Iterable


class Spot(NamedTuple):
    """One place that must be allowed: a country, or somewhere in a jurisdiction where the country is open."""

    country: str | None
    jurisdiction: str


class Destination(NamedTuple):
    """Where data can be.

    Every one of ``spots`` must be allowed. ``cause`` says in words what is not known about it, None where all is known;
    ``choice`` are the spots of which it will be one. ``sure`` is false where general knowledge alone says it.
    """

    provider: str | None = None
    region: str | None = None
    country: str | None = None
    jurisdiction: str = "unknown"
    members: tuple[str, ...] | None = None
    spots: tuple[Spot, ...] = ()
    cause: str | None = None
    origin: str | None = None
    sure: bool = True
    choice: tuple[Spot, ...] = ()


def lost(cause: str, origin: str | None = None, provider: str | None = None) -> Destination:
    """Return a place that cannot be determined."""
    return Destination(provider=provider, cause=cause, origin=origin)


def over(spots: Iterable[Spot]) -> Destination:
    """Return the place that is all of some spots."""
    found = tuple(dict.fromkeys(spots))
    countries = {spot.country for spot in found}
    jurisdictions = {spot.jurisdiction for spot in found}
    country = countries.pop() if len(countries) == 1 else None
    jurisdiction = jurisdictions.pop() if len(jurisdictions) == 1 else "mixed" if jurisdictions else "unknown"
    return Destination(None, None, country, jurisdiction, None, found)
