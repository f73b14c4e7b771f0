"""A REST API, asked politely and only ever read, over azure-core's pipeline: it waits when told to, tries again and signs each request.

Imported by live platforms alone: azure-core takes longer to load than a small scan.
"""

from __future__ import annotations

import json
import time
from urllib.parse import urlsplit

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest

from scanner.model.errors import ConfigError
from scanner.model.platform import FailedError
from scanner.model.problem import ProblemKind
from scanner.typed import Any, Callable, Mapping, Sequence

ATTEMPTS = 5
LONGEST_PAUSE = 60.0
LONGEST_CALL = 300
LARGEST_ANSWER = 256 * 1024 * 1024
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Rest:
    """One API below one address. ``posts`` are the endings of paths that are asked by POST and change nothing; no other verb leaves."""

    def __init__(self, base: str, signing: Any, posts: Sequence[str] = (), sleep: Callable[[float], None] = time.sleep) -> None:
        self.base = secure(base)
        self._client = PipelineClient(self.base, policies=policies(signing, posts), transport=_Transport(sleep))

    def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object of one GET; ``path`` may be a whole address below the base. Raises FailedError."""
        return self._object(HttpRequest("GET", self._address(path), params=dict(query or {})))

    def post(self, path: str, query: Mapping[str, str], body: Any) -> dict[str, Any]:
        """Return the JSON object that a question by POST gives. Raises FailedError."""
        return self._object(HttpRequest("POST", self._address(path), params=dict(query), json=body))

    def text(self, path: str) -> str:
        """Return what one GET gives as text. Raises FailedError."""
        return str(self._answer(HttpRequest("GET", self._address(path))).text())

    def _address(self, path: str) -> str:
        if path.startswith("/"):
            return self.base + path
        if urlsplit(path)[:2] != urlsplit(self.base)[:2]:  # a link to elsewhere would be sent our token
            raise FailedError("unreachable", "the answer leads to another server, which is not asked")
        return path

    def _object(self, request: HttpRequest) -> dict[str, Any]:
        response = self._answer(request)
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise FailedError("unparsable", f"{_words(request)}: the answer is no JSON object", response.status_code)
        return body

    def _answer(self, request: HttpRequest) -> Any:
        try:
            response = self._client.send_request(request)
        except ClientAuthenticationError as error:
            raise FailedError("forbidden", f"cannot sign in: {first_line(error)}", 401) from None
        except AzureError as error:
            raise FailedError("unreachable", f"{_words(request)}: no answer ({type(error).__name__})") from None
        if response.status_code >= 300:
            raise refused(response.status_code, response.content, _words(request))
        if len(response.content) > LARGEST_ANSWER:
            raise FailedError("too-large", f"{_words(request)}: the answer has more than {LARGEST_ANSWER} bytes")
        return response


def policies(signing: Any, posts: Sequence[str]) -> list[Any]:
    """Return the pipeline of every request, the SDK's clients' too: retries stand before signing, so that each attempt is signed."""
    retries = RetryPolicy(retry_total=ATTEMPTS, retry_status=ATTEMPTS, retry_backoff_factor=0.5, retry_backoff_max=30, timeout=LONGEST_CALL)
    return [UserAgentPolicy("plumbrule"), _Reading(posts), retries, signing]


def transport(sleep: Callable[[float], None] = time.sleep) -> RequestsTransport:
    """Return what sends requests and waits between them."""
    return _Transport(sleep)


def secure(base: str) -> str:
    """Return the address of an API without a trailing slash. Raises ConfigError for one that would send a token in the clear."""
    parts = urlsplit(base)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ConfigError(f"{base} is no https address", hint="a token is only ever sent encrypted")
    return base.rstrip("/")


def refused(status: int, content: bytes, words: str) -> FailedError:
    """Return the error of an answer that says no, in the API's own words."""
    code, message = _said(content)
    kind: ProblemKind = "forbidden" if status in (401, 403) else "unreachable"
    if status == 429:
        message = f"throttled, after {ATTEMPTS} more attempts still: try later, or fewer accounts at once"
    elif status == 401:
        message = f"the sign-in is not accepted, it may have expired: sign in again ({message})"
    return FailedError(kind, f"{words}: {status} {message}".rstrip(), status, code)


def first_line(error: Exception) -> str:
    """Return the first line of an SDK's words, which are long."""
    return str(error).strip().partition("\n")[0][:300]


def _said(content: bytes) -> tuple[str, str]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return "", ""
    error = body.get("error", body) if isinstance(body, dict) else {}
    if not isinstance(error, dict):
        return "", str(error)[:300]
    return str(error.get("code") or error.get("id") or ""), str(error.get("message") or "").partition("\n")[0][:300]


def _words(request: HttpRequest) -> str:
    return f"{request.method} {urlsplit(request.url).path}"


class _Reading(SansIOHTTPPolicy[Any, Any]):  # type: ignore[misc]  # untyped to us: the extra may not be there
    """Lets reads pass and nothing else, and has every read tried again."""

    def __init__(self, posts: Sequence[str]) -> None:
        self._posts = tuple(ending.lower() for ending in posts)

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Refuse what may write."""
        http = request.http_request
        if http.method != "GET" and not (http.method == "POST" and urlsplit(http.url).path.lower().endswith(self._posts)):
            raise AssertionError(f"{http.method} {http.url}: plumbrule never writes")
        request.context.options["retry_on_methods"] = frozenset(("GET", "POST"))


class _Transport(RequestsTransport):  # type: ignore[misc]
    """Waits as a server asks, but not for ever."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        super().__init__(connection_timeout=10, read_timeout=60)
        self._sleep = sleep

    def sleep(self, duration: float) -> None:
        """Pause before the next attempt."""
        self._sleep(min(duration, LONGEST_PAUSE))
