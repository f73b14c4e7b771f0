"""What a running cloud platform shows, whichever it is: the seam between ``sources`` and the pipeline.

A platform is the package or module of ``scanner.sources`` with its name, as in ``resource.provider``; its objects are made resources by
the module of ``scanner.formats.live`` whose ``PLATFORM`` is that name. It has

* ``read(targets: Sequence[str], ask: Ask) -> Sequence[Seen]``: one answer per account, each failing alone; never a write.
"""

from __future__ import annotations

from scanner.model.problem import Problem, ProblemKind
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.typed import Any, Callable, Literal, Mapping, Sequence


class FailedError(Exception):
    """The API could not be asked, or refused. ``status`` is the HTTP status, 0 where no answer came; ``code`` the API's own word."""

    def __init__(self, kind: ProblemKind, detail: str, status: int = 0, code: str = "") -> None:
        super().__init__(detail)
        self.kind: ProblemKind = kind
        self.detail = detail
        self.status = status
        self.code = code

    def problem(self, name: str) -> Problem:
        """Return the problem of an account."""
        return Problem(self.kind, None, f"{name}: {self.detail}")


class Ask(NamedTuple):
    """What is wanted of a platform.

    ``wanted`` are the types that rules and views ask for, ``same`` the platform's own policy ids that ask the same as a rule which runs,
    ``clusters`` whether the Kubernetes clusters that are found shall be opened too.
    """

    wanted: Wanted
    same: frozenset[str] = frozenset()
    clusters: bool = False


class Said(NamedTuple):
    """One row of the platform's own policy engine about one resource, named by its id. ``cause`` is why an outcome is unknown."""

    check: str
    title: str
    resource: str
    type: str
    outcome: Literal["fail", "unknown", "pass"]
    message: str
    url: str = ""
    cause: str | None = None


class Access(NamedTuple):
    """The way into a Kubernetes cluster: its name for people, and what fetches a kubeconfig (anew when credentials have expired)."""

    name: str
    kubeconfig: Callable[[], Mapping[str, Any]]


class Seen(NamedTuple):
    """What one account showed: ``scope`` identifies it, ``name`` is for people, ``engine`` names who made the rows of ``said``."""

    scope: str
    name: str
    objects: Sequence[dict[str, Any]] = ()
    problems: Sequence[Problem] = ()
    engine: str = ""
    said: Sequence[Said] = ()
    clusters: Sequence[Access] = ()
