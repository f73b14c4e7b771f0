"""Manifests in strings: YAML inside a heredoc, placed on the heredoc's own lines."""

from __future__ import annotations

from scanner.formats.terraform.blocks import target
from scanner.formats.terraform.locate import Located
from scanner.model.place import Place, Pointer, Span, Step, dotted
from scanner.model.reading import Embedded
from scanner.model.record import NamedTuple
from scanner.model.resource import Part, Resource
from scanner.model.unknown import UNKNOWN_TEXT, Unknown
from scanner.syntax.documents import Document, documents
from scanner.syntax.hcl.nodes import Call, Expression
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source
from scanner.typed import Any, Iterator


def manifests(resource: Resource, attribute: str) -> Iterator[Embedded]:
    """Yield the objects in an attribute that holds YAML text, or data that is only partly known.

    A manifest that is read from a file of its own is left to the format that reads that file.
    """
    value = resource.data.get(attribute)
    node, source = _written(resource, attribute)
    if isinstance(node, Call) and _is_file(node):
        return
    unknown = value if isinstance(value, Unknown) else None
    content = unknown.partial if unknown is not None else value
    if isinstance(content, dict) and unknown is not None:
        yield Embedded("kubernetes", with_unknowns(content, unknown), resource, (attribute,))
    if isinstance(content, str):
        lines = _heredoc(node, source, content)
        for document in documents(Source(resource.path, content), KUBERNETES):
            try:
                data = document.load().data
            except MalformedError:
                continue  # Terraform takes any text here; that it is no YAML is for the provider to say
            inner = Resource(resource.key, {}, resource.format, resource.path, InText(resource, (attribute,), document, lines))
            yield Embedded("kubernetes", with_unknowns(data, unknown) if unknown is not None else data, inner)


def _written(resource: Resource, attribute: str) -> tuple[Expression | None, Source | None]:
    """Return an attribute's expression and the file it stands in, where the configuration is at hand."""
    if not isinstance(resource.locator, Located):
        return None, None
    found = target(resource.locator.block, resource.locator.scope, (attribute,))
    return (found.attribute.value, found.source) if found.attribute else (None, None)


def _is_file(node: Call) -> bool:
    inner = node.arguments[0] if node.arguments else None
    return node.name == "file" or (node.name in {"yamldecode", "jsondecode"} and isinstance(inner, Call) and inner.name == "file")


class Lines(NamedTuple):
    """Where a heredoc's text begins in its file, and how far it is indented there."""

    path: str
    first: int
    indentation: int


def _heredoc(node: Expression | None, source: Source | None, content: str) -> Lines | None:
    """Find the lines of a heredoc; None for another expression, and where its lines are not those of the text."""
    if node is None or source is None or not source.text.startswith("<<", node.start):
        return None
    rows = source.text[node.start : node.end].split("\n")[1:-1]
    texts = content.split("\n")[:-1]
    if len(rows) != len(texts):
        return None
    shifts = {_indentation(row) - _indentation(text) for row, text in zip(rows, texts, strict=True) if text.strip()}
    return Lines(source.path, source.point(node.start)[0] + 1, shifts.pop()) if len(shifts) == 1 else None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def with_unknowns(data: Any, unknown: Unknown) -> Any:
    """Put an unknown in the place of each text that is only partly known."""
    if isinstance(data, dict):
        return {key: with_unknowns(item, unknown) for key, item in data.items()}
    if isinstance(data, list):
        return [with_unknowns(item, unknown) for item in data]
    return Unknown(unknown.cause, unknown.origin, not_null=True, kind="string", partial=data) if _is_partial(data) else data


def _is_partial(data: Any) -> bool:
    return isinstance(data, str) and UNKNOWN_TEXT in data


class InText(NamedTuple):
    """Places of a document inside a string (``model.resource.Locator``): on the lines of a heredoc, else the attribute's own."""

    carrier: Resource
    base: Pointer
    document: Document
    lines: Lines | None

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute of the document."""
        if self.lines is None:
            return self.carrier.span(self.base, part)
        found = self.document.span(pointer, part)
        return self._moved(found, self.lines) if found else None

    def _moved(self, span: Span, lines: Lines) -> Span:
        down, right = lines.first - 1, lines.indentation
        return Span(lines.path, span.line + down, span.column + right, span.end_line + down, span.end_column + right)

    def place(self, pointer: Pointer) -> Place:
        """Return the line to edit: in the heredoc, or where the whole text comes from."""
        return Place(self.span(pointer)) if self.lines else self.carrier.place(self.base)

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the one step inside the text, or the way of the whole text."""
        if self.lines is None:
            return self.carrier.explain(self.base)
        return (Step(self.carrier.key.address, dotted((*self.base, *pointer)), None, self.span(pointer)),)
