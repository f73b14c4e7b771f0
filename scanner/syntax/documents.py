"""Documents of a file: cut apart without parsing, each read when it is asked for and surveyed when it is pointed into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.model.place import Pointer, Span
from scanner.model.resource import Part
from scanner.syntax import json_data, json_places, yaml_data, yaml_places
from scanner.syntax.places import Places
from scanner.syntax.scalars import Schema
from scanner.syntax.text import MalformedError, Source
from scanner.syntax.yaml_data import Loaded

_ODD_BREAKS = "\r\x85\u2028\u2029"
"""Line breaks of YAML 1.1 besides LF; CR counts where no LF follows."""
_MARKER = re.compile(r"\n(---|\.\.\.)(?=[ \t\r\n]|\Z)")
_ODD_MARKER = re.compile(rf"[\n{_ODD_BREAKS}](---|\.\.\.)(?=[ \t\n{_ODD_BREAKS}]|\Z)")
_FIRST_MARKER = re.compile(rf"(---|\.\.\.)(?=[ \t\n{_ODD_BREAKS}]|\Z)")
_BREAK = rf"[\n{_ODD_BREAKS}]"
_BLANK = rf"(?:[ \t]*+(?:#[^\n{_ODD_BREAKS}]*+)?{_BREAK})*+"
_NO_CONTENT = re.compile(rf"(?:---(?=[ \t]|{_BREAK}|\Z)[ \t]*+)?{_BLANK}(?:[ \t]*+(?:#[^\n{_ODD_BREAKS}]*+)?|\.\.\.)\Z")
_PREFIX = re.compile(rf"(?:[ \t]*+(?:[#%][^\n{_ODD_BREAKS}]*+)?{_BREAK})*+\Z")
_OPENING = re.compile(rf"{_BLANK}(?:---[ \t]*+(?:#[^\n]*+)?\r?\n)?{_BLANK}(?=[A-Za-z_])")
_ROOT_LINE = re.compile(r"\n([^\s#-][^\n]*)")
_ENTRY = re.compile(
    r"""[A-Za-z]+:[ \t]+(?:([A-Za-z][\w./-]*)|"([\w./-]+)"|'([\w./-]+)')(?:[ \t\r]*|[ \t]+#[^\n]*)\n(?!(?:[ \t\r]*\n)*+[ \t]+[^\s#])"""
)


def documents(source: Source, schema: Schema) -> list[Document]:
    """Cut a file into its documents, without those that hold nothing."""
    text = source.text
    return [Document(source, start, end, schema) for start, end in _pieces(text) if not _NO_CONTENT.match(text, start, end)]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """A piece begins at ``---``, or after ``...``; comments and directives before a ``---`` belong to what follows."""
    start = content = 0
    for marker in _markers(text):
        if marker[1] == "...":
            yield start, marker.end()
            start = content = marker.end()
            continue
        if _PREFIX.match(text, content, marker.start(1)):
            start = content
        else:
            yield start, marker.start(1)
            start = marker.start(1)
        content = marker.end(1)
    yield start, len(text)


def _markers(text: str) -> Iterator[re.Match[str]]:
    first = _FIRST_MARKER.match(text)
    if first is not None:
        yield first
    yield from (_ODD_MARKER if _has_odd_breaks(text) else _MARKER).finditer(text)


def _has_odd_breaks(text: str) -> bool:
    lone = "\r" in text and text.count("\r") != text.count("\r\n")
    return lone or (not text.isascii() and any(mark in text for mark in _ODD_BREAKS[1:]))


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
        """Return those of the root mapping's keys that are there, with their words, without parsing.

        No such key is missed, but a line inside a quoted string can be taken for one. None where only parsing can tell: the root is
        no block mapping in column 0, or a value is more than one word.
        """
        text = self.text
        opening = _OPENING.match(text)
        if opening is None or _has_odd_breaks(text):
            return None
        start = opening.end()
        lines = [text[start:].partition("\n")[0], *_ROOT_LINE.findall(text, start)]
        if not all(line[0].isalpha() or line[0] == "_" for line in lines):
            return None
        return self._words(text, start, [line for line in lines if line.startswith(keys)], keys)

    def _words(self, text: str, start: int, lines: list[str], keys: tuple[str, ...]) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for line in lines:
            key, colon, _ = line.partition(":")
            if key.strip() not in keys:
                continue
            entry = _ENTRY.match(text if text.endswith("\n") else f"{text}\n", max(text.find(f"\n{line}", start), start - 1) + 1)
            if key in found or not colon or entry is None or not isinstance(word := self._word(entry), str):
                return None
            found[key] = word
        return found

    def _word(self, entry: re.Match[str]) -> Any:
        return self._schema.plain(entry[1]) if entry[1] else entry[2] or entry[3]

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
            text = self.text
            self._places = json_places.survey(text) if self._was_json else yaml_places.survey(text, self._schema)
        return self._places

    def _span(self, found: tuple[int, int]) -> Span:
        return self.source.span(self._start + found[0], self._start + found[1])

    def _moved(self, error: MalformedError) -> MalformedError:
        return MalformedError(error.message, self._start + error.offset, error.kind)
