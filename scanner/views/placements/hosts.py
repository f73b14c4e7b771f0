"""Hosts in values, and the places behind them."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.glob import fits
from scanner.model.resource import Resource
from scanner.patterns import pattern
from scanner.tables import table
from scanner.typed import TYPE_CHECKING, Any, Iterable, Iterator, Mapping
from scanner.views.placements.home import cluster_way, home
from scanner.views.placements.names import named_place
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.ways import Way

if TYPE_CHECKING:
    import re

LONGEST = 65_536
"""Characters of a text that are searched for hosts."""
_URL = pattern(r"[a-z][a-z0-9+.-]{0,30}://(?:[^\s/@\"']{0,512}@)?([A-Za-z0-9._-]{1,253})")
_BARE = pattern(r"\A(?:[^\s/@]{0,512}@)?([A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,30})\.?(?::\d{1,5})?(?:/\S*)?\Z")
_ACCOUNT = pattern(r"(?i)(?:^|;)\s*AccountName=([a-z0-9]{3,24})")
_SERVER = pattern(r"(?i)(?:^|[;\s])(?:Server|Data Source|Host)\s*=\s*(?:tcp:)?([A-Za-z0-9._-]{1,253})")
_ADDRESS = pattern(r"\A[0-9.]+\Z")


def hosts(text: str) -> list[str]:
    """Return the hosts in a URL, a connection string or any text that holds URLs, in order; a lone ``name.example:443`` is one too."""
    if len(text) > LONGEST:  # a word that is cut in two is no host
        text = text[:LONGEST].rpartition(" ")[0]
    found = [match[1] for match in _URL.finditer(text)] if "://" in text else []
    if "=" in text and "\n" not in text:  # connection strings are one line; a dashboard or script of thousands is none
        found += [f"{match[1]}.blob.core.windows.net" for match in _ACCOUNT.finditer(text)]
        found += [match[1] for match in _SERVER.finditer(text)]
    if not found:
        found = [match[1] for part in text.split(",")[:64] if (match := _BARE.match(part.strip()))]
    return list(dict.fromkeys(host.lower().rstrip(".") for host in found))


def is_outside(host: str) -> bool:
    """Tell whether a host is named outside of its own machine and cluster."""
    return "." in host and not host.endswith((".svc", ".cluster.local", ".local", ".internal", ".localhost")) and not _ADDRESS.match(host)


def is_known(host: str) -> bool:
    """Tell whether the table has a row for a host outside the cluster."""
    row = next((row for _, row in _fitting(host)), None)
    return row is not None and "cluster" not in row


def place_of(survey: Survey, resource: Resource, host: str) -> Way:
    """Return the place behind a host as a resource uses it: a row of the configuration, else of the table, else unknown."""
    said = survey.setting("residency", "endpoints") or {}
    for glob, place in said.items():
        if fits(host, str(glob).lower()):
            return Way(_configured(survey, host, place))
    for found, row in _fitting(host):
        way = _by_row(survey, resource, row, found.groupdict())
        if way is not None:
            return way
    return Way(lost(f"where {host} is, is not known: say it in residency.endpoints"))


def _fitting(host: str) -> Iterator[tuple[re.Match[str], Mapping[str, Any]]]:
    """Yield the rows whose pattern fits; those that end otherwise than the host need not be compiled."""
    for ending, row in _rows():
        found = pattern(row["host"]).search(host) if host.endswith(ending) else None
        if found is not None:
            yield found, row


@cache
def _rows() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple((_ending(row["host"]), row) for row in table("endpoints")["endpoints"])


def _ending(text: str) -> str:
    """Return the text that whatever fits a pattern ends with: plain words behind its last group or class."""
    text, dollar, _ = text.rpartition("$")
    last = text.rpartition(")")[2].rpartition("]")[2].rpartition("+")[2].rpartition("*")[2].removeprefix("^").replace("\\.", ".")
    return last if dollar and not set(last) & set("\\|?{}") else ""


def _by_row(survey: Survey, resource: Resource, row: Mapping[str, Any], parts: Mapping[str, str]) -> Way | None:
    if "cluster" in row:
        return cluster_way(survey, resource)
    if "store" in row:
        return _stored(survey, resource, row, parts["a"])
    place = _said(survey, row, parts)
    return None if place is None else Way(place._replace(provider=row["provider"], sure="sure" not in row))


def _said(survey: Survey, row: Mapping[str, Any], parts: Mapping[str, str]) -> Destination | None:
    atlas, provider = survey.atlas, row["provider"]
    if "region" in row:
        return atlas.region(row.get("cloud", provider), parts[row["region"]])
    if "fixed" in row:
        return atlas.region(provider, row["fixed"])
    if "country" in row:
        return atlas.country(row["country"], provider)
    if "unknown" in row:
        return lost(row["unknown"])
    return atlas.somewhere(row.get("jurisdiction", "global"), provider, None if "jurisdiction" in row else "global")


def _stored(survey: Survey, resource: Resource, row: Mapping[str, Any], name: str) -> Way:
    """Return where the resource is that a host is named after, or its secondary."""
    found = [one for kind in row["store"] for one in survey.inventory.of(kind) if name in (one.data.get("name"), one.data.get("bucket"))]
    near = [one for one in found if one.key.scope == resource.key.scope] or found
    if not near:
        return Way(lost(f"{name!r} is not in the scan, and its host does not say where it is", None, row["provider"]))
    way = home(survey, near[0])
    if row.get("pair") and way.destination.region:
        pair = survey.atlas.pair(way.destination.region)
        way = way._replace(destination=pair or lost(f"{way.destination.region} has no paired region"))
    return way


def _configured(survey: Survey, host: str, said: Any) -> Destination:
    """Read a place of ``residency.endpoints``: a country code, a jurisdiction, a region of any cloud, or a map of these."""
    row = said if isinstance(said, dict) else {_what(str(said)): str(said)}
    if "country" in row:
        return survey.atlas.country(row["country"], row.get("provider", host))
    if "jurisdiction" in row:
        return survey.atlas.somewhere(row["jurisdiction"], row.get("provider", host))
    return named_place(survey, "kubernetes", row.get("region"))


def _what(word: str) -> str:
    if len(word) == 2 and word.isupper():
        return "country"
    return "jurisdiction" if word in table("jurisdictions")["jurisdictions"] or word in ("third", "global") else "region"


def places(survey: Survey, resource: Resource, names: Iterable[str]) -> list[Way]:
    """Return the place behind each host outside the cluster; ``cart.shop`` is inside where shop is a namespace."""
    outside = [host for host in names if is_outside(host) and not _is_service(survey, resource, host)]
    return [place_of(survey, resource, host) for host in outside]


def _is_service(survey: Survey, resource: Resource, host: str) -> bool:
    name, _, namespace = host.partition(".")
    return resource.key.provider == "kubernetes" and bool(name) and survey.is_namespace(namespace)
