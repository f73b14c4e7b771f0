"""Where an edge of the carriers table leads: one finder for each word that a row may say under ``to``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.model.unknown import Unknown
from scanner.views.placements import hosts, objects, texts
from scanner.views.placements.clusters import context
from scanner.views.placements.home import at_referred, home
from scanner.views.placements.names import named_place
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import written
from scanner.views.placements.ways import Fork, Way

Finder = Callable[[Survey, Fork], list[Way]]


def destinations(survey: Survey, fork: Fork) -> list[Way]:
    """Return the ways that start at an attribute."""
    ways = _FINDERS[fork.option.to.word](survey, fork)
    return ways if fork.option.sure else [way._replace(destination=way.destination._replace(sure=False)) for way in ways]


def _after(fork: Fork, *ways: Way) -> list[Way]:
    """Put the attribute itself before the hops of what was found behind it."""
    return [way._replace(hops=(fork.hop, *way.hops)) for way in ways]


def _ends(fork: Fork, destination: Destination) -> list[Way]:
    return [Way(destination, (fork.hop,))]


def _value(survey: Survey, fork: Fork) -> list[Way]:
    return _ends(fork, named_place(survey, fork.carrier.cloud, fork.found.value))


def _geography(survey: Survey, fork: Fork) -> list[Way]:
    value = fork.found.value
    if isinstance(value, Unknown):
        return _ends(fork, lost(value.cause, value.origin, "azure"))
    return _ends(fork, survey.atlas.geography(str(value)) or lost(f"{str(value)!r} is no geography that the table knows"))


def _ref(survey: Survey, fork: Fork) -> list[Way]:
    return [at_referred(survey, fork.resource, fork.carrier.cloud, fork.found, fork.option.path)]


def _origin(survey: Survey, fork: Fork) -> list[Way]:
    """Read an attribute that says where data comes from: the way leads from there to here, or back there where that is not in the scan."""
    sources = survey.referred(fork.resource, fork.found.value, fork.option.path)
    if not sources:
        return _ref(survey, fork)
    own = home(survey, fork.resource)
    return [Way(own.destination, (fork.hop, *own.hops), source) for source in sources[:1]]


def _peers(survey: Survey, fork: Fork) -> list[Way]:
    """Return where the other members of a group are: resources of the same type with the same value."""
    mine = _identity(fork.found.value)
    others = [one for one in survey.inventory.of(fork.resource.type) if one is not fork.resource]
    peers = [one for one in others if any(_identity(found.value) == mine for found in written(one.data, fork.option.path))]
    if not peers:
        return _ends(fork, lost("the other members of the group are not in the scan", None, fork.carrier.cloud))
    return _after(fork, *(home(survey, peer) for peer in peers))


def _identity(value: Any) -> Any:
    return ("unknown", value.origin) if isinstance(value, Unknown) else value


def _own(survey: Survey, fork: Fork) -> list[Way]:
    return _after(fork, home(survey, fork.resource))


def _from_home(survey: Survey, fork: Fork, find: Callable[[str], Destination | None], otherwise: str) -> list[Way]:
    """Return what follows from the resource's own region; unknown where that is unknown or does not say."""
    own = home(survey, fork.resource)
    region = own.destination.region
    if own.destination.cause is not None or region is None:
        cause = own.destination.cause or f"{fork.resource.key.address} is in no single region"
        place = lost(cause, own.destination.origin, fork.carrier.cloud)
    else:
        place = find(region) or lost(f"{region} {otherwise}", None, fork.carrier.cloud)
    return _after(fork, Way(place, own.hops))


def _pair(survey: Survey, fork: Fork) -> list[Way]:
    return _from_home(survey, fork, survey.atlas.pair, "has no paired region, and where redundant copies go is not documented")


def _vault_pair(survey: Survey, fork: Fork) -> list[Way]:
    """Return the pair that Key Vault replicates to, which not every region has."""
    own = home(survey, fork.resource)
    region = own.destination.region
    if own.destination.cause is None and region and survey.atlas.pair(region, vault=True) is None:
        return []
    return _from_home(survey, fork, lambda name: survey.atlas.pair(name, vault=True), "has no paired region")


def _datazone(survey: Survey, fork: Fork) -> list[Way]:
    """Return the data zone of Azure OpenAI that an account's region belongs to."""

    def zone(region: str) -> Destination | None:
        place = survey.atlas.region("azure", region)
        name = {"eu": "eudatazone", "adequacy_partial": "usdatazone"}.get(place.jurisdiction if place else "")
        return survey.atlas.region("azure", name) if name and place and place.country != "CA" else None

    return _from_home(survey, fork, zone, "belongs to no data zone that the table knows")


def _home_geography(survey: Survey, fork: Fork) -> list[Way]:
    """Return the geography of services that are bound to none of its regions; within the EU that is anywhere in the EU."""

    def geography(region: str) -> Destination | None:
        place = survey.atlas.region("azure", region)
        if place and place.jurisdiction == "eu":
            return survey.atlas.somewhere("eu", "azure", "European Union")
        return survey.atlas.siblings(region)

    return _from_home(survey, fork, geography, "lies in no geography that the table knows")


