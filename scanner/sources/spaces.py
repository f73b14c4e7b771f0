"""Spaces, DigitalOcean's object stores: their own API is that of S3, asked with keys of their own, region by region. Never a write.

The keys are those of SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY; SPACES_ENDPOINT_URL names other servers, with ``{{.Region}}`` in
it, as the Terraform provider has it. Sources (2026-11): https://docs.digitalocean.com/reference/api/spaces/ and, for the signature,
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree as ET

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from scanner.model.platform import FailedError
from scanner.model.problem import Problem
from scanner.model.unknown import Unknown
from scanner.sources.rest import Rest
from scanner.typed import Any, Callable, Mapping

TYPE = "spaces"
REGIONS = ("ams3", "atl1", "blr1", "fra1", "lon1", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1")
"""https://docs.digitalocean.com/platform/regional-availability/#spaces"""
_ENDPOINT = "https://{{.Region}}.digitaloceanspaces.com"
_NOTHING = hashlib.sha256(b"").hexdigest()
_EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
_NO_POLICY = 404


def keys() -> tuple[str, str] | None:
    """Return the access key and its secret, where both are given."""
    found = os.environ.get("SPACES_ACCESS_KEY_ID"), os.environ.get("SPACES_SECRET_ACCESS_KEY")
    return (found[0], found[1]) if found[0] and found[1] else None


def read(access: tuple[str, str], pause: Callable[[float], None]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the buckets of every region, and what could not be read; each region and question fails alone."""
    objects: list[dict[str, Any]] = []
    refusals: dict[str, FailedError] = {}
    for region in REGIONS:
        server = (os.environ.get("SPACES_ENDPOINT_URL") or _ENDPOINT).replace("{{.Region}}", region)
        rest = Rest(server, _Signing(*access, region), sleep=pause)
        try:
            names = [one.text or "" for one in _tree(rest.text("/"), "buckets").iter() if _is(one, "Name")]
        except FailedError as error:
            refusals[region] = error
            continue
        objects += [_bucket(rest, region, name) for name in names]
    return objects, _unread(refusals)


def _unread(refusals: Mapping[str, FailedError]) -> list[Problem]:
    """Return one problem for each region that was not read, or one for all."""
    if len(refusals) == len(REGIONS):
        first = refusals[REGIONS[0]]
        return [Problem(first.kind, None, f"DigitalOcean: Spaces of no region were read ({first.detail})")]
    return [Problem(one.kind, None, f"DigitalOcean: Spaces of {region} not read ({one.detail})") for region, one in refusals.items()]


def _bucket(rest: Rest, region: str, name: str) -> dict[str, Any]:
    """Return a bucket under the arguments of ``digitalocean_spaces_bucket``; what may not be read is unknown, with the reason."""

    def asked(question: str, answer: Callable[[str], Any]) -> Any:
        try:
            return answer(rest.text(f"/{quote(name, safe='')}?{question}"))
        except FailedError as error:
            if question == "policy" and error.status == _NO_POLICY:
                return None
            return Unknown(f"the {question} of {name} was not read: {error.detail}", name)

    found = {"acl": asked("acl", _acl), "versioning": asked("versioning", _versioning), "policy": asked("policy", _policy)}
    return {"type": TYPE, "name": name, "region": region, **{key: value for key, value in found.items() if value is not None}}


def _acl(text: str) -> str:
    """Return the canned access list that grants what this one does to everyone."""
    for grant in (one for one in _tree(text, "access list").iter() if _is(one, "Grant")):
        words = [one.text for one in grant.iter() if _is(one, "URI") or _is(one, "Permission")]
        if _EVERYONE in words and {"READ", "FULL_CONTROL"}.intersection(words):
            return "public-read"
    return "private"


def _versioning(text: str) -> list[dict[str, bool]]:
    status = [one.text for one in _tree(text, "versioning").iter() if _is(one, "Status")]
    return [{"enabled": status == ["Enabled"]}]


def _policy(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        raise FailedError("unparsable", "the policy is no JSON") from None
    return text


def _tree(text: str, what: str) -> Any:
    """Parse an answer; expat bounds what entities may grow to (https://docs.python.org/3/library/xml.html#xml-security)."""
    try:
        return ET.fromstring(text)  # noqa: S314 - see above, and the length of an answer is bounded
    except (ET.ParseError, RecursionError):
        raise FailedError("unparsable", f"the answer holds no {what}") from None


def _is(element: Any, name: str) -> bool:
    return str(element.tag).rpartition("}")[2] == name


class _Signing(SansIOHTTPPolicy[Any, Any]):  # type: ignore[misc]  # untyped to us: the extra may not be there
    """Signs each attempt for one region."""

    def __init__(self, key: str, secret: str, region: str) -> None:
        self._key, self._secret, self._region = key, secret, region

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Add the headers of the signature."""
        http = request.http_request
        http.headers.update(signed(http.method, http.url, (self._key, self._secret), self._region, datetime.now(UTC)))


def signed(method: str, url: str, access: tuple[str, str], region: str, now: datetime) -> Mapping[str, str]:
    """Return the headers that sign a request without a body (AWS Signature Version 4, service s3)."""
    parts, moment = urlsplit(url), now.strftime("%Y%m%dT%H%M%SZ")
    query = "&".join(f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}" for key, value in sorted(parse_qsl(parts.query, True)))
    headers = {"host": parts.netloc, "x-amz-content-sha256": _NOTHING, "x-amz-date": moment}
    names = ";".join(sorted(headers))
    canonical = "\n".join([method, parts.path or "/", query, *(f"{key}:{headers[key]}" for key in sorted(headers)), "", names, _NOTHING])
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = f"AWS4{access[1]}".encode()
    for word in scope.split("/"):
        secret = hmac.new(secret, word.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    line = f"AWS4-HMAC-SHA256 Credential={access[0]}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {"x-amz-date": moment, "x-amz-content-sha256": _NOTHING, "Authorization": line}
