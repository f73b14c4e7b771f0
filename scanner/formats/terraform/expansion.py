"""``count`` and ``for_each``: which instances a block has, and what ``count``, ``each`` mean inside each."""

from __future__ import annotations

from scanner.formats.terraform.evaluate import evaluate, iterate
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.types import NUMBER, convert
from scanner.formats.terraform.values import EvaluationError, Lazy, Sensitive, Set, Value
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Block
from scanner.typed import Mapping

MAX_INSTANCES = 10_000
InstanceKey = str | int | None | Unknown
"""None for a block without count and for_each; an Unknown where it is not known which instances there are."""


class Expansion(NamedTuple):
    """The instances of a block: key → the names bound inside. ``unknown`` is the one key where the keys are not known."""

    instances: Mapping[InstanceKey, Mapping[str, Value]]
    counted: bool = False
    unknown: Unknown | None = None

    @property
    def single(self) -> bool:
        """Whether the block has neither count nor for_each."""
        return None in self.instances


SINGLE = Expansion({None: {}})


def expand(block: Block, scope: Scope) -> Expansion:
    """Find the instances of a resource or module block; an unknown or wrong collection gives one with an unknown key."""
    count, for_each = block.body.attributes.get("count"), block.body.attributes.get("for_each")
    try:
        if count is not None:
            return _counted(evaluate(count.value, scope))
        if for_each is not None:
            return _each(evaluate(for_each.value, scope))
    except EvaluationError as error:
        return unknown_expansion(Unknown(str(error)), counted=count is not None)
    return SINGLE


def _counted(value: Value) -> Expansion:
    value = value.value if isinstance(value, Sensitive) else value
    if isinstance(value, Lazy):
        value = value.unknown()
    number = convert(value, NUMBER)
    if isinstance(number, Unknown):
        return unknown_expansion(number, counted=True)
    if not isinstance(number, int) or number < 0:
        raise EvaluationError("count is not a whole number of instances")
    if number > MAX_INSTANCES:
        return unknown_expansion(Unknown(f"count is {number}, more than {MAX_INSTANCES}"), counted=True)
    return Expansion({index: {"count": {"index": index}} for index in range(number)}, counted=True)


def _each(value: Value) -> Expansion:
    value = value.value if isinstance(value, Sensitive) else value
    if isinstance(value, Lazy):
        value = value.unknown()
    if isinstance(value, Unknown):
        return unknown_expansion(value, counted=False)
    if not isinstance(value, dict | Set) or len(value) > MAX_INSTANCES:
        raise EvaluationError("for_each is neither a map nor a set of strings")
    if isinstance(value, Set) and not all(isinstance(item, str) for item in value):
        raise EvaluationError("for_each is a set of something else than strings")
    return Expansion({key: {"each": {"key": key, "value": item}} for key, item in iterate(value)})


def unknown_expansion(cause: Unknown, *, counted: bool) -> Expansion:
    """Return the one instance that stands for however many there will be."""
    key = Unknown(cause.cause, cause.origin, kind="number" if counted else "string", not_null=True)
    bound = {"count": {"index": key}} if counted else {"each": {"key": key, "value": Unknown(cause.cause, cause.origin)}}
    return Expansion({key: bound}, counted, key)


def suffix(key: InstanceKey) -> str:
    """Write an instance key as addresses do: ``[0]``, ``["a"]``, and ``[?]`` for one that is not known."""
    if key is None:
        return ""
    if isinstance(key, Unknown):
        return "[?]"
    return f"[{key}]" if isinstance(key, int) else '["' + key.replace("\\", "\\\\").replace('"', '\\"') + '"]'
