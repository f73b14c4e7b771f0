"""What to do instead: redundancy that stays inside the jurisdiction, a pinned setting, a place that is allowed."""

from __future__ import annotations

from scanner.tables import table
from scanner.typed import TYPE_CHECKING
from scanner.views.placements.atlas import Atlas
from scanner.views.placements.policy import Allowed, Policy

if TYPE_CHECKING:
    from scanner.views.placements.placements import Placement

_SHOWN = 3


def advice(atlas: Atlas, policy: Policy, placement: Placement) -> str:
    """Return one sentence on how to keep the data inside, empty where the rule's own text says all."""
    if placement.via == "pair":
        return _pairs(atlas, policy.place(placement.word, placement.kind))
    if placement.destination.jurisdiction == "global" and placement.kind != "edge":
        return "Data may be anywhere: name a region, or declare an exception with its legal basis."
    return ""


def _pairs(atlas: Atlas, allowed: Allowed) -> str:
    """Recommend disaster recovery within the jurisdiction: regions whose pair is allowed too."""
    found = atlas.paired_within(countries_of(atlas, allowed))
    names = [f"{region} with {pair}" for region, pair in found if region < pair][:_SHOWN]
    local = "Keep copies in the region (LRS or ZRS)"
    return (
        f"{local}, or use a region whose pair stays inside: {', '.join(names)}." if names else f"{local}: no pair of regions stays inside."
    )


def countries_of(atlas: Atlas, allowed: Allowed) -> set[str]:
    """Return the countries that are allowed, those of allowed jurisdictions too."""
    rows = table("jurisdictions")["jurisdictions"]
    known = {country for countries in rows.values() for country in countries}
    inside = {country for country in known if atlas.jurisdiction(country) in allowed.jurisdictions and country not in allowed.excluded}
    return inside | allowed.countries
