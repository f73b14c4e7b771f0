"""Places in values that are small languages of their own: bucket URLs, container definitions, environment variables."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterator
from scanner.views.placements import hosts
from scanner.views.placements.home import at_referred
from scanner.views.placements.names import named_place
from scanner.views.placements.places import lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import split
from scanner.views.placements.ways import Fork, Hop, Way

_SCHEMES = ("s3://", "s3a://", "gs://", "gcs://")
_HOST_NAMES = ("URL", "URI", "ENDPOINT", "HOST", "HOSTNAME", "DSN", "SITE", "ADDRESS", "SERVER", "CONNECTION_STRING")
_BUCKET_NAMES = ("_PREFIX", "_BUCKET", "_PATH")
_REGION_NAMES = ("AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_CLOUD_REGION", "AWS_S3_REGION", "S3_REGION")


def bucket(survey: Survey, fork: Fork) -> list[Way]:
    """Return where a bucket is: ``s3://name/path`` and bare names by the resource of that name, other URLs by their host."""
    value = fork.found.value
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return [way._replace(hops=(fork.hop, *way.hops)) for way in hosts.places(survey, fork.resource, hosts.hosts(value))]
    name = value
    if isinstance(value, str):
        scheme = next((scheme for scheme in _SCHEMES if value.startswith(scheme)), "")
        name = value.removeprefix(scheme).partition("/")[0]
    way = at_referred(survey, fork.resource, fork.carrier.cloud, fork.found._replace(value=name), "bucket")
    return [way._replace(hops=(fork.hop, *way.hops[1:]))]


def awslogs(survey: Survey, fork: Fork) -> list[Way]:
    """Return where the containers of an ECS task log to: the region of awslogs, the host of another driver."""
    import json

    value = fork.found.value
    if isinstance(value, Unknown):
        return [Way(lost(value.cause, value.origin, "aws"), (fork.hop,))]
    try:
        definitions = json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return [Way(lost("the container definitions are no JSON", None, "aws"), (fork.hop,))]
    return [way for options in _log_options(definitions) for way in _logged(survey, fork, options)]


def _log_options(definitions: Any) -> Iterator[dict[str, Any]]:
    for container in definitions if isinstance(definitions, list) else ():
        logging = container.get("logConfiguration") if isinstance(container, dict) else None
        options = logging.get("options") if isinstance(logging, dict) else None
        if isinstance(options, dict):
            yield options


def _logged(survey: Survey, fork: Fork, options: dict[str, Any]) -> Iterator[Way]:
    region = options.get("awslogs-region")
    if isinstance(region, str):
        yield Way(named_place(survey, "aws", region), (fork.hop._replace(value=region),))
    for key in ("splunk-url", "Host", "url"):
        if isinstance(options.get(key), str):
            ways = hosts.places(survey, fork.resource, hosts.hosts(options[key]))
            yield from (way._replace(hops=(fork.hop._replace(value=options[key]), *way.hops)) for way in ways)


def environment(survey: Survey, fork: Fork) -> list[Way]:
    """Return where the environment variables of an object's containers lead: those whose names say host, region or bucket."""
    return [way for pointer, item in _variables(fork) for way in _of_variable(survey, fork, pointer, item)]


def _of_variable(survey: Survey, fork: Fork, pointer: Pointer, item: dict[str, Any]) -> list[Way]:
    name, value = str(item.get("name", "")).upper(), item.get("value")
    hop = Hop(fork.resource, (*pointer, "value"), value)
    if not name.endswith((*_REGION_NAMES, *_HOST_NAMES, *_BUCKET_NAMES)) or value is None:
        return []
    if isinstance(value, Unknown):
        return [Way(lost(value.cause, value.origin), (hop,))]
    if name in _REGION_NAMES:
        return [Way(named_place(survey, "kubernetes", value), (hop,))]
    if name.endswith(_BUCKET_NAMES):
        found = bucket(survey, fork._replace(found=fork.found._replace(value=value))) if str(value).startswith(_SCHEMES) else []
        return [way._replace(hops=(hop, *way.hops[1:])) for way in found]
    return [way._replace(hops=(hop, *way.hops)) for way in hosts.places(survey, fork.resource, hosts.hosts(str(value)))]


def _variables(fork: Fork) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    pointer, value = fork.found.pointer, fork.found.value
    if isinstance(value, dict) and "name" in value:
        yield pointer, value
    elif fork.option.path.startswith("pod."):
        yield from _of_pod(fork)


def _of_pod(fork: Fork) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    path = table("workloads")["templates"].get(fork.resource.type)
    base = (*split(path or ""), "spec")
    spec: Any = fork.resource.data
    for key in base:
        spec = spec.get(key) if isinstance(spec, dict) else None
    for name in ("initContainers", "containers", "ephemeralContainers"):
        for number, container in _listed(spec, name):
            for at, item in _listed(container, "env"):
                if isinstance(item, dict):
                    yield (*base, name, number, "env", at), item


def _listed(data: Any, key: str) -> list[tuple[int, Any]]:
    found = data.get(key) if isinstance(data, dict) else None
    return list(enumerate(found)) if isinstance(found, list) else []
