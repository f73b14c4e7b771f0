"""What a rule's paths may refer to while its conditions are compiled: its joins, parameters, and the platform that is judged at."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable, Mapping


class Joined(NamedTuple):
    """One subject that a join leads to; ``doubt`` says why it is only perhaps the one that is meant."""

    subject: Subject
    doubt: Unknown | None


class Join(NamedTuple):
    """A compiled join: ``others`` finds the joined subjects, ``keys`` are the pointers of ours that it joins by.

    ``incomplete`` gives the reason why there may be others that the scan has not seen, or None.
    """

    others: Callable[[Subject], list[Joined]]
    keys: Callable[[Subject], list[tuple[Subject, tuple[str | int, ...]]]]
    incomplete: Callable[[Subject], Unknown | None]
    pods: bool


class Scope(NamedTuple):
    """Compile-time surroundings of a path.

    ``item`` tells that paths start at an item of ``each``; ``pods`` that the subject may carry a pod template; ``judging`` that the
    condition decides (there, a namespace that nobody wrote is unknown), where a filter takes what Kubernetes implies. ``outer`` surrounds
    what a nested condition is about. ``every`` is how ``[*]`` is meant in a condition: every (under ``require``), else any.
    ``converts`` tells that the subject is Terraform's, which converts what is written.
    ``checking`` asks for every mistake now, where a scan would find it when it gets there.
    """

    joins: Mapping[str, Join]
    params: Mapping[str, Any]
    platform: Mapping[str, Any]
    today: str
    item: bool = False
    pods: bool = True
    judging: bool = False
    outer: Scope | None = None
    every: bool = False
    converts: bool = False
    checking: bool = False

    def nested(self) -> Scope:
        """Return the surroundings of a condition about an item that a path of this scope leads to."""
        return self._replace(item=True, outer=self)

    def flipped(self) -> Scope:
        """Return the surroundings below a negation, where every is any and any is every."""
        return self._replace(every=not self.every)
