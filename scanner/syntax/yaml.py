"""Our own YAML files (rules, plumbrule.yaml), with the place of everything in them."""

from __future__ import annotations

from scanner.model.errors import ConfigError, UserError
from scanner.model.place import Pointer, Span
from scanner.model.resource import Part
from scanner.syntax.documents import Document
from scanner.syntax.scalars import CORE
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Any


class Located:
    """One document that was read whole: ``data`` is plain (YAML 1.2 scalars, keys are text)."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.data: Any
        self.data, self._repeated = document.load()

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute (see ``model.resource.Part``)."""
        return self._document.span(pointer, part)

    @property
    def duplicates(self) -> tuple[tuple[Pointer, Span], ...]:
        """Every key that is written twice in one mapping, with its second place."""
        return self._document.repeated() if self._repeated else ()


def load_located(content: bytes, path: str, error: type[UserError] = ConfigError) -> Located:
    """Read a file of ours. What is wrong with its text raises ``error`` at its place."""
    try:
        source = Source(path, decode(content, "strict"))
    except MalformedError as wrong:
        source = Source(path, decode(content))
        raise error(wrong.message, source.span(wrong.offset, wrong.offset)) from None
    try:
        return Located(Document(source, 0, len(source.text), CORE))
    except MalformedError as wrong:
        raise error(wrong.message, source.span(wrong.offset, wrong.offset)) from None
