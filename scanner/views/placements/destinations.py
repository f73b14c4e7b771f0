"""Where an edge of the carriers table leads: one finder for each word that a row may say under ``to``."""

from __future__ import annotations

from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable
from scanner.views.placements import derived, hosts, objects, texts
from scanner.views.placements.clusters import context
from scanner.views.placements.home import at_referred, home
from scanner.views.placements.names import named_place
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import written
from scanner.views.placements.ways import Fork, Way, after

Finder = Callable[[Survey, Fork], list[Way]]


def destinations(survey: Survey, fork: Fork) -> list[Way]:
    """Return the ways that start at an attribute."""
    ways = _FINDERS[fork.option.to.word](survey, fork)
    return ways if fork.option.sure else [way._replace(destination=way.destination._replace(sure=False)) for way in ways]


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
    return after(fork, *(home(survey, peer) for peer in peers))


def _identity(value: Any) -> Any:
    return ("unknown", value.origin) if isinstance(value, Unknown) else value


def _own(survey: Survey, fork: Fork) -> list[Way]:
    return after(fork, home(survey, fork.resource))


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
    return after(fork, *hosts.places(survey, fork.resource, hosts.hosts(str(value))))


def _known_hosts(survey: Survey, fork: Fork) -> list[Way]:
    """Return the places of those hosts in a text that the table knows; any other word of a text proves nothing."""
    value = fork.found.value
    names = [] if isinstance(value, Unknown) else [host for host in hosts.hosts(str(value)) if hosts.is_known(host)]
    return after(fork, *hosts.places(survey, fork.resource, names))


def _host(survey: Survey, fork: Fork) -> list[Way]:
    return after(fork, hosts.place_of(survey, fork.resource, fork.option.to.argument))


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
    "pair": derived.pair,
    "vault_pair": derived.vault_pair,
    "datazone": derived.datazone,
    "home": derived.home_geography,
    "nearest": derived.nearest,
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
