"""The resource: one thing that a rule can judge, with the places of its attributes resolved on demand."""

from __future__ import annotations

from scanner.model.place import Place, Pointer, Span, Step
from scanner.model.record import NamedTuple
from scanner.typed import Any, Callable, Literal, Protocol

Part = Literal["attribute", "key", "value", "whole"]
"""``attribute``: what a finding underlines. From the key to the end of a value that is a scalar on one line, else the key or block
header alone; a missing key gives its deepest existing ancestor's key, an item without a key its first line. ``key`` and ``value`` are
exactly these tokens, ``whole`` runs from the key's first line to the value's end; these three are None where the pointer does not exist."""


class Key(NamedTuple):
    """Who a resource is. ``type`` is the native type; a Kubernetes kind outside the built-in API groups is ``Kind.group``.

    ``address`` is what people call it (see the CLI contract); ``scope`` says in which evaluation it exists (Terraform root and
    variable set, overlay, release, cluster, subscription) or None. ``namespace`` is None where there is no such thing;
    ``written`` is one that an object of the whole cluster names all the same: the API server drops it, its author thought of it.
    """

    provider: str
    type: str
    api_group: str
    namespace: str | None
    name: str
    address: str
    scope: str | None = None
    written: str | None = None

    @property
    def kind(self) -> str:
        """The type without its API group."""
        return self.type.partition(".")[0] if self.provider == "kubernetes" else self.type


ANNOTATIONS = "plumbrule/"
"""What annotations of ours begin with."""


class Locator(Protocol):
    """What a format knows about places inside one resource. Slow work happens here, and only for findings."""

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute as it stands in the resource's own text."""
        ...

    def place(self, pointer: Pointer) -> Place:
        """Return the line that a person would edit to change the attribute, and what leads there."""
        ...

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the chain of places that the value came through, from the attribute to the place that set it."""
        ...


class Resource:
    """One thing that can be judged. Equal only to itself; nobody changes it once it is made.

    ``data`` is plain: dict, list, str, int, float or Decimal, bool, None and Unknown. ``format`` names the input language and
    ``path`` the file (empty where there is none). ``implied`` holds the pointers whose values nobody wrote, such as a default namespace.
    ``unmarked`` tells that it is known to have no annotation of ours.
    """

    __slots__ = ("_make", "data", "format", "implied", "key", "locator", "path", "unmarked")
    _make: Callable[[], Resource]

    def __init__(
        self,
        key: Key,
        data: dict[str, Any],
        format: str,  # noqa: A002 - the field's name
        path: str,
        locator: Locator,
        implied: frozenset[Pointer] = frozenset(),
    ) -> None:
        self.key = key
        self.data = data
        self.format = format
        self.path = path
        self.locator = locator
        self.implied = implied
        self.unmarked = False

    @classmethod
    def later(
        cls, key: Key, format: str, path: str, make: Callable[[], Resource], *, unmarked: bool = False  # noqa: A002 - the field's name
    ) -> Resource:  # fmt: skip
        """Return a resource of which nothing is known yet but who it is; ``make`` gives it whole when somebody asks for more."""
        made = cls.__new__(cls)
        made.key, made.format, made.path, made.unmarked, made._make = key, format, path, unmarked, make
        return made

    def __getattr__(self, name: str) -> Any:
        """Fill in what was left for later; any other name is a mistake."""
        if name not in ("data", "locator", "implied"):
            raise AttributeError(name)
        made = self._make()
        self.data, self.locator, self.implied = made.data, made.locator, made.implied
        return getattr(made, name)

    @property
    def type(self) -> str:
        """The native type."""
        return self.key.type

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute in the resource's own text."""
        return self.locator.span(pointer, part)

    def place(self, pointer: Pointer) -> Place:
        """Return where a person would edit the attribute."""
        return self.locator.place(pointer)

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way that the attribute's value took."""
        return self.locator.explain(pointer)


def written_in(resource: Resource) -> Resource:
    """Return the block that a resource is written in: itself, unless it is what another describes (its locator has that as ``holder``)."""
    block: Resource = getattr(resource.locator, "holder", resource)
    return block


class Fact:
    """Something that a view derived from resources; rules match it like a resource (``match: {fact: permission}``). Equal only to itself.

    ``kind`` is the fact's name, ``data`` its fields, ``identity`` what makes it the same fact tomorrow (no lines, no order).
    ``fields`` says for each field of ``data`` from which resource and attribute it comes; ``steps`` is the way, in order, each with a note.
    The first step is where the fact is placed when the deciding clause names no placed field.
    """

    __slots__ = ("data", "fields", "identity", "kind", "steps")

    def __init__(
        self,
        kind: str,
        data: dict[str, Any],
        identity: tuple[str, ...],
        fields: dict[str, tuple[Resource, Pointer]],
        steps: tuple[tuple[Resource, Pointer, str], ...],
    ) -> None:
        self.kind = kind
        self.data = data
        self.identity = identity
        self.fields = fields
        self.steps = steps