_NEAREST = {"europe": "eu", "us": "us", "northamerica": "us", "asia": "asia"}


def _nearest(survey: Survey, fork: Fork) -> list[Way]:
    """Return Google's multi-region next to the resource, or next to the one that a path names."""

    def multi(region: str) -> Destination | None:
        name = region if region in ("eu", "us", "asia") else _NEAREST.get(region.partition("-")[0])
        return survey.atlas.region("gcp", name) if name else None

    path = fork.option.to.argument
    if not path:
        return _from_home(survey, fork, multi, "is next to no multi-region that the table knows")
    found = written(fork.resource.data, path)
    near = at_referred(survey, fork.resource, "gcp", found[0], path) if found else Way(lost(f"{path} is not written", None, "gcp"))
    region = near.destination.region
    place = multi(region) if region and near.destination.cause is None else None
    cause = near.destination.cause or f"{region} is next to no multi-region that the table knows"
    return _after(fork, Way(place or lost(cause, near.destination.origin, "gcp"), near.hops))


def _global(survey: Survey, fork: Fork) -> list[Way]:
    return _ends(fork, survey.atlas.somewhere("global", fork.carrier.cloud, "global"))


def _fixed(survey: Survey, fork: Fork) -> list[Way]:
    return _ends(fork, named_place(survey, fork.carrier.cloud, fork.option.to.argument))


def _unknown(_: Survey, fork: Fork) -> list[Way]:
    value = fork.found.value
    cause = value.cause if isinstance(value, Unknown) else fork.option.note or "what is written does not say a place"
    return _ends(fork, lost(cause, None, fork.carrier.cloud))


def _endpoint(survey: Survey, fork: Fork) -> list[Way]:
    """Return the place of a host, of an ARN, or of the resource whose endpoint is meant; hosts inside the cluster lead nowhere else."""
    value = fork.found.value
    if isinstance(value, Unknown) or str(value).startswith("arn:"):
        return _ref(survey, fork)
    return _after(fork, *hosts.places(survey, fork.resource, hosts.hosts(str(value))))


def _known_hosts(survey: Survey, fork: Fork) -> list[Way]:
    """Return the places of those hosts in a text that the table knows; any other word of a text proves nothing."""
    value = fork.found.value
    names = [] if isinstance(value, Unknown) else [host for host in hosts.hosts(str(value)) if hosts.is_known(host)]
    return _after(fork, *hosts.places(survey, fork.resource, names))


def _host(survey: Survey, fork: Fork) -> list[Way]:
    return _after(fork, hosts.place_of(survey, fork.resource, fork.option.to.argument))


def _context(survey: Survey, fork: Fork) -> list[Way]:
    value = fork.found.value
    return _ends(fork, lost(value.cause, value.origin) if isinstance(value, Unknown) else context(survey, str(value)))


def _atlas_region(survey: Survey, fork: Fork) -> list[Way]:
    """Read a region as MongoDB Atlas writes it: ``EU_CENTRAL_1``, ``GERMANY_WEST_CENTRAL``."""
    value = fork.found.value
    word = value if isinstance(value, Unknown) else str(value).lower().replace("_", "-")
    return _ends(fork, named_place(survey, "kubernetes", word))


_PROFILES: dict[str, dict[str, Any]] = {
    "eu": {"jurisdictions": ["eu"]},
    "us": {"countries": ["US"]},
    "jp": {"countries": ["JP"]},
    "au": {"countries": ["AU"]},
    "apac": {"jurisdictions": ["third"]},
    "global": {"global": True},
}


def _inference(survey: Survey, fork: Fork) -> list[Way]:
    """Return where a Bedrock inference profile may run: its id begins with ``eu.``, ``us.`` or ``global.``; a plain model runs here."""
    value = fork.found.value
    if isinstance(value, Unknown):
        return _ends(fork, lost(value.cause, value.origin, "aws"))
    prefix, dot, _ = str(value).rpartition("/")[2].partition(".")
    if dot and prefix in _PROFILES:
        return _ends(fork, survey.atlas.several("aws", f"{prefix} inference profile", _PROFILES[prefix]))
    return _own(survey, fork)


_FINDERS: dict[str, Finder] = {
    "value": _value,
    "geography": _geography,
    "ref": _ref,
    "origin": _origin,
    "peers": _peers,
    "own": _own,
    "pair": _pair,
    "vault_pair": _vault_pair,
    "datazone": _datazone,
    "home": _home_geography,
    "nearest": _nearest,
    "global": _global,
    "fixed": _fixed,
    "unknown": _unknown,
    "endpoint": _endpoint,
    "hosts": _endpoint,
    "known_hosts": _known_hosts,
    "host": _host,
    "context": _context,
    "atlas": _atlas_region,
    "inference": _inference,
    "awslogs": texts.awslogs,
    "bucket": texts.bucket,
    "secret": objects.secret,
    "storage_class": objects.storage_class,
    "environment": texts.environment,
    "named": objects.named,
}
