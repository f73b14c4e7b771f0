"""libyaml's event stream of one document: which parser, what its errors mean, what scalars and keys mean."""

from __future__ import annotations

import yaml
from yaml import AliasEvent, DocumentStartEvent, ScalarEvent

from scanner.syntax.scalars import Schema
from scanner.syntax.text import MalformedError
from scanner.typed import Any, Literal, NoReturn


def with_libyaml() -> bool:
    """Tell whether PyYAML's C parser is there; without it reading is more than ten times slower."""
    return bool(yaml.__with_libyaml__)


def parser(text: str) -> Any:
    """Return a parser with ``get_event``: libyaml's, else PyYAML's own."""
    return yaml.CSafeLoader(text) if with_libyaml() else yaml.SafeLoader(text)


def fail(error: yaml.YAMLError, text: str) -> NoReturn:
    """Raise what a parser found wrong as MalformedError at its place."""
    if isinstance(error, yaml.reader.ReaderError):
        character = chr(int(error.character)) if not isinstance(error.character, bytes) else ""
        raise MalformedError(f"the character U+{ord(character):04X} is not allowed", max(text.find(character), 0)) from None
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = ", ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None))))
    raise MalformedError(message or "not YAML", mark.index if mark else 0) from None


class Events:
    """The events of the only document of a text, read as a schema says."""

    def __init__(self, text: str, schema: Schema) -> None:
        self.next = parser(text).get_event
        self._schema = schema
        self._scalars: dict[str, Any] = {}

    def root(self) -> Any:
        """Return the event of the root, or None where the text holds no document."""
        self.next()
        return self.next() if type(self.next()) is DocumentStartEvent else None

    def finish(self) -> None:
        """Read the document's end; a second document is not to be dropped silently. Raises MalformedError."""
        self.next()
        event = self.next()
        if type(event) is DocumentStartEvent:
            refuse("a second document begins here without ---", event)

    def anchor(self, event: Any) -> None:
        """Remember an anchored scalar, in case that an alias of it is a key."""
        if event.anchor:
            self._scalars[event.anchor] = event

    def value(self, event: Any) -> Any:
        """Return what a scalar means. Raises MalformedError."""
        self.anchor(event)
        try:
            if event.tag is not None:
                return self._schema.tagged(event.tag, event.value)
            return self._schema.plain(event.value) if event.implicit[0] else event.value
        except ValueError as error:
            refuse(str(error), event)

    def key(self, event: Any) -> str:
        """Return the text of a key. Raises MalformedError for what cannot be one."""
        if type(event) is AliasEvent:
            return self.key(self._scalars.get(str(event.anchor)) or refuse("a key must be text", event))
        if type(event) is not ScalarEvent:
            refuse("a key must be text", event)
        self.anchor(event)
        if isinstance(event.tag and self.value(event), str) or not (event.tag or event.implicit[0]):
            return str(event.value)
        try:
            return self._schema.key(event.value)
        except ValueError as error:
            refuse(str(error), event)


def refuse(message: str, event: Any, kind: Literal["unparsable", "too-large"] = "unparsable") -> NoReturn:
    """Raise MalformedError at an event."""
    raise MalformedError(message, event.start_mark.index, kind)


def is_merge(event: Any) -> bool:
    """Tell whether a key is ``<<`` that merges (a quoted one is a word)."""
    return type(event) is ScalarEvent and event.value == "<<" and (event.implicit[0] or event.tag == "tag:yaml.org,2002:merge")
