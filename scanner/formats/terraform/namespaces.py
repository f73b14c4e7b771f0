"""The lazy things that references look into: ``var``, ``local``, resources and modules with their instances."""

from __future__ import annotations

from scanner.formats.terraform.types import text_of
from scanner.formats.terraform.values import EvaluationError, Lazy, Value
from scanner.model.unknown import Unknown
from scanner.typed import TYPE_CHECKING, Callable, Mapping

if TYPE_CHECKING:
    from scanner.formats.terraform.expansion import Expansion, InstanceKey


class Namespace(Lazy):
    """A name behind which members are found one by one: ``var``, ``local``, ``module``, ``data``, ``data.x``, a resource type."""

    __slots__ = ("_member", "_name")

    def __init__(self, name: str, member: Callable[[str], Value]) -> None:
        self._name = name
        self._member = member

    def get(self, key: Value) -> Value:
        """Return a member; raise EvaluationError where there is none."""
        if not isinstance(key, str):
            raise EvaluationError(f"{self._name} has no member of this kind")
        return self._member(key)

    def force(self) -> Value:
        """Refuse: a namespace is no value."""
        raise EvaluationError(f"{self._name} is no value")

    def unknown(self) -> Unknown:
        """Return an unknown for the whole."""
        return Unknown(f"{self._name} is no value")


class Instances(Lazy):
    """A resource or module that has ``count`` or ``for_each``."""

    __slots__ = ("_expansion", "_instance")

    def __init__(self, expansion: Expansion, instance: Callable[[InstanceKey], Value]) -> None:
        self._expansion = expansion
        self._instance = instance

    def get(self, key: Value) -> Value:
        """Return one instance; the unknown one where the collection or the key is unknown."""
        unknown = self._expansion.unknown
        if unknown is not None:
            return self._instance(unknown)
        if isinstance(key, Unknown):
            return Unknown(key.cause, key.origin)
        wanted = int(key) if self._expansion.counted and isinstance(key, str) and key.isdigit() else key
        if wanted not in self._expansion.instances:
            raise EvaluationError(f"there is no instance {text_of(key) if isinstance(key, str | int | bool) else 'with this key'}")
        return self._instance(wanted)

    def force(self) -> Value:
        """Return the instances as a tuple or an object."""
        expansion = self._expansion
        if expansion.unknown is not None:
            return expansion.unknown
        if expansion.counted:
            return tuple(self._instance(key) for key in expansion.instances)
        return {str(key): self._instance(key) for key in expansion.instances}

    def unknown(self) -> Unknown:
        """Return an unknown for the whole."""
        return self._expansion.unknown or Unknown("the instances are known after apply")


class Members(Lazy):
    """An object of which each member is evaluated when asked for: a resource or module instance.

    ``whole`` makes the whole value where all members are known by name, as those of a module are.
    """

    __slots__ = ("_member", "_unknown", "_whole")

    def __init__(self, member: Callable[[str], Value], unknown: Callable[[], Unknown], whole: Callable[[], Value] | None = None) -> None:
        self._member = member
        self._unknown = unknown
        self._whole = whole

    def get(self, key: Value) -> Value:
        """Return a member; raise EvaluationError where there is none."""
        if isinstance(key, Unknown):
            return Unknown(key.cause, key.origin)
        if not isinstance(key, str):
            raise EvaluationError("an object has no indexes")
        return self._member(key)

    def force(self) -> Value:
        """Return the whole, or itself where only the configured members are known."""
        return self._whole() if self._whole else self

    def unknown(self) -> Unknown:
        """Return an unknown for the whole."""
        return self._unknown()


def names(values: Mapping[str, Value]) -> Callable[[str], Value]:
    """Return a lookup that says what is missing."""

    def member(name: str) -> Value:
        if name not in values:
            raise EvaluationError(f"there is no {name!r} here")
        return values[name]

    return member
