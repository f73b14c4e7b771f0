"""One connection to an API server: ``client`` finds the server and proves who we are, the answers are read raw.

Typed deserialisation is measured seven times slower than reading JSON, and nothing of it is needed.
"""

from __future__ import annotations

import threading
import time
from urllib.parse import urlencode

from scanner.kept import cache
from scanner.model.problem import ProblemKind
from scanner.model.record import NamedTuple
from scanner.sources.cluster.transport import Answer, Headers
from scanner.typed import Any, Callable, Mapping

ATTEMPTS: Mapping[int, int] = {0: 3, 429: 6, 500: 2, 502: 3, 503: 4, 504: 2}
"""How often a question is asked that got this status; 0 is no answer. What a webhook refuses once it refuses again."""
LONGEST_PAUSE = 30.0
PATIENCE = 300.0
"""Seconds that all pauses of one scan may take together."""
SILENCES = 6
"""Questions in a row without any answer after which nothing more is asked."""


class FailedError(Exception):
    """The server could not be asked, or refused. ``status`` is the HTTP status, 0 where no answer came; ``after`` its Retry-After."""

    def __init__(self, kind: ProblemKind, detail: str, status: int = 0, after: str | None = None) -> None:
        super().__init__(detail)
        self.kind: ProblemKind = kind
        self.detail = detail
        self.status = status
        self.after = after


class Client(NamedTuple):
    """The way to a server: what asks it for a path (see ``transport.Plain``), and the headers that say who we are.

    ``packed`` tells whether it may compress what it says.
    """

    ask: Callable[[str, Headers], Answer]
    headers: Callable[[], Mapping[str, str | list[str]]]
    packed: bool = True


class Connection:
    """Asks one server, politely: it waits when told to, tries again, and renews credentials that have expired. Threads may share it."""

    def __init__(self, open_client: Callable[[], Client], sleep: Callable[[float], None] = time.sleep) -> None:
        self._open = open_client
        self._client = open_client()
        self._sleep = sleep
        self._lock = threading.Lock()
        self._patience = PATIENCE
        self._silences = 0

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = "application/json") -> dict[str, Any]:
        """Return the JSON of one GET. Raises FailedError after the last attempt."""
        return decoded(path, self.raw(path, query, accept))

    def raw(self, path: str, query: Mapping[str, str] | None = None, accept: str = "application/json") -> bytes:
        """Return the answer to one GET as it came, for ``decoded``. Raises FailedError after the last attempt."""
        renewed, attempt = False, 0
        while True:
            client = self._client
            try:
                return self._once(client, path, query or {}, accept)
            except FailedError as error:
                attempt += 1
                if error.status == 401 and not renewed:
                    renewed = True
                    self._renew(client)
                elif attempt >= ATTEMPTS.get(error.status, 0) or not self._may_wait(_pause(error, attempt)):
                    raise

    def _renew(self, expired: Client) -> None:
        with self._lock:
            if self._client is expired:  # else another thread has done it
                self._client = self._open()

    def _may_wait(self, pause: float) -> bool:
        """Wait before the next attempt, as long as there is patience left and the server says anything at all."""
        with self._lock:
            if pause > self._patience or self._silences >= SILENCES:
                return False
            self._patience -= pause
        self._sleep(pause)
        return True

    def _once(self, client: Client, path: str, query: Mapping[str, str], accept: str) -> bytes:
        if self._silences >= SILENCES:
            raise FailedError("unreachable", f"GET {path}: not asked any more, the server stopped answering")
        headers = [("Accept", accept), ("Accept-Encoding", "gzip" if client.packed else "identity"), ("User-Agent", "plumbrule")]
        for name, value in client.headers().items():
            headers += [(name, one) for one in (value if isinstance(value, list) else [value])]
        try:
            answer = client.ask(f"{path}?{urlencode(query)}" if query else path, headers)
        except OSError as error:
            self._silences += 1
            raise FailedError("unreachable", f"GET {path}: {type(error).__name__}: the server cannot be reached") from None
        self._silences = 0
        content = answer.content or b"{}"
        if answer.status != 200:
            raise _refused(path, answer, _said(content))
        return content


def decoded(path: str, content: bytes) -> dict[str, Any]:
    """Return the JSON of an answer. Raises FailedError."""
    body = _said(content)
    if body is None:
        raise FailedError("unreachable", f"GET {path}: 200 the answer is no JSON", 200)
    return body


def _said(content: bytes) -> dict[str, Any] | None:
    try:
        body = decoder()(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


@cache
def decoder() -> Callable[[bytes], Any]:
    """Return what reads JSON: the extra brings one that is more than twice as fast as the standard library's."""
    try:
        import orjson
    except ImportError:
        import json

        return json.loads
    return orjson.loads


def _refused(path: str, answer: Answer, body: Mapping[str, Any] | None) -> FailedError:
    message = "the answer is no JSON" if body is None else str(body.get("message") or answer.reason or "refused")
    kind: ProblemKind = "forbidden" if answer.status in (401, 403) else "unreachable"
    return FailedError(kind, f"GET {path}: {answer.status} {message}", answer.status, answer.after)


def _pause(error: FailedError, attempt: int) -> float:
    after = error.after
    return min(float(after), LONGEST_PAUSE) if after and after.isdigit() else min(0.25 * 2**attempt, LONGEST_PAUSE)
