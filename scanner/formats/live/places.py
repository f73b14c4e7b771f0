"""Places of live objects: those of the source that declares them, where one is in the scan, else none."""

from __future__ import annotations

from scanner.model.place import Place, Pointer, Related, Span, Step, dotted, value_at
from scanner.model.record import NamedTuple
from scanner.model.resource import Part, Resource
from scanner.typed import Any, Iterable, Mapping, Sequence


class Declared(NamedTuple):
    """The locator of an object that a source declares in other words: the block is its place, whatever the attribute."""

    source: Resource
    address: str
    data: Mapping[str, Any]

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:  # noqa: ARG002 - the locator's signature
        """Return the head of the source's block."""
        return self.source.span((), "whole" if part == "whole" else "attribute")

    def place(self, pointer: Pointer) -> Place:  # noqa: ARG002 - the locator's signature
        """Return the block to look at."""
        found = self.source.place(())
        return Place(found.primary, (*found.related, *self._note()))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the value as the platform gave it, and the block that declares the object."""
        return (Step(self.address, dotted(pointer), value_at(self.data, pointer), None), *self.source.explain(()))

    def _note(self) -> Iterable[Related]:
        span = self.source.span((), "attribute")
        return () if span is None else (Related(span, f"declares {self.address}, which was judged as it runs"),)


class Sources:
    """Resources of files by type and name; a name that several declare means none of them for certain."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._found: dict[tuple[str, str], list[Resource]] = {}
        for one in resources:
            name = one.data.get("name")
            if isinstance(name, str):
                self._found.setdefault((one.type, str.__str__(name).lower()), []).append(one)

    def of(self, types: Iterable[str], name: str) -> Resource | None:
        """Return the one resource of these types that has this name."""
        found = [one for type_name in types for one in self._found.get((type_name, name.lower()), ())]
        return found[0] if len(found) == 1 else None
