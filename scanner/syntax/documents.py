"""Documents of a file: cut apart without parsing, each read when it is asked for and surveyed when it is pointed into."""

from __future__ import annotations

from scanner.model.place import Pointer, Span
from scanner.model.resource import Part
from scanner.syntax import yaml_data, yaml_places
from scanner.syntax.cutting import pieces
from scanner.syntax.loaded import Loaded
from scanner.syntax.peeking import peek
from scanner.syntax.places import Places
from scanner.syntax.scalars import Schema
from scanner.syntax.text import MalformedError, Source


def documents(source: Source, schema: Schema) -> list[Document]:
    """Cut a file into its documents, without those that hold nothing."""
    return [Document(source, start, end, schema) for start, end in pieces(source.text)]


class Document:
    """One document of a file, as YAML or JSON. Errors and places count from the start of the file."""

    __slots__ = ("_places", "_schema", "_start", "_stop", "_was_json", "source")

    def __init__(self, source: Source, start: int, stop: int, schema: Schema) -> None:
        self.source = source
        self._start = start
        self._stop = stop
        self._schema = schema
        self._was_json = False
        self._places: Places | None = None

    @property
    def start(self) -> int:
        """The offset in the file where the document begins."""
        return self._start

    @property
    def text(self) -> str:
        """The document's own text."""
        return self.source.text[self._start : self._stop]

    def load(self) -> Loaded:
        """Return the data; each call reads again. Raises MalformedError."""
        text = self.text
        try:
            return self._load_json(text) if text.lstrip()[:1] in ("{", "[") else yaml_data.load(text, self._schema)
        except MalformedError as error:
            raise self._moved(error) from None

    def check(self) -> None:
        """Read and forget, for documents that nobody asks for. Raises MalformedError."""
        try:
            yaml_data.check(self.text)
        except MalformedError as error:
            raise self._moved(error) from None

    def peek(self, *keys: str) -> dict[str, str] | None:
        """Return words of the root without parsing, or None where only parsing can tell (see ``peeking.peek``)."""
        return peek(self.text, keys, self._schema)

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute (see ``model.resource.Part``)."""
        found = self._surveyed().range(pointer, part)
        return self._span(found) if found else None

    def detours(self, pointer: Pointer) -> tuple[Span, ...]:
        """Return the places of the aliases and merges that lead to where the attribute stands."""
        return tuple(self._span(found) for found in self._surveyed().detours(pointer))

    def repeated(self) -> tuple[tuple[Pointer, Span], ...]:
        """Return every key that is written twice in one mapping, with its second place."""
        return tuple((pointer, self._span(found)) for pointer, found in self._surveyed().repeated())

    def _load_json(self, text: str) -> Loaded:
        """Read JSON, else YAML in flow style; where it is neither, the reader that came further says what is wrong."""
        from scanner.syntax import json_data  # most manifests are YAML

        try:
            loaded = json_data.load(text)
        except MalformedError as json_error:
            try:
                return yaml_data.load(text, self._schema)
            except MalformedError as yaml_error:
                raise max(json_error, yaml_error, key=lambda error: error.offset) from None
        self._was_json = True
        return loaded

    def _surveyed(self) -> Places:
        if self._places is None:
            self._places = self._survey_json() if self._was_json else yaml_places.survey(self.text, self._schema)
        return self._places

    def _survey_json(self) -> Places:
        from scanner.syntax import json_places  # seldom needed, and its patterns take time to compile

        return json_places.survey(self.text)

    def _span(self, found: tuple[int, int]) -> Span:
        return self.source.span(self._start + found[0], self._start + found[1])

    def _moved(self, error: MalformedError) -> MalformedError:
        return MalformedError(error.message, self._start + error.offset, error.kind)
