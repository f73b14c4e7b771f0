"""Where data may be: profiles by kind of edge and classification, and exceptions with an end."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.errors import ConfigError, nearest
from scanner.model.glob import fits as fits_name
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterable, Literal, Mapping
from scanner.views.placements.carriers import kinds
from scanner.views.placements.places import Destination, Spot

Verdict = Literal["pass", "fail", "unknown"]
DEFAULT_PROFILE = "eea"


class Allowed(NamedTuple):
    """The places that data may be in."""

    countries: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    everywhere: bool = False

    def holds(self, spot: Spot) -> bool:
        """Tell whether a spot is allowed; one whose country is open is allowed only by its whole jurisdiction."""
        if self.everywhere or spot.country in self.countries:
            return True
        return (
            spot.jurisdiction in self.jurisdictions
            and spot.country not in self.excluded
            and (spot.country is not None or not self.excluded)
        )


class Exemption(NamedTuple):
    """One entry of ``residency.exceptions`` that is in force; ``number`` is its place in the list."""

    number: int
    resources: tuple[str, ...]
    reason: str
    until: str
    approver: str | None


class Policy(NamedTuple):
    """A profile: what is allowed, and where else for some kinds of edge or classifications."""

    profile: str
    allowed: Allowed
    by_kind: Mapping[str, Allowed]
    by_class: Mapping[str, Allowed]
    anywhere: frozenset[str]
    exemptions: tuple[Exemption, ...]

    def place(self, classification: str | None, kind: str) -> Allowed:
        """Return where data of a classification may go by an edge of a kind."""
        return self.by_class.get(classification or "") or self.by_kind.get(kind) or self.allowed

    def verdict(self, destination: Destination, classification: str | Unknown | None, kind: str) -> Verdict:
        """Judge one placement. What is not known is never allowed; what an unknown classification could allow is unknown."""
        if isinstance(classification, Unknown):
            return "pass" if self.verdict(destination, None, kind) == "pass" else "unknown"
        if classification in self.anywhere:
            return "pass"
        allowed = self.place(classification, kind)
        if not all(allowed.holds(spot) for spot in destination.spots):
            return "fail"
        if destination.cause is None and destination.spots:
            return "pass"
        return "pass" if destination.choice and all(allowed.holds(spot) for spot in destination.choice) else "unknown"

    def exemption(self, addresses: Iterable[str]) -> Exemption | None:
        """Return the first exception whose globs fit one of the addresses."""
        known = list(addresses)
        return next((one for one in self.exemptions if any(fits(address, glob) for glob in one.resources for address in known)), None)


def fits(address: str, glob: str) -> bool:
    """Match an address with a glob; brackets are those of addresses, not sets of characters."""
    return address == glob or fits_name(address, glob.replace("[", "[[]"))


def policy_of(config: Config) -> Policy:
    """Read the profile that holds. Raises ConfigError for a profile, kind or classification that does not exist."""
    section = config.residency
    profiles = {**table("jurisdictions")["profiles"], **dict(section.get("profiles") or {})}
    name = str(section.get("profile") or DEFAULT_PROFILE)
    return _policy(name, profiles, tuple(_exemptions(section.get("exceptions") or (), config.today)))


def _policy(name: str, profiles: Mapping[str, Any], exemptions: tuple[Exemption, ...]) -> Policy:
    row = _profile(name, profiles)
    known = table("classification")
    by_kind = {kind: _allowed(said, profiles) for kind, said in _kinds(row).items()}
    by_class = {}
    for classification, said in dict(row.get("classifications") or {}).items():
        _check(classification, known["classifications"], "classification")
        by_class[classification] = _allowed(said, profiles)
    return Policy(name, _places(row), by_kind, by_class, frozenset(known["anywhere"]), exemptions)


def _profile(name: str, profiles: Mapping[str, Any]) -> Mapping[str, Any]:
    _check(name, profiles, "residency profile")
    row: Mapping[str, Any] = profiles[name] or {}
    return row


def _kinds(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a profile says per kind, under ``kinds`` or beside the places."""
    found = {word: said for word, said in row.items() if word not in _WORDS} | dict(row.get("kinds") or {})
    for kind in found:
        _check(kind, kinds(), "kind of edge")
    return found


_WORDS = ("countries", "jurisdictions", "exclude_countries", "kinds", "classifications")


def _allowed(said: Any, profiles: Mapping[str, Any]) -> Allowed:
    """Read places: written out, the name of a profile, or ``any``."""
    if said == "any":
        return Allowed(everywhere=True)
    return _places(_profile(said, profiles) if isinstance(said, str) else said or {})


def _places(row: Mapping[str, Any]) -> Allowed:
    countries, jurisdictions, excluded = (frozenset(row.get(word) or ()) for word in _WORDS[:3])
    return Allowed(countries, jurisdictions, excluded)


def _check(word: str, known: Iterable[str], what: str) -> None:
    words = list(known)
    if word not in words:
        raise ConfigError(f"unknown {what} {word!r}", hint=nearest(word, words) or f"one of: {', '.join(sorted(words))}")


def _exemptions(entries: Iterable[Mapping[str, Any]], today: str) -> Iterable[Exemption]:
    for number, entry in enumerate(entries):
        until = str(entry["until"])
        if today <= until:
            yield Exemption(number, tuple(entry["resources"]), str(entry["reason"]), until, entry.get("approver"))
