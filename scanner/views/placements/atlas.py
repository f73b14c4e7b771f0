"""What a region's name means, in which countries it lies, and under which law they are, by the tables and the organisation's own words."""

from __future__ import annotations

from scanner.config import Config
from scanner.tables import table
from scanner.typed import Any, Iterable, Mapping
from scanner.views.placements.places import Destination, Spot, lost, over


class Atlas:
    """The tables of regions and jurisdictions with the organisation's own words over them, as of the day of the scan."""

    __slots__ = ("_clouds", "_countries")

    def __init__(self, config: Config) -> None:
        self._countries = _countries(config)
        self._clouds: Mapping[str, Any] = _clouds(config)

    def jurisdiction(self, country: str) -> str:
        """Return the jurisdiction that a country counts as."""
        return self._countries.get(country, "third")

    def region(self, cloud: str, name: str) -> Destination | None:
        """Return the place of a region, zone or multi-region of a cloud, None where the table does not know it."""
        word = _normal(cloud, name)
        rows = self._clouds.get(cloud, {})
        row = rows.get("regions", {}).get(word)
        if row is not None:
            return self.country(row["country"], cloud, word, sure="sure" not in row)
        several = rows.get("several", {}).get(word)
        return None if several is None else self.several(cloud, several.get("name", word), several)

    def find(self, name: str, clouds: Iterable[str] = ("azure", "aws", "gcp", "digitalocean")) -> Destination | None:
        """Return the place of a region whose cloud is not said."""
        return next((place for cloud in clouds if (place := self.region(cloud, name))), None)

    def country(self, country: str, provider: str | None, region: str | None = None, *, sure: bool = True) -> Destination:
        """Return a place in one country."""
        jurisdiction = self.jurisdiction(country)
        return Destination(provider, region, country, jurisdiction, None, (Spot(country, jurisdiction),), sure=sure)

    def somewhere(self, jurisdiction: str, provider: str | None, region: str | None = None, *, sure: bool = True) -> Destination:
        """Return a place anywhere in a jurisdiction, or anywhere at all (``global``)."""
        return Destination(provider, region, None, jurisdiction, None, (Spot(None, jurisdiction),), sure=sure)

    def several(self, provider: str | None, name: str, row: Mapping[str, Any]) -> Destination:
        """Return the place of a name that stands for several regions, countries or jurisdictions, or for the whole world."""
        sure = "sure" not in row
        if row.get("global"):
            return self.somewhere("global", provider, name, sure=sure)
        if "members" in row:
            places = [place for member in row["members"] if (place := self.region(str(provider), member))]
            return self.union(places)._replace(provider=provider, region=name, members=tuple(row["members"]), sure=sure)
        spots = [Spot(country, self.jurisdiction(country)) for country in row.get("countries", ())]
        spots += [Spot(None, jurisdiction) for jurisdiction in row.get("jurisdictions", ())]
        return over(spots)._replace(provider=provider, region=name, sure=sure)

    def union(self, places: Iterable[Destination]) -> Destination:
        """Return the place that is all of these at once; what is unknown of one is unknown of all."""
        known = list(dict.fromkeys(places))
        if len(known) == 1:
            return known[0]
        causes = [place for place in known if place.cause]
        members = tuple(place.region for place in known if place.region)
        providers = {place.provider for place in known}
        found = over([spot for place in known for spot in place.spots])
        return found._replace(
            provider=providers.pop() if len(providers) == 1 else None,
            members=members or None,
            cause=causes[0].cause if causes else None,
            origin=causes[0].origin if causes else None,
            sure=all(place.sure for place in known),
        )

    def one_of(self, cloud: str, names: Iterable[str], cause: str, origin: str | None) -> Destination:
        """Return a place that is not known, but will be one of these regions."""
        places = [self.region(cloud, name) for name in names]
        if not places or any(place is None or place.cause for place in places):
            return lost(cause, origin, cloud)
        choice = tuple(spot for place in places if place for spot in place.spots)
        either = over(choice)._replace(provider=cloud, members=tuple(names), spots=(), choice=choice)
        return either._replace(cause=cause, origin=origin)

    def pair(self, region: str, *, vault: bool = False) -> Destination | None:
        """Return the place of an Azure region's pair; for ``vault`` only where Key Vault replicates to it."""
        row = self._row(region)
        if not row.get("pair") or (vault and not row.get("vault_pair")):
            return None
        return self.region("azure", row["pair"])

    def siblings(self, region: str) -> Destination | None:
        """Return the Azure geography that a region lies in, as the set of its regions."""
        geography = self._row(region).get("geography")
        names = [name for name, row in self._clouds["azure"]["regions"].items() if row.get("geography") == geography]
        places = [place for name in names if (place := self.region("azure", name))]
        return self.union(places)._replace(region=geography, provider="azure") if geography else None

    def paired_within(self, allowed: Iterable[str]) -> list[tuple[str, str]]:
        """Return the Azure regions of these countries whose pair lies in them too, with their pairs."""
        countries = set(allowed)
        rows = self._clouds["azure"]["regions"]
        inside = {name for name, row in rows.items() if row["country"] in countries and "sure" not in row}
        return sorted((name, rows[name]["pair"]) for name in inside if rows[name].get("pair") in inside)

    def geography(self, name: str) -> Destination | None:
        """Return the place of a geography by the name that services without regions use."""
        row = self._clouds["azure"].get("geographies", {}).get(name.strip().lower())
        if row is None:
            return None
        return self.country(row["country"], "azure", name) if "country" in row else self.several("azure", name, row)

    def spanner(self, config: str) -> Destination | None:
        """Return the place of a Spanner instance configuration: ``regional-europe-west3``, ``eur5``, or its full path."""
        word = config.rpartition("/")[2].lower()
        row = self._clouds["gcp"].get("spanner", {}).get(word)
        return self.several("gcp", word, row) if row else self.region("gcp", word.removeprefix("regional-"))

    def _row(self, region: str) -> Mapping[str, Any]:
        row: Mapping[str, Any] = self._clouds["azure"]["regions"].get(_normal("azure", region), {})
        return row


