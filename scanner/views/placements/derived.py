"""Places that follow from where a resource is: its pair, its data zone, its geography, the multi-region beside it."""

from __future__ import annotations

from scanner.typed import Callable
from scanner.views.placements.home import at_referred, home
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import said
from scanner.views.placements.ways import Fork, Way, after


def _from_home(survey: Survey, fork: Fork, find: Callable[[str], Destination | None], otherwise: str) -> list[Way]:
    """Return what follows from the resource's own region; unknown where that is unknown or does not say."""
    own = home(survey, fork.resource)
    region = own.destination.region
    if own.destination.cause is not None or region is None:
        cause = own.destination.cause or f"{fork.resource.key.address} is in no single region"
        place = lost(cause, own.destination.origin, fork.carrier.cloud)
    else:
        place = find(region) or lost(f"{region} {otherwise}", None, fork.carrier.cloud)
    return after(fork, Way(place, own.hops))


def pair(survey: Survey, fork: Fork) -> list[Way]:
    """Return the region that Azure pairs with the resource's own."""
    return _from_home(survey, fork, survey.atlas.pair, "has no paired region, and where redundant copies go is not documented")


def vault_pair(survey: Survey, fork: Fork) -> list[Way]:
    """Return the pair that Key Vault replicates to, which not every region has."""
    own = home(survey, fork.resource)
    region = own.destination.region
    if own.destination.cause is None and region and survey.atlas.pair(region, vault=True) is None:
        return []
    return _from_home(survey, fork, lambda name: survey.atlas.pair(name, vault=True), "has no paired region")


def datazone(survey: Survey, fork: Fork) -> list[Way]:
    """Return the data zone of Azure OpenAI that an account's region belongs to."""

    def zone(region: str) -> Destination | None:
        place = survey.atlas.region("azure", region)
        name = {"eu": "eudatazone", "adequacy_partial": "usdatazone"}.get(place.jurisdiction if place else "")
        return survey.atlas.region("azure", name) if name and place and place.country != "CA" else None

    return _from_home(survey, fork, zone, "belongs to no data zone that the table knows")


def home_geography(survey: Survey, fork: Fork) -> list[Way]:
    """Return the geography of services that are bound to none of its regions; within the EU that is anywhere in the EU."""

    def geography(region: str) -> Destination | None:
        place = survey.atlas.region("azure", region)
        if place and place.jurisdiction == "eu":
            return survey.atlas.somewhere("eu", "azure", "European Union")
        return survey.atlas.siblings(region)

    return _from_home(survey, fork, geography, "lies in no geography that the table knows")


_NEAREST = {"europe": "eu", "us": "us", "northamerica": "us", "asia": "asia"}


def nearest(survey: Survey, fork: Fork) -> list[Way]:
    """Return Google's multi-region next to the resource, or next to the one that a path names."""

    def multi(region: str) -> Destination | None:
        name = region if region in ("eu", "us", "asia") else _NEAREST.get(region.partition("-")[0])
        return survey.atlas.region("gcp", name) if name else None

    path = fork.option.to.argument
    if not path:
        return _from_home(survey, fork, multi, "is next to no multi-region that the table knows")
    found = said(fork.resource, path)
    near = at_referred(survey, fork.resource, "gcp", found[0], path) if found else Way(lost(f"{path} is not written", None, "gcp"))
    region = near.destination.region
    place = multi(region) if region and near.destination.cause is None else None
    cause = near.destination.cause or f"{region} is next to no multi-region that the table knows"
    return after(fork, Way(place or lost(cause, near.destination.origin, "gcp"), near.hops))
