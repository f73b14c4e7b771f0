"""The data that a text encodes, as nodes at their places: the argument of ``jsonencode``, or the JSON inside a heredoc."""

from __future__ import annotations

from scanner.syntax.hcl.lexer import HclError
from scanner.syntax.hcl.nodes import Call, Expression, Literal, Template
from scanner.syntax.text import Source

_ENCODERS = ("jsonencode", "yamlencode")


def encoded(node: Expression, source: Source | None) -> Expression | None:
    """Return the expression of the data that a text is made from; None where the text is not written as data."""
    if isinstance(node, Call):
        return node.arguments[0] if node.name.removeprefix("core::") in _ENCODERS and node.arguments else None
    if source is None or not isinstance(node, Literal | Template) or not source.text.startswith("<<", node.start):
        return None
    return _json(source.text, node.start, node.end)


def _json(text: str, start: int, end: int) -> Expression | None:
    """Read the JSON between a heredoc's first and last line; offsets stay those of the file."""
    from scanner.syntax.hcl.json import read_json  # only for findings

    first, last = text.find("\n", start, end) + 1, text.rfind("\n", start, end)
    try:
        return read_json(" " * first + text[first : last + 1])
    except HclError:
        return None