def _normal(cloud: str, name: str) -> str:
    """Write a region's name as the table does; a zone becomes its region.

    Sources: azurerm's own normalisation (lower case, no spaces); zone names of AWS (``eu-central-1a``) and Google
    (``europe-west3-a``). AWS local zones (``eu-central-1-ham-1a``) are not their region: they may lie in another country.
    """
    word = name.strip().lower()
    if cloud == "azure":
        return word.replace(" ", "").replace("-", "").replace("_", "")
    if cloud == "aws" and len(word) > 2 and word[-1].isalpha() and word[-2].isdigit() and word.count("-") == 2:
        return word[:-1]
    if cloud == "gcp" and len(word) > 3 and word[-2] == "-" and word[-1].isalpha() and word[-3].isdigit():
        return word[:-2]
    return word


def _countries(config: Config) -> dict[str, str]:
    rows = table("jurisdictions")["jurisdictions"]
    found = {
        country: name
        for name, countries in rows.items()
        for country, row in countries.items()
        if str(row.get("from", "")) <= config.today and config.today <= str(row.get("until", "9999"))
    }
    for country, said in dict(config.residency.get("jurisdictions") or {}).items():
        name, until = (said, "9999") if isinstance(said, str) else (said.get("jurisdiction", "third"), str(said.get("until", "9999")))
        found[country] = name if config.today <= until else "third"
    return found


def _clouds(config: Config) -> Mapping[str, Any]:
    clouds: dict[str, Any] = table("regions")["clouds"]
    said = dict(config.residency.get("regions") or {})
    if not said:
        return clouds
    merged = dict(clouds)
    for cloud, regions in said.items():
        rows = {_normal(cloud, name): {"country": row} if isinstance(row, str) else row for name, row in regions.items()}
        known = clouds.get(cloud, {"regions": {}})
        merged[cloud] = {**known, "regions": {**known["regions"], **rows}}
    return merged
